"""The memory of a server's processes while something happens."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from time import monotonic

import psutil

_INTERVAL = 0.5

Curves = dict[str, list[tuple[float | str, float]]]


@contextmanager
def watched(pid: int) -> Iterator[Curves]:
    """Curves of MiB over seconds, by kind of process and "all", of the process and what it started."""
    curves: Curves = {}
    ended = threading.Event()
    began = monotonic()

    def look() -> None:
        while True:
            now: dict[str, float] = defaultdict(float)
            with suppress(psutil.NoSuchProcess):
                for process in (psutil.Process(pid), *psutil.Process(pid).children(recursive=True)):
                    with suppress(psutil.Error):
                        # Shared pages count in part for each process that has them.
                        now[_kind(" ".join(process.cmdline()))] += process.memory_full_info().pss / 2**20
            for kind, value in (*now.items(), ("all", sum(now.values()))):
                curves.setdefault(kind, []).append((round(monotonic() - began, 2), value))
            if ended.wait(_INTERVAL):
                return

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield curves
    finally:
        ended.set()
        thread.join()


def _kind(command: str) -> str:
    if "lite_child" in command:
        return "Milvus Lite"
    return "decoders" if "multiprocessing" in command else "HTTP"
