"""Merging concurrent questions of the same shape into one call, with no wait when nothing else is going on.

The first question of a shape is asked at once; those that arrive while it is being answered wait and then go
together. So a lone client pays nothing, and many clients share what a call costs.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import Executor
from typing import Generic, TypeVar

from findalike.errors import Overloaded

K = TypeVar("K", bound=Hashable)
Q = TypeVar("Q")
A = TypeVar("A")


class Coalescer(Generic[K, Q, A]):
    """Answers questions in batches of one key. Belongs to one event loop.

    `answer(key, questions)` blocks and returns one answer for each question, in order; it runs in `executor`.
    `limit(key)` is the largest batch of that key; with more than `capacity` questions waiting, Overloaded is raised.
    A question whose asker has gone is not asked."""

    def __init__(
        self,
        answer: Callable[[K, Sequence[Q]], Sequence[A]],
        executor: Executor,
        *,
        limit: Callable[[K], int],
        capacity: int,
    ):
        self._answer, self._executor, self._limit, self._capacity = answer, executor, limit, capacity
        self._waiting: dict[K, deque[tuple[Q, asyncio.Future[A]]]] = {}
        self._drains: set[asyncio.Task[None]] = set()
        self.pending = 0

    async def ask(self, key: K, question: Q) -> A:
        if self.pending >= self._capacity:
            raise Overloaded("Too many queries are waiting: try again in a second.", retry_after=1)
        future: asyncio.Future[A] = asyncio.get_running_loop().create_future()
        self.pending += 1
        future.add_done_callback(self._leave)
        if key in self._waiting:
            self._waiting[key].append((question, future))
        else:
            self._waiting[key] = deque([(question, future)])
            task = asyncio.create_task(self._drain(key))
            self._drains.add(task)
            task.add_done_callback(self._drains.discard)
        return await future

    def _leave(self, _future: asyncio.Future[A]) -> None:
        self.pending -= 1

    async def _drain(self, key: K) -> None:
        loop = asyncio.get_running_loop()
        queue = self._waiting[key]
        while queue:
            batch = [queue.popleft() for _ in range(min(len(queue), self._limit(key)))]
            batch = [(question, future) for question, future in batch if not future.done()]
            if not batch:
                continue
            try:
                answers = await loop.run_in_executor(self._executor, self._answer, key, [one for one, _ in batch])
            except Exception as error:
                for _, future in batch:
                    if not future.done():
                        future.set_exception(error)
                continue
            for (_, future), answer in zip(batch, answers, strict=True):
                if not future.done():
                    future.set_result(answer)
        del self._waiting[key]
