"""A pool of processes for work on untrusted files: any of them may crash, hang or eat memory, and only its task fails.

Each process has a pebble pool of its own. A pool's processes share locked pipes, and one that is killed while it
sends would keep the lock and stop the others; this way its pipes are thrown away with it.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import pickle
import threading
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import CancelledError, Future
from concurrent.futures import TimeoutError as FutureTimeout
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.context import BaseContext
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

from pebble import ProcessExpired, ProcessPool

from findalike.decoders import worker
from findalike.decoders.failures import DecoderCrashed, crashed, too_hungry, too_slow
from findalike.decoders.stream import stream
from findalike.errors import Overloaded, Unavailable

T = TypeVar("T")

_RECYCLE_AFTER = 2000
_SLICE = 64 * 1024 * 1024


@dataclass(frozen=True)
class _Task:
    function: Callable[..., Any]
    args: tuple[Any, ...]
    future: Future[Any] = field(default_factory=Future)


@dataclass
class _Slot:
    """One process, and the task it works on."""

    running: Future[Any] | None = None


class DecoderPool:
    """`processes` processes; a task may take `timeout` seconds and `memory` bytes of address space.

    Processes are started by the first task, or by `start`. `preload` names modules that tasks need: importing them
    once for all makes processes start faster. Only the first pool of a program decides about that.
    A program that makes a pool must be importable without side effects (`if __name__ == "__main__":`).
    """

    def __init__(
        self, processes: int, timeout: float, memory: int, *, preload: tuple[str, ...] = (), capacity: int = 512
    ):
        """`capacity`: how many calls of `run` may wait at once."""
        self._timeout, self._memory, self._capacity = timeout, memory, capacity
        self.pending = 0
        self._context = _context(preload)
        self._tasks: SimpleQueue[_Task | None] = SimpleQueue()
        self._slots = [_Slot() for _ in range(processes)]
        self._threads: list[threading.Thread] = []
        self._lock = threading.Lock()
        self._closed = False

    def __enter__(self) -> DecoderPool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> None:
        """Start the processes, without waiting for them."""
        with self._lock:
            self._start()

    def submit(self, function: Callable[..., T], *args: Any) -> Future[T]:
        """Call a module-level function in a decoder process; all that travels is pickled.

        The future raises what the function raised, DecoderCrashed if its process died, UndecodableMedia if it took
        too long or too much memory, and Unavailable if processes cannot be started or the pool is closed.
        It can be cancelled until the task is begun.
        """
        task = _Task(function, args)
        with self._lock:
            if self._closed:
                raise _stopping()
            self._start()
            self._tasks.put(task)
        return task.future

    async def run(self, function: Callable[..., T], *args: Any) -> T:
        """`submit`, awaited, for those who come in any number: raises Overloaded if too many wait.

        Cancelling it cancels the task if it is still queued."""
        if self.pending >= self._capacity:
            raise Overloaded("Too many files wait to be decoded: try again in a second.", retry_after=1)
        self.pending += 1
        try:
            return await asyncio.wrap_future(self.submit(function, *args))
        finally:
            self.pending -= 1

    def stream(
        self, function: Callable[..., Iterator[T]], *args: Any, size: int, check: Callable[[], None]
    ) -> Generator[T]:
        """What a module-level generator function yields about one large file, in a process that is this call's own.

        `size` is the file's in bytes: between two elements the pool's `timeout` may pass for every 64 MiB of it, and
        it may be mapped into memory. While an element is awaited, `check` is called, and may raise.
        Raises what the futures of `submit` do.
        """
        with self._lock:
            if self._closed:
                raise _stopping()
        return stream(self._context, self._memory, size, self._timeout * (1 + size // _SLICE), check, function, args)

    def close(self) -> None:
        """Stop at once: queued tasks are cancelled, running ones are killed. May be called twice."""
        with self._lock:
            self._closed = True
            with suppress(Empty):
                while True:
                    task = self._tasks.get_nowait()
                    if task is not None:
                        task.future.cancel()
            for slot in self._slots:
                running = slot.running
                if running is not None:
                    running.cancel()
                self._tasks.put(None)
        for thread in self._threads:
            thread.join()

    stop = close

    def _start(self) -> None:
        if not self._threads and not self._closed:
            for number, slot in enumerate(self._slots):
                thread = threading.Thread(target=self._serve, args=(slot,), name=f"decoder {number}", daemon=True)
                self._threads.append(thread)
                thread.start()

    def _serve(self, slot: _Slot) -> None:
        pool: ProcessPool | None = self._new_pool()
        try:
            while (task := self._tasks.get()) is not None:
                if not task.future.set_running_or_notify_cancel():
                    continue
                try:
                    pool, result = self._attempt(slot, pool, task)
                except BaseException as error:
                    if isinstance(error, DecoderCrashed | Unavailable):
                        _discard(pool)
                        pool = None
                    task.future.set_exception(error)
                else:
                    task.future.set_result(result)
        finally:
            _discard(pool)

    def _attempt(self, slot: _Slot, pool: ProcessPool | None, task: _Task) -> tuple[ProcessPool, Any]:
        # A process can also die idle (the kernel wants its memory back): that is found out now, and is no fault of
        # this task, which then has not begun.
        for _ in range(2):
            if pool is None or not _active(pool):
                _discard(pool)
                pool = self._new_pool()
            try:
                return pool, self._once(slot, pool, task)
            except (BrokenProcessPool, _Broken):
                _discard(pool)
                pool = None
        raise Unavailable("The decoder processes could not be started: look at the server's log.", retry_after=5)

    def _once(self, slot: _Slot, pool: ProcessPool, task: _Task) -> Any:
        with self._lock:
            if self._closed:
                raise _stopping()
            try:
                running: Future[worker.Outcome] = pool.schedule(
                    worker.run, (task.function, task.args), timeout=self._timeout
                )
            except RuntimeError as error:
                raise _Broken from error
            slot.running = running
        try:
            kind, content = running.result()
        except ProcessExpired as error:
            raise crashed() from error
        except FutureTimeout as error:
            raise too_slow(self._timeout) from error
        except CancelledError as error:
            raise _stopping() from error
        finally:
            slot.running = None
        if kind == "memory":
            raise too_hungry(self._memory)
        value = pickle.loads(content)  # noqa: S301 - from our own process, like all that multiprocessing carries
        if kind == "error":
            raise value
        return value

    def _new_pool(self) -> ProcessPool:
        pool = ProcessPool(
            max_workers=1,
            max_tasks=_RECYCLE_AFTER,
            initializer=worker.start,
            initargs=(self._memory,),
            context=self._context,
        )
        _active(pool)
        return pool


class _Broken(Exception):
    """A pebble pool that takes no more tasks."""


def _context(preload: tuple[str, ...]) -> BaseContext:
    # Never fork: the server has threads, and a lock that one of them holds would stay locked in the child for ever.
    if "forkserver" in multiprocessing.get_all_start_methods():
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["findalike.decoders.preload", *preload])
        return context
    return multiprocessing.get_context("spawn")


def _active(pool: ProcessPool) -> bool:
    """Whether a pool can take tasks; asking starts its process."""
    try:
        return bool(pool.active)
    except (OSError, EOFError, BrokenProcessPool):
        return False


def _discard(pool: ProcessPool | None) -> None:
    if pool is not None:
        pool.stop()  # type: ignore[no-untyped-call]
        pool.join()


def _stopping() -> Unavailable:
    return Unavailable("The server is stopping: ask again when it is back.", retry_after=5)
