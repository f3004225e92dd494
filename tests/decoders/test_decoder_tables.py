from __future__ import annotations

import csv
import datetime
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

from findalike.decoders import tables
from findalike.decoders.tables import Row, RowError, rows
from findalike.errors import InvalidInput, TooLarge, UndecodableMedia

PARQUET, NPY, NDJSON = "application/vnd.apache.parquet", "application/x-npy", "application/x-ndjson"


def _read(path: Path, content: bytes | str, kind: str, **options: Any) -> list[Any]:
    """The values of good rows and the reasons of bad ones; checks that numbers count up."""
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return _plain(path, kind, **options)


def _plain(path: Path, kind: str, start: int = 0, **options: Any) -> list[Any]:
    found = list(rows(path, kind, start, **options))
    assert [row.number for row in found] == list(range(start + 1, start + 1 + len(found)))
    return [dict(row.values) if isinstance(row, Row) else row.reason for row in found]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "table"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
def test_csv(file: Path, delimiter: str, encoding: str) -> None:
    text = 'name,"long text"\nä,"two\nlines, quoted"\n\nb,\nc,d,e\nf\n'.replace(",", delimiter)
    found = _read(file, text.encode(encoding), "text/csv")
    assert found[:2] == [
        {"name": "ä", "long text": f"two\nlines{delimiter} quoted"},
        {"name": "b", "long text": None},
    ]
    assert "3 cells, but the header names 2" in found[2]
    assert found[3] == {"name": "f", "long text": None}
    assert _plain(file, "text/csv", start=3) == found[3:]


def test_csv_vectors_and_long_cells(file: Path) -> None:
    found = _read(file, f'id,vector,text\n1,"[1, 2.5]",{"x" * 300_000}\n2,nonsense,y\n', "text/csv")
    np.testing.assert_array_equal(found[0]["vector"], np.array([1, 2.5], np.float32))
    assert len(found[0]["text"]) == 300_000
    assert "not written as a vector" in found[1]


@pytest.mark.parametrize(("text", "reason"), [("", "empty"), ("a,a\n1,2\n", "twice"), ("a,,b\n1,2,3\n", "no name")])
def test_csv_needs_a_header(file: Path, text: str, reason: str) -> None:
    with pytest.raises(InvalidInput, match=reason):
        _read(file, text, "text/csv")


@pytest.fixture
def limits() -> Iterator[None]:
    """Puts back what reading sets for all who read CSV in this process."""
    before = csv.field_size_limit()
    yield
    csv.field_size_limit(before)


@pytest.mark.usefixtures("limits")
def test_a_quote_that_never_ends(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "_MAX_LINE", 1000)
    found = _read(file, 'a,b\n1,2\n3,"4\n' + "5,6\n" * 2000, "text/csv")
    assert found[0] == {"a": "1", "b": "2"}
    assert "damaged from here on" in found[-1]
    assert len(found) == 2


def test_json(file: Path) -> None:
    found = _read(file, '[{"id": 1, "vector": [1, 2], "tags": [1, 2]}, 5, {"x": NaN}]', "application/json")
    assert found[0]["vector"].dtype == np.float32
    assert found[0]["tags"] == [1, 2]
    assert "not an object" in found[1]
    assert found[2] == {"x": None}
    assert _read(file, '{"a": {"b": [1e999]}}', "application/json") == [{"a": {"b": [None]}}]


@pytest.mark.parametrize("text", ["", "[", "[" * 100_000, '{"a":' * 100_000])
def test_broken_json(file: Path, text: str) -> None:
    with pytest.raises(UndecodableMedia, match="not JSON"):
        _read(file, text, "application/json")


def test_json_that_is_no_table_or_too_large(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InvalidInput, match="array of objects"):
        _read(file, "5", "application/json")
    monkeypatch.setattr(tables, "_MAX_JSON", 10)
    with pytest.raises(TooLarge, match="NDJSON"):
        _read(file, json.dumps([{"a": 1}] * 10), "application/json")


def test_ndjson(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "_MAX_LINE", 100)
    text = '{"a": 1}\n\n{"a": \n"text"\n' + json.dumps({"a": "x" * 500}) + '\n{"a": 2, "vector": [1, "2"]}\n{"a": 3}'
    found = _read(file, text, NDJSON)
    assert (found[0], found[-1]) == ({"a": 1}, {"a": 3})
    assert [found[n].split(":")[0][:16] for n in range(1, 5)] == [
        "It is not JSON (",
        "It is not an obj",
        "The line is long",
        "vector holds som",
    ]
    for start in range(7):
        assert _plain(file, NDJSON, start=start) == found[start:]


@given(
    st.lists(
        st.dictionaries(
            st.text(min_size=1),
            st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False, allow_infinity=False),
        )
    ),
    st.integers(0, 5),
)
def test_ndjson_brings_back_what_was_written(
    tmp_path_factory: pytest.TempPathFactory, objects: list[dict[str, Any]], start: int
) -> None:
    path = tmp_path_factory.getbasetemp() / "ndjson"
    path.write_text("".join(json.dumps(one) + "\n" for one in objects))
    assert _plain(path, NDJSON, start=start, vectors=()) == objects[start:]


def _parquet(path: Path) -> None:
    vectors: list[Any] = [[float(n), 1.5] for n in range(2000)]
    vectors[3], vectors[4] = None, [float("inf"), 0]
    table = pa.table(
        {
            "id": range(2000),
            "vector": pa.array(vectors, pa.list_(pa.float64())),
            "seen": [datetime.datetime(2024, 1, 2, 3, 4, 5)] * 2000,
            "score": [float("nan")] * 2000,
            "tags": [["a"]] * 2000,
        }
    )
    parquet.write_table(table, path, row_group_size=700)


def test_parquet(file: Path) -> None:
    _parquet(file)
    found = _plain(file, PARQUET)
    assert len(found) == 2000
    vector = found[7].pop("vector")
    assert (vector.dtype, vector.tolist()) == (np.float32, [7.0, 1.5])
    assert found[7] == {"id": 7, "seen": "2024-01-02T03:04:05", "score": None, "tags": ["a"]}
    assert found[3]["vector"] is None
    assert "not finite" in found[4]


@pytest.mark.parametrize("start", [0, 1, 511, 512, 699, 700, 1399, 1999, 2000, 5000])
def test_parquet_goes_on_anywhere(file: Path, start: int) -> None:
    _parquet(file)
    found = [row.values["id"] if isinstance(row, Row) else row.number - 1 for row in rows(file, PARQUET, start)]
    assert found == list(range(start, 2000))


@pytest.mark.parametrize("kind", [pa.list_(pa.float32(), 2), pa.large_list(pa.float32()), pa.list_(pa.int8())])
def test_parquet_lists_of_all_kinds(file: Path, kind: pa.DataType) -> None:
    parquet.write_table(pa.table({"vector": pa.array([[1, 2], [3, 4]], kind), "raw": [b"1", b"2"]}), file)
    assert all("raw holds bytes" in reason for reason in _plain(file, PARQUET))
    parquet.write_table(pa.table({"vector": pa.array([[1, 2], [3, 4]], kind)}), file)
    assert [row["vector"].tolist() for row in _plain(file, PARQUET)] == [[1, 2], [3, 4]]


@pytest.mark.parametrize("dtype", ["<f4", ">f8", "<f2", "u1"])
@pytest.mark.parametrize("order", ["C", "F"])
def test_npy(file: Path, dtype: str, order: str) -> None:
    array = np.arange(12).reshape(4, 3).astype(dtype, order=order)  # type: ignore[call-overload]
    with file.open("wb") as out:
        np.save(out, array)
    found = list(rows(file, NPY, 1))
    assert [row.number for row in found] == [2, 3, 4]
    assert isinstance(found[0], Row)
    assert found[0].values["vector"].dtype == np.float32
    assert found[0].values["vector"].tolist() == [3, 4, 5]


def test_npy_bad_rows_and_bad_files(file: Path) -> None:
    for array, reason in ((np.zeros(3), "shape"), (np.zeros((2, 0)), "shape"), (np.array([["a"]]), "type <U1")):
        with file.open("wb") as out:
            np.save(out, array)
        with pytest.raises(InvalidInput, match=reason):
            list(rows(file, NPY))
    with file.open("wb") as out:
        np.save(out, np.array([[1.0, 1e300], [1, 2]]))
    first, second = rows(file, NPY)
    assert isinstance(first, RowError)
    assert isinstance(second, Row)
    with file.open("wb") as out:
        np.save(out, np.array([[object()]]), allow_pickle=True)
    with pytest.raises(UndecodableMedia):
        list(rows(file, NPY))


@pytest.mark.parametrize("kind", [PARQUET, NPY])
@pytest.mark.parametrize("content", [b"", b"PAR1xxxxPAR1", b"\x93NUMPY\x01\x00v\x00{", b"text"])
def test_broken_binary_tables(file: Path, kind: str, content: bytes) -> None:
    with pytest.raises(UndecodableMedia):
        _read(file, content, kind)


def test_truncated_binary_tables(file: Path) -> None:
    _parquet(file)
    file.write_bytes(file.read_bytes()[:-100])
    with pytest.raises(UndecodableMedia, match="export it again"):
        list(rows(file, PARQUET))
    with file.open("wb") as out:
        np.save(out, np.zeros((100, 100)))
    file.write_bytes(file.read_bytes()[:-100])
    with pytest.raises(UndecodableMedia, match="export it again"):
        list(rows(file, NPY))


def test_what_is_no_table(file: Path) -> None:
    with pytest.raises(InvalidInput, match="image/png is no table"):
        rows(file, "image/png")
