"""A stand-in for a language model's server, which can misbehave in the ways that real ones do."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler

from support import serving


class ModelServer(BaseHTTPRequestHandler):
    """Says what `manner` tells it to; the class keeps what it saw, since a request makes an instance."""

    protocol_version = "HTTP/1.1"
    manner = "good"
    pieces = ("Good ", "day [1].")
    seen: dict[str, object] = {}
    sent_at: list[float] = []
    asked = threading.Event()
    gone = threading.Event()
    go_on = threading.Event()
    held = threading.Event()

    def do_POST(self) -> None:
        kind = type(self)
        body = self.rfile.read(int(self.headers["Content-Length"]))
        kind.seen = {"path": self.path, "key": self.headers["Authorization"], **json.loads(body)}
        kind.asked.set()
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
            if kind.manner == "waiting":
                while not kind.gone.wait(0.005):
                    self._comment()
            for piece in kind.pieces:
                kind.sent_at.append(time.monotonic())
                self._chunk({"content": piece}, None)
                if kind.manner == "held":
                    kind.held.wait(10)
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

    def _comment(self) -> None:
        """What keeps a connection alive and says nothing: only so does a server notice that it is gone."""
        self.wfile.write(b": wait\n\n")
        self.wfile.flush()

    def _chunk(self, delta: dict[str, str], reason: str | None) -> None:
        choice = {"index": 0, "delta": delta, "finish_reason": reason}
        self._line({"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]})

    def _line(self, data: object) -> None:
        self.wfile.write(f"data: {json.dumps(data)}\n\n".encode())
        self.wfile.flush()

    def log_message(self, format: str, *arguments: object) -> None: ...


@contextmanager
def model_server() -> Iterator[tuple[type[ModelServer], str]]:
    """A server's class, to set its manner, and its address."""
    fresh = {name: threading.Event() for name in ("asked", "gone", "go_on", "held")}
    kind = type("Fresh", (ModelServer,), {"sent_at": [], **fresh})
    with serving(kind) as running:
        try:
            yield kind, f"http://127.0.0.1:{running.server_address[1]}/v1"
        finally:
            kind.go_on.set()
