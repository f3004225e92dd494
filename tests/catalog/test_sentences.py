"""Vectors of sentences: whose they are, and when they go."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from findalike.catalog import Catalog
from findalike.catalog.items import ItemDraft
from findalike.domain import Collection, VectorSetting
from findalike.pipelines.rebuild import next_generation

VECTORS = {"meaning": VectorSetting("tiny-text", 2, "COSINE")}
PLACES = [(0, 3), (4, 9)]


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    with closing(Catalog(f"sqlite:///{tmp_path}/catalog.sqlite")) as catalog:
        yield catalog


@pytest.fixture
def collection(catalog: Catalog) -> Collection:
    return catalog.collections.create("text-search", "texts", "", VECTORS, {})[0]


def written(catalog: Catalog, collection: Collection, *texts: str) -> list[int]:
    """Write an item of these segments: their ids."""
    draft = ItemDraft("a", "a", segments=[({}, None, text, None) for text in texts])
    with catalog.database.write() as connection:
        return list(catalog.items.write(connection, collection, [draft], "update")[0].segment_ids)


def kept(catalog: Catalog, ids: list[int], generation: int = 1) -> dict[int, list[list[int]]]:
    with catalog.items.snapshot() as snapshot:
        read = snapshot.sentences(ids, generation, "meaning")
    assert all(list(places) == PLACES for places, _ in read.values())
    return {id: vectors.tolist() for id, (_, vectors) in read.items()}


def vectors(*numbers: int) -> np.ndarray:
    return np.array(numbers, np.int8).reshape(2, 2)


def test_they_are_kept_by_segment_and_what_is_written_again_replaces_them(
    catalog: Catalog, collection: Collection
) -> None:
    one, other = written(catalog, collection, "One. Two.", "Three. Four.")
    catalog.sentences.write(1, "meaning", {one: (PLACES, vectors(1, 2, 3, -4)), 99: (PLACES, vectors(0, 0, 0, 0))})
    assert kept(catalog, [one, other, 99]) == {one: [[1, 2], [3, -4]]}
    catalog.sentences.write(1, "meaning", {one: (PLACES, vectors(5, 6, 7, 8)), other: (PLACES, vectors(0, 0, 0, 1))})
    assert kept(catalog, [one, other]) == {one: [[5, 6], [7, 8]], other: [[0, 0], [0, 1]]}
    # Another text has other sentences.
    assert written(catalog, collection, "Five. Six.") == [one]
    assert kept(catalog, [one, other]) == {}


def test_they_go_with_their_generation(catalog: Catalog, collection: Collection) -> None:
    (one,) = written(catalog, collection, "One. Two.")
    catalog.sentences.write(1, "meaning", {one: (PLACES, vectors(1, 1, 1, 1))})
    building = next_generation(collection, VECTORS, {})
    catalog.collections.start_building(collection.id, building)
    catalog.sentences.write(2, "meaning", {one: (PLACES, vectors(2, 2, 2, 2))})
    assert kept(catalog, [one]) == {one: [[1, 1], [1, 1]]}
    catalog.collections.stop_building(collection.id)
    assert (len(kept(catalog, [one])), kept(catalog, [one], 2)) == (1, {})
    catalog.collections.start_building(collection.id, building)
    catalog.sentences.write(2, "meaning", {one: (PLACES, vectors(2, 2, 2, 2))})
    catalog.collections.swap(collection.id)
    assert (kept(catalog, [one]), kept(catalog, [one], 2)) == ({}, {one: [[2, 2], [2, 2]]})
    catalog.collections.drop(collection.id)
    assert kept(catalog, [one], 2) == {}
