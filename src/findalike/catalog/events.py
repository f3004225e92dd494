"""Events in the catalog: which users liked which items. Of each user and item the newest is kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, bindparam, delete, func, select
from sqlalchemy.dialects.sqlite import insert

from findalike.catalog.database import Database
from findalike.catalog.fetch import Fetch
from findalike.catalog.schema import collections, events
from findalike.domain import Event
from findalike.errors import NotFound

_of = (
    select(events.c.user, events.c.item_id, events.c.value, events.c.at)
    .where(events.c.collection_id == bindparam("collection"), events.c.user == bindparam("user"))
    .order_by(events.c.at.desc(), events.c.item_id)
)


@dataclass(frozen=True)
class EventColumns:
    """Events as columns of n: positions in `users` and `item_ids` (n,) int64, values and times (n,) float64, the times
    in seconds since 1970."""

    users: list[str]
    item_ids: list[str]
    user: NDArray[np.int64]
    item: NDArray[np.int64]
    value: NDArray[np.float64]
    at: NDArray[np.float64]


class Events:
    """All methods block."""

    def __init__(self, database: Database):
        self._database = database
        self._of = Fetch(_of, database.engine.dialect)

    def write(self, connection: Connection, collection_id: int, some: Iterable[Event]) -> None:
        """Keep events. One that is older than what is known of its user and item changes nothing."""
        rows = [
            {"collection_id": collection_id, "user": one.user, "item_id": one.item_id, "value": one.value, "at": one.at}
            for one in some
        ]
        if rows:
            fresh = insert(events)
            statement = fresh.on_conflict_do_update(
                index_elements=[events.c.collection_id, events.c.user, events.c.item_id],
                set_={"value": fresh.excluded.value, "at": fresh.excluded.at},
                where=fresh.excluded.at >= events.c.at,
            )
            connection.execute(statement, rows)

    def add(self, collection_id: int, some: Iterable[Event]) -> None:
        """`write`, in a transaction of its own. Raises NotFound if the collection is gone."""
        with self._database.write() as connection:
            there = select(collections.c.id).where(collections.c.id == collection_id, collections.c.name.is_not(None))
            if not connection.execute(there).first():
                raise NotFound("This collection was dropped meanwhile.")
            self.write(connection, collection_id, some)

    def of(self, collection_id: int, user: str) -> list[Event]:
        """All of a user's events, newest first."""
        with self._database.cursor() as cursor:
            return [Event(*row) for row in self._of.rows(cursor, collection=collection_id, user=user)]

    def forget(self, collection_id: int, user: str) -> int:
        """Delete all of a user's events: how many there were."""
        with self._database.write() as connection:
            return connection.execute(
                delete(events).where(events.c.collection_id == collection_id, events.c.user == user)
            ).rowcount

    def users(self, collection_id: int, beginning: str, limit: int) -> list[tuple[str, int]]:
        """Users whose name begins so, with the numbers of their events, the busiest first."""
        query = (
            select(events.c.user, func.count().label("count"))
            .where(events.c.collection_id == collection_id, events.c.user.startswith(beginning, autoescape=True))
            .group_by(events.c.user)
            .order_by(func.count().desc(), events.c.user)
            .limit(limit)
        )
        with self._database.read() as connection:
            return [(row.user, row[1]) for row in connection.execute(query)]

    def any(self, collection_id: int) -> bool:
        with self._database.read() as connection:
            return bool(
                connection.execute(select(events).where(events.c.collection_id == collection_id).limit(1)).first()
            )

    def columns(self, collection_id: int) -> EventColumns:
        """All events of a collection, in order of their times."""
        query = (
            select(events.c.user, events.c.item_id, events.c.value, events.c.at)
            .where(events.c.collection_id == collection_id)
            .order_by(events.c.at, events.c.user, events.c.item_id)
        )
        users: dict[str, int] = {}
        item_ids: dict[str, int] = {}
        user, item, value, at = [], [], [], []
        with self._database.read() as connection:
            for row in connection.execute(query):
                user.append(users.setdefault(row.user, len(users)))
                item.append(item_ids.setdefault(row.item_id, len(item_ids)))
                value.append(row.value)
                at.append(row.at.timestamp())
        return EventColumns(
            list(users),
            list(item_ids),
            np.array(user, dtype=np.int64),
            np.array(item, dtype=np.int64),
            np.array(value, dtype=np.float64),
            np.array(at, dtype=np.float64),
        )
