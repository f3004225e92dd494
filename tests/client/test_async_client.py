"""The asyncio client is the other one, awaited: every method is there, and nothing holds the loop up."""

from __future__ import annotations

import asyncio
import inspect
import threading
from collections.abc import Iterator

import httpx
import pytest

import findalike
from findalike import AsyncClient, Client
from findalike.errors import NotFound

PAGE = {"generation": 1, "depth": 9, "beyond": False, "took": {"encode_ms": 0, "vectors_ms": 0, "total_ms": 0}}


def public(kind: type) -> set[str]:
    return {name for name, _ in inspect.getmembers(kind) if not name.startswith("_")}


def test_both_clients_have_the_same_methods() -> None:
    assert public(AsyncClient) == public(Client)
    for name in public(Client) - {"url", "close"}:
        ours, theirs = getattr(AsyncClient, name), getattr(Client, name)
        assert inspect.signature(ours) == inspect.signature(theirs)
        assert ours.__doc__ == theirs.__doc__


def test_the_package_offers_its_clients_by_name() -> None:
    assert (findalike.Client, findalike.AsyncClient) == (Client, AsyncClient)
    with pytest.raises(AttributeError, match="nothing"):
        _ = findalike.nothing


def test_calls_are_awaited_and_pages_come_one_by_one() -> None:
    cursors: Iterator[str | None] = iter(("c", None))

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/models"):
            return httpx.Response(404, json={"detail": "Nothing."})
        return httpx.Response(200, json={**PAGE, "hits": [], "next_cursor": next(cursors)})

    async def run() -> int:
        async with AsyncClient("http://testserver", transport=httpx.MockTransport(answer)) as client:
            pages = [page async for page in client.search_pages("image-search", "holiday", text="cat")]
            with pytest.raises(NotFound, match="Nothing"):
                await client.models()
            return len(pages)

    assert asyncio.run(run()) == 2


def test_many_calls_are_under_way_at_once() -> None:
    """All five must be at the server together before any is answered."""
    together = threading.Barrier(5, timeout=30)

    def answer(request: httpx.Request) -> httpx.Response:
        together.wait()
        return httpx.Response(200, json=[])

    async def run() -> list[object]:
        async with AsyncClient("http://testserver", transport=httpx.MockTransport(answer)) as client:
            return [*await asyncio.gather(*(client.collections("image-search") for _ in range(5)))]

    assert asyncio.run(run()) == [[]] * 5


def test_who_stops_in_the_middle_leaves_no_stream_open() -> None:
    closed = threading.Event()

    class Endless(httpx.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            from test_client import event

            for version in range(1, 10**9):
                yield event(version)

        def close(self) -> None:
            closed.set()

    async def run() -> None:
        transport = httpx.MockTransport(lambda _: httpx.Response(200, stream=Endless()))
        async with AsyncClient("http://testserver", transport=transport) as client:
            watched = client.watch("a" * 32)
            async for _ in watched:
                break
            await watched.aclose()
            assert closed.is_set()

    asyncio.run(run())
