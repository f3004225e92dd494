"""One decoder process, and the pipe to it over which tasks go and outcomes come."""

from __future__ import annotations

import logging
import pickle
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.context import BaseContext
from typing import Any

from findalike.decoders import worker
from findalike.decoders.failures import could_not_start, crashed, too_hungry

log = logging.getLogger(__name__)


class DecoderProcess:
    """A process that runs `target(pipe, *args)`; `pipe` is our end. Raises Unavailable if none can be started."""

    def __init__(self, context: BaseContext, name: str, target: Callable[..., None], *args: Any):
        ours = None
        try:
            ours, theirs = context.Pipe()
            with theirs:
                self._process = context.Process(target=target, args=(theirs, *args), name=name, daemon=True)  # type: ignore[attr-defined]
                self._process.start()
        except (OSError, EOFError) as error:
            if ours is not None:
                ours.close()
            log.warning("A decoder process could not be started: %s", error)
            raise could_not_start() from error
        self.pipe = ours

    def kill(self) -> None:
        """Whoever waits for it then learns that it is gone. May be called from another thread."""
        # Of one that died long ago the number may be another's by now.
        if self._process.is_alive():
            self._process.kill()

    def end(self) -> None:
        """Kill it, and leave nothing of it behind."""
        self.pipe.close()
        self.kill()
        self._process.join()
        self._process.close()


def receive(pipe: Connection, memory: int) -> tuple[str, Any]:
    """Wait for an outcome: its kind, and the value of a result. Raises what the task raised, DecoderCrashed if the
    process is gone, UndecodableMedia if `memory` bytes were too little."""
    try:
        outcome = pipe.recv_bytes()
    except (EOFError, OSError) as error:
        raise crashed() from error
    if outcome == worker.NO_MEMORY:
        raise too_hungry(memory)
    kind, value = pickle.loads(outcome)  # noqa: S301 - from our own process
    if kind == "error":
        raise value
    return kind, value
