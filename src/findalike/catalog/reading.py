"""Reading items and their segments: listings, counts, and what a search needs of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import BindParameter, Connection, Dialect, Integer, Row, and_, bindparam, func, null, or_, select
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.sql import ColumnElement, Select

from findalike.catalog.database import Database
from findalike.catalog.fetch import Fetch
from findalike.catalog.filters import json_column, to_sql
from findalike.catalog.schema import items, segments, sentences
from findalike.domain import Collection, Item, Place, Span, StoredSegment
from findalike.errors import InvalidInput, NotFound
from findalike.filters import Filter

T = TypeVar("T")

_CHUNK = 500

# Columns in the order of Item's fields, so that a row is an item.
_whole = [items.c[name] for name in Item._fields]
# What users see of items: the large columns are for decoders.
_shown = [null() if one.name in ("record", "payload") else one for one in _whole]
# Of segments, all but what scans look at.
_parts = [segments.c[name] for name in StoredSegment._fields]
_some: BindParameter[Any] = bindparam("ids", expanding=True)
_outline = select(segments.c.id, segments.c.item_number, segments.c.fingerprint).where(segments.c.id.in_(_some))
_hydrate = select(*_parts, *_shown).select_from(segments.join(items)).where(segments.c.id.in_(_some))
_sentences = select(sentences.c.segment_id, sentences.c.places, sentences.c.vectors).where(
    sentences.c.segment_id.in_(_some),
    sentences.c.generation == bindparam("generation"),
    sentences.c.vector == bindparam("vector"),
)
_numbers = select(items.c.number).where(items.c.collection_id == bindparam("collection"), items.c.id.in_(_some))
_names = select(items.c.number, items.c.id).where(items.c.number.in_(_some))

SentenceVectors = tuple[Sequence[Span], NDArray[np.int8]]
"""Of one segment: places in its text, and for each a vector: (places, dimension)."""


@dataclass(frozen=True)
class Page:
    """Part of a listing, and where the next part begins (None at the end)."""

    items: list[Item]
    next: list[Any] | None


class _Fetches:
    """What a search asks of the catalog, compiled once."""

    def __init__(self, dialect: Dialect):
        self.outline, self.hydrate = Fetch(_outline, dialect), Fetch(_hydrate, dialect)
        self.sentences, self.names = Fetch(_sentences, dialect), Fetch(_names, dialect)
        self.numbers = Fetch(_numbers, dialect)


class Snapshot:
    """What a search needs of segments and their items. What was deleted is left out."""

    def __init__(self, cursor: DBAPICursor, fetch: _Fetches):
        self._cursor, self._fetch = cursor, fetch

    def outline(self, segment_ids: Sequence[int]) -> dict[int, tuple[int, int | None]]:
        """For each segment that is there: its item's number and its fingerprint."""
        return {
            id: (number, _unsigned(print))
            for part in chunks(segment_ids)
            for id, number, print in self._fetch.outline.rows(self._cursor, ids=part)
        }

    def hydrate(self, segment_ids: Sequence[int]) -> dict[int, tuple[Item, StoredSegment]]:
        """The items (without record and payload) and segments behind segment ids."""
        width = len(_parts)
        return {
            row[0]: (as_item(row[width:]), _segment(row[:width]))
            for part in chunks(segment_ids)
            for row in self._fetch.hydrate.rows(self._cursor, ids=part)
        }

    def sentences(self, segment_ids: Sequence[int], generation: int, vector: str) -> dict[int, SentenceVectors]:
        """What is kept of segments' sentences for one vector of a generation."""
        found: dict[int, SentenceVectors] = {}
        for part in chunks(segment_ids):
            rows = self._fetch.sentences.rows(self._cursor, ids=part, generation=generation, vector=vector)
            for id, places, data in rows:
                kept = np.frombuffer(data, np.int8).reshape(len(places), -1)
                found[id] = ([(start, end) for start, end in places], kept)
        return found

    def item_ids(self, numbers: Sequence[int]) -> dict[int, str]:
        """Ids by number."""
        return {number: id for part in chunks(numbers) for number, id in self._fetch.names.rows(self._cursor, ids=part)}


@dataclass(frozen=True)
class Sketches:
    """What a scan first sees of n segments: ids (n,), and heads of their data (n, length) or names of their items."""

    ids: NDArray[np.int64]
    heads: NDArray[np.uint8]
    names: list[str]


class ItemReader:
    """All methods block."""

    def __init__(self, database: Database):
        self._database = database
        self._fetches = _Fetches(database.engine.dialect)

    def indexed(self, collection_id: int, ids: Sequence[str]) -> dict[str, str]:
        """Names by id, of those among `ids` that are here with their vectors."""
        found: dict[str, str] = {}
        with self._database.read() as connection:
            for part in chunks(ids):
                query = select(items.c.id, items.c.name).where(
                    items.c.collection_id == collection_id, items.c.id.in_(part), items.c.indexed
                )
                found |= dict(connection.execute(query).all())
        return found

    def get(self, collection: Collection, id: str) -> Item:
        """Raises NotFound."""
        with self._database.read() as connection:
            return as_item(self.row_in(connection, collection.id, id))

    def get_many(self, collection: Collection, ids: Sequence[str]) -> list[Item]:
        """The items among `ids` that are there, in the catalog's order."""
        query = select(*_whole).where(items.c.collection_id == collection.id, items.c.id.in_(ids))
        with self._database.read() as connection:
            return [as_item(row) for row in connection.execute(query.order_by(items.c.number))]

    def segments_of(self, item: Item, start: int = 0, limit: int | None = None) -> list[StoredSegment]:
        """The item's segments in order, from the `start`th on."""
        query = select(*_parts).where(segments.c.item_number == item.number, segments.c.ordinal >= start)
        query = query.order_by(segments.c.ordinal).limit(limit)
        with self._database.read() as connection:
            return [_segment(row) for row in connection.execute(query)]

    def all_segments(self, collection: Collection) -> list[tuple[Item, StoredSegment]]:
        """All segments of a collection with their items (without record and payload), in their order."""
        width = len(_parts)
        query = select(*_parts, *_shown).select_from(segments.join(items)).where(items.c.collection_id == collection.id)
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(items.c.number, segments.c.ordinal))
            return [(as_item(row[width:]), _segment(row[:width])) for row in rows]

    def state(self, collection: Collection) -> tuple[int, ...]:
        """Numbers that are others after any of the collection's items was added, changed, indexed or deleted."""
        query = select(
            func.count(),
            func.coalesce(func.max(items.c.number), 0),
            func.coalesce(func.sum(items.c.revision), 0),
            func.coalesce(func.sum(items.c.indexed.cast(Integer)), 0),
        ).where(items.c.collection_id == collection.id)
        with self._database.read() as connection:
            return tuple(connection.execute(query).one())

    def matching(self, collection: Collection, filter: Filter) -> set[int]:
        """The ids of the segments whose items match."""
        query = select(segments.c.id).select_from(segments.join(items))
        query = query.where(items.c.collection_id == collection.id, _matches(filter))
        with self._database.read() as connection:
            return set(connection.execute(query).scalars())

    def place(self, collection: Collection, id: str, ordinal: int) -> Place | None:
        """Where a segment of an item lies; None if there is none of this number."""
        query = (
            select(segments.c.place)
            .select_from(segments.join(items))
            .where(items.c.collection_id == collection.id, items.c.id == id, segments.c.ordinal == ordinal)
        )
        with self._database.read() as connection:
            return connection.execute(query).scalar()

    def after(self, collection_id: int, number: int, limit: int, *, unindexed: bool = False) -> list[Item]:
        """Items in order of their numbers, from behind `number`: how a rebuild walks through a collection."""
        query = select(*_whole).where(items.c.collection_id == collection_id, items.c.number > number)
        if unindexed:
            query = query.where(items.c.indexed.is_(False))
        with self._database.read() as connection:
            return [as_item(row) for row in connection.execute(query.order_by(items.c.number).limit(limit))]

    def segment_ids(self, collection_id: int) -> list[int]:
        """Every segment id of a collection, ascending."""
        query = select(segments.c.id).select_from(segments.join(items)).where(items.c.collection_id == collection_id)
        with self._database.read() as connection:
            return list(connection.execute(query.order_by(segments.c.id)).scalars())

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """All segments as they are at this moment."""
        with self._database.cursor() as cursor:
            yield Snapshot(cursor, self._fetches)

    def sketches(self, collection: Collection, length: int, filter: Filter | None = None) -> Sketches:
        """Of every segment with data, in a collection or of the items that match: the first `length` bytes of the data,
        or with 0 the name of its item."""
        shown = func.substr(segments.c.data, 1, length) if length else items.c.name
        query = select(segments.c.id, shown).select_from(segments.join(items))
        query = query.where(items.c.collection_id == collection.id, func.length(segments.c.data) >= length)
        if filter:
            query = query.where(_matches(filter))
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(segments.c.id)).all()
        ids = np.fromiter((row[0] for row in rows), np.int64, len(rows))
        names = [] if length else [row[1] for row in rows]
        heads = np.frombuffer(b"".join(row[1] for row in rows) if length else b"", np.uint8)
        return Sketches(ids, heads.reshape(len(rows), length), names)

    def data(self, segment_ids: Sequence[int]) -> dict[int, bytes]:
        """What segments keep for scans, by id; those without are left out."""
        found: dict[int, bytes] = {}
        with self._database.read() as connection:
            for part in chunks(segment_ids):
                query = select(segments.c.id, segments.c.data).where(
                    segments.c.id.in_(part), segments.c.data.is_not(None)
                )
                found |= dict(connection.execute(query).all())
        return found

    def first_segments(self, collection_id: int, ids: Sequence[str]) -> dict[str, int]:
        """The id of the first segment of those items among `ids` that are there."""
        found: dict[str, int] = {}
        with self._database.read() as connection:
            for part in chunks(ids):
                query = (
                    select(items.c.id, segments.c.id)
                    .select_from(segments.join(items))
                    .where(items.c.collection_id == collection_id, items.c.id.in_(part), segments.c.ordinal == 0)
                )
                found |= dict(connection.execute(query).all())
        return found

    def numbers(self, collection_id: int, ids: Sequence[str]) -> set[int]:
        """The numbers of those among `ids` that are there."""
        with self._database.cursor() as cursor:
            return {
                number
                for part in chunks(ids)
                for (number,) in self._fetches.numbers.rows(cursor, collection=collection_id, ids=part)
            }

    def page(
        self,
        collection: Collection,
        *,
        filter: Filter | None,
        order: str,
        after: list[Any] | None,
        limit: int,
    ) -> Page:
        """A part of the listing. `order` is a declared field, `name` or `number`, with `-` for falling.

        Items without the field come last. Raises InvalidInput for an unknown order or a cursor of another."""
        column = self._order_column(collection, order.removeprefix("-"))
        falling = order.startswith("-")
        query: Select[Any] = select(*_shown, column.label("order_value")).where(items.c.collection_id == collection.id)
        if filter:
            query = query.where(_matches(filter))
        if after is not None:
            query = query.where(_behind(column, falling, after))
        query = query.order_by(column.is_(None), column.desc() if falling else column.asc(), items.c.number).limit(
            limit + 1
        )
        with self._database.read() as connection:
            rows = connection.execute(query).all()
        more = len(rows) > limit
        rows = rows[:limit]
        return Page([as_item(row[:-1]) for row in rows], _position(rows[-1]) if more else None)

    def count(self, collection: Collection, filter: Filter | None = None) -> int:
        query = select(func.count()).select_from(items).where(items.c.collection_id == collection.id)
        if filter:
            query = query.where(_matches(filter))
        with self._database.read() as connection:
            return connection.execute(query).scalar_one()

    def _order_column(self, collection: Collection, name: str) -> ColumnElement[Any]:
        if name in collection.fields:
            return json_column(items.c.fields, name, collection.fields[name])
        if name in ("number", "name"):
            column: ColumnElement[Any] = items.c[name]
            return column
        raise InvalidInput(f"Items cannot be ordered by {name!r}: use number, name or a declared field.", field="order")

    def row_in(self, connection: Connection, collection_id: int, id: str) -> Row[Any]:
        row = connection.execute(
            select(*_whole).where(items.c.collection_id == collection_id, items.c.id == id)
        ).one_or_none()
        if row is None:
            raise NotFound(f"There is no item {id} in this collection; list them with GET …/items.")
        return row


def _matches(filter: Filter) -> ColumnElement[bool]:
    return to_sql(filter, lambda name, kind: json_column(items.c.fields, name, kind))


def _behind(column: ColumnElement[Any], falling: bool, after: list[Any]) -> ColumnElement[bool]:
    value, number = after
    if value is None:
        return and_(column.is_(None), items.c.number > number)
    beyond = column < value if falling else column > value
    return or_(beyond, and_(column == value, items.c.number > number), column.is_(None))


def _position(row: Row[Any]) -> list[Any]:
    return [row.order_value, row.number]


def chunks(values: Sequence[T]) -> Iterable[Sequence[T]]:
    return (values[start : start + _CHUNK] for start in range(0, len(values), _CHUNK))


def _unsigned(fingerprint: int | None) -> int | None:
    return None if fingerprint is None else fingerprint % 2**64


def as_item(row: Sequence[Any]) -> Item:
    return Item._make(row)


def _segment(row: Sequence[Any]) -> StoredSegment:
    id, item_number, ordinal, place, fingerprint, text = row
    return StoredSegment(id, item_number, ordinal, place, _unsigned(fingerprint), text)
