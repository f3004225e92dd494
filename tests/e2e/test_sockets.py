"""Live search through real servers: Granian as `findalike serve` runs it, and uvicorn."""

from __future__ import annotations

import asyncio
import io
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from PIL import Image
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from findalike.cli.running import wait_until_ready
from findalike.client import Client
from findalike.ports import free_port
from findalike.server.app import create_app
from findalike.settings import Settings
from server_api import TINY
from support import eventually

pytestmark = pytest.mark.slow


def picture(colour: str) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(buffer, "JPEG")
    return buffer.getvalue()


def fill(url: str, folder: Path) -> None:
    """A collection of a red and a blue picture."""
    for colour in ("red", "blue"):
        (folder / f"{colour}.jpg").write_bytes(picture(colour))
    with Client(url) as client:
        client.create_collection("image-search", "things", **TINY)
        client.wait(client.add_files("image-search", "things", [folder / "red.jpg", folder / "blue.jpg"]).id)


def live(url: str, collection: str = "things", **headers: str) -> ClientConnection:
    address = f"{url.replace('http', 'ws', 1)}/api/v1/live/image-search/{collection}"
    return connect(address, additional_headers=headers, proxy=None, max_size=None)


def ask(socket: ClientConnection, number: int, **query: Any) -> str:
    socket.send(json.dumps({"id": number, "query": query}))
    answer = json.loads(socket.recv(30))
    assert answer["id"] == number
    return Path(answer["hits"][0]["item"]["name"]).name


def exercise(url: str, folder: Path) -> None:
    """What must work on any server."""
    fill(url, folder)
    with live(url) as socket:
        assert ask(socket, 1, text="blue") == "blue.jpg"
        for number, colour in enumerate(("red", "blue") * 5, 2):
            socket.send(picture(colour))
            assert ask(socket, number, media_id="frame") == f"{colour}.jpg"
        for number in range(20, 200):
            socket.send(json.dumps({"id": number, "query": {"text": f"blue {number}"}}))
        answered = []
        while not answered or answered[-1] < 199:
            answered.append(json.loads(socket.recv(30))["id"])
        assert answered == sorted(answered)
        assert len(answered) < 180
        socket.send("{")
        assert json.loads(socket.recv(30))["problem"]["status"] == 422
        socket.send(bytes(2_000_001))
        assert json.loads(socket.recv(30))["problem"]["status"] == 413
        assert ask(socket, 200, text="red") == "red.jpg"
    with pytest.raises(InvalidStatus) as refused:
        live(url, Origin="https://evil.example")
    assert refused.value.response.status_code == 403
    with live(url, collection="nothing") as socket:
        assert closed(socket) == 4404


def closed(socket: ClientConnection) -> int:
    with pytest.raises(ConnectionClosed) as ended:
        socket.recv(30)
    return ended.value.rcvd.code if ended.value.rcvd else 1006


def test_live_search_on_granian(tmp_path: Path) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    serve = [sys.executable, "-m", "findalike", "serve", "--port", str(port), "--data-dir", str(tmp_path / "data")]
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            serve,
            stdout=log,
            stderr=log,
            stdin=subprocess.DEVNULL,
            env={**os.environ, "FINDALIKE_MAX_QUERY_MEDIA": "2000000"},
        )
    try:
        wait_until_ready(url, process)
        exercise(url, tmp_path)
        with live(url) as socket:
            assert ask(socket, 1, text="blue") == "blue.jpg"
            process.send_signal(signal.SIGTERM)
            assert closed(socket) in (1001, 1006)
            assert process.wait(20) == 0
    finally:
        process.kill()
        process.wait()
    assert "Traceback" not in (tmp_path / "log").read_text()


@contextmanager
def uvicorn_server(settings: Settings, milvus_uri: str) -> Iterator[str]:
    server = uvicorn.Server(uvicorn.Config(create_app(settings, milvus_uri), port=settings.port, log_level="warning"))
    thread = threading.Thread(target=lambda: asyncio.run(server.serve()))
    thread.start()
    try:
        eventually(lambda: server.started)
        yield f"http://127.0.0.1:{settings.port}"
    finally:
        server.should_exit = True
        thread.join(30)
        assert not thread.is_alive()


def test_live_search_on_uvicorn(tmp_path: Path, lite_uri: str) -> None:
    settings = Settings(
        data_dir=tmp_path / "data", cache_dir=tmp_path / "cache", port=free_port(), max_query_media=2_000_000
    )
    with uvicorn_server(settings, lite_uri) as url:
        exercise(url, tmp_path)
