"""Tables as rows: CSV, TSV, JSON, NDJSON, Parquet, npy, and the formats of records.py. A bad row is reported and does
not stop the others."""

from __future__ import annotations

import codecs
import csv
import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from functools import partial
from itertools import islice
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.lib.format import open_memmap

from findalike.decoders import records
from findalike.domain import Vector
from findalike.errors import FindalikeError, InvalidInput, TooLarge, UndecodableMedia

_MIB = 1024 * 1024
_MAX_JSON = 64 * _MIB
_MAX_LINE = 16 * _MIB
_MAX_COLUMNS = 5000
_BATCH = 512


@dataclass(frozen=True)
class Row:
    """One row: `number` counts from 1 without a header; `values` are JSON, and float32 vectors of shape (n,)."""

    number: int
    values: Mapping[str, Any]


@dataclass(frozen=True)
class RowError:
    """A row that cannot be used, and why."""

    number: int
    reason: str


# What csv, json, numpy and pyarrow (whose errors are built-in ones, too) raise for broken files.
_BROKEN = (csv.Error, ValueError, TypeError, LookupError, OverflowError, NotImplementedError, RecursionError, OSError)


class _BadRow(Exception):
    """Its message is the reason of a RowError."""


def rows(
    path: str | Path, media_type: str, start: int = 0, *, vectors: Sequence[str] = ("vector",)
) -> Iterator[Row | RowError]:
    """The rows of a table, from the `start`th on (0-based); numbers count from the table's beginning all the same.

    Columns named in `vectors` become float32 arrays; numbers elsewhere that are not finite become None, dates ISO
    text. Cells of CSV stay text, empty ones become None. JSON is an array of objects, read whole and therefore
    limited to 64 MiB; other kinds are streamed. A table that breaks off ends with a RowError.
    Raises UndecodableMedia, InvalidInput or TooLarge if there are no rows to be had.
    """
    readers: dict[str, Callable[[], Iterator[Any]]] = {
        "text/csv": lambda: _csv(Path(path), None),
        "text/tab-separated-values": lambda: _csv(Path(path), "\t"),
        "application/json": lambda: _json(Path(path)),
        "application/x-ndjson": lambda: _ndjson(Path(path)),
        "application/vnd.apache.parquet": lambda: _parquet(Path(path), start, vectors),
        "application/x-npy": lambda: _npy(Path(path), start, vectors),
        **{kind: partial(_special, Path(path), kind) for kind in records.READERS},
    }
    if media_type not in readers:
        raise InvalidInput(f"{media_type} is no table: send CSV, TSV, JSON, NDJSON, Parquet or npy.")
    found = readers[media_type]()
    if media_type not in ("application/vnd.apache.parquet", "application/x-npy"):
        found = islice(found, start, None)
    return _numbered(found, start, frozenset(vectors))


def _numbered(found: Iterator[Any], start: int, vectors: frozenset[str]) -> Iterator[Row | RowError]:
    number = start
    while True:
        number += 1
        try:
            row = next(found)
        except StopIteration:
            return
        except FindalikeError:
            raise
        except _BROKEN as error:
            reason = f"The table is damaged from here on ({error}): export it again."
            if number == 1:
                raise UndecodableMedia(reason) from error
            yield RowError(number, reason)
            return
        try:
            yield Row(number, _values(row, vectors))
        except _BadRow as error:
            yield RowError(number, str(error))


def _values(row: Any, vectors: frozenset[str]) -> dict[str, Any]:
    if isinstance(row, _BadRow):
        raise row
    if not isinstance(row, Mapping):
        raise _BadRow('It is not an object: each row is written {"name": value, …}.')
    return {
        name: _vector(name, value) if name in vectors and value is not None else _plain(name, value)
        for name, value in row.items()
    }


def _vector(name: str, value: Any) -> Vector:
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError as error:
            raise _BadRow(f"{name} is not written as a vector, e.g. [0.1, 0.2].") from error
    if isinstance(value, list) and any(isinstance(one, bool | str | None) for one in value):
        raise _BadRow(f"{name} holds something that is not a number.")
    try:
        vector = np.asarray(value, np.float32)
    except (ValueError, TypeError, OverflowError) as error:
        raise _BadRow(f"{name} is not a list of numbers.") from error
    if vector.ndim != 1 or not vector.size:
        raise _BadRow(f"{name} is not a list of numbers.")
    if not np.isfinite(vector).all():
        raise _BadRow(f"{name} holds a number that is not finite in 32 bits.")
    return vector


def _plain(name: str, value: Any) -> Any:
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return value if math.isfinite(value) else None
        case np.ndarray():
            return _plain(name, value.tolist())
        case list() | tuple():
            return [_plain(name, one) for one in value]
        case Mapping():
            return {str(key): _plain(name, one) for key, one in value.items()}
        case datetime() | date() | time():
            return value.isoformat()
        case Decimal():
            return _plain(name, float(value))
    raise _BadRow(f"{name} holds {type(value).__name__}, which is neither text, a number nor a date: leave it out.")


def _csv(path: Path, delimiter: str | None) -> Iterator[Mapping[str, Any] | _BadRow]:
    # The module has one limit for all; its default of 128 KiB is less than a long text.
    csv.field_size_limit(_MAX_LINE)
    with path.open(encoding=_encoding(path), newline="") as file:
        lines = _lines(file)
        first = next((line for line in lines if line.strip()), None)
        if first is None:
            raise InvalidInput("The table is empty: send a header line and at least one row.")
        header_lines = _chain(first, lines)
        reader = csv.reader(header_lines, delimiter=delimiter or _delimiter(first))
        header = [name.strip() for name in next(reader)]
        _check_header(header)
        for cells in reader:
            if not cells:
                continue
            if len(cells) > len(header):
                yield _BadRow(f"It has {len(cells)} cells, but the header names {len(header)}.")
            else:
                padded = [*cells, *[""] * (len(header) - len(cells))]
                yield {name: cell if cell != "" else None for name, cell in zip(header, padded, strict=True)}


def _special(path: Path, kind: str) -> Iterator[Mapping[str, Any] | _BadRow]:
    with path.open(encoding=_encoding(path)) as file:
        for row in records.READERS[kind](_lines(file)):
            yield _BadRow(row) if isinstance(row, str) else row


def _chain(first: str, rest: Iterable[str]) -> Iterator[str]:
    yield first
    yield from rest


def _lines(file: IO[str]) -> Iterator[str]:
    while line := file.readline(_MAX_LINE):
        if len(line) == _MAX_LINE:
            raise ValueError(f"a line is longer than {_MAX_LINE // _MIB} MiB")
        yield line


def _delimiter(header: str) -> str:
    return max(",;\t|", key=header.count)


def _check_header(header: list[str]) -> None:
    if len(header) > _MAX_COLUMNS:
        raise InvalidInput(f"The table has {len(header)} columns; at most {_MAX_COLUMNS} are taken.")
    if not all(header):
        raise InvalidInput("A column has no name: the first line must name every column.")
    twice = {name for name in header if header.count(name) > 1} if len(set(header)) < len(header) else set()
    if twice:
        raise InvalidInput(f"The column {min(twice)!r} is there twice: give every column its own name.")


def _encoding(path: Path) -> str:
    """UTF-8 or UTF-16 as the first bytes say; UTF-8 if the whole file is that; else latin-1, which fits anything."""
    with path.open("rb") as file:
        head = file.read(4)
        if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        decoder = codecs.getincrementaldecoder("utf-8")()
        file.seek(0)
        try:
            while chunk := file.read(_MIB):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "latin-1"
    return "utf-8-sig"


def _json(path: Path) -> Iterator[Any]:
    if path.stat().st_size > _MAX_JSON:
        raise TooLarge(
            f"A JSON table may have {_MAX_JSON // _MIB} MiB at most: send NDJSON (one object per line) or Parquet."
        )
    try:
        found = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise UndecodableMedia(f"This is not JSON ({error}): export it again.") from error
    if isinstance(found, dict):
        found = [found]
    if not isinstance(found, list):
        raise InvalidInput("The JSON is not a table: send an array of objects.")
    yield from found


def _ndjson(path: Path) -> Iterator[Any]:
    with path.open(encoding=_encoding(path)) as file:
        while line := file.readline(_MAX_LINE):
            if len(line) == _MAX_LINE and not line.endswith("\n"):
                while (rest := file.readline(_MAX_LINE)) and not rest.endswith("\n"):
                    pass
                yield _BadRow(f"The line is longer than {_MAX_LINE // _MIB} MiB.")
            elif line.strip():
                yield _parsed(line)


def _parsed(line: str) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError) as error:
        return _BadRow(f"It is not JSON ({error}).")


def _parquet(path: Path, start: int, vectors: Sequence[str]) -> Iterator[Mapping[str, Any]]:
    import pyarrow as pa
    from pyarrow import parquet

    with parquet.ParquetFile(path, memory_map=True) as file:
        names = list(file.schema_arrow.names)
        _check_header(names)
        first, skipped = 0, 0
        while first < file.num_row_groups:
            in_group = file.metadata.row_group(first).num_rows
            if skipped + in_group > start:
                break
            first, skipped = first + 1, skipped + in_group
        groups = range(first, file.num_row_groups)
        for batch in file.iter_batches(_BATCH, row_groups=groups, use_threads=False):
            offset = min(start - skipped, batch.num_rows)
            skipped += offset
            columns = [
                _arrays(column) if name in vectors and _is_list(pa.types, column.type) else column.to_pylist()
                for name, column in zip(names, batch.slice(offset).columns, strict=True)
            ]
            for cells in zip(*columns, strict=True):
                yield dict(zip(names, cells, strict=True))


def _is_list(types: Any, kind: Any) -> bool:
    return bool(types.is_list(kind) or types.is_large_list(kind) or types.is_fixed_size_list(kind))


def _arrays(column: Any) -> list[Any]:
    """The lists of an arrow column as arrays, without a Python object for each number."""
    return [cell.values.to_numpy(zero_copy_only=False) if cell.is_valid else None for cell in column]


def _npy(path: Path, start: int, vectors: Sequence[str]) -> Iterator[Mapping[str, Any]]:
    name = vectors[0]
    array = open_memmap(path, mode="r")
    if array.ndim != 2 or array.dtype.kind not in "fiu" or not array.shape[1]:
        raise InvalidInput(
            f"The array has shape {array.shape} and type {array.dtype}: send one row of numbers for each vector."
        )
    with np.errstate(over="ignore"):
        for at in range(start, array.shape[0]):
            yield {name: np.array(array[at], np.float32)}
