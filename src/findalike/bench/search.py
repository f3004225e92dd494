"""Searching: what HTTP adds to a lone search, and what coalescing gives to many clients."""

from __future__ import annotations

import asyncio
import http.client
import io
import json
import multiprocessing
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from findalike.bench.api.load import Generator, Load
from findalike.bench.harness import Result, Run, fresh_server
from findalike.catalog import Catalog
from findalike.client import Client
from findalike.pipelines.coalesce import Coalescer
from findalike.settings import Settings
from findalike.vectors import Matches
from findalike.vectors.milvus import MilvusStore

_WINDOW = 16
_ROUNDS, _LONE = 6, 200
_SECONDS = 2.0
_SEARCH = "/api/v1/apps/vector-search/collections/bench/search"


def run(vectors: int, dimension: int, clients: int, tell: Run) -> Result:
    """Lone and concurrent searches of random vectors, at the store and by HTTP, on a fresh Milvus Lite."""
    result = tell.begin("search", {"vectors": vectors, "dimension": dimension, "clients": clients})
    rng = np.random.default_rng(0)
    data = rng.normal(size=(vectors, dimension)).astype(np.float32)
    queries = rng.normal(size=(2000, dimension)).astype(np.float32)
    with fresh_server() as (url, settings), Client(url) as client:
        tell(f"loading {vectors} vectors")
        client.create_collection("vector-search", "bench", dimension=dimension)
        buffer = io.BytesIO()
        np.save(buffer, data)
        _load(client, url, buffer.getvalue())
        # A process for lone requests, made before anything else runs threads.
        with Generator() as generator, multiprocessing.get_context("spawn").Pool(1) as pool:
            for number in range(_ROUNDS):
                tell(f"round {number + 1} of {_ROUNDS}", number / _ROUNDS)
                _http(result, url, queries, clients, pool, generator)
                _store(result, settings, queries, clients)
    return result


def _load(client: Client, url: str, table: bytes) -> None:
    connection = http.client.HTTPConnection(url.removeprefix("http://"))
    connection.request("POST", "/api/v1/apps/vector-search/collections/bench/items?name=vectors.npy", table)
    job = client.wait(json.loads(connection.getresponse().read())["id"])
    assert job.state == "succeeded", job.detail


def _http(
    result: Result, url: str, queries: NDArray[np.float32], clients: int, pool: Any, generator: Generator
) -> None:
    wall, other, empty = pool.apply(_ask, (url, queries[:60]))
    result.add("a lone search by HTTP", "ms", [1000 * value for value in wall])
    result.add("of it neither encoding nor Milvus", "ms", other, "≤ 3")
    result.add("an empty request between two searches", "ms", empty)
    bodies = [json.dumps({"vector": query.round(5).tolist()}) for query in queries]
    rates = []
    for many, name in ((1, "one client by HTTP"), (clients, f"{clients} clients by HTTP")):
        driven = generator.drive(Load(f"{url}{_SEARCH}", many, _SECONDS, bodies=bodies))
        assert not driven.failed, driven.failed
        result.add(name, "queries/s", driven.rate)
        rates.append(driven.rate)
    result.add("coalescing by HTTP", "times", rates[1] / rates[0], "≥ 4")


def _ask(url: str, queries: NDArray[np.float32]) -> tuple[list[float], list[float], list[float]]:
    """Search one query after the other over one connection: seconds of each, and milliseconds beside the engines.

    Last the milliseconds of /healthz after each: what HTTP costs here when nothing is done."""
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=120)
    wall, other, empty = [], [], []
    for query in queries:
        body = json.dumps({"vector": query.round(5).tolist()})
        began = time.perf_counter()
        connection.request("POST", _SEARCH, body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        content = answer.read()
        wall.append(time.perf_counter() - began)
        assert answer.status == 200, content
        took = json.loads(content)["took"]
        other.append(1000 * wall[-1] - took["encode_ms"] - took["vectors_ms"])
        began = time.perf_counter()
        connection.request("GET", "/healthz")
        connection.getresponse().read()
        empty.append(1000 * (time.perf_counter() - began))
    connection.close()
    return wall, other, empty


def _store(result: Result, settings: Settings, queries: NDArray[np.float32], clients: int) -> None:
    catalog = Catalog(settings.catalog_url)
    collection = catalog.collections.get("vector-search", "bench")
    table = collection.table(collection.generation, "embedding")
    note = json.loads((settings.data_dir / "milvus.pid").read_text())
    store = MilvusStore(f"http://127.0.0.1:{note['port']}", prefix=f"fa_{catalog.keys.identity()}_")
    alone: list[Matches] = []
    began = time.perf_counter()
    for query in queries[:_LONE]:
        alone += store.search(table, query[None, :], _WINDOW)
    lone = _LONE / (time.perf_counter() - began)
    seconds, together = asyncio.run(_coalesced(store, table, queries[:960], clients))
    result.add("lone calls at the store", "queries/s", lone)
    result.add(f"{clients} askers at the store", "queries/s", len(together) / seconds)
    # Of each round, since the machine may be slower in the next.
    result.add("coalescing at the store", "times", len(together) / seconds / lone, "≥ 8")
    for one, other in zip(alone, together[:_LONE], strict=True):
        near = np.abs(one.scores - other.scores).max()
        same = set(one.ids[:10].tolist()) == set(other.ids[:10].tolist())
        if near > 1e-5 or not same:
            result.notes.append(f"A coalesced answer differs from the lone one by {near:.1e}.")
    store.close()
    catalog.close()


async def _coalesced(
    store: MilvusStore, table: str, queries: NDArray[np.float32], clients: int
) -> tuple[float, list[Matches]]:
    with ThreadPoolExecutor(4) as executor:
        coalescer: Coalescer[str, NDArray[np.float32], Matches] = Coalescer(
            lambda key, asked: store.search(key, np.stack(asked), _WINDOW),
            executor,
            limit=lambda _: 128,
            capacity=1000,
        )
        found: dict[int, Matches] = {}
        waiting = iter(enumerate(queries))

        async def asker() -> None:
            for number, query in waiting:
                found[number] = await coalescer.ask(table, query)

        began = time.perf_counter()
        await asyncio.gather(*(asker() for _ in range(clients)))
        return time.perf_counter() - began, [found[number] for number in range(len(queries))]
