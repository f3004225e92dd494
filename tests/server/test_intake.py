"""What `POST …/items` takes, and what becomes of bad input: never a crash, never half of it."""

from __future__ import annotations

import io
import json
import tarfile
import zipfile
from typing import Any

import numpy as np
import pytest

from findalike.domain import JobState
from findalike.server.state import State
from findalike.server.uploads import MAX_PARTS
from server_api import Api, Start, drawn, picture


def zipped(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def stored(api: Api) -> list[str]:
    return sorted(path.name for path in (api.settings.data_dir / "media").rglob("*") if path.is_file())


def test_a_form_an_archive_and_a_bare_body_all_work(api: Api) -> None:
    address = api.collection("image-search")
    tar = io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w:gz") as archive:
        info = tarfile.TarInfo("d.png")
        info.size = len(drawn(4))
        archive.addfile(info, io.BytesIO(drawn(4)))
    job = api.add(
        address,
        {"a.png": drawn(1), "b.zip": zipped({"x/b.png": drawn(2), "x/c.png": drawn(3)}), "e.tar.gz": tar.getvalue()},
    )
    assert (job["state"], job["total"], job["done"]) == ("succeeded", 4, 4)
    answer = api.http.post(f"{address}/items", params={"name": "f.png"}, content=drawn(5))
    assert answer.status_code == 202
    assert answer.headers["location"] == answer.json()["links"]["self"]
    assert answer.json()["state"] == "received"
    api.finished(answer.json())
    names = {item["name"] for item in api.http.get(f"{address}/items").json()["items"]}
    assert names == {"a.png", "b.zip/x/b.png", "b.zip/x/c.png", "e.tar.gz/d.png", "f.png"}


def test_bad_files_become_failures_and_stop_nothing(api: Api) -> None:
    address = api.collection("image-search")
    job = api.add(
        address,
        {
            "good.png": drawn(1),
            "text.png": b"this is no picture at all",
            "empty.jpg": b"",
            "cut.png": drawn(2)[:60],
            "../../etc/passwd": b"root:x:0:0",
            "bad.zip": zipped({"../../evil.png": drawn(3), "no.txt": b"hello"}) + b"trailing",
            "torn.zip": zipped({"a.png": drawn(4)})[:40],
        },
    )
    assert job["state"] == "succeeded"
    names = {item["name"] for item in api.http.get(f"{address}/items").json()["items"]}
    assert names == {"good.png", "bad.zip/evil.png"}
    failures = api.failures(job)
    assert set(failures) >= {"text.png", "empty.jpg", "cut.png", "../../etc/passwd", "bad.zip/no.txt"}
    assert all(reason.endswith((".", "?")) and " " in reason for reason in failures.values())
    assert not (api.settings.data_dir.parent / "evil.png").exists()


def test_the_same_bytes_are_one_item(api: Api) -> None:
    address = api.collection("image-search")
    first = api.add(address, {"one.png": drawn(1), "two.png": drawn(1)})
    assert (first["done"], first["skipped"]) == (1, 1)
    again = api.add(address, {"three.png": drawn(1)})
    assert (again["done"], again["skipped"], again["failed"]) == (0, 1, 0)
    updated = api.add(address, {"four.png": drawn(1)}, on_duplicate="update")
    assert updated["done"] == 1
    items = api.http.get(f"{address}/items").json()
    assert items["total"] == 1
    assert items["items"][0]["name"] == "four.png"
    assert len(api.search(address, text="red")["hits"]) == 1


def test_metadata_belongs_to_the_files_after_it(api: Api) -> None:
    address = api.collection("image-search", fields={"place": "text", "year": "integer"})
    parts: list[Any] = [
        ("metadata", (None, json.dumps({"place": "Lisbon", "year": "2026"}))),
        ("file", ("a.png", drawn(1))),
        ("metadata", (None, json.dumps({"year": "late"}))),
        ("file", ("b.png", drawn(2))),
    ]
    job = api.finished(api.http.post(f"{address}/items", files=parts).json())
    assert "year is declared as integer" in api.failures(job)["b.png"]
    assert api.http.get(f"{address}/items", params={"filter": "year == 2026"}).json()["total"] == 1


def test_several_requests_feed_one_open_job(api: Api) -> None:
    address = api.collection("image-search")
    first = api.http.post(f"{address}/items", files={"file": ("a.png", drawn(1))}, params={"keep_open": True}).json()
    assert first["open"]
    feed = {"job": first["id"], "keep_open": True}
    api.http.post(f"{address}/items", files={"file": ("b.png", drawn(2))}, params=feed)
    closed = api.http.post(f"/api/v1/jobs/{first['id']}/close").json()
    job = api.finished(closed)
    assert (job["total"], job["done"]) == (2, 2)
    late = api.http.post(f"{address}/items", files={"file": ("c.png", drawn(3))}, params=feed)
    assert late.status_code == 409


def test_an_idempotency_key_repeats_nothing(api: Api) -> None:
    address = api.collection("image-search")
    send = {"files": {"file": ("a.png", drawn(1))}, "headers": {"Idempotency-Key": "upload-1"}}
    first = api.http.post(f"{address}/items", **send)
    again = api.http.post(f"{address}/items", **send)
    assert first.status_code == again.status_code == 202
    assert first.json()["id"] == again.json()["id"]
    assert api.finished(first.json())["total"] == 1


def test_too_large_is_413_and_leaves_nothing(start: Start, lite_uri: str) -> None:
    api = start(lite_uri, max_upload=1000, max_request=5000)
    address = api.collection("image-search")
    before = stored(api)
    one = api.http.post(f"{address}/items", files={"file": ("big.png", b"x" * 2000)})
    assert one.status_code == 413
    assert "1000 bytes" in one.json()["detail"]
    assert api.http.post(f"{address}/items", content=b"x" * 6000).status_code == 413
    assert stored(api) == before
    assert api.http.get("/api/v1/jobs").json()["jobs"] == []


def test_the_parts_of_one_form_are_bounded(start: Start, lite_uri: str) -> None:
    """What was stored before the limit is collected like all that nobody needs."""
    api = start(lite_uri, media_grace=0)
    address = api.collection("image-search")
    parts: list[Any] = [("file", ("a.png", drawn(1)))] + [("metadata", (None, "{}"))] * MAX_PARTS
    many = api.http.post(f"{address}/items", files=parts)
    assert (many.status_code, many.headers["content-type"]) == (413, "application/problem+json")
    assert "10000 parts" in many.json()["detail"]
    long_name = api.http.post(f"{address}/items", files={"file": ("n" * 9000, drawn(1))})
    assert long_name.status_code == 413
    assert api.http.get("/api/v1/jobs").json()["jobs"] == []
    state: State = api.http.app.state.findalike  # type: ignore[attr-defined]
    state.sweeper.regular()
    assert stored(api) == []
    assert api.finished(api.http.post(f"{address}/items", files=parts[:MAX_PARTS]).json())["done"] == 1


def test_metadata_of_one_form_is_bounded(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file's entry has a copy: a little metadata for very many files is much."""
    monkeypatch.setattr("findalike.server.uploads._MAX_VALUES", 1000)
    address = api.collection("image-search")
    parts: list[Any] = [("metadata", (None, json.dumps({"note": "x" * 300})))]
    parts += [("file", (f"{n}.png", drawn(n))) for n in range(4)]
    answer = api.http.post(f"{address}/items", files=parts)
    assert (answer.status_code, "metadata" in answer.json()["detail"]) == (413, True)
    assert api.finished(api.http.post(f"{address}/items", files=parts[:3]).json())["done"] == 2


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"", "multipart/form-data; boundary=x", 422),
        (b"--x\r\nbroken", "multipart/form-data; boundary=x", 422),
        (b"--x--\r\n", "multipart/form-data; boundary=x", 422),
        (b"", "multipart/form-data", 422),
        (b"{", "application/json", 422),
        (b"{}", "application/json", 422),
        (b'{"records": [{"id": "a"}]}', "application/json", 415),
        (b'{"urls": ["http://127.0.0.1/x.png"]}', "application/json", 403),
        (b"plain words", "text/plain", 415),
        (b"", "application/octet-stream", 422),
    ],
)
def test_useless_bodies_are_refused_at_once(api: Api, body: bytes, kind: str, status: int) -> None:
    address = api.collection("image-search")
    answer = api.http.post(f"{address}/items", content=body, headers={"Content-Type": kind})
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert answer.json()["detail"]


def test_a_crashing_decoder_costs_only_its_file(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    address = api.collection("image-search")
    crashing = drawn(9)
    for module in ("ingest", "house"):
        monkeypatch.setattr(f"findalike.pipelines.{module}.decode", decode_or_abort)
    job = api.add(address, {"a.png": drawn(1), "crash.png": crashing, "b.png": drawn(2)})
    assert (job["state"], job["done"], job["failed"]) == ("succeeded", 2, 1)
    assert "crashed" in api.failures(job)["crash.png"]


def decode_or_abort(recipe: Any, source: Any, after: Any) -> Any:
    import os

    from findalike.pipelines.decode import decode

    if source.name == "crash.png":
        os.abort()
    return decode(recipe, source, after)


def test_retry_runs_what_failed_again(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    address = api.collection("image-search")
    with monkeypatch.context() as patch:
        for module in ("ingest", "house"):
            patch.setattr(f"findalike.pipelines.{module}.decode", decode_or_abort)
        job = api.add(address, {"crash.png": drawn(9), "a.png": drawn(1)})
    assert job["failed"] == 1
    again = api.http.post(f"/api/v1/jobs/{job['id']}/retry")
    assert again.status_code == 202
    ended = api.finished(again.json())
    assert (ended["state"], ended["done"], ended["failed"]) == ("succeeded", 2, 0)
    assert api.http.post(f"/api/v1/jobs/{job['id']}/retry").status_code == 409


def test_retry_keeps_the_reasons_of_what_was_never_stored(api: Api) -> None:
    address = api.collection("vector-search", dimension=2)
    table = b'id,vector\na,"[1, 2]"\nb,"[1, x]"\nc,"[1, 2, 3]"\n'
    job = api.add(address, {"v.csv": table, "x.zip": b"no archive"})
    before = api.failures(job)
    assert set(before) == {"v.csv, row 2", "c", "x.zip"}
    again = api.finished(api.http.post(f"/api/v1/jobs/{job['id']}/retry").json())
    assert (again["total"], again["done"], again["failed"]) == (4, 1, 3)
    assert api.failures(again) == before
    refused = api.add(address, {"v.csv": table.replace(b"1, 2, 3", b"x")})
    assert api.http.post(f"/api/v1/jobs/{refused['id']}/retry").status_code == 409


def test_cancel_and_events(api: Api) -> None:
    address = api.collection("image-search")
    job = api.http.post(f"{address}/items", files={"file": ("a.png", drawn(1))}, params={"keep_open": True}).json()
    told = api.http.delete(f"/api/v1/jobs/{job['id']}")
    assert (told.status_code, job["cancelling"]) == (202, False)
    assert told.json()["cancelling"] or told.json()["state"] == JobState.CANCELLED
    assert api.finished(job)["state"] == JobState.CANCELLED
    with api.http.stream("GET", job["links"]["events"]) as events:
        lines = list(events.iter_lines())
    assert events.headers["content-type"].startswith("text/event-stream")
    last = json.loads([line for line in lines if line.startswith("data: ")][-1].removeprefix("data: "))
    assert last["state"] == "cancelled"
    version = [line for line in lines if line.startswith("id: ")][-1].removeprefix("id: ")
    with api.http.stream("GET", job["links"]["events"], headers={"Last-Event-ID": version}) as events:
        assert [line for line in events.iter_lines() if line.startswith("data")] == []
    assert api.http.get(f"/api/v1/jobs/{'0' * 32}/events").status_code == 404


@pytest.mark.parametrize("kind", ["csv", "ndjson", "json", "npy", "parquet"])
def test_vectors_come_in_every_table(api: Api, kind: str) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    address = api.collection("vector-search", dimension=2, fields={"label": "text"})
    rows = [{"id": f"r{n}", "vector": [1.0, float(n)], "label": f"l{n}"} for n in range(3)]
    buffer = io.BytesIO()
    match kind:
        case "csv":
            buffer.write(b"id,vector,label\n" + b"".join(f'r{n},"[1.0, {n}]",l{n}\n'.encode() for n in range(3)))
        case "ndjson":
            buffer.write("\n".join(json.dumps(row) for row in rows).encode())
        case "json":
            buffer.write(json.dumps(rows).encode())
        case "npy":
            np.save(buffer, np.array([row["vector"] for row in rows], np.float32))
        case "parquet":
            pq.write_table(pa.Table.from_pylist(rows), buffer)
    job = api.add(address, {f"vectors.{kind}": buffer.getvalue()})
    assert (job["state"], job["done"], api.failures(job)) == ("succeeded", 3, {})
    best = api.search(address, vector=[1.0, 1.0])["hits"][0]
    if kind != "npy":
        assert best["item"]["key"] == "r1"
        assert api.search(address, vector=[1.0, 1.0], filter='label == "l2"')["hits"][0]["item"]["key"] == "r2"
    assert best["score"] == pytest.approx(1.0, abs=1e-5)


def test_bad_vectors_are_refused_by_name(api: Api) -> None:
    address = api.collection("vector-search", dimension=3)
    good = {"id": "good", "vector": [1, 2, 3]}
    job = api.records(address, [good, {"id": "short", "vector": [1, 2]}, {"id": "zero", "vector": [0, 0, 0]}])
    failures = api.failures(job)
    assert "2 dimensions and this collection has 3" in failures["short"]
    assert "all zeros" in failures["zero"]
    assert job["done"] == 1
    csv = b'id,vector\nnan,"[1, NaN, 2]"\nfine,"[1, 1, 2]"\n'
    assert "not finite" in api.failures(api.add(address, {"v.csv": csv}))["v.csv, row 1"]
    unknown = api.http.post(f"{address}/items", json={"records": [{"id": "x", "vectr": [1]}]})
    assert unknown.status_code == 422
    assert unknown.json()["errors"][0]["field"].startswith("records.0")


def test_ingesting_twice_is_ingesting_once(api: Api) -> None:
    address = api.collection("vector-search", dimension=2)
    records = [{"id": f"{n}", "vector": [1.0, n]} for n in range(20)]
    api.records(address, records)
    api.records(address, records)
    api.records(address, records, on_duplicate="update")
    described = api.http.get(address).json()
    assert (described["items"], described["indexed"], described["segments"]) == (20, 20, 20)
    assert len(api.search(address, vector=[1.0, 1.0], limit=100)["hits"]) == 20


def test_pictures_of_the_whole_rainbow(api: Api) -> None:
    address = api.collection("image-search")
    formats = {"JPEG": {}, "PNG": {}, "WEBP": {}, "GIF": {}, "TIFF": {}, "BMP": {}, "AVIF": {}}
    job = api.add(address, {f"p.{name.lower()}": picture("red", format=name) for name in formats})
    assert (job["done"], api.failures(job)) == (7, {})


def test_an_outage_blames_no_file(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """Encoding is away many times over: the job waits, and every file comes in."""
    from findalike.errors import Unavailable
    from findalike.pipelines.embed import Embedder

    address = api.collection("image-search")
    monkeypatch.setattr("findalike.jobs.worker._PATIENCE", (0.01,))
    left = [1] * 8
    embed = Embedder.embed

    def flaky(self: Embedder, *arguments: Any) -> Any:
        if left:
            left.pop()
            raise Unavailable("It is away.", retry_after=1)
        return embed(self, *arguments)

    monkeypatch.setattr(Embedder, "embed", flaky)
    job = api.add(address, {f"{n}.png": drawn(n) for n in range(5)})
    assert (job["state"], job["done"], job["failed"]) == ("succeeded", 5, 0)


@pytest.mark.parametrize(
    "poison", ['{"a": "\\ud800"}', '{"\\udfff": 1}', '{"a": 1e999}', "[" * 99 + "]" * 99, "[]", "x"]
)
def test_metadata_that_could_not_be_sent_is_not_taken(api: Api, poison: str) -> None:
    address = api.collection("vector-search", dimension=2)
    text = poison if poison.startswith("{") or poison in ("[]", "x") else '{"a": ' + poison + "}"
    form: list[Any] = [("metadata", (None, text)), ("file", ("a.csv", b'vector\n"[1, 2]"\n'))]
    assert api.http.post(f"{address}/items", files=form).status_code == 422
    if text.startswith("{"):
        api.records(address, [{"id": "a", "vector": [1, 2]}])
        item = api.http.get(f"{address}/items").json()["items"][0]
        body = {"content": f'{{"metadata": {text}}}', "headers": {"Content-Type": "application/json"}}
        assert api.http.patch(item["links"]["self"], **body).status_code == 422  # type: ignore[arg-type]
    assert api.http.get(f"{address}/items").status_code == 200


def test_open_jobs_that_wait_hold_nobody_up(start: Start, lite_uri: str) -> None:
    api = start(lite_uri, job_threads=1)
    address = api.collection("image-search")
    for number in range(3):
        body = {"files": {"file": ("a.png", drawn(number))}, "params": {"keep_open": True}}
        assert api.http.post(f"{address}/items", **body).json()["open"]  # type: ignore[arg-type]
    assert api.add(address, {"b.png": drawn(7)})["done"] == 1


def test_originals_and_their_collection_exclude_each_other(start: Start, lite_uri: str) -> None:
    """Deleting a collection and uploading the same files again at once must never lose one."""
    api = start(lite_uri, media_grace=0)
    files = {f"{n}.png": drawn(n) for n in range(6)}
    for round_number in range(4):
        address = api.collection("image-search", f"round-{round_number}")
        parts = [("file", (name, data)) for name, data in files.items()]
        while (answer := api.http.post(f"{address}/items", files=parts)).status_code == 503:
            assert "send it again" in answer.json()["detail"]
        job = api.finished(answer.json())
        assert (job["done"], api.failures(job)) == (6, {})
        api.http.delete(address)
