"""Small helpers for tests."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import ThreadingHTTPServer
from pathlib import Path
from socketserver import BaseRequestHandler
from typing import Any

from findalike.cli.running import ensure_server
from findalike.settings import Settings


def eventually(condition: Callable[[], object], timeout: float = 180.0) -> None:
    """Return as soon as `condition()` is true; fail if it is not within `timeout` seconds."""
    deadline = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < deadline, f"still not true after {timeout} s"
        time.sleep(0.02)


@contextmanager
def serving(handler: Callable[..., BaseRequestHandler]) -> Iterator[ThreadingHTTPServer]:
    """An HTTP server of this machine on a free port, with this handler, for as long as the context lasts."""
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def server_in(folder: Path, **settings: Any) -> Iterator[str]:
    """The address of a findalike in processes of its own, whose data, cache and log are in this folder."""
    made = Settings(**{"data_dir": folder / "data", "cache_dir": folder / "cache", **settings})
    with ensure_server(made, folder / "server.log") as url:
        yield url
