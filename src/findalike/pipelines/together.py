"""Small records are decoded some at a time: sending each to a process by itself takes as long as reading it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from typing import TypeVar

from findalike.decoders.failures import crashed
from findalike.errors import FindalikeError, Unavailable
from findalike.pipelines.decode import Decoded

T = TypeVar("T")

_MOST = 64
_SIZE = 20_000

Tried = Decoded | FindalikeError
"""What was made of one of several, or what is wrong with it."""


def together(works: Iterable[T], size: Callable[[T], int | None]) -> Iterator[list[T]]:
    """The works in their order: those that have a size (in characters) in groups, the others alone."""
    group: list[T] = []
    total = 0
    for work in works:
        own = size(work)
        if group and (own is None or total + own > _SIZE):
            yield group
            group, total = [], 0
        if own is None:
            yield [work]
            continue
        group.append(work)
        total += own
        if len(group) == _MOST:
            yield group
            group, total = [], 0
    if group:
        yield group


def shares(future: Future[list[Tried]], count: int) -> list[Future[Decoded]]:
    """A future for each of the `count` parts of one.

    If the whole failed, nobody knows whose fault it was: each part says that its process crashed, and will be tried
    alone."""
    parts: list[Future[Decoded]] = [Future() for _ in range(count)]

    def settle(done: Future[list[Tried]]) -> None:
        if done.cancelled():
            for part in parts:
                part.cancel()
            return
        error = done.exception()
        for place, part in enumerate(parts):
            found = done.result()[place] if error is None else error if isinstance(error, Unavailable) else crashed()
            if isinstance(found, BaseException):
                part.set_exception(found)
            else:
                part.set_result(found)

    future.add_done_callback(settle)
    return parts
