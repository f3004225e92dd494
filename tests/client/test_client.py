"""The client: errors, uploads, paging and watching, on answers made up here."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import numpy as np
import pytest

from findalike.client import Client, Upload, batches
from findalike.client.connection import repeated
from findalike.client.events import Event, events, lines
from findalike.errors import (
    Conflict,
    FindalikeError,
    Gone,
    InvalidFilter,
    InvalidInput,
    ModelUnavailable,
    NotFound,
    Overloaded,
    Unavailable,
)

JOB = {
    "id": "a" * 32, "kind": "ingest", "application": "image-search", "collection": "holiday", "state": "running",
    "open": False, "total": 3, "done": 0, "failed": 0, "skipped": 0, "rate": None, "remaining_seconds": None,
    "detail": None, "vector": None, "created_at": "2026-01-02T03:04:05Z", "started_at": None, "finished_at": None,
    "links": {"self": "/", "events": "/", "errors": "/"},
}  # fmt: skip


class Script:
    """Answers requests in order, and keeps them; the last answer is for all that follow."""

    def __init__(self, *answers: httpx.Response | Exception | Callable[[httpx.Request], httpx.Response]):
        self.answers = list(answers)
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.requests.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, httpx.Response) else answer(request)

    def client(self) -> Client:
        return Client("http://testserver", "secret", transport=httpx.MockTransport(self))


@pytest.fixture(autouse=True)
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long the client would have waited."""
    waited: list[float] = []
    for module in ("connection", "watching"):
        monkeypatch.setattr(f"findalike.client.{module}.time", SimpleNamespace(sleep=waited.append))
    return waited


def problem(status: int, kind: str = "", **more: Any) -> httpx.Response:
    return httpx.Response(status, json={"type": f"urn:findalike:{kind}", "detail": "A sentence.", **more})


def stream(*parts: bytes | Exception) -> httpx.Response:
    """An event stream that may break off."""

    class Body(httpx.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            for part in parts:
                if isinstance(part, Exception):
                    raise part
                yield part

    return httpx.Response(200, stream=Body())


def event(version: int, **changes: Any) -> bytes:
    return f"id: {version}\nevent: job\ndata: {json.dumps({**JOB, **changes})}\n\n".encode()


# -- errors --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "kind", "expected"),
    [
        (404, "not-found", NotFound),
        (410, "gone", Gone),
        (422, "invalid-filter", InvalidFilter),
        (422, "invalid-input", InvalidInput),
        (422, "of-the-future", InvalidInput),
        (429, "too-many-requests", Overloaded),
        (503, "model-unavailable", ModelUnavailable),
        (503, "", Unavailable),
        (405, "method-not-allowed", InvalidInput),
        (500, "internal-error", FindalikeError),
        (502, "", Unavailable),
    ],
)
def test_problems_become_our_own_errors(status: int, kind: str, expected: type[FindalikeError]) -> None:
    with pytest.raises(FindalikeError) as caught:
        Script(problem(status, kind)).client().apps()
    assert type(caught.value) is expected
    assert (caught.value.detail, caught.value.status) == ("A sentence.", status)


def test_an_error_keeps_its_field_and_when_to_try_again() -> None:
    answer = problem(429, errors=[{"field": "filter", "detail": "x"}])
    answer.headers["Retry-After"] = "7"
    with pytest.raises(Overloaded) as caught:
        Script(answer).client().apps()
    assert (caught.value.field, caught.value.retry_after) == ("filter", 7)


def test_answers_of_strangers_are_not_taken_for_ours() -> None:
    with pytest.raises(Unavailable, match="is this a findalike server"):
        Script(httpx.Response(502, html="<h1>Bad Gateway</h1>")).client().apps()
    with pytest.raises(FindalikeError, match="makes no sense"):
        Script(httpx.Response(200, json={"hello": "world"})).client().apps()


def test_nobody_there() -> None:
    with pytest.raises(Unavailable, match="start it with `findalike serve`"):
        Script(httpx.ConnectError("refused")).client().apps()
    with pytest.raises(Unavailable, match="within 60 seconds"):
        Script(httpx.ReadTimeout("slow")).client().apps()
    for url in ("ftp://x", "http://", "http://[::1"):
        with pytest.raises(InvalidInput, match="not the address"):
            Client(url)


def test_the_key_goes_with_every_request() -> None:
    script = Script(httpx.Response(200, json=[]))
    with script.client() as client:
        assert client.collections("image-search") == []
    assert script.requests[0].headers["authorization"] == "Bearer secret"
    assert script.requests[0].url.path == "/api/v1/apps/image-search/collections"


# -- uploads -------------------------------------------------------------------------------------------------------


def test_batches_are_bounded_by_number_and_size() -> None:
    uploads = [Upload(Path(str(size)), str(size), size) for size in (1, 2, 3, 100, 1, 1, 1)]
    found = [[one.size for one in batch] for batch in batches(uploads, max_files=2, max_bytes=5)]
    assert found == [[1, 2], [3], [100], [1, 1], [1]]
    assert list(batches([])) == []


def test_files_go_in_several_requests_of_one_job(tmp_path: Path) -> None:
    script = Script(httpx.Response(202, json=JOB))
    for number in range(65):
        (tmp_path / f"{number}.png").write_bytes(b"%d" % number)
    files = [tmp_path / f"{number}.png" for number in range(65)]
    job = script.client().add_files("image-search", "holiday", files, metadata={"year": 2026}, idempotency_key="k")
    assert job.id == JOB["id"]
    first, second = script.requests
    assert first.url.params["keep_open"] == "true"
    assert "job" not in first.url.params
    assert (second.url.params["keep_open"], second.url.params["job"]) == ("false", JOB["id"])
    assert [one.headers["idempotency-key"] for one in script.requests] == ["k-0", "k-1"]
    assert first.content.count(b'name="file"') == 64
    assert first.content.index(b'{"year": 2026}') < first.content.index(b'name="file"')
    assert int(first.headers["content-length"]) == len(first.content)


def test_no_files_are_refused_here() -> None:
    with pytest.raises(InvalidInput, match="no files"):
        Script(httpx.Response(500)).client().add_files("image-search", "holiday", [])


def test_one_file_is_as_good_as_a_list_of_one(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"x")
    script = Script(httpx.Response(202, json=JOB))
    script.client().add_files("image-search", "holiday", str(tmp_path / "a.png"))
    assert b'filename="a.png"' in script.requests[0].content


@pytest.mark.parametrize(("name", "said"), [("", "is a folder"), ("missing.png", "No such file")])
def test_what_is_no_file_is_refused_here(tmp_path: Path, name: str, said: str) -> None:
    client = Script(httpx.Response(500)).client()
    with pytest.raises(InvalidInput, match=said):
        client.add_files("image-search", "holiday", [tmp_path / name])
    with pytest.raises(InvalidInput, match=said):
        client.add_media(tmp_path / name)


def test_an_upload_whose_answer_is_lost_is_sent_again_whole(tmp_path: Path) -> None:
    picture = tmp_path / "a.png"
    picture.write_bytes(b"content")
    script = Script(httpx.ReadError("gone"), problem(409, "conflict"), httpx.Response(202, json=JOB))
    seen: list[int] = []
    upload = [Upload.of(picture)]
    script.client().add_batch("image-search", "holiday", upload, idempotency_key="k", progress=seen.append)
    assert [b"content" in one.content for one in script.requests] == [True] * 3
    assert {one.headers["idempotency-key"] for one in script.requests} == {"k"}
    assert max(seen) == 7


def test_what_is_refused_is_not_sent_again(pauses: list[float]) -> None:
    for answer in (problem(422), problem(409)):
        script = Script(answer)
        with pytest.raises((InvalidInput, Conflict)):
            script.client().add_records("vector-search", "words", [{"vector": [1]}])
        assert len(script.requests) == 1
    assert not pauses


def test_the_server_says_how_long_to_wait(pauses: list[float]) -> None:
    answers = iter([Overloaded("busy", retry_after=3), Unavailable("away")])

    def send() -> str:
        for error in answers:
            raise error
        return "done"

    assert repeated(send, 3) == "done"
    assert pauses == [3, 0.5]


# -- paging --------------------------------------------------------------------------------------------------------


def test_search_pages_follow_the_cursor() -> None:
    page = {"hits": [], "generation": 1, "depth": 9, "beyond": False}
    took = {"encode_ms": 0, "vectors_ms": 0, "total_ms": 0}
    answers = [httpx.Response(200, json={**page, "took": took, "next_cursor": cursor}) for cursor in ("c", None)]
    script = Script(*answers)
    assert len(list(script.client().search_pages("image-search", "holiday", text="cat"))) == 2
    assert [json.loads(one.content) for one in script.requests] == [{"text": "cat"}, {"text": "cat", "cursor": "c"}]


def test_failures_are_fetched_page_by_page() -> None:
    pages = [
        {"failures": [{"entry": 1, "name": "a", "reason": "x"}], "next_cursor": 1},
        {"failures": [{"entry": 2, "name": "b", "reason": "x"}], "next_cursor": None},
    ]
    script = Script(*(httpx.Response(200, json=page) for page in pages))
    assert [one.name for one in script.client().errors("a" * 32)] == ["a", "b"]
    assert [one.url.params.get("cursor") for one in script.requests] == [None, "1"]


def test_existing_asks_for_a_hundred_at_a_time() -> None:
    script = Script(httpx.Response(200, json={"items": [], "next_cursor": None, "total": 0}))
    assert script.client().existing("image-search", "holiday", [f"{n:064}" for n in range(250)]) == set()
    assert [len(one.url.params.get_list("id")) for one in script.requests] == [100, 100, 50]


# -- watching ------------------------------------------------------------------------------------------------------


def test_a_watch_goes_on_behind_the_last_event() -> None:
    script = Script(
        stream(b": ping\n\n", event(1), event(2, done=1)[:40], httpx.ReadError("gone")),
        httpx.ConnectError("restarting"),
        stream(event(2, done=1)),
        stream(event(5, done=3, state="succeeded"), event(6)),
    )
    assert [job.done for job in script.client().watch("a" * 32)] == [0, 1, 3]
    assert [one.headers.get("last-event-id") for one in script.requests] == [None, "1", "1", "2"]


def test_a_watch_gives_up_a_server_that_stays_away(pauses: list[float]) -> None:
    script = Script(stream(event(1)), httpx.ConnectError("gone"))
    with pytest.raises(Unavailable):
        list(script.client().watch("a" * 32))
    assert len(pauses) == 8
    with pytest.raises(NotFound):
        list(Script(problem(404)).client().watch("a" * 32))
    first = Script(httpx.ConnectError("nobody"))
    with pytest.raises(Unavailable):
        first.client().wait("a" * 32)
    assert len(first.requests) == 1


def test_events_are_read_as_the_standard_says() -> None:
    text = ": hello\r\ndata: one\r\n\r\nid: 7\nevent: job\ndata:two\ndata: \u2028three\n\nretry: 5\n\ndata: cut off\n"
    raw = text.encode()
    expected = [Event("one"), Event("two\n\u2028three", "job", "7")]
    assert list(events(lines([raw]))) == expected
    assert list(events(lines(raw[n : n + 1] for n in range(len(raw))))) == expected


def test_arrays_are_sent_as_lists_and_what_json_cannot_say_is_refused() -> None:
    answer = {"hits": [], "next_cursor": None, "generation": 1, "depth": 1, "beyond": False}
    script = Script(httpx.Response(200, json={**answer, "took": {"encode_ms": 0, "vectors_ms": 0, "total_ms": 0}}))
    with script.client() as client:
        client.search("vector-search", "points", vector=np.array([1.0, 0.5], np.float32))
        assert json.loads(script.requests[0].content) == {"vector": [1.0, 0.5]}
        for wrong in ([float("nan")], object()):
            with pytest.raises(InvalidInput, match="cannot be sent as JSON"):
                client.search("vector-search", "points", vector=wrong)
