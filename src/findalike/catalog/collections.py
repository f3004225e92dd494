"""Collections in the catalog: their settings, their generations, and the epoch that guards writers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, exists, func, insert, select, update

from findalike.catalog.database import Database, now
from findalike.catalog.schema import (
    collections,
    conversations,
    events,
    items,
    jobs,
    preferences,
    segments,
    sentences,
    tombstones,
    trainings,
)
from findalike.domain import Collection, FieldType, Generation, JobState, VectorSetting
from findalike.errors import Conflict, NotFound

# Every search runs it: it is built once.
_named = select(collections).where(
    collections.c.application == bindparam("application"), collections.c.name == bindparam("name")
)


class Collections:
    def __init__(self, database: Database):
        self._database = database
        self._known: dict[tuple[str, str], tuple[int | None, Collection]] = {}

    def create(
        self,
        application: str,
        name: str,
        description: str,
        vectors: Mapping[str, VectorSetting],
        fields: Mapping[str, FieldType],
        options: Mapping[str, Any] | None = None,
    ) -> tuple[Collection, bool]:
        """Make a collection, or find the equal one that is there: (collection, whether it is new).

        Raises Conflict if one of this name has other settings."""
        generation = Generation(1, dict(vectors), dict(fields))
        with self._database.write() as connection:
            found = self._find(connection, application, name)
            if found:
                there = _untrained(found.generation), found.fields, found.options
                if there != (_untrained(generation), generation.fields, dict(options or {})):
                    raise Conflict(
                        f"The collection {application}/{name} exists with other settings: rebuild it with new "
                        "models, PATCH its fields, or choose another name (its options stay as they are)."
                    )
                return found, False
            connection.execute(
                insert(collections).values(
                    application=application,
                    name=name,
                    description=description,
                    fields=dict(fields),
                    options=dict(options or {}),
                    generation=asdict(generation),
                    building=None,
                    epoch=1,
                    created_at=now(),
                )
            )
            created = self._find(connection, application, name)
            assert created
            return created, True

    def get(self, application: str, name: str) -> Collection:
        """Raises NotFound."""
        # Read before what it vouches for.
        version = self._database.version()
        with self._database.read() as connection:
            found = self._find(connection, application, name)
        if not found:
            raise NotFound(
                f"There is no collection {application}/{name}: create it first, or see which there are "
                f"(`findalike collections list`, GET /api/v1/apps/{application}/collections)."
            )
        self._known[application, name] = (version, found)
        return found

    def known(self, application: str, name: str) -> Collection | None:
        """What `get` found last, if the catalog is as it was then; else None. The only method here that never waits."""
        version, found = self._known.get((application, name), (None, None))
        return found if version is not None and version == self._database.version() else None

    def by_id(self, collection_id: int) -> Collection | None:
        """A collection that was not dropped, or None."""
        with self._database.read() as connection:
            return self.by_id_in(connection, collection_id)

    def by_id_in(self, connection: Connection, collection_id: int) -> Collection | None:
        row = connection.execute(
            select(collections).where(collections.c.id == collection_id, collections.c.name.is_not(None))
        ).one_or_none()
        return _collection(row) if row else None

    def all(self, application: str | None = None) -> list[Collection]:
        query = select(collections).where(collections.c.name.is_not(None))
        if application:
            query = query.where(collections.c.application == application)
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(collections.c.application, collections.c.name)).all()
        return [_collection(row) for row in rows]

    def counts(self, collection_id: int) -> dict[str, int]:
        """How many items, indexed items, and segments a collection has."""
        with self._database.read() as connection:
            total, indexed = connection.execute(
                select(func.count(), func.count().filter(items.c.indexed)).where(items.c.collection_id == collection_id)
            ).one()
            parts = connection.execute(
                select(func.count()).select_from(segments.join(items)).where(items.c.collection_id == collection_id)
            ).scalar_one()
        return {"items": total, "indexed": indexed, "segments": parts}

    def describe(self, collection_id: int, description: str) -> None:
        """Change the description."""
        with self._database.write() as connection:
            connection.execute(
                update(collections).where(collections.c.id == collection_id).values(description=description)
            )

    def preferences(self, collection_id: int) -> dict[str, Any]:
        """Values that are the application's own; {} if none were kept."""
        with self._database.read() as connection:
            found = connection.execute(
                select(preferences.c["values"]).where(preferences.c.collection_id == collection_id)
            ).scalar()
        return dict(found or {})

    def keep_preferences(self, collection_id: int, values: Mapping[str, Any]) -> None:
        """Keep values that are the application's own. Raises NotFound if the collection was dropped."""
        with self._database.write() as connection:
            self._must(connection, collection_id)
            connection.execute(delete(preferences).where(preferences.c.collection_id == collection_id))
            connection.execute(insert(preferences).values(collection_id=collection_id, values=dict(values)))

    def start_building(self, collection_id: int, building: Generation) -> Collection:
        """Begin a new generation; what is written from now on goes to both.

        Raises Conflict while another is being built, NotFound if the collection was dropped."""
        with self._database.write() as connection:
            found = self._must(connection, collection_id)
            if found.building and found.building.number != building.number:
                raise Conflict("This collection is being rebuilt already: wait for that job, or cancel it.")
            self._set(connection, found, building=asdict(building), fields=dict(building.fields))
            return self._must(connection, collection_id)

    def swap(self, collection_id: int) -> tuple[Generation, Collection]:
        """Let the generation that was being built answer: (the old generation, the collection)."""
        with self._database.write() as connection:
            found = self._must(connection, collection_id)
            if not found.building:
                raise Conflict("There is no new generation to swap in.")
            self._set(connection, found, generation=asdict(found.building), building=None)
            _forget_sentences(connection, found, found.generation)
            return found.generation, self._must(connection, collection_id)

    def stop_building(self, collection_id: int) -> Generation | None:
        """Give up the generation that is being built, and return it."""
        with self._database.write() as connection:
            found = self.by_id_in(connection, collection_id)
            if not found or not found.building:
                return None
            self._set(connection, found, building=None, fields=dict(found.generation.fields))
            _forget_sentences(connection, found, found.building)
            return found.building

    def drop(self, collection_id: int) -> None:
        """Forget a collection with its items and conversations at once; its jobs end. The sweeper clears Milvus."""
        with self._database.write() as connection:
            found = self._must(connection, collection_id)
            self._set(connection, found, name=None)
            connection.execute(delete(tombstones).where(tombstones.c.collection_id == collection_id))
            connection.execute(
                update(jobs)
                .where(jobs.c.collection_id == collection_id, jobs.c.finished_at.is_(None))
                .values(cancel_requested=True, open=False, version=jobs.c.version + 1)
            )
            connection.execute(delete(conversations).where(conversations.c.collection_id == collection_id))
            for table in (events, trainings, preferences, items):
                connection.execute(delete(table).where(table.c.collection_id == collection_id))

    def dropped(self) -> list[Collection]:
        """Dropped collections that no unfinished job works on: what is left of them can be cleared."""
        busy = exists().where(
            jobs.c.collection_id == collections.c.id,
            jobs.c.state.in_([JobState.RECEIVED, JobState.RUNNING]),
        )
        with self._database.read() as connection:
            rows = connection.execute(select(collections).where(collections.c.name.is_(None), ~busy)).all()
        return [_collection(row) for row in rows]

    def forget(self, collection_id: int) -> None:
        """Remove the last trace of a dropped collection."""
        with self._database.write() as connection:
            connection.execute(
                delete(collections).where(collections.c.id == collection_id, collections.c.name.is_(None))
            )

    def _find(self, connection: Connection, application: str, name: str) -> Collection | None:
        row = connection.execute(_named, {"application": application, "name": name}).one_or_none()
        return _collection(row) if row else None

    def _must(self, connection: Connection, collection_id: int) -> Collection:
        found = self.by_id_in(connection, collection_id)
        if not found:
            raise NotFound("This collection was dropped meanwhile.")
        return found

    def _set(self, connection: Connection, collection: Collection, **values: Any) -> None:
        connection.execute(
            update(collections).where(collections.c.id == collection.id).values(epoch=collection.epoch + 1, **values)
        )


def _forget_sentences(connection: Connection, collection: Collection, generation: Generation) -> None:
    parts = select(segments.c.id).select_from(segments.join(items)).where(items.c.collection_id == collection.id)
    connection.execute(
        delete(sentences).where(sentences.c.generation == generation.number, sentences.c.segment_id.in_(parts))
    )


def _untrained(generation: Generation) -> dict[str, VectorSetting]:
    """The vectors as they were asked for: training changes what it makes."""
    return {
        name: setting if setting.trained is None else replace(setting, trained=0, dimension=0)
        for name, setting in generation.vectors.items()
    }


def _generation(data: Mapping[str, Any]) -> Generation:
    vectors = {name: VectorSetting(**setting) for name, setting in data["vectors"].items()}
    return Generation(data["number"], vectors, data["fields"])


def _collection(row: Row[Any]) -> Collection:
    return Collection(
        id=row.id,
        application=row.application,
        name=row.name or "",
        description=row.description,
        fields=row.fields,
        generation=_generation(row.generation),
        building=_generation(row.building) if row.building else None,
        epoch=row.epoch,
        created_at=row.created_at,
        options=row.options,
    )
