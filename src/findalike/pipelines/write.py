"""Writing vectors to Milvus, for every pipeline that does, and changing single items."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from findalike.catalog.items import Written
from findalike.domain import Collection, Generation, Indexed, Item
from findalike.errors import NotFound, Unavailable
from findalike.fields import check_metadata, field_values
from findalike.pipelines.embed import Embedded
from findalike.pipelines.house import House
from findalike.vectors import Row

Vectors = tuple[Sequence[int], Mapping[str, Any], Sequence[Embedded]]
"""One item's segment ids, its metadata, and its segments' vectors."""


def write_vectors(
    house: House, collection: Collection, generations: Sequence[Generation], items: Sequence[Vectors]
) -> None:
    """Upsert the vectors of items into generations, and keep their sentences'; a generation that was dropped meanwhile
    needs none."""
    for generation in generations:
        made = [
            (values, id, house.learned.completed(collection, generation, id, embedded))
            for ids, metadata, embeddeds in items
            for values in [field_values(metadata, generation.fields)]
            for id, embedded in zip(ids, embeddeds, strict=True)
        ]
        for vector in generation.vectors:
            key = generation.number, vector
            sentences = {
                id: (embedded.places, embedded.sentences[key])
                for ids, _, embeddeds in items
                for id, embedded in zip(ids, embeddeds, strict=True)
                if key in embedded.sentences
            }
            if sentences:
                house.catalog.sentences.write(*key, sentences)
            rows = [Row(id, embedded.vectors[key], values) for values, id, embedded in made if key in embedded.vectors]
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


def change_metadata(house: House, collection: Collection, item_id: str, patch: Mapping[str, Any]) -> Item:
    """Merge metadata (RFC 7396, one level) into an item, in the catalog and in Milvus.

    While Milvus is away, the item waits for the sweeper. Raises NotFound, InvalidInput."""
    with house.writing(collection.id):
        # Whoever waited for the lock may hold a collection that was rebuilt meanwhile.
        collection = house.current(collection)
        merged = {**house.catalog.items.get(collection, item_id).metadata, **patch}
        metadata = {name: value for name, value in merged.items() if value is not None}
        check_metadata(metadata)
        for generation in collection.generations:
            field_values(metadata, generation.fields)
        changed, ids = house.catalog.items.change(collection, item_id, metadata)
        with suppress(Unavailable):
            _write_again(house, collection, changed, ids)
    return changed


def _write_again(house: House, collection: Collection, item: Item, ids: Sequence[int]) -> None:
    """Write an item's vectors, as they are in Milvus, with the metadata that it has now."""
    embedded: list[dict[tuple[int, str], Indexed]] = [{} for _ in ids]
    for generation in collection.generations:
        for name in generation.vectors:
            found = house.vectors.get(collection.table(generation, name), ids)
            for id, vectors in zip(ids, embedded, strict=True):
                if id in found:
                    vectors[generation.number, name] = found[id]
    write_vectors(house, collection, collection.generations, [(ids, item.metadata, [*map(Embedded, embedded)])])
    wanted = {(collection.generation.number, name) for name in collection.generation.vectors}
    if all(wanted <= vectors.keys() for vectors in embedded):
        with house.catalog.database.write() as connection:
            house.catalog.items.mark(connection, [Written(item.number, item.revision)])


def delete_item(house: House, collection: Collection, item_id: str) -> None:
    """Delete an item with its segments. While Milvus is away, tombstones wait for the sweeper: no search finds the
    item either way. Raises NotFound."""
    with house.writing(collection.id):
        collection = house.current(collection)
        ids = house.catalog.items.delete(collection, item_id)
        with suppress(Unavailable):
            delete_vectors(house, collection, ids)


def _unless_gone(write: Any, house: House, collection: Collection, generation: Generation, vector: str) -> None:
    try:
        write(collection.table(generation, vector))
    except NotFound:
        current = house.catalog.collections.by_id(collection.id)
        if current and generation.number in {one.number for one in current.generations}:
            house.create_tables(current, generation)
            write(collection.table(generation, vector))
