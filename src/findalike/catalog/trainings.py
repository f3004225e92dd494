"""What was learned from events, kept so that vectors can be made again without learning again."""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert, select

from findalike.catalog.database import Database
from findalike.catalog.schema import trainings


class Trainings:
    """All methods block. A training has the number of the generation that it was made for."""

    def __init__(self, database: Database):
        self._database = database

    def save(self, connection: Connection, collection_id: int, number: int, model: bytes) -> None:
        self._delete(connection, collection_id, number)
        connection.execute(insert(trainings).values(collection_id=collection_id, number=number, model=model))

    def find(self, collection_id: int, number: int) -> bytes | None:
        query = select(trainings.c.model).where(
            trainings.c.collection_id == collection_id, trainings.c.number == number
        )
        with self._database.read() as connection:
            return connection.execute(query).scalar()

    def keep(self, collection_id: int, numbers: set[int]) -> None:
        """Forget all trainings of a collection but these."""
        with self._database.write() as connection:
            connection.execute(
                delete(trainings).where(trainings.c.collection_id == collection_id, trainings.c.number.not_in(numbers))
            )

    def _delete(self, connection: Connection, collection_id: int, number: int) -> None:
        connection.execute(
            delete(trainings).where(trainings.c.collection_id == collection_id, trainings.c.number == number)
        )
