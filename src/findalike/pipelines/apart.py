"""Long computations in a process of their own: it is killed to cancel, gives way to everything else that wants to run,
and ends with its parent."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from typing import Any

from findalike.errors import FindalikeError

_LOOK = 0.25
_POLITE = 10


def apart(
    function: Callable[..., Any],
    arguments: Sequence[Any],
    check: Callable[[], None],
    report: Callable[[float], None],
    failure: str,
) -> Any:
    """`function(*arguments, report)`, a function of a module, whose result is no float.

    `check` is called several times a second; if it raises, the process is killed. Raises FindalikeError, with
    `failure`, if the process ends without a result."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(theirs, function, arguments), name=function.__name__, daemon=True)
    process.start()
    theirs.close()
    try:
        while True:
            check()
            if ours.poll(_LOOK):
                message = ours.recv()
                if not isinstance(message, float):
                    return message
                report(message)
    except EOFError as error:
        raise FindalikeError(failure) from error
    finally:
        process.kill()
        process.join()
        ours.close()


def _work(results: Connection, function: Callable[..., Any], arguments: Sequence[Any]) -> None:
    threading.Thread(target=_end_with_parent, name="parent watch", daemon=True).start()
    # A lock that a library makes would have a name in the system that stays when this process is killed, which the
    # server then warns of as it ends. Nothing is started from here, so the way of starting may be the one without.
    if "fork" in multiprocessing.get_all_start_methods():
        multiprocessing.set_start_method("fork", force=True)
    if hasattr(os, "nice"):
        os.nice(_POLITE)
    results.send(function(*arguments, results.send))


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent
    parent.join()
    os._exit(1)
