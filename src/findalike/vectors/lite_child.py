"""The process that runs Milvus Lite's server for `lite.py`: `python -m findalike.vectors.lite_child --data-dir …`.

It ends when its parent does, however that came: the parent holds the other end of its standard input, and on Linux
the kernel tells it too. Milvus Lite closes its files cleanly on an interrupt, and on nothing else.
"""

from __future__ import annotations

import _thread
import argparse
import ctypes
import os
import signal
import sys
import threading
import time
from typing import Any

GRACE = 15.0
"""Seconds to close after the parent has gone, before the process ends itself."""

READY = "Milvus Lite listens on"

_PR_SET_PDEATHSIG = 1


def main() -> None:
    # A shell starts what runs in the background with interrupts ignored, and ignored they stay.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGINT)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    parser = argparse.ArgumentParser()
    parser.add_argument("--data-dir", required=True)
    parser.add_argument("--host", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--plain", action="store_true")
    serve(**vars(parser.parse_args()))


def serve(data_dir: str, host: str, port: int, plain: bool = False) -> None:
    """Serve until an interrupt, then close.

    Milvus Lite's own command loses an interrupt that comes between its first line and its wait, and with it the
    clean end; here the line comes when an interrupt is heard."""
    # Importing takes a second, and a parent that dies meanwhile must be noticed.
    from milvus_lite.adapter.grpc import server as lite

    if not plain:
        from findalike.vectors.lite_search import VERSION, put_in

        if not put_in():
            print(f"This is not Milvus Lite {VERSION}: it searches by itself, which is slower", flush=True)
    lite.MilvusLite = _one_at_a_time(lite.MilvusLite)
    server, database, port = lite.start_server_in_thread(data_dir, host, port)
    try:
        print(f"{READY} {host}:{port}", flush=True)
        server.wait_for_termination()
    except KeyboardInterrupt:
        print("Shutting down", flush=True)
    finally:
        server.stop(grace=5).wait()
        database.close()


def _one_at_a_time(database: Any) -> Any:
    """Milvus Lite 3.2 opens a collection when it is first asked for, without a lock. Two requests that come at once
    after a restart each open it, and what is then loaded or written through one is lost to the other."""
    lock = threading.RLock()

    class Database(database):  # type: ignore[misc]
        def get_collection(self, *args: Any, **named: Any) -> Any:
            with lock:
                return super().get_collection(*args, **named)

        def create_collection(self, *args: Any, **named: Any) -> Any:
            with lock:
                return super().create_collection(*args, **named)

        def drop_collection(self, *args: Any, **named: Any) -> Any:
            with lock:
                return super().drop_collection(*args, **named)

    return Database


def _end_with_parent() -> None:
    while os.read(0, 1024):
        pass
    _thread.interrupt_main()
    time.sleep(GRACE)
    os._exit(1)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
