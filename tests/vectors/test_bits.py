"""Vectors of bits: exact Tanimoto on every engine, against brute force."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from uuid import uuid4

import numpy as np
import pytest
from numpy.typing import NDArray

from findalike.errors import InvalidInput
from findalike.filters import parse
from findalike.vectors import Row, TableSpec, bits
from findalike.vectors.milvus import MilvusStore

Floats = NDArray[np.float32]

BITS = 1024


def molecules(count: int, seed: int = 1) -> Floats:
    """Sparse rows of bits, many of which are altered copies of others: near neighbours, and ties."""
    rng = np.random.default_rng(seed)
    rows = (rng.random((count, BITS)) < rng.uniform(0.005, 0.06, (count, 1))).astype(np.float32)
    rows[:, 0] = 1
    for copy in range(count // 2, count):
        rows[copy] = rows[copy - count // 2]
        rows[copy, rng.integers(1, BITS, rng.integers(0, 12))] = 1
    return rows


def brute(rows: Floats, query: Floats) -> Floats:
    shared = rows @ query
    return np.asarray(shared / (rows.sum(axis=1) + query.sum() - shared), np.float32)


@pytest.fixture
def bit_table(store: MilvusStore) -> Iterator[str]:
    name = f"bits_{uuid4().hex[:8]}"
    store.create(TableSpec(name, BITS, "JACCARD", fields={"n": "integer"}))
    yield name
    store.drop(name)


def fill(store: MilvusStore, table: str, rows: Floats) -> None:
    store.upsert(table, [Row(n + 1, row, {"n": n}) for n, row in enumerate(rows)])


def test_finds_what_brute_force_finds(store: MilvusStore, bit_table: str) -> None:
    rows = molecules(600)
    fill(store, bit_table, rows)
    queries = np.concatenate([rows[::60], molecules(10, seed=2)])
    assert store.exact(bit_table)
    for limit in (1, 10, 200):
        for query, found in zip(queries, store.search(bit_table, queries, limit), strict=True):
            wanted = np.sort(brute(rows, query))[::-1][:limit]
            np.testing.assert_allclose(found.scores, wanted, atol=1e-6)
            np.testing.assert_allclose(brute(rows, query)[found.ids - 1], found.scores, atol=1e-6)
    assert store.search(bit_table, queries[:1], 1)[0].ids.tolist()[0] in (1, 301)


def test_filters_and_gives_back_what_was_written(store: MilvusStore, bit_table: str) -> None:
    rows = molecules(100)
    fill(store, bit_table, rows)
    (found,) = store.search(bit_table, rows[:1], 100, parse("n >= 90", {"n": "integer"}))
    assert sorted(found.ids.tolist()) == list(range(91, 101))
    np.testing.assert_array_equal(np.asarray(store.get(bit_table, [7])[7]), rows[6])
    store.delete(bit_table, list(range(1, 101)))
    assert store.search(bit_table, rows[:2], 5)[1].ids.shape == (0,)
    # What the engine says of a table that is there must be what was asked for.
    store.create(TableSpec(bit_table, BITS, "JACCARD", fields={"n": "integer"}))


def test_refuses_what_cannot_be_bits(store: MilvusStore) -> None:
    with pytest.raises(InvalidInput, match="8 divides"):
        store.create(TableSpec("odd", 1001, "JACCARD"))
    with pytest.raises(InvalidInput, match="no index HNSW"):
        store.create(TableSpec("graph", 64, "JACCARD", "HNSW"))


@pytest.mark.parametrize("dimension", [8, 200, 512, 1000, 2048])
def test_a_folded_product_is_never_below_the_cosine(dimension: int) -> None:
    rng = np.random.default_rng(3)
    rows = (rng.random((50, dimension)) < 0.2).astype(np.float32)
    lengths = np.sqrt(np.maximum(rows.sum(axis=1), 1))
    cosines = (rows @ rows.T) / np.outer(lengths, lengths)
    folded = bits.fold(rows)
    assert folded.shape == (50, bits.width(dimension))
    assert (folded @ folded.T >= cosines - 1e-5).all()
    np.testing.assert_array_equal(bits.unpack(bits.pack(rows[0]).tobytes())[:dimension], rows[0])


def test_asks_deeper_until_nothing_better_can_be_missing() -> None:
    """Many short rows that fold onto the query lie before the best one, which is long."""
    query = np.zeros((1, 2048), np.float32)
    query[0, :100] = 1
    best = query[0].copy()
    best[90:100] = 0
    rows = np.zeros((1001, 2048), np.float32)
    rows[:1000, 512:612] = 1
    rows[1000] = best
    packed, folded = bits.pack(rows), bits.fold(rows) @ bits.fold(query)[0]
    depths = []

    def ask(positions: Sequence[int], depth: int) -> list[bits.Candidates]:
        depths.append(depth)
        order = np.argsort(-folded, kind="stable")[:depth]
        return [bits.Candidates(order, packed[order], float(folded[order[-1]])) for _ in positions]

    (found,) = bits.nearest(ask, bits.pack(query), 1, 16384)
    assert found.ids.tolist() == [1000]
    assert found.scores[0] == pytest.approx(0.9)
    assert depths == [64, 256, 1024]
