"""What happens inside a decoder process: its limits, and how results and errors travel home.

Imports nothing heavy, so that limits are set before any library is loaded.
"""

from __future__ import annotations

import ctypes
import os
import pickle
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial
from multiprocessing import parent_process
from pathlib import Path
from typing import Any, NoReturn

_PR_SET_PDEATHSIG = 1

Outcome = bytes
"""How a task ended: pickled, its kind ("result", "error", "end") and the result or exception; or `NO_MEMORY`."""

NO_MEMORY = b""


def quiet_libraries() -> None:
    """Make libraries that are loaded from now on use one thread, as parallelism is processes here, and less memory."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"):
        os.environ[name] = "1"
    # pyarrow's own allocator reserves a GiB of address space, which here would count as used.
    os.environ["ARROW_DEFAULT_MEMORY_POOL"] = "system"


def start(memory: int) -> None:
    """Prepare this process for untrusted files: `memory` is bytes of address space beyond what it has now."""
    quiet_libraries()
    _die_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform != "win32":
        _limit(memory)


def opened(task: bytes) -> Callable[[], Any]:
    """The call of a function with its arguments, which come pickled. Whatever it needs is imported here."""
    try:
        function, args = pickle.loads(task)  # noqa: S301 - from our own process
    except Exception as error:
        return partial(_refuse, error)
    return partial(function, *args)


def run(call: Callable[[], Any]) -> Outcome:
    """Call it, and pickle what comes of it."""
    try:
        return _outcome("result", call())
    except MemoryError:
        return NO_MEMORY
    except Exception as error:
        return _failure(error)


def generate(function: Callable[..., Iterator[Any]], args: tuple[Any, ...]) -> Iterator[Outcome]:
    """Run the generator `function(*args)`: every element as `run` gives a result, then how it ended."""
    try:
        for element in function(*args):
            yield _outcome("result", element)
    except MemoryError:
        yield NO_MEMORY
    except Exception as error:
        yield _failure(error)
    else:
        yield _outcome("end", None)


def _refuse(error: Exception) -> NoReturn:
    raise error


def _outcome(kind: str, value: Any) -> Outcome:
    return pickle.dumps((kind, value), protocol=pickle.HIGHEST_PROTOCOL)


def _failure(error: Exception) -> Outcome:
    try:
        outcome = _outcome("error", error)
        pickle.loads(outcome)  # noqa: S301 - made in the line above
    except Exception:
        return _outcome("error", RuntimeError(f"{type(error).__name__}: {error}"))
    return outcome


def _die_with_parent() -> None:
    if sys.platform == "linux":
        # The parent here is the fork server, which goes when the process that started it goes.
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    # Elsewhere, and if it went before the line above, the end of a pipe to that process tells.
    threading.Thread(target=_watch_parent, name="parent watch", daemon=True).start()


def _watch_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _limit(memory: int) -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        wanted = pages * resource.getpagesize() + memory
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        limit = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
