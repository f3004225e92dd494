"""Rows as Milvus takes and gives them: how a table is laid out, packing what is written and what is asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pymilvus import DataType
from pymilvus.grpc_gen.schema_pb2 import (
    BoolArray,
    DoubleArray,
    FieldData,
    FloatArray,
    LongArray,
    ScalarField,
    StringArray,
    VectorField,
)

from findalike.domain import FieldType, Indexed, Ranking, Scalar
from findalike.errors import InvalidInput
from findalike.vectors import Row, bits
from findalike.vectors.filters import columns

_MESSAGE = 8 * 1024 * 1024
"""Bytes of one write; Milvus refuses messages of 64 MB."""

TYPES: Mapping[FieldType, DataType] = {
    "text": DataType.VARCHAR,
    "integer": DataType.INT64,
    "number": DataType.DOUBLE,
    "boolean": DataType.BOOL,
}


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


def messages(rows: Sequence[Row], about: Layout) -> Iterator[list[FieldData]]:
    """Rows as the columns of a few messages. Raises InvalidInput if a vector does not fit the table.

    Made here, because pymilvus packs value by value, which takes it longer than Milvus takes to write."""
    part: list[Row] = []
    size = 0
    for row in rows:
        weight = _weight(row, about)
        if part and size + weight > _MESSAGE:
            yield _message(part, about)
            part, size = [], 0
        part.append(row)
        size += weight
    if part:
        yield _message(part, about)


def _message(rows: Sequence[Row], about: Layout) -> list[FieldData]:
    kinds = {f"f_{name}": kind for name, kind in about.fields.items()}
    scalars = [
        _column(name, kinds.get(name, "boolean"), values)
        for name, values in columns([row.values for row in rows], about.fields).items()
    ]
    return [_column("id", "integer", [row.id for row in rows]), *_indexed(rows, about), *scalars]


def _indexed(rows: Sequence[Row], about: Layout) -> list[FieldData]:
    """The columns of vectors, bits or words."""
    if about.lexical:
        if not all(isinstance(row.vector, str) for row in rows):
            raise InvalidInput("This table takes words.")
        return [_column("words", "text", [str(row.vector) for row in rows])]
    for row in rows:
        if np.shape(row.vector) != (about.dimension,):
            raise InvalidInput(f"A vector has the shape {np.shape(row.vector)}; this table needs ({about.dimension},).")
    vectors = np.stack([np.asarray(row.vector, np.float32) for row in rows])
    if about.folded:
        digits = [one.tobytes().hex() for one in bits.pack(vectors)]
        return [_column("bits", "text", digits), _vectors(bits.fold(vectors))]
    if about.binary:
        return [
            FieldData(
                field_name="vector",
                type=int(DataType.BINARY_VECTOR),
                vectors=VectorField(dim=about.dimension, binary_vector=bits.pack(vectors).tobytes()),
            )
        ]
    return [_vectors(vectors)]


def _vectors(matrix: NDArray[np.float32]) -> FieldData:
    floats = matrix.astype("<f4").tobytes()
    # The one field of the message, packed (protobuf.dev/programming-guides/encoding): it would take a list of Python's
    # floats.
    array = FloatArray.FromString(b"\n" + _varint(len(floats)) + floats)
    return FieldData(
        field_name="vector",
        type=int(DataType.FLOAT_VECTOR),
        vectors=VectorField(dim=matrix.shape[1], float_vector=array),
    )


def _varint(number: int) -> bytes:
    """A number in protobuf's form: seven bits a byte, the lowest first."""
    parts = []
    while number > 127:
        parts.append(number & 127 | 128)
        number >>= 7
    return bytes([*parts, number])


def _column(name: str, kind: FieldType, values: Sequence[Scalar]) -> FieldData:
    match kind:
        case "text":
            scalars = ScalarField(string_data=StringArray(data=values))
        case "integer":
            scalars = ScalarField(long_data=LongArray(data=values))
        case "number":
            scalars = ScalarField(double_data=DoubleArray(data=values))
        case "boolean":
            scalars = ScalarField(bool_data=BoolArray(data=values))
    return FieldData(field_name=name, type=int(TYPES[kind]), scalars=scalars)


def _weight(row: Row, about: Layout) -> int:
    """About how many bytes of a message it is."""
    texts = sum(2 * len(value.encode()) for value in row.values.values() if isinstance(value, str))
    if isinstance(row.vector, str):
        return len(row.vector.encode()) + texts + 16 * len(about.fields)
    # Bits as text take a quarter of a byte each, and what they are folded into is shorter.
    return 4 * about.dimension + texts + 16 * len(about.fields)
