"""The vector engine's interface. Its implementation on Milvus is `milvus.py`; `lite.py` keeps Milvus Lite alive.

A *table* here is one Milvus collection: the vectors of one (collection, vector, generation). Rows have an int64
primary key (the segment's id in the catalog), the vector, and copies of the declared fields. A table ranked by BM25 has
words instead of vectors: one text of lower-case words with single spaces (encoders/words.py) for each row and query.
All methods block; callers on an event loop use threads. All raise `Unavailable` while the engine is away.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from findalike.domain import FieldType, Indexed, Ranking, Scalar
from findalike.filters import Filter

IndexKind = Literal["AUTO", "FLAT", "HNSW", "HNSW_SQ", "IVF_FLAT", "IVF_SQ8", "IVF_PQ", "SCANN", "DISKANN"]
"""AUTO lets the store choose what is exact on Milvus Lite and fast on a server."""


@dataclass(frozen=True)
class Capabilities:
    """What the engine can do, asked once. `indexes` is a white list (Milvus Lite accepts names that fail at load)."""

    name: str
    version: str
    lite: bool
    indexes: frozenset[str]
    binary: bool
    bm25: bool
    max_top_k: int
    serial_writes: bool


@dataclass(frozen=True)
class TableSpec:
    """How a table is made. `fields` are the declared fields that filters may use; for BM25 the dimension is 0."""

    name: str
    dimension: int
    metric: Ranking
    index: IndexKind = "AUTO"
    fields: Mapping[str, FieldType] = field(default_factory=dict)


@dataclass(frozen=True)
class Row:
    """One row to write. `values` may lack fields (missing is a value of its own in filters)."""

    id: int
    vector: Indexed
    values: Mapping[str, Scalar] = field(default_factory=dict)


@dataclass(frozen=True)
class Matches:
    """What one query found: ids (n,) int64 and scores (n,) float32, best first (for L2 the least score is best)."""

    ids: NDArray[np.int64]
    scores: NDArray[np.float32]


class VectorStore(Protocol):
    @property
    def capabilities(self) -> Capabilities: ...

    def create(self, spec: TableSpec) -> None:
        """Make and load a table; nothing happens if an equal one is there.

        Raises InvalidInput for an index that this engine lacks, and for BM25 where it cannot do that."""

    def drop(self, table: str) -> None:
        """Remove a table; nothing happens if there is none."""

    def tables(self) -> list[str]:
        """Names of all findalike's tables on this engine."""

    def upsert(self, table: str, rows: Sequence[Row]) -> None:
        """Write rows, replacing those with the same id. Raises NotFound if the table is gone."""

    def delete(self, table: str, ids: Sequence[int]) -> None:
        """Remove rows by id; ids without a row are fine. Raises NotFound if the table is gone."""

    def settle(self, table: str) -> None:
        """To be called when many writes have ended: searches become faster, and on a server more accurate.

        Takes up to a few seconds; nothing is lost without it. Raises NotFound if the table is gone."""

    def get(self, table: str, ids: Sequence[int]) -> dict[int, Indexed]:
        """Vectors (or words) by id, reading one's own writes; ids without a row are left out."""

    def search(
        self, table: str, queries: NDArray[np.float32] | Sequence[str], limit: int, filter: Filter | None = None
    ) -> list[Matches]:
        """The `limit` best rows for each of `queries`, (n, dimension) or n texts, in one call, reading own writes.

        By BM25, rows that share no word with the query are not found."""

    def exact(self, table: str) -> bool:
        """Whether searches of this table are exact, so that a smaller limit gives a prefix of a larger one."""

    def count(self, table: str) -> int:
        """Rows in a table, reading one's own writes."""

    def ids(self, table: str) -> NDArray[np.int64]:
        """All primary keys of a table, ascending, reading one's own writes."""

    def ping(self) -> None:
        """Raise `Unavailable` unless the engine answers."""

    def close(self) -> None: ...
