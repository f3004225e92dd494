"""One large file in a process of its own: what it holds comes piece by piece, and whatever it does only it fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import misbehaviour
import psutil
import pytest

from findalike.decoders.failures import DecoderCrashed
from findalike.decoders.pool import DecoderPool
from findalike.errors import Unavailable, UndecodableMedia
from support import eventually

GIB = 1024**3


@pytest.fixture(scope="module")
def pool() -> Iterator[DecoderPool]:
    with DecoderPool(1, timeout=60, memory=GIB) as pool:
        yield pool


def read(pool: DecoderPool, number: int, end: Callable[[], object]) -> Iterator[bytes]:
    return pool.stream(misbehaviour.count_then, number, end, size=0, check=lambda: None)


def test_elements_come_in_order(pool: DecoderPool) -> None:
    assert [one[0] for one in read(pool, 20, misbehaviour.nothing)] == list(range(20))


@pytest.mark.parametrize(
    ("end", "error", "words"),
    [
        (misbehaviour.abort, DecoderCrashed, "crashed"),
        (misbehaviour.killed, DecoderCrashed, "crashed"),
        (misbehaviour.exits, DecoderCrashed, "crashed"),
        (misbehaviour.hog, UndecodableMedia, "1024 MiB of memory"),
        (misbehaviour.refuse, UndecodableMedia, "send another"),
        (misbehaviour.awkward, RuntimeError, "Awkward"),
    ],
)
def test_what_came_before_the_end_is_kept(
    pool: DecoderPool, end: Callable[[], object], error: type[Exception], words: str
) -> None:
    elements = read(pool, 3, end)
    assert [next(elements)[0] for _ in range(3)] == [0, 1, 2]
    with pytest.raises(error, match=words):
        next(elements)


def test_who_hangs_is_given_up() -> None:
    with DecoderPool(1, timeout=1, memory=GIB) as pool, pytest.raises(UndecodableMedia, match="took longer"):
        list(read(pool, 1, misbehaviour.endless))


def test_waiting_can_be_called_off_and_leaves_no_process(pool: DecoderPool) -> None:
    stop: list[int] = []

    def check() -> None:
        if stop:
            raise KeyError("stop")

    elements = pool.stream(misbehaviour.yield_pid, size=0, check=check)
    pid = next(elements)
    assert psutil.pid_exists(pid)
    stop.append(1)
    with pytest.raises(KeyError, match="stop"):
        next(elements)
    eventually(lambda: not psutil.pid_exists(pid))


def test_a_closed_pool_begins_nothing() -> None:
    pool = DecoderPool(1, timeout=1, memory=GIB)
    pool.close()
    with pytest.raises(Unavailable, match="stopping"):
        read(pool, 1, misbehaviour.nothing)
