"""Writing vectors to Milvus, for every pipeline that does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from findalike.domain import Collection, Generation
from findalike.errors import NotFound
from findalike.fields import field_values
from findalike.pipelines.embed import Embedded
from findalike.pipelines.house import House
from findalike.vectors import Row

Vectors = tuple[Sequence[int], Mapping[str, Any], Sequence[Embedded]]
"""One item's segment ids, its metadata, and its segments' vectors."""


def write_vectors(
    house: House, collection: Collection, generations: Sequence[Generation], items: Sequence[Vectors]
) -> None:
    """Upsert the vectors of items into generations; one that was dropped meanwhile needs none."""
    for generation in generations:
        for vector in generation.vectors:
            rows = [
                Row(id, embedded[generation.number, vector], values)
                for ids, metadata, embeddeds in items
                for values in [field_values(metadata, generation.fields)]
                for id, embedded in zip(ids, embeddeds, strict=True)
                if (generation.number, vector) in embedded
            ]
            if rows:
                _unless_gone(
                    lambda table, rows=rows: house.vectors.upsert(table, rows), house, collection, generation, vector
                )


def delete_vectors(house: House, collection: Collection, segment_ids: Sequence[int]) -> None:
    """Let Milvus forget segments in every generation, then clear their tombstones."""
    for generation in collection.generations:
        for vector in generation.vectors:
            _unless_gone(lambda table: house.vectors.delete(table, segment_ids), house, collection, generation, vector)
    house.catalog.items.clear_tombstones(segment_ids)


def _unless_gone(write: Any, house: House, collection: Collection, generation: Generation, vector: str) -> None:
    try:
        write(collection.table(generation, vector))
    except NotFound:
        current = house.catalog.collections.by_id(collection.id)
        if current and generation.number in {one.number for one in current.generations}:
            house.create_tables(current, generation)
            write(collection.table(generation, vector))
