"""Maps in the catalog: where each item of a collection lies in its 2-D projection, one map for each vector."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Row, delete, func, insert, select

from findalike.catalog.database import Database
from findalike.catalog.schema import items, maps, segments

SCALE = 65535
"""Coordinates are whole numbers from 0 to this: a screen shows no finer."""

Cells = NDArray[np.uint16]
"""Points as they are stored: shape (n, 2), from 0 to SCALE."""


@dataclass(frozen=True)
class Points:
    """Mapped items: their numbers (n,) int64 ascending, the revisions that were mapped (n,) int64, their cells."""

    numbers: NDArray[np.int64]
    revisions: NDArray[np.int64]
    cells: Cells


@dataclass(frozen=True)
class StoredMap:
    """A map. `laid_out` of its points were laid out together; the others were placed among them later."""

    vector: str
    generation: int
    laid_out: int
    points: Points
    made_at: datetime


@dataclass(frozen=True)
class Contents:
    """The items of a collection as columns of n: numbers int64 ascending, revisions int64, whether indexed, and ids."""

    numbers: NDArray[np.int64]
    revisions: NDArray[np.int64]
    indexed: NDArray[np.bool_]
    ids: list[str]


class Maps:
    def __init__(self, database: Database):
        self._database = database

    def find(self, collection_id: int, vector: str) -> StoredMap | None:
        with self._database.read() as connection:
            row = connection.execute(
                select(maps).where(maps.c.collection_id == collection_id, maps.c.vector == vector)
            ).one_or_none()
        return _map(row) if row else None

    def vectors(self, collection_id: int) -> list[str]:
        """The vectors of which there is a map."""
        with self._database.read() as connection:
            query = select(maps.c.vector).where(maps.c.collection_id == collection_id)
            return sorted(connection.execute(query).scalars())

    def save(self, connection: Connection, collection_id: int, made: StoredMap) -> None:
        """Keep a map in place of the one before."""
        connection.execute(delete(maps).where(maps.c.collection_id == collection_id, maps.c.vector == made.vector))
        connection.execute(
            insert(maps).values(
                collection_id=collection_id,
                vector=made.vector,
                generation=made.generation,
                laid_out=made.laid_out,
                points=_packed(made.points),
                made_at=made.made_at,
            )
        )

    def state(self, collection_id: int) -> tuple[int | None, ...]:
        """Numbers that change with a collection's items, found without listing them."""
        # Numbers of items are never used twice and revisions only grow: no history leads back to the first three.
        query = select(
            func.count(), func.max(items.c.number), func.sum(items.c.revision), func.count().filter(items.c.indexed)
        ).where(items.c.collection_id == collection_id)
        with self._database.read() as connection:
            return tuple(connection.execute(query).one())

    def contents(self, collection_id: int) -> Contents:
        query = (
            select(items.c.number, items.c.revision, items.c.indexed, items.c.id)
            .where(items.c.collection_id == collection_id)
            .order_by(items.c.number)
        )
        with self._database.read() as connection:
            rows = connection.execute(query).all()
        return Contents(
            np.array([row.number for row in rows], dtype=np.int64),
            np.array([row.revision for row in rows], dtype=np.int64),
            np.array([row.indexed for row in rows], dtype=np.bool_),
            [row.id for row in rows],
        )

    def segments_of(self, numbers: Sequence[int]) -> list[tuple[int, int]]:
        """(Item number, segment id) of every segment of some items, at most some hundred."""
        query = select(segments.c.item_number, segments.c.id).where(segments.c.item_number.in_(numbers))
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(segments.c.item_number, segments.c.ordinal))
            return [(row.item_number, row.id) for row in rows]


def _packed(points: Points) -> bytes:
    buffer = io.BytesIO()
    np.savez_compressed(buffer, numbers=points.numbers, revisions=points.revisions, cells=points.cells)
    return buffer.getvalue()


def _map(row: Row[Any]) -> StoredMap:
    with np.load(io.BytesIO(row.points)) as columns:
        points = Points(columns["numbers"], columns["revisions"], columns["cells"])
    return StoredMap(row.vector, row.generation, row.laid_out, points, row.made_at)
