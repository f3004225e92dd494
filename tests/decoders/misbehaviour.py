"""Functions that decoder processes run in the tests, and that do what hostile files make decoders do."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

import numpy as np

from findalike.errors import UndecodableMedia


def double(number: int) -> int:
    return 2 * number


def pixels() -> Any:
    return np.zeros((224, 224, 3), np.uint8)


def pid() -> int:
    return os.getpid()


def environment() -> tuple[str | None, int]:
    import resource

    return os.environ.get("OPENBLAS_NUM_THREADS"), resource.getrlimit(resource.RLIMIT_CORE)[0]


def abort() -> NoReturn:
    os.abort()


def killed() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def abort_if(marker: str, crash: bool) -> str:
    if crash:
        os.abort()
    return marker


def endless() -> NoReturn:
    while True:
        pass


def wait_for(path: str) -> None:
    while not os.path.exists(path):  # noqa: PTH110
        time.sleep(0.005)


def hog() -> int:
    return len(bytearray(8 * 1024**3))


def refuse() -> NoReturn:
    raise UndecodableMedia("It is broken: send another.", field="file")


def count_then(number: int, end: Callable[[], object]) -> Iterator[bytes]:
    """More than a pipe holds, then `end`."""
    for at in range(number):
        yield bytes([at]) * 100_000
    end()


def nothing() -> None:
    pass


def yield_pid() -> Iterator[int]:
    yield os.getpid()
    endless()


class Awkward(Exception):
    """Cannot be unpickled: pickle calls it with one argument."""

    def __init__(self, one: int, two: int):
        super().__init__(f"{one}+{two}")


def awkward() -> NoReturn:
    raise Awkward(1, 2)


def local() -> Any:
    return lambda: None


class DiesWhilePickled:
    def __reduce__(self) -> Any:
        os.kill(os.getpid(), signal.SIGKILL)
        return int, ()


def _slowly() -> int:
    time.sleep(0.6)
    return 1


class SlowToArrive:
    """Takes as long to unpickle as heavy imports do."""

    def __reduce__(self) -> Any:
        return _slowly, ()


def dies_while_pickled() -> DiesWhilePickled:
    return DiesWhilePickled()


def exits() -> NoReturn:
    os._exit(0)
