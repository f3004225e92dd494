"""A process of its own for a file that holds many things, which gives them one after the other.

A pool's task would have to unpack a compressed archive from its beginning for every part of it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.context import BaseContext
from typing import Any

from findalike.decoders import worker
from findalike.decoders.failures import too_slow
from findalike.decoders.process import DecoderProcess, receive

_LOOK = 0.2


def stream(
    context: BaseContext,
    memory: int,
    mapped: int,
    timeout: float,
    check: Callable[[], None],
    function: Callable[..., Iterator[Any]],
    args: tuple[Any, ...],
) -> Generator[Any]:
    """What the generator `function(*args)` yields in a process with `memory` + `mapped` bytes of address space.

    Each element may take `timeout` seconds. While one is awaited, `check` is called again and again, and may raise.
    Raises what the generator raised, DecoderCrashed, UndecodableMedia (too slow, too large) and Unavailable. The
    process ends with this iterator; it works ahead by what fits into a pipe.
    """
    process = DecoderProcess(context, "decoder stream", _run, memory + mapped, function, args)
    try:
        while True:
            deadline = time.monotonic() + timeout
            while not process.pipe.poll(_LOOK):
                check()
                if time.monotonic() > deadline:
                    raise too_slow(timeout)
            kind, value = receive(process.pipe, memory)
            if kind == "end":
                return
            yield value
    finally:
        process.end()


def _run(pipe: Connection, memory: int, function: Callable[..., Iterator[Any]], args: tuple[Any, ...]) -> None:
    worker.start(memory)
    with suppress(ConnectionError):
        for outcome in worker.generate(function, args):
            pipe.send_bytes(outcome)
