"""Live search over a WebSocket: newest wins, frames, problems, the door, and the ends."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import WebSocketTestSession
from starlette.websockets import WebSocketDisconnect

from findalike.catalog.keys import Scope
from findalike.errors import Unavailable
from findalike.server.live import Newest
from findalike.server.state import State
from server_api import Api, Start, picture
from support import eventually


def state(api: Api) -> State:
    found: State = api.http.app.state.findalike  # type: ignore[attr-defined]
    return found


def connect(api: Api, collection: str = "things", app: str = "image-search", **headers: str) -> WebSocketTestSession:
    return api.http.websocket_connect(f"ws://localhost/api/v1/live/{app}/{collection}", headers=headers)


def coloured(api: Api, *colours: str) -> str:
    address = api.collection("image-search")
    api.add(address, {f"{colour}.png": picture(colour) for colour in colours})
    return address


def names(answer: dict[str, Any]) -> list[str]:
    return [hit["item"]["name"] for hit in answer["hits"]]


def kept(folder: Path) -> list[Path]:
    return list(folder.glob("findalike-live-*"))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where frames are kept while they are needed."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


def test_words_are_answered_as_a_search_would(api: Api) -> None:
    address = coloured(api, "red", "blue")
    with connect(api) as socket:
        for number, colour in enumerate(("red", "blue", "red")):
            query = {"text": colour, "limit": 1}
            socket.send_json({"id": number, "query": query})
            answer = socket.receive_json()
            assert answer.pop("id") == number
            posted = api.search(address, **query)
            assert {**answer, "took": 0} == {**posted, "took": 0}
            assert names(answer) == [f"{colour}.png"]


def test_a_frame_is_searched_with_and_never_stored(api: Api, folder: Path) -> None:
    coloured(api, "red", "blue", "green")
    before = sorted((api.settings.data_dir / "media").rglob("*"))
    with connect(api) as socket:
        for colour in ("blue", "green"):
            socket.send_bytes(picture(colour, (200, 150), "JPEG"))
            for query in ({"media_id": "frame"}, {"parts": [{"media_id": "frame"}]}):
                socket.send_json({"id": colour, "query": query})
                assert names(socket.receive_json())[0] == f"{colour}.png"
            assert len(kept(folder)) == len(state(api).house.frames) == 1
    eventually(lambda: not kept(folder) and not state(api).house.frames)
    assert sorted((api.settings.data_dir / "media").rglob("*")) == before


@pytest.mark.parametrize(
    ("text", "number", "words"),
    [
        ("{", None, "not JSON"),
        ("[" * 100_000, None, "not JSON"),
        ('{"id": NaN}', None, "not JSON"),
        ("[]", None, ""),
        ('{"id": 3}', 3, "query"),
        ('{"id": true, "query": {}}', None, "id"),
        ('{"id": "' + "x" * 201 + '", "query": {}}', None, "id"),
        ('{"id": 4, "query": {"text": 5}}', 4, "text"),
        ('{"id": 5, "query": {"text": "red", "filter": "and"}}', 5, ""),
        ('{"id": "six", "query": {"media_id": "frame"}}', "six", "binary frame"),
        ('{"id": 7, "query": {"media_id": "unknown"}}', 7, "unknown"),
        ('{"id": 8, "query": {"text": "red"}, "more": 1}', 8, "more"),
    ],
)
def test_what_cannot_be_answered_is_a_problem_and_the_socket_stays(
    api: Api, text: str, number: object, words: str
) -> None:
    coloured(api, "red")
    with connect(api) as socket:
        socket.send_text(text)
        refused = socket.receive_json()
        assert refused["id"] == number
        assert refused["problem"]["status"] in (404, 422)
        assert words in refused["problem"]["detail"]
        socket.send_json({"id": 9, "query": {"text": "red"}})
        assert names(socket.receive_json()) == ["red.png"]


def test_a_bad_or_large_frame_is_a_problem(start: Start, lite_uri: str, folder: Path) -> None:
    api = start(lite_uri, max_query_media=10_000)
    coloured(api, "red")
    api.collection("vector-search", dimension=2)
    with connect(api) as socket:
        socket.send_bytes(b"x" * 10_001)
        assert socket.receive_json()["problem"]["status"] == 413
        socket.send_bytes(b"no picture")
        socket.send_json({"id": 1, "query": {"media_id": "frame"}})
        assert socket.receive_json()["problem"]["status"] == 422
        socket.send_bytes(picture("red"))
        socket.send_json({"id": 2, "query": {"media_id": "frame"}})
        assert names(socket.receive_json()) == ["red.png"]
    with connect(api, app="vector-search") as socket:
        socket.send_bytes(picture("red"))
        assert socket.receive_json()["problem"]["status"] == 415


class Gate:
    """Holds searches in Milvus back until it is opened."""

    def __init__(self, api: Api, monkeypatch: pytest.MonkeyPatch):
        self.reached, self.open = threading.Semaphore(0), threading.Event()
        search = state(api).house.vectors.search

        def held(*arguments: Any, **more: Any) -> Any:
            self.reached.release()
            assert self.open.wait(30)
            return search(*arguments, **more)

        monkeypatch.setattr(state(api).house.vectors, "search", held)


def test_while_a_search_runs_only_the_newest_query_waits(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    coloured(api, "red", "blue")
    gate = Gate(api, monkeypatch)
    with connect(api) as socket:
        socket.send_json({"id": 0, "query": {"text": "red", "limit": 1}})
        assert gate.reached.acquire(timeout=10)
        for number in range(1, 20):
            socket.send_json({"id": number, "query": {"text": "blue", "limit": 1}})
        # A problem is told at once, so when it comes all before it were taken in.
        socket.send_text("{")
        assert "problem" in socket.receive_json()
        gate.open.set()
        answers = [socket.receive_json() for _ in range(2)]
        assert [(answer["id"], *names(answer)) for answer in answers] == [(0, "red.png"), (19, "blue.png")]
        socket.send_json({"id": 20, "query": {"text": "red", "limit": 1}})
        assert socket.receive_json()["id"] == 20


def test_a_client_that_leaves_takes_its_query_along(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    coloured(api, "red")
    gate = Gate(api, monkeypatch)
    with connect(api) as socket:
        socket.send_json({"id": 0, "query": {"text": "red"}})
        assert gate.reached.acquire(timeout=10)
        assert state(api).searcher.pending["vectors"] == 1
    eventually(lambda: state(api).searcher.pending["vectors"] == 0)
    gate.open.set()


@pytest.mark.parametrize("address", ["image-search/nothing", "nothing/things"])
def test_what_is_not_there_is_closed_with_a_reason(api: Api, address: str) -> None:
    with (
        api.http.websocket_connect(f"ws://localhost/api/v1/live/{address}") as socket,
        pytest.raises(WebSocketDisconnect) as closed,
    ):
        socket.receive_json()
    assert closed.value.code == 4404
    assert "nothing" in closed.value.reason


def test_a_collection_that_is_dropped_closes_its_sockets(api: Api) -> None:
    address = coloured(api, "red")
    with connect(api) as socket:
        socket.send_json({"id": 1, "query": {"text": "red"}})
        assert names(socket.receive_json()) == ["red.png"]
        api.http.delete(address)
        socket.send_json({"id": 2, "query": {"text": "red"}})
        with pytest.raises(WebSocketDisconnect) as closed:
            socket.receive_json()
    assert closed.value.code == 4404


def test_milvus_away_is_a_problem_and_the_socket_stays(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    coloured(api, "red")

    def away(*_: Any, **__: Any) -> None:
        raise Unavailable("Milvus does not answer.", retry_after=2)

    with connect(api) as socket:
        with monkeypatch.context() as patched:
            patched.setattr(state(api).house.vectors, "search", away)
            socket.send_json({"id": 1, "query": {"text": "red"}})
            refused = socket.receive_json()
        assert (refused["id"], refused["problem"]["status"]) == (1, 503)
        socket.send_json({"id": 2, "query": {"text": "red"}})
        assert names(socket.receive_json()) == ["red.png"]


def test_an_unexpected_error_is_a_problem(
    api: Api, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    coloured(api, "red")

    def broken(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(state(api).house.vectors, "search", broken)
    with connect(api) as socket:
        socket.send_json({"id": 1, "query": {"text": "red"}})
        assert socket.receive_json()["problem"]["status"] == 500
    assert "ZeroDivisionError" in caplog.text


def test_a_server_that_stops_says_so(start: Start, lite_uri: str) -> None:
    api = start(lite_uri)
    coloured(api, "red")
    with connect(api) as socket:
        socket.send_json({"id": 1, "query": {"text": "red"}})
        socket.receive_json()
        assert api.http.portal
        api.http.portal.call(state(api).stopping.set)
        with pytest.raises(WebSocketDisconnect) as closed:
            socket.receive_json()
    assert closed.value.code == 1001


def test_the_door_is_the_same_for_sockets(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("findalike.server.door._REMEMBER", -1.0)
    coloured(api, "red")
    with connect(api, Origin="http://localhost"):
        pass
    scope: Scope = "read"
    _, secret = state(api).house.catalog.keys.create("reader", scope)
    refused: Sequence[dict[str, str]] = (
        {},
        {"Authorization": "Bearer fa_wrong"},
        {"Authorization": f"Bearer {secret}", "Origin": "https://evil.example"},
        {"Authorization": f"Bearer {secret}", "Host": "evil.example"},
    )
    for headers in refused:
        with pytest.raises(WebSocketDisconnect) as closed, connect(api, **headers):
            pass
        assert closed.value.code == 1008, headers
    with connect(api, Authorization=f"Bearer {secret}") as socket:
        socket.send_json({"id": 1, "query": {"text": "red"}})
        assert names(socket.receive_json()) == ["red.png"]
    api.http.post("/api/v1/session", json={"key": secret})
    cookie = f"findalike_session={api.http.cookies['findalike_session']}"
    with connect(api, Cookie=cookie, Origin="http://localhost"):
        pass


@given(st.lists(st.booleans(), max_size=60))
def test_newest_wins_whatever_the_order_of_putting_and_taking(steps: list[bool]) -> None:
    """True puts the next number, False takes if there is something: what is taken rises, and is always the newest."""

    async def play() -> None:
        place: Newest[int] = Newest()
        newest, last = -1, -1
        for puts in steps:
            if puts:
                newest += 1
                place.put(newest)
            elif newest > last:
                last = await place.take()
                assert last == newest
        taking = asyncio.create_task(place.take())
        await asyncio.sleep(0)
        assert taking.done() == (newest > last)
        taking.cancel()

    asyncio.run(play())
