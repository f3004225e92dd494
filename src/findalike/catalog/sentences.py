"""The vectors of segments' sentences. They belong to a generation, and go with it or with their segment."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import delete, insert, select

from findalike.catalog.database import Database
from findalike.catalog.reading import SentenceVectors, chunks
from findalike.catalog.schema import segments, sentences


class Sentences:
    """All methods block."""

    def __init__(self, database: Database):
        self._database = database

    def write(self, generation: int, vector: str, by_segment: Mapping[int, SentenceVectors]) -> None:
        """Keep these instead of what is kept of the same segments; those that are gone are left out."""
        with self._database.write() as connection:
            for part in chunks(list(by_segment)):
                connection.execute(
                    delete(sentences).where(
                        sentences.c.segment_id.in_(part),
                        sentences.c.generation == generation,
                        sentences.c.vector == vector,
                    )
                )
                rows = [
                    {
                        "segment_id": id,
                        "generation": generation,
                        "vector": vector,
                        "places": [list(place) for place in by_segment[id][0]],
                        "vectors": by_segment[id][1].tobytes(),
                    }
                    for id in connection.execute(select(segments.c.id).where(segments.c.id.in_(part))).scalars()
                ]
                if rows:
                    connection.execute(insert(sentences), rows)
