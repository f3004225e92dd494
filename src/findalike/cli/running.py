"""Finding the server that runs on a data folder, or starting one for as long as a command needs it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil

from findalike.errors import Unavailable
from findalike.ports import free_port
from findalike.settings import Settings

_START = 60.0

_NOTE = "server.json"
"""The file in the data folder in which a server says where it answers."""


def note_owner(data_dir: Path) -> str | None:
    """The address that a living server noted in this folder."""
    try:
        note = json.loads((data_dir / _NOTE).read_text())
        process = psutil.Process(note["pid"])
        if process.status() == psutil.STATUS_ZOMBIE or abs(process.create_time() - note["create_time"]) > 1.0:
            return None
    except (OSError, ValueError, KeyError, psutil.Error):
        return None
    return str(note["url"])


def running_server(settings: Settings) -> str | None:
    """The address of the server that runs on this data folder, if one answers."""
    url = note_owner(settings.data_dir)
    if url is None:
        return None
    try:
        httpx.get(f"{url}/healthz", timeout=5.0, trust_env=False).raise_for_status()
    except httpx.HTTPError:
        return None
    return url


def write_note(settings: Settings, url: str) -> None:
    me = psutil.Process()
    path = settings.data_dir / _NOTE
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".new")
    draft.write_text(json.dumps({"url": url, "pid": me.pid, "create_time": me.create_time()}))
    draft.replace(path)


def wait_until_ready(url: str, process: subprocess.Popen[bytes] | None = None, timeout: float = _START) -> None:
    """Wait until a server is ready. Raises Unavailable if its process ends or the time runs out."""
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        if process and process.poll() is not None:
            break
        try:
            if httpx.get(f"{url}/readyz", timeout=5.0, trust_env=False).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.05)
    raise Unavailable(f"The server at {url} does not get ready; see its log.")


def wait_until_started(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until a server just started is ready. Raises Unavailable with what its log says last."""
    try:
        wait_until_ready(url, process)
    except Unavailable as error:
        raise Unavailable(f"No server could be started: {_last_line(log)} (all of it: {log})") from error


@contextmanager
def ensure_server(settings: Settings, log: Path | None = None, *, port: int | None = None) -> Iterator[str]:
    """The address of the running server, or of one with these settings that runs only within this context.

    Its output goes to `log`. Raises Unavailable if it does not start.
    """
    url = running_server(settings)
    if url:
        yield url
        return
    log = log or settings.data_dir / "server.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    port = port or free_port()
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "findalike", "serve", "--port", str(port)],
            env={**os.environ, **settings.as_environment()},
            stdout=output,
            stderr=output,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
    try:
        url = f"http://127.0.0.1:{port}"
        wait_until_started(url, process, log)
        yield url
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _last_line(log: Path) -> str:
    lines = [line for line in log.read_text(errors="replace").splitlines() if line.strip()]
    return lines[-1] if lines else "it said nothing"
