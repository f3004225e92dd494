"""Items and their segments in the catalog.

Order of writes: an item is written here first (`indexed` false), then its vectors go to Milvus, then `mark` says so.
Deleting leaves tombstones until Milvus has forgotten the vectors too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy import Connection, Row, delete, insert, select, update

from findalike.catalog.database import now
from findalike.catalog.reading import ItemReader, as_item, chunks
from findalike.catalog.schema import collections, items, segments, sentences, tombstones
from findalike.domain import Collection, FieldType, Item, SegmentRow
from findalike.errors import Conflict, InvalidInput
from findalike.fields import field_values

OnDuplicate = Literal["skip", "update"]


class EpochChanged(Conflict):
    """The collection was dropped, or its generations changed, since it was read: read it again and repeat."""


@dataclass(frozen=True)
class ItemDraft:
    """An item about to be written, with the places, fingerprints, texts and data of its segments in order.

    Of an item that is stored bit by bit, these are the segments from number `first` on: those before stay."""

    id: str
    name: str
    key: str | None = None
    media_sha256: str | None = None
    media_type: str | None = None
    metadata: dict[str, Any] = field(default_factory=dict)
    record: dict[str, Any] | None = None
    payload: bytes | None = None
    segments: Sequence[SegmentRow] = (({}, None, None, None),)
    first: int = 0


@dataclass(frozen=True)
class Written:
    """What became of a draft: its item's number and revision, and the segments' ids; `skipped` if it was there."""

    number: int
    revision: int
    segment_ids: tuple[int, ...] = ()
    skipped: bool = False


class Items(ItemReader):
    """Reads and writes. All methods block."""

    def write(
        self,
        connection: Connection,
        collection: Collection,
        drafts: Sequence[ItemDraft],
        on_duplicate: OnDuplicate,
    ) -> list[Written]:
        """Insert or replace items with their segments; the drafts' ids are distinct.

        An item that is there is skipped (on_duplicate="skip", unless a crash left it without vectors) or replaced;
        replaced items keep their segments' ids as far as there are as many.
        Raises EpochChanged."""
        epoch = connection.execute(
            select(collections.c.epoch).where(collections.c.id == collection.id, collections.c.name.is_not(None))
        ).scalar()
        if epoch != collection.epoch:
            raise EpochChanged("The collection changed meanwhile.")
        found = self._existing(connection, collection.id, [draft.id for draft in drafts])
        moment = now()
        numbers: dict[str, tuple[int, int]] = {}
        skipped: set[str] = set()
        fresh: list[dict[str, Any]] = []
        for draft in drafts:
            row = found.get(draft.id)
            if row is not None and row.indexed and on_duplicate == "skip":
                skipped.add(draft.id)
                numbers[draft.id] = (row.number, row.revision)
                continue
            fields = field_values(draft.metadata, collection.fields)
            values = {
                "name": draft.name,
                "key": draft.key,
                "media_sha256": draft.media_sha256,
                "media_type": draft.media_type,
                # Tables carry everything as text: what was declared is kept as what it is.
                "metadata": {**draft.metadata, **fields},
                "fields": fields,
                "record": draft.record,
                "payload": draft.payload,
                "indexed": False,
                "updated_at": moment,
            }
            if row is None:
                fresh.append(
                    values | {"collection_id": collection.id, "id": draft.id, "revision": 1, "created_at": moment}
                )
            else:
                connection.execute(
                    update(items).where(items.c.number == row.number).values(**values, revision=row.revision + 1)
                )
                numbers[draft.id] = (row.number, row.revision + 1)
        if fresh:
            statement = insert(items).returning(items.c.id, items.c.number)
            for new_id, number in connection.execute(statement, fresh):
                numbers[new_id] = (number, 1)
        written = {draft.id: draft for draft in drafts if draft.id not in skipped}
        ids = self._write_segments(
            connection,
            collection.id,
            {numbers[id][0]: (draft.first, draft.segments) for id, draft in written.items()},
            {numbers[id][0] for id in written if id in found},
        )
        return [Written(*numbers[draft.id], ids.get(numbers[draft.id][0], ()), draft.id in skipped) for draft in drafts]

    def _existing(self, connection: Connection, collection_id: int, ids: Sequence[str]) -> dict[str, Row[Any]]:
        found: dict[str, Row[Any]] = {}
        for part in chunks(ids):
            query = select(items.c.id, items.c.number, items.c.revision, items.c.indexed).where(
                items.c.collection_id == collection_id, items.c.id.in_(part)
            )
            found |= {row.id: row for row in connection.execute(query)}
        return found

    def _write_segments(
        self,
        connection: Connection,
        collection_id: int,
        wanted: dict[int, tuple[int, Sequence[SegmentRow]]],
        replaced: set[int],
    ) -> dict[int, tuple[int, ...]]:
        old: dict[tuple[int, int], int] = {}
        for part in chunks(sorted(replaced)):
            least = min(wanted[number][0] for number in part)
            query = select(segments.c.item_number, segments.c.ordinal, segments.c.id).where(
                segments.c.item_number.in_(part), segments.c.ordinal >= least
            )
            for number, ordinal, id in connection.execute(query):
                if ordinal >= wanted[number][0]:
                    old[number, ordinal] = id
        ids: dict[tuple[int, int], int] = {}
        fresh: list[dict[str, Any]] = []
        for number, (first, parts) in wanted.items():
            for ordinal, (place, fingerprint, text, data) in enumerate(parts, first):
                values = {"place": dict(place), "fingerprint": _signed(fingerprint), "text": text, "data": data}
                kept = old.pop((number, ordinal), None)
                if kept is None:
                    fresh.append(values | {"item_number": number, "ordinal": ordinal})
                else:
                    connection.execute(update(segments).where(segments.c.id == kept).values(**values))
                    ids[number, ordinal] = kept
        for part in chunks(list(ids.values())):
            # They are of the texts that were there before.
            connection.execute(delete(sentences).where(sentences.c.segment_id.in_(part)))
        if fresh:
            statement = insert(segments).returning(segments.c.item_number, segments.c.ordinal, segments.c.id)
            ids |= {(number, ordinal): id for number, ordinal, id in connection.execute(statement, fresh)}
        self._bury(connection, collection_id, list(old.values()))
        return {
            number: tuple(ids[number, ordinal] for ordinal in range(first, first + len(parts)))
            for number, (first, parts) in wanted.items()
        }

    def resegment(self, connection: Connection, item: Item, parts: Sequence[SegmentRow]) -> tuple[int, ...]:
        """Give an item other segments than it has, as far as there are as many with the same ids: their ids."""
        return self._write_segments(connection, item.collection_id, {item.number: (0, parts)}, {item.number})[
            item.number
        ]

    def mark(self, connection: Connection, written: Iterable[Written]) -> None:
        """Say that Milvus has the vectors of these revisions; what changed again meanwhile stays unmarked."""
        by_revision: dict[int, list[int]] = {}
        for one in written:
            by_revision.setdefault(one.revision, []).append(one.number)
        for revision, numbers in by_revision.items():
            for part in chunks(numbers):
                connection.execute(
                    update(items).where(items.c.number.in_(part), items.c.revision == revision).values(indexed=True)
                )

    def change(self, collection: Collection, id: str, metadata: dict[str, Any]) -> tuple[Item, list[int]]:
        """Replace an item's metadata: (the item, ids of its segments, whose copies in Milvus are now out of date).

        Raises NotFound, InvalidInput."""
        values = field_values(metadata, collection.fields)
        with self._database.write() as connection:
            row = self.row_in(connection, collection.id, id)
            connection.execute(
                update(items)
                .where(items.c.number == row.number)
                .values(
                    metadata={**metadata, **values},
                    fields=values,
                    revision=row.revision + 1,
                    indexed=False,
                    updated_at=now(),
                )
            )
            parts = connection.execute(select(segments.c.id).where(segments.c.item_number == row.number)).scalars()
            return as_item(self.row_in(connection, collection.id, id)), list(parts)

    def check_fields(self, collection: Collection, fields: Mapping[str, FieldType]) -> None:
        """Raise InvalidInput if some item's metadata does not fit fields that are about to be declared."""
        query = select(items.c.id, items.c.metadata).where(items.c.collection_id == collection.id)
        with self._database.read() as connection:
            for row in connection.execute(query):
                try:
                    field_values(row.metadata, fields)
                except InvalidInput as error:
                    raise InvalidInput(f"The item {row.id} does not fit: {error.detail}", field="fields") from error

    def refresh_fields(self, collection: Collection) -> None:
        """Fill the declared fields again after they were declared anew. Raises InvalidInput for a misfit."""
        with self._database.write() as connection:
            rows = connection.execute(
                select(items.c.number, items.c.metadata).where(items.c.collection_id == collection.id)
            ).all()
            for row in rows:
                connection.execute(
                    update(items)
                    .where(items.c.number == row.number)
                    .values(fields=field_values(row.metadata, collection.fields))
                )

    def delete(self, collection: Collection, id: str) -> list[int]:
        """Remove an item with its segments, leaving tombstones: the ids of its segments. Raises NotFound."""
        with self._database.write() as connection:
            row = self.row_in(connection, collection.id, id)
            ids = list(connection.execute(select(segments.c.id).where(segments.c.item_number == row.number)).scalars())
            self._bury(connection, collection.id, ids)
            connection.execute(delete(items).where(items.c.number == row.number))
            return ids

    def _bury(self, connection: Connection, collection_id: int, ids: Sequence[int]) -> None:
        if ids:
            connection.execute(insert(tombstones), [{"segment_id": id, "collection_id": collection_id} for id in ids])
            connection.execute(delete(segments).where(segments.c.id.in_(ids)))

    def tombstones(self, collection_id: int, limit: int = 1000) -> list[int]:
        """Ids of segments that Milvus may still hold and must forget."""
        query = select(tombstones.c.segment_id).where(tombstones.c.collection_id == collection_id).limit(limit)
        with self._database.read() as connection:
            return list(connection.execute(query).scalars())

    def clear_tombstones(self, ids: Sequence[int]) -> None:
        with self._database.write() as connection:
            for part in chunks(ids):
                connection.execute(delete(tombstones).where(tombstones.c.segment_id.in_(part)))

    def unmark_items(self, connection: Connection, numbers: Sequence[int]) -> None:
        """Say that Milvus lacks the vectors of these items."""
        for part in chunks(numbers):
            connection.execute(update(items).where(items.c.number.in_(part)).values(indexed=False))

    def unmark(self, collection_id: int, segment_ids: Sequence[int]) -> int:
        """Say that Milvus lacks the vectors of these segments; returns how many items that touches."""
        count = 0
        with self._database.write() as connection:
            for part in chunks(segment_ids):
                numbers = select(segments.c.item_number).where(segments.c.id.in_(part))
                count += connection.execute(
                    update(items)
                    .where(items.c.collection_id == collection_id, items.c.number.in_(numbers))
                    .values(indexed=False)
                ).rowcount
        return count


def _signed(fingerprint: int | None) -> int | None:
    return None if fingerprint is None else fingerprint - 2**64 if fingerprint >= 2**63 else fingerprint
