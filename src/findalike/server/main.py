"""What an HTTP server process runs: `build` makes the application from what `findalike serve` hands over."""

from __future__ import annotations

import ctypes
import gc
import json
import logging
import os
import signal
import socket
import sys
import threading
import time
from contextlib import suppress
from urllib.parse import urlsplit

from fastapi import FastAPI

from findalike.server import HANDOVER
from findalike.server.app import create_app
from findalike.settings import Settings

_PR_SET_PDEATHSIG = 1


def build() -> FastAPI:
    """The application, in a process that ends with its parent."""
    handover = json.loads(os.environ[HANDOVER])
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    for noisy in ("httpx", "pymilvus"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    _end_with(handover["parent"])
    app = create_app(Settings(**handover["settings"]), handover["milvus_uri"])
    # All that is there now stays. Looking through it for garbage, as Python does now and then, stops every request.
    gc.freeze()
    # A search makes thousands of objects and no cycles.
    gc.set_threshold(10_000)
    _await(handover["milvus_uri"], handover.get("patience", 0))
    return app


def _await(uri: str, seconds: float) -> None:
    """Milvus Lite starts beside this process, and what begins now asks it. (A Milvus server may be away for long.)"""
    parts, deadline = urlsplit(uri), time.monotonic() + seconds
    while time.monotonic() < deadline:
        with suppress(OSError):
            socket.create_connection((parts.hostname, parts.port), 1).close()
            break
        time.sleep(0.02)


def _end_with(parent: int) -> None:
    """End when `findalike serve` does, however that came: nothing else would ever stop this process."""
    if sys.platform == "linux":
        # Not SIGTERM, which Python answers when it gets to it: one outlived its parent by half a minute.
        # When the parent ends in an orderly way it has ended this process before; jobs survive a kill.
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(10)
        os._exit(1)

    threading.Thread(target=watch, name="parent-watch", daemon=True).start()
