"""The client for asyncio: the same methods, awaited, and what gives one thing after another by `async for`.

Its calls run in threads of its own, so there is one client to keep right. A call whose task is cancelled is still
sent: the thread ends it, and its answer is dropped.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine, Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial, wraps
from typing import Any, Concatenate, ParamSpec, Self, TypeVar

import httpx

from findalike.client.client import Client

P = ParamSpec("P")
T = TypeVar("T")

_END: Any = object()


def _awaited(
    method: Callable[Concatenate[Client, P], T],
) -> Callable[Concatenate[AsyncClient, P], Coroutine[Any, Any, T]]:
    @wraps(method)
    async def call(self: AsyncClient, /, *arguments: P.args, **named: P.kwargs) -> T:
        return await self._run(partial(method, self._client, *arguments, **named))

    return call


def _iterated(
    method: Callable[Concatenate[Client, P], Iterator[T]],
) -> Callable[Concatenate[AsyncClient, P], AsyncGenerator[T]]:
    @wraps(method)
    async def each(self: AsyncClient, /, *arguments: P.args, **named: P.kwargs) -> AsyncGenerator[T]:
        found = method(self._client, *arguments, **named)
        step: Future[Any] | None = None
        try:
            while True:
                step = self._threads.submit(next, found, _END)
                if (one := await asyncio.wrap_future(step)) is _END:
                    return
                yield one
        finally:
            # Whoever stops in the middle leaves no connection open; a step that is under way must end before.
            if step and isinstance(found, Generator):
                step.add_done_callback(lambda _: found.close())

    return each


class AsyncClient:
    """A findalike server, as `Client` but for asyncio. Close it, or use it with `async with`.

    At most `concurrency` calls are under way at once; one that watches a job counts until the job ends.
    """

    def __init__(
        self,
        url: str,
        api_key: str | None = None,
        timeout: float = 60.0,
        *,
        concurrency: int = 32,
        transport: httpx.BaseTransport | None = None,
    ):
        self._client = Client(url, api_key, timeout, transport=transport)
        self._threads = ThreadPoolExecutor(concurrency, thread_name_prefix="findalike-client")

    @property
    def url(self) -> str:
        return self._client.url

    async def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._client.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def _run(self, call: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, call)

    apps = _awaited(Client.apps)
    collections = _awaited(Client.collections)
    create_collection = _awaited(Client.create_collection)
    get_collection = _awaited(Client.get_collection)
    update = _awaited(Client.update)
    delete = _awaited(Client.delete)
    rebuild = _awaited(Client.rebuild)
    train = _awaited(Client.train)
    evaluate = _awaited(Client.evaluate)
    make_map = _awaited(Client.make_map)
    map = _awaited(Client.map)
    load_sample = _awaited(Client.load_sample)

    add_files = _awaited(Client.add_files)
    add_batch = _awaited(Client.add_batch)
    add_records = _awaited(Client.add_records)

    items = _iterated(Client.items)
    item_page = _awaited(Client.item_page)
    existing = _awaited(Client.existing)
    item = _awaited(Client.item)
    update_item = _awaited(Client.update_item)
    delete_item = _awaited(Client.delete_item)

    add_media = _awaited(Client.add_media)
    search = _awaited(Client.search)
    search_pages = _iterated(Client.search_pages)
    hits = _iterated(Client.hits)

    operate = _awaited(Client.operate)
    view = _awaited(Client.view)

    job = _awaited(Client.job)
    ask = _iterated(Client.ask)
    conversations = _iterated(Client.conversations)
    messages = _iterated(Client.messages)
    rename_conversation = _awaited(Client.rename_conversation)
    delete_conversation = _awaited(Client.delete_conversation)

    jobs = _iterated(Client.jobs)
    watch = _iterated(Client.watch)
    wait = _awaited(Client.wait)
    close_job = _awaited(Client.close_job)
    cancel = _awaited(Client.cancel)
    retry = _awaited(Client.retry)
    errors = _iterated(Client.errors)

    models = _awaited(Client.models)
