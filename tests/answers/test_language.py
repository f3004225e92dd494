"""The language model's server: streaming, stopping, and whatever may go wrong there, by a server that misbehaves."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from contextlib import aclosing
from http.server import BaseHTTPRequestHandler

import pytest

from findalike.answers.language import ChatMessage, OpenAiModel, Stopped
from findalike.errors import FindalikeError, Overloaded, Unavailable
from findalike.ports import free_port
from findalike.settings import Settings
from support import serving

MESSAGES: list[ChatMessage] = [{"role": "user", "content": "Hello?"}]


class ModelServer(BaseHTTPRequestHandler):
    """Says what `manner` tells it to; the class keeps what it saw, since a request makes an instance."""

    protocol_version = "HTTP/1.1"
    manner = "good"
    pieces = ("Good ", "day [1].")
    seen: dict[str, object] = {}
    sent_at: list[float] = []
    gone = threading.Event()
    go_on = threading.Event()

    def do_POST(self) -> None:
        kind = type(self)
        body = self.rfile.read(int(self.headers["Content-Length"]))
        kind.seen = {"path": self.path, "key": self.headers["Authorization"], **json.loads(body)}
        if kind.manner.isdigit():
            self._refuse(int(kind.manner))
        elif kind.manner == "html":
            self._whole(200, "text/event-stream", b"data: <html>\n\n")
        else:
            self._stream()

    def _refuse(self, status: int) -> None:
        body = json.dumps({"error": {"message": "Not\nnow. " + "x" * 1000}}).encode()
        self._whole(status, "application/json", body)

    def _whole(self, status: int, media_type: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Retry-After", "7")
        self.end_headers()
        self.wfile.write(body)

    def _stream(self) -> None:
        kind = type(self)
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        try:
            if kind.manner == "silent":
                kind.go_on.wait(10)
                return
            for piece in kind.pieces:
                kind.sent_at.append(time.monotonic())
                self._chunk({"content": piece}, None)
            if kind.manner == "endless":
                while not kind.gone.wait(0.005):
                    self._chunk({"content": "more "}, None)
            if kind.manner == "failing":
                self._line({"error": {"message": "Out of memory."}})
            elif kind.manner != "broken":
                self._chunk({}, "length" if kind.manner == "long" else "stop")
                self.wfile.write(b"data: [DONE]\n\n")
        except OSError:
            kind.gone.set()
        self.close_connection = True

    def _chunk(self, delta: dict[str, str], reason: str | None) -> None:
        choice = {"index": 0, "delta": delta, "finish_reason": reason}
        self._line({"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]})

    def _line(self, data: object) -> None:
        self.wfile.write(f"data: {json.dumps(data)}\n\n".encode())
        self.wfile.flush()

    def log_message(self, format: str, *arguments: object) -> None: ...


@pytest.fixture
def server() -> Iterator[tuple[type[ModelServer], str]]:
    """A server's class, to set its manner, and its address."""
    kind = type("Fresh", (ModelServer,), {"sent_at": [], "gone": threading.Event(), "go_on": threading.Event()})
    with serving(kind) as running:
        yield kind, f"http://127.0.0.1:{running.server_address[1]}/v1"
        kind.go_on.set()


def model_settings(url: str, **more: object) -> Settings:
    return Settings(llm_base_url=url, llm_model="m", llm_key="secret", **more)  # type: ignore[arg-type]


def completed(url: str, **more: object) -> list[str | Stopped]:
    async def complete() -> list[str | Stopped]:
        model = OpenAiModel(model_settings(url, **more))
        try:
            return [piece async for piece in model.complete(MESSAGES, 99)]
        finally:
            await model.close()

    return asyncio.run(complete())


def test_pieces_come_with_what_was_asked_for(server: tuple[type[ModelServer], str]) -> None:
    kind, url = server
    assert completed(url) == ["Good ", "day [1].", Stopped(cut_off=False)]
    kind.manner = "long"
    assert completed(url)[-1] == Stopped(cut_off=True)
    asked = {name: kind.seen[name] for name in ("path", "key", "model", "messages", "max_tokens", "stream")}
    assert asked == {
        "path": "/v1/chat/completions", "key": "Bearer secret", "model": "m", "messages": MESSAGES,
        "max_tokens": 99, "stream": True,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("manner", "error", "says"),
    [
        ("429", Overloaded, "takes no more questions"),
        ("401", Unavailable, "FINDALIKE_LLM_KEY"),
        ("403", Unavailable, "FINDALIKE_LLM_KEY"),
        ("404", Unavailable, "FINDALIKE_LLM_MODEL"),
        ("400", Unavailable, "refuses the question"),
        ("500", Unavailable, "failed"),
        ("503", Unavailable, "failed"),
        ("broken", Unavailable, "broke off"),
        ("failing", Unavailable, "Out of memory"),
        ("html", Unavailable, "FINDALIKE_LLM_BASE_URL"),
        ("silent", Unavailable, "FINDALIKE_LLM_TIMEOUT"),
    ],
)
def test_what_goes_wrong_says_what_to_do(
    server: tuple[type[ModelServer], str], manner: str, error: type[FindalikeError], says: str
) -> None:
    kind, url = server
    kind.manner = manner
    with pytest.raises(error, match=says) as caught:
        completed(url, llm_timeout=0.3 if manner == "silent" else 30)
    assert len(caught.value.detail) < 600
    assert "\n" not in caught.value.detail
    if manner == "429":
        assert caught.value.retry_after == 7


def test_a_server_that_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    with pytest.raises(Unavailable, match="failed or broke off"):
        completed(f"http://127.0.0.1:{free_port()}/v1")


def test_who_stops_listening_ends_the_request(server: tuple[type[ModelServer], str]) -> None:
    kind, url = server
    kind.manner = "endless"

    async def listen_a_little() -> None:
        model = OpenAiModel(model_settings(url))
        async with aclosing(model.complete(MESSAGES, 99)) as pieces:
            assert await anext(pieces) == "Good "
        assert await asyncio.to_thread(kind.gone.wait, 10)
        await model.close()

    asyncio.run(listen_a_little())
