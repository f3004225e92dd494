"""A process of its own for a file that holds many things, which gives them one after the other.

A pool's task would have to unpack a compressed archive from its beginning for every part of it.
"""

from __future__ import annotations

import pickle
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.context import BaseContext
from typing import Any

from findalike.decoders import worker
from findalike.decoders.failures import crashed, too_hungry, too_slow
from findalike.errors import Unavailable

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
    elements, sender = context.Pipe(duplex=False)
    process = context.Process(  # type: ignore[attr-defined]
        target=_run, args=(sender, memory + mapped, function, args), name="decoder stream", daemon=True
    )
    try:
        with sender:
            try:
                process.start()
            except (OSError, EOFError) as error:
                raise Unavailable("A decoder process could not be started: look at the server's log.") from error
        while True:
            kind, content = _received(elements, timeout, check)
            match kind:
                case "end":
                    return
                case "memory":
                    raise too_hungry(memory)
            value = pickle.loads(content)  # noqa: S301 - from our own process, like all that multiprocessing carries
            if kind == "error":
                raise value
            yield value
    finally:
        elements.close()
        if process.pid is not None:
            process.kill()
            process.join()
            process.close()


def _received(elements: Connection, timeout: float, check: Callable[[], None]) -> tuple[str, bytes]:
    deadline = time.monotonic() + timeout
    while not elements.poll(_LOOK):
        check()
        if time.monotonic() > deadline:
            raise too_slow(timeout)
    try:
        kind = elements.recv_bytes().decode()
        return kind, elements.recv_bytes()
    except (EOFError, OSError) as error:
        raise crashed() from error


def _run(sender: Connection, memory: int, function: Callable[..., Iterator[Any]], args: tuple[Any, ...]) -> None:
    worker.start(memory)
    with suppress(BrokenPipeError):
        for kind, content in worker.generate(function, args):
            sender.send_bytes(kind.encode())
            sender.send_bytes(content)
