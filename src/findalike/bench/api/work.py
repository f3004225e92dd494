"""The work behind the endpoints that Flask and FastAPI are compared by: the same for both."""

from __future__ import annotations

import hashlib
from pathlib import Path
from tempfile import gettempdir
from typing import IO, Annotated, Literal
from uuid import uuid4

from pydantic import BaseModel, Field

WAIT = 0.02
"""Seconds that a database over the network takes."""
_TURNS = 60_000

Engine = Literal["instant", "waiting", "computing"]


class Query(BaseModel):
    """A search: of an engine that answers at once, after waiting, or after computing in Python."""

    vector: Annotated[list[float], Field(min_length=384, max_length=384)]
    limit: int = Field(10, ge=1, le=1000)
    engine: Engine = "instant"


class Hit(BaseModel):
    id: str
    rank: int
    score: float
    name: str


class Answer(BaseModel):
    hits: list[Hit]


class Stored(BaseModel):
    sha256: str
    size: int


def compute() -> int:
    """A few milliseconds of Python, which hold its lock."""
    total = 0
    for number in range(_TURNS):
        total += number
    return total


def hits(query: Query) -> list[Hit]:
    """As many as were asked for."""
    first = query.vector[0]
    return [
        Hit(id=f"item-{rank}", rank=rank, score=first / (rank + 1), name=f"picture {rank}.jpg")
        for rank in range(query.limit)
    ]


class Sink:
    """A file that is being uploaded: hashed, written to disk, and removed in the end."""

    def __init__(self) -> None:
        self._path = Path(gettempdir()) / f"findalike-bench-{uuid4().hex}"
        self._file: IO[bytes] = self._path.open("wb")
        self._hash = hashlib.sha256()
        self._size = 0

    def write(self, part: bytes) -> None:
        self._hash.update(part)
        self._file.write(part)
        self._size += len(part)

    def done(self) -> Stored:
        self._file.close()
        self._path.unlink()
        return Stored(sha256=self._hash.hexdigest(), size=self._size)
