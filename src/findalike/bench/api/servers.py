"""Servers of the two peers, and of findalike, each in processes of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx

from findalike.bench.harness import fresh_server
from findalike.errors import Unavailable
from findalike.ports import free_port
from findalike.server import HANDOVER
from findalike.vectors.lite import MilvusLite

_START = 30.0

FASTAPI, FLASK = "findalike.bench.api.fastapi_peer:build", "findalike.bench.api.flask_peer:build"


def peers(cores: int) -> Mapping[str, Sequence[str]]:
    """Commands that serve FastAPI and Flask, `{port}` is where: with one process, and with one for each core.

    For Flask, its usual servers as their documentations advise for endpoints that wait: gunicorn with gevent's
    greenlets, or with threads, and waitress."""
    python = [sys.executable, "-m"]
    many = str(max(2, cores))
    granian = ["granian", "--interface", "asgi", "--factory", "--port", "{port}", "--no-log", "--backpressure", "1024"]
    uvicorn = ["uvicorn", "--factory", "--port", "{port}", "--log-level", "warning", "--no-access-log"]
    gunicorn = ["gunicorn.app.wsgiapp", "--bind", "127.0.0.1:{port}", "--log-level", "warning", "--keep-alive", "60"]
    green = ["--worker-class", "gevent", "--worker-connections", "1000"]
    threads = ["--worker-class", "gthread", "--threads", "32"]
    waitress = ["waitress", "--listen", "127.0.0.1:{port}", "--threads", "32", "--connection-limit", "1000", "--call"]
    return {
        "FastAPI, Granian × 1": [*python, *granian, FASTAPI],
        "FastAPI, uvicorn × 1": [*python, *uvicorn, FASTAPI],
        f"FastAPI, Granian × {many}": [*python, *granian, "--workers", many, FASTAPI],
        "Flask, gunicorn gevent × 1": [*python, *gunicorn, *green, f"{FLASK}()"],
        f"Flask, gunicorn gevent × {many}": [*python, *gunicorn, *green, "--workers", many, f"{FLASK}()"],
        f"Flask, gunicorn threads × {many}": [*python, *gunicorn, *threads, "--workers", many, f"{FLASK}()"],
        "Flask, waitress": [*python, *waitress, FLASK],
    }


@contextmanager
def running(command: Sequence[str], ready: str, environment: Mapping[str, str] | None = None) -> Iterator[str]:
    """The address at which this command serves, as soon as `ready` answers. Raises Unavailable if it does not."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with TemporaryDirectory(prefix="findalike-bench-") as folder:
        log = Path(folder) / "log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [part.replace("{port}", str(port)) for part in command],
                env={**os.environ, **(environment or {})},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        try:
            _wait(url + ready, process, log)
            yield url
        finally:
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _START
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(url, timeout=5, trust_env=False).status_code == 200:
                return
        except httpx.HTTPError:
            time.sleep(0.05)
    raise Unavailable(f"A server to compare with does not start: {log.read_text(errors='replace')[-500:]}")


@contextmanager
def findalike(server: str, milvus: str | None, coalesce: bool, *, plain: bool = False) -> Iterator[tuple[str, str]]:
    """findalike's own server, by "Granian" or "uvicorn", on a fresh data folder: its address, and its Milvus's.

    `plain` leaves searching to Milvus Lite itself; Granian only."""
    limits: dict[str, Any] = {} if coalesce else {"coalesce_limit": 1}
    if server == "Granian":
        with fresh_server(milvus_uri=milvus, milvus_lite_plain=plain, **limits) as (url, settings):
            note = settings.data_dir / "milvus.pid"
            yield url, milvus or f"http://127.0.0.1:{json.loads(note.read_text())['port']}"
        return
    with TemporaryDirectory(prefix="findalike-bench-") as name:
        folder = Path(name)
        lite = MilvusLite(folder / "milvus", folder / "milvus.log")
        if milvus is None:
            lite.start()
        try:
            handover = {"settings": limits | {"data_dir": str(folder)}, "milvus_uri": milvus or lite.uri}
            command = [sys.executable, "-m", "uvicorn", "--factory", "findalike.server.main:build", "--port", "{port}"]
            command += ["--log-level", "warning", "--no-access-log"]
            environment = {HANDOVER: json.dumps({**handover, "parent": os.getpid()})}
            with running(command, "/readyz", environment) as url:
                yield url, milvus or lite.uri
        finally:
            lite.stop()
