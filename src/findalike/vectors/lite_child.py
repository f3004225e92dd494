"""The process that runs Milvus Lite's server for `lite.py`: `python -m findalike.vectors.lite_child --data-dir …`.

It ends when its parent does, however that came: the parent holds the other end of its standard input, and on Linux
the kernel tells it too. Milvus Lite closes its files cleanly on an interrupt, and on nothing else.
"""

from __future__ import annotations

import _thread
import ctypes
import os
import signal
import sys
import threading
import time
from typing import Any

GRACE = 15.0
"""Seconds to close after the parent has gone, before the process ends itself."""

_PR_SET_PDEATHSIG = 1


def main() -> None:
    # A shell starts what runs in the background with interrupts ignored, and ignored they stay.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGINT)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    # Importing takes a second, and a parent that dies meanwhile must be noticed.
    from milvus_lite import cmdline
    from milvus_lite.adapter.grpc import server

    server.MilvusLite = _one_at_a_time(server.MilvusLite)
    cmdline.main(["server", *sys.argv[1:]])


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
