"""A pool of processes for work on untrusted files: any of them may crash, hang or eat memory, and only its task fails.

A thread for each process hands it one task after the other, over a pipe that nobody else uses: one that is killed
while it sends takes nothing with it that others need.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import pickle
import threading
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.context import BaseContext
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

from findalike.decoders import worker
from findalike.decoders.failures import DecoderCrashed, could_not_start, too_slow
from findalike.decoders.process import DecoderProcess, receive
from findalike.decoders.stream import stream
from findalike.errors import Overloaded, Unavailable

T = TypeVar("T")

_RECYCLE_AFTER = 2000
_START = 60.0
"""Seconds in which a process must have begun with a task: it, and the fork server, import what is needed before."""
_SLICE = 64 * 1024 * 1024


@dataclass(frozen=True)
class _Task:
    function: Callable[..., Any]
    args: tuple[Any, ...]
    future: Future[Any] = field(default_factory=Future)


@dataclass
class _Slot:
    """One process, if it is there, and how many tasks it had."""

    process: DecoderProcess | None = None
    tasks: int = 0


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
                if slot.process is not None:
                    slot.process.kill()
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
        # If there is none yet, the first task tries again, and says why.
        with suppress(Unavailable):
            self._process(slot)
        try:
            while (task := self._tasks.get()) is not None:
                self._end(slot, task)
                # Else the last of them, and what came of it, would stay while nothing comes.
                del task
        finally:
            self._discard(slot)

    def _end(self, slot: _Slot, task: _Task) -> None:
        if not task.future.set_running_or_notify_cancel():
            return
        try:
            result = self._run(slot, task)
        except BaseException as error:
            task.future.set_exception(error)
        else:
            task.future.set_result(result)

    def _run(self, slot: _Slot, task: _Task) -> Any:
        pipe = self._begun(slot, pickle.dumps((task.function, task.args), protocol=pickle.HIGHEST_PROTOCOL))
        if not pipe.poll(self._timeout):
            self._discard(slot)
            raise too_slow(self._timeout)
        try:
            return receive(pipe, self._memory)[1]
        except DecoderCrashed:
            self._discard(slot)
            if self._closed:
                raise _stopping() from None
            raise

    def _begun(self, slot: _Slot, task: bytes) -> Connection:
        """The pipe of a process that has begun with the task.

        A process can also die idle (the kernel wants its memory back): that is no fault of this task."""
        for _ in range(2):
            with suppress(EOFError, OSError):
                pipe = self._process(slot).pipe
                pipe.send_bytes(task)
                if pipe.poll(_START):
                    pipe.recv_bytes()
                    slot.tasks += 1
                    return pipe
            self._discard(slot)
        raise could_not_start()

    def _process(self, slot: _Slot) -> DecoderProcess:
        if slot.process is not None and slot.tasks < _RECYCLE_AFTER:
            return slot.process
        self._discard(slot)
        process = DecoderProcess(self._context, "decoder", _work, self._memory)
        with self._lock:
            if not self._closed:
                slot.process, slot.tasks = process, 0
                return process
        process.end()
        raise _stopping()

    def _discard(self, slot: _Slot) -> None:
        with self._lock:
            process, slot.process = slot.process, None
        if process is not None:
            process.end()


def _work(pipe: Connection, memory: int) -> None:
    """What a process does: tasks, one after the other. An empty message says that one is begun."""
    worker.start(memory)
    with suppress(EOFError, ConnectionError):
        while True:
            # What a task needs is imported before its time begins: the first may have to wait for seconds.
            call = worker.opened(pipe.recv_bytes())
            pipe.send_bytes(b"")
            pipe.send_bytes(worker.run(call))


def _context(preload: tuple[str, ...]) -> BaseContext:
    # Never fork: the server has threads, and a lock that one of them holds would stay locked in the child for ever.
    if "forkserver" in multiprocessing.get_all_start_methods():
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["findalike.decoders.preload", *preload])
        return context
    return multiprocessing.get_context("spawn")


def _stopping() -> Unavailable:
    return Unavailable("The server is stopping: ask again when it is back.", retry_after=5)
