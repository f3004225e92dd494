"""Stages that overlap: each runs in a thread of its own, with a bounded queue before the next."""

from __future__ import annotations

import queue
import threading
from collections.abc import Generator, Iterable
from contextlib import suppress
from typing import Any, TypeVar

T = TypeVar("T")

_END = object()


def overlap(source: Iterable[T], depth: int = 2) -> Generator[T]:
    """Yield what `source` yields, while a thread of its own fetches up to `depth` elements ahead; 0: all there are.

    An error in the source is raised here, in its turn. When this iterator is closed, so is the source."""
    ahead: queue.Queue[Any] = queue.Queue(depth)
    closed = threading.Event()

    def put(element: Any) -> bool:
        while not closed.is_set():
            with suppress(queue.Full):
                ahead.put(element, timeout=0.1)
                return True
        return False

    def fetch() -> None:
        iterator = iter(source)
        try:
            for element in iterator:
                if not put((element, None)):
                    break
            else:
                put((_END, None))
        except BaseException as error:
            put((_END, error))
        finally:
            close = getattr(iterator, "close", None)
            if close:
                close()

    thread = threading.Thread(target=fetch, name="stage", daemon=True)
    thread.start()
    try:
        while True:
            element, error = ahead.get()
            if error is not None:
                raise error
            if element is _END:
                return
            yield element
    finally:
        closed.set()
        thread.join()
