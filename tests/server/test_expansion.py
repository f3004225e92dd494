"""Archives and tables that do harm: only they fail, with a reason, and what they gave before stays."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from test_intake import zipped

from findalike.catalog.schema import entries
from findalike.decoders.archive import Limits
from findalike.media.store import MediaStore
from findalike.pipelines import contents
from findalike.pipelines.contents import Container, Step
from findalike.server.state import State
from server_api import Api, Start, drawn


def crashing(container: Container, store: MediaStore, limits: Limits) -> Iterator[Step]:
    """Reads on, one entry a step, and aborts before the third as often as the metadata says; each run is written down.

    Runs in a decoder process, so that nothing but files can tell what it did."""
    log = Path(container.metadata["log"])
    with log.open("a") as file:
        file.write(f"{container.position}\n")
    contents._FILES_STEP = 1
    for number, step in enumerate(contents.open_container(container, store, limits), container.position):
        if number == 2 and len(log.read_text().split()) <= container.metadata["crashes"]:
            os.abort()
        yield step


def upload(api: Api, address: str, tmp_path: Path, crashes: int) -> dict[str, Any]:
    archive = zipped({f"{n}.png": drawn(n) for n in range(5)})
    parts: list[Any] = [
        ("metadata", (None, json.dumps({"log": str(tmp_path / "log"), "crashes": crashes}))),
        ("file", ("a.zip", archive)),
        ("file", ("b.png", drawn(9))),
    ]
    return api.finished(api.http.post(f"{address}/items", files=parts).json())


def test_a_container_that_kills_its_reader_twice_fails_alone(
    api: Api, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("findalike.pipelines.expand.open_container", crashing)
    address = api.collection("image-search")
    job = upload(api, address, tmp_path, crashes=9)
    assert (job["state"], job["done"], job["failed"]) == ("succeeded", 3, 1)
    assert "crashed" in api.failures(job)["a.zip"]
    # The first two pictures are in; from there, the first attempt and one more.
    assert (tmp_path / "log").read_text().split() == ["0", "2"]


def test_a_reader_that_dies_once_is_started_again_where_it_was(
    api: Api, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("findalike.pipelines.expand.open_container", crashing)
    address = api.collection("image-search")
    job = upload(api, address, tmp_path, crashes=1)
    assert (job["state"], job["total"], job["done"], job["failed"]) == ("succeeded", 6, 6, 0)
    assert (tmp_path / "log").read_text().split() == ["0", "2"]


def test_a_container_that_findalike_never_survived_is_left_out(start: Start, lite_uri: str) -> None:
    """Five times its expansion was begun, and each time the whole server ended."""
    api = start(lite_uri)
    address = api.collection("image-search")
    state: State = api.http.app.state.findalike  # type: ignore[attr-defined]
    state.worker.stop()
    job = api.http.post(f"{address}/items", files={"file": ("a.zip", zipped({"a.png": drawn(1)}))}).json()
    with state.house.catalog.database.write() as connection:
        connection.execute(update(entries).values(attempts=5))
    later = start(lite_uri)
    ended = later.finished(job)
    assert (ended["state"], ended["failed"]) == ("succeeded", 1)
    assert "findalike itself ended" in later.failures(ended)["a.zip"]


def odd(container: Container, store: MediaStore, limits: Limits) -> Iterator[Step]:
    import pyarrow as pa

    raise pa.lib.ArrowCapacityError("array cannot contain more than 2147483646 bytes")
    yield


def missing(container: Container, store: MediaStore, limits: Limits) -> Iterator[Step]:
    raise FileNotFoundError("no such file")
    yield


@pytest.mark.parametrize(("reader", "words"), [(odd, "2147483646 bytes"), (missing, "no such file")])
def test_odd_errors_of_a_reader_are_its_containers(
    api: Api, monkeypatch: pytest.MonkeyPatch, reader: Any, words: str
) -> None:
    monkeypatch.setattr("findalike.pipelines.expand.open_container", reader)
    address = api.collection("image-search")
    job = api.add(address, {"a.zip": zipped({"a.png": drawn(1)}), "b.png": drawn(2)})
    assert (job["state"], job["done"], job["failed"]) == ("succeeded", 1, 1)
    assert words in api.failures(job)["a.zip"]


def test_damaged_parquet_fails_alone(api: Api) -> None:
    """Bytes turned over in its pages, its metadata and its end."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    buffer = io.BytesIO()
    pq.write_table(
        pa.table({"id": [f"r{n}" for n in range(50)], "vector": [[1.0, float(n)] for n in range(50)]}), buffer
    )
    whole = buffer.getvalue()
    damaged = {
        f"{at}.parquet": whole[:at] + bytes(255 - byte for byte in whole[at : at + 24]) + whole[at + 24 :]
        for at in range(8, len(whole), len(whole) // 12)
    }
    address = api.collection("vector-search", dimension=2)
    job = api.add(address, {**damaged, "cut.parquet": whole[: len(whole) // 2], "good.parquet": whole})
    assert job["state"] == "succeeded"
    failures = api.failures(job)
    assert "cut.parquet" in failures
    assert "good.parquet" not in failures
    assert len(failures) >= 5
    assert api.http.get(f"{address}/items").json()["total"] >= 50
