"""Rows as Milvus takes and gives them: how a table is laid out, packing what is written and what is asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from findalike.domain import FieldType, Indexed, Ranking, Scalar
from findalike.errors import InvalidInput
from findalike.vectors import Row, bits
from findalike.vectors.filters import columns

_MESSAGE = 8 * 1024 * 1024
"""Bytes of one write; Milvus refuses messages of 64 MB."""


@dataclass(frozen=True)
class Layout:
    """What a table is made of, as the engine describes it."""

    dimension: int
    metric: Ranking
    index: str
    fields: Mapping[str, FieldType]

    @property
    def lexical(self) -> bool:
        return self.metric == "BM25"

    @property
    def binary(self) -> bool:
        return self.metric == "JACCARD"

    @property
    def folded(self) -> bool:
        """Whether it has bits on an engine without binary vectors."""
        return self.binary and not self.index.startswith("BIN_")

    @property
    def column(self) -> str:
        """Where a row's vector, bits or words are written."""
        return "words" if self.lexical else "bits" if self.folded else "vector"

    def value(self, stored: Any) -> Indexed:
        """What was written, from what is in the column."""
        if self.lexical:
            return str(stored)
        if self.binary:
            return bits.unpack(bytes.fromhex(stored) if self.folded else _joined(stored))
        return np.asarray(stored, dtype=np.float32)


def asked(queries: NDArray[np.float32] | Sequence[str], about: Layout) -> Sequence[bytes | str]:
    """Queries as pymilvus takes them; vectors as bytes, for it would pack an array float by float."""
    if about.lexical:
        if not all(isinstance(query, str) for query in queries):
            raise InvalidInput("This table is searched by words.")
        return list(map(str, queries))
    vectors = np.asarray(queries, dtype=np.float32)
    if vectors.ndim != 2 or vectors.shape[1] != about.dimension:
        raise InvalidInput(f"The queries have the shape {vectors.shape}; this table needs (n, {about.dimension}).")
    if about.binary and not about.folded:
        return [one.tobytes() for one in bits.pack(vectors)]
    return [one.tobytes() for one in (bits.fold(vectors) if about.folded else vectors)]


def _joined(stored: Any) -> bytes:
    """A binary vector, which pymilvus gives as bytes or as a list of them."""
    return stored if isinstance(stored, bytes) else b"".join(stored)


def packed(row: Row, about: Layout) -> dict[str, Any]:
    """A row's columns. Raises InvalidInput if its vector does not fit the table."""
    values: dict[str, Scalar] = columns(row.values, about.fields)
    if about.lexical:
        if not isinstance(row.vector, str):
            raise InvalidInput("This table takes words.")
        return {"id": row.id, "words": row.vector, **values}
    vector = np.asarray(row.vector, dtype=np.float32)
    if vector.shape != (about.dimension,):
        raise InvalidInput(f"A vector has the shape {vector.shape}; this table needs ({about.dimension},).")
    if about.folded:
        digits = bits.pack(vector).tobytes().hex()
        return {"id": row.id, "bits": digits, "vector": bits.fold(vector[None])[0], **values}
    return {"id": row.id, "vector": bits.pack(vector).tobytes() if about.binary else vector, **values}


def batches(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Rows in parts that fit into one message each."""
    batch: list[dict[str, Any]] = []
    size = 0
    for row in rows:
        weight = sum(_weight(value) for value in row.values())
        if batch and size + weight > _MESSAGE:
            yield batch
            batch, size = [], 0
        batch.append(row)
        size += weight
    if batch:
        yield batch


def _weight(value: Any) -> int:
    if isinstance(value, str | bytes):
        return len(value.encode() if isinstance(value, str) else value)
    return int(value.nbytes) if isinstance(value, np.ndarray) else 16
