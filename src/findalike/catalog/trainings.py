"""What was learned from events, kept so that vectors can be made again without learning again."""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert, select

from findalike.catalog.database import Database
from findalike.catalog.schema import trainings


class Trainings:
    """All methods block."""

    def __init__(self, database: Database):
        self._database = database

    def save(self, connection: Connection, collection_id: int, model: bytes) -> int:
        """Keep what was learned: its number, which is never used twice."""
        made = insert(trainings).values(collection_id=collection_id, model=model).returning(trainings.c.number)
        return int(connection.execute(made).scalar_one())

    def find(self, number: int) -> bytes | None:
        with self._database.read() as connection:
            return connection.execute(select(trainings.c.model).where(trainings.c.number == number)).scalar()

    def keep(self, collection_id: int, numbers: set[int]) -> None:
        """Forget all trainings of a collection but these."""
        with self._database.write() as connection:
            connection.execute(
                delete(trainings).where(trainings.c.collection_id == collection_id, trainings.c.number.not_in(numbers))
            )
