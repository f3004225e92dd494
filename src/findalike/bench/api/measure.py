"""What is measured of the HTTP layer: findalike's own server, what it takes off Milvus, and Flask beside FastAPI."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from time import perf_counter, sleep

import httpx
import numpy as np
from pymilvus import MilvusClient

from findalike.bench.ann.data import Vectors, made_up
from findalike.bench.ann.milvus import connected
from findalike.bench.api.load import Driven, Generator, Load, Protocol
from findalike.bench.api.servers import findalike, peers, running
from findalike.bench.harness import Chart, Result, Run
from findalike.client import Client
from findalike.errors import FindalikeError
from findalike.vectors.indexes import search_params

_DIMENSION = 384
_TOP = 10
_QUERIES = 500
_SMALL, _LARGE = 10_000, 8_000_000
_BUSY = 0.9
_PATIENCE = 600.0
_THREADS = 64
"""More threads of pymilvus are not asked of a machine."""
_ROUNDS = 5
VARIANTS = (("Granian", True), ("Granian", False), ("uvicorn", True))
"""findalike's HTTP server, and whether it coalesces searches."""
CASES = ("empty", "validation", "1,000 hits", "waiting 20 ms", "computing", "small upload", "large upload")
"""Of the comparison with Flask: no work; a body of 384 numbers; a long answer; waiting for another server; Python that
holds its lock; bodies of 10 kB and of 8 MB that are hashed and written to disk."""


@dataclass(frozen=True)
class Plan:
    """How much is measured; `seconds` is for each point. `milvus` is a server's address, instead of Milvus Lite.
    `variants` are of VARIANTS."""

    vectors: int = 20_000
    seconds: float = 2.0
    clients: Sequence[int] = (1, 4, 16, 32, 64, 256)
    milvus: str | None = None
    variants: Sequence[tuple[str, bool]] = VARIANTS
    own: bool = True
    flask: bool = True
    cores: int = 2


def run(tell: Run, plan: Plan) -> Result:
    """The parts that are planned, on random clustered vectors."""
    result = tell.begin(
        "api",
        {
            "vectors": plan.vectors,
            "dimension": _DIMENSION,
            "seconds": plan.seconds,
            "engine": "a Milvus server" if plan.milvus else "Milvus Lite",
        },
    )
    with Generator() as generator:
        if plan.own:
            _Own(result, tell, plan, generator).all()
        if plan.flask:
            _compared(result, tell, plan, generator)
    return result


def _speed(result: Result, name: str, driven: Driven) -> None:
    result.add(name, "requests/s", driven.rate)
    if driven.latencies:
        for share in (50, 95, 99):
            result.add(f"{name}, p{share}", "ms", 1000 * float(np.percentile(driven.latencies, share)))
    if driven.failed:
        result.add(f"{name}: no success", "", float(driven.failed), "0")
    if driven.busy > _BUSY:
        result.notes.append(f"{name}: the load generator was {driven.busy:.0%} busy, so the server may be faster.")


def _point(result: Result, chart: Chart, series: str, x: float | str, y: float) -> None:
    known = next((one for one in result.charts if one.title == chart.title), None)
    if known is None:
        result.charts.append(known := chart)
    known.series.setdefault(series, []).append((x, y))


class _Own:
    """findalike's server: searches by each protocol, uploads, and bare pymilvus on the same table."""

    def __init__(self, result: Result, tell: Run, plan: Plan, generator: Generator):
        self._drive = generator.drive
        self._result, self._tell, self._plan = result, tell, plan
        made = made_up("clustered", plan.vectors, _DIMENSION, _QUERIES)
        self._base, self._queries = made[: plan.vectors], made[plan.vectors :]
        self._bodies = [json.dumps({"vector": one.tolist(), "limit": _TOP}) for one in self._queries.round(5)]

    def all(self) -> None:
        if self._plan.milvus:
            connected(self._plan.milvus).close()
        for number, (server, coalesce) in enumerate(self._plan.variants):
            name = f"{server}{'' if coalesce else ', not coalesced'}"
            self._tell(f"{name}: taking {self._plan.vectors} vectors in", number / 6)
            with findalike(server, self._plan.milvus, coalesce) as (url, milvus):
                self._fill(url)
                if self._plan.milvus:
                    self._tell(f"{name}: waiting for Milvus's index", number / 6)
                    _indexed(milvus)
                main = server == "Granian" and coalesce
                protocols: list[Protocol] = ["HTTP/1.1", "HTTP/2", "WebSocket"] if main else ["HTTP/1.1"]
                if server == "uvicorn":
                    protocols.append("WebSocket")
                bare = _Bare(milvus, self._queries, self._plan.seconds) if main else None
                for protocol in protocols:
                    self._searched(name, url, protocol, number, bare)
                    # A WebSocket takes files to search with, and stores none.
                    if protocol != "WebSocket":
                        self._uploaded(name, url, protocol, number)
                if bare:
                    bare.close()
            if main and self._plan.milvus is None:
                # What one has without findalike searches as Milvus Lite itself does.
                self._tell("plain Milvus Lite: taking vectors in", 1 / 6)
                with findalike(server, None, coalesce, plain=True) as (url, milvus):
                    self._fill(url)
                    self._plain(milvus, protocols)

    def _fill(self, url: str) -> None:
        buffer = io.BytesIO()
        np.save(buffer, self._base)
        with Client(url, timeout=600) as client:
            client.create_collection("vector-search", "bench", dimension=_DIMENSION)
            items = f"{url}/api/v1/apps/vector-search/collections/bench/items?name=vectors.npy"
            answer = httpx.post(items, content=buffer.getvalue(), timeout=600, trust_env=False)
            job = client.wait(answer.raise_for_status().json()["id"])
            assert job.done == len(self._base), job
            client.search("vector-search", "bench", vector=self._queries[0].tolist())

    def _searched(self, server: str, url: str, protocol: Protocol, number: int, bare: _Bare | None) -> None:
        address, bodies = f"{url}/api/v1/apps/vector-search/collections/bench/search", self._bodies
        if protocol == "WebSocket":
            address = url.replace("http", "ws", 1) + "/api/v1/live/vector-search/bench"
            bodies = [f'{{"id": "$id", "query": {one}}}' for one in bodies]
        chart = Chart("Searches over clients", "clients", "searches/s", {}, log_x=True, log_y=True)
        for clients in self._plan.clients:
            name, other = f"search, {server}, {protocol}, {clients} clients", f"bare pymilvus, {clients} threads"
            beside = bare if clients <= _THREADS else None
            # In turns, so that both find the machine and Milvus in the same state.
            for _ in range(_ROUNDS if beside else 1):
                self._tell(name, number / 6)
                driven = self._drive(Load(address, clients, self._plan.seconds, protocol, bodies=bodies))
                _speed(self._result, name, driven)
                if beside:
                    self._tell(other, number / 6)
                    theirs = beside.drive(clients)
                    _speed(self._result, other, theirs)
                    goal = "≥ 0.7" if self._plan.milvus and clients >= 16 else ""
                    over = f"ours over bare pymilvus, {protocol}, {clients} clients"
                    self._result.add(over, "", driven.rate / theirs.rate, goal)
            _point(self._result, chart, f"{server}, {protocol}", clients, self._value(name))
            if beside and protocol == "HTTP/1.1":
                _point(self._result, chart, "bare pymilvus", clients, self._value(other))

    def _value(self, name: str) -> float:
        found = self._result.get(name)
        assert found
        return found.value

    def _uploaded(self, server: str, url: str, protocol: Protocol, number: int) -> None:
        for size, what, most in ((_SMALL, "10 kB", 256), (_LARGE, "8 MB", 16)):
            for clients in (one for one in self._plan.clients if one <= most):
                name = f"upload of {what}, {server}, {protocol}, {clients} clients"
                self._tell(name, number / 6)
                address = f"{url}/api/v1/media?name=bench.bin"
                driven = self._drive(Load(address, clients, self._plan.seconds, protocol, size=size))
                _speed(self._result, name, driven)
                if size == _SMALL:
                    chart = Chart("Uploads of 10 kB over clients", "clients", "uploads/s", {}, log_x=True, log_y=True)
                    _point(self._result, chart, f"{server}, {protocol}", clients, driven.rate)

    def _plain(self, uri: str, protocols: Sequence[Protocol]) -> None:
        """Milvus Lite as it is, by pymilvus."""
        bare = _Bare(uri, self._queries, self._plan.seconds)
        chart = Chart("Searches over clients", "clients", "searches/s", {})
        who = "bare pymilvus, plain Milvus Lite"
        for clients in (one for one in self._plan.clients if one <= _THREADS):
            name = f"{who}, {clients} threads"
            self._tell(name, 1 / 6)
            driven = bare.drive(clients)
            _speed(self._result, name, driven)
            _point(self._result, chart, who, clients, driven.rate)
            for protocol in protocols:
                ours = self._value(f"search, Granian, {protocol}, {clients} clients")
                over = f"ours over {who}, {protocol}, {clients} clients"
                self._result.add(over, "", ours / driven.rate, "≥ 10" if clients == 32 else "")
        bare.close()


class _Bare:
    """pymilvus, as one would use it without findalike: a call for each query, from as many threads."""

    def __init__(self, uri: str, queries: Vectors, seconds: float):
        self._client, self._queries, self._seconds = MilvusClient(uri), queries, seconds
        self._table = _filled(self._client)
        index = self._client.describe_index(self._table, "vector")
        self._parameters = {"metric_type": index["metric_type"], "params": search_params(index["index_type"], _TOP)}

    def drive(self, clients: int) -> Driven:
        end = perf_counter() + self._seconds

        def ask(start: int) -> list[float]:
            took = []
            at = start
            while (began := perf_counter()) < end:
                query: Vectors = self._queries[at % len(self._queries)]
                self._client.search(
                    self._table,
                    [query.tobytes()],
                    anns_field="vector",
                    limit=_TOP,
                    output_fields=["id"],
                    search_params=self._parameters,
                )
                took.append(perf_counter() - began)
                at += 1
            return took

        began = perf_counter()
        with ThreadPoolExecutor(clients) as threads:
            every = list(threads.map(ask, range(0, clients * 7, 7)))
        latencies = [one for each in every for one in each]
        return Driven(latencies, len(latencies) / (perf_counter() - began), 0, 0)

    def close(self) -> None:
        self._client.close()


def _filled(client: MilvusClient) -> str:
    """The name of the only collection that has rows."""
    (table,) = (one for one in client.list_collections() if client.get_collection_stats(one)["row_count"] > 0)
    return str(table)


def _indexed(uri: str) -> None:
    """Wait until a Milvus server has built its index of what it was given piece by piece, has merged the pieces, which
    it only does with those that have one, and searches what came of that: until then it has no cores for anything
    else."""
    with closing(MilvusClient(uri)) as client:
        table, end = _filled(client), perf_counter() + _PATIENCE
        before, segments = 0, _loaded(client, table, end)
        # Of one alone some servers make another one, and another one, as often as they are asked.
        while 1 < segments != before:
            merging = client.compact(table)
            while client.get_compaction_state(merging) != "Completed":
                _wait(end)
            before, segments = segments, _loaded(client, table, end)


def _loaded(client: MilvusClient, table: str, end: float) -> int:
    """How many segments a table has, as soon as all of them are searched by their index."""
    while True:
        loaded, stored = client.list_loaded_segments(table), client.list_persistent_segments(table)
        found = {one.segment_id for one in loaded}
        waiting = client.describe_index(table, "vector")["pending_index_rows"]
        # Some servers never say which index a segment is searched by.
        alike = len({bool(one.index_name) for one in loaded}) == 1
        if alike and not waiting and found == {one.segment_id for one in stored}:
            return len(found)
        _wait(end)


def _wait(end: float) -> None:
    if perf_counter() > end:
        raise FindalikeError("Milvus has not built its index in ten minutes: look at its log.")
    sleep(1)


def _compared(result: Result, tell: Run, plan: Plan, generator: Generator) -> None:
    """The same two endpoints in both frameworks, under several servers each."""
    vector = np.random.default_rng(0).normal(size=_DIMENSION).round(5).tolist()

    def asked(**more: object) -> list[str]:
        return [json.dumps({"vector": vector, **more})]

    servers = peers(plan.cores)
    few, many = plan.clients[0], min(64, max(plan.clients))
    for number, (server, command) in enumerate(servers.items()):
        with running(command, "/empty") as url:
            loads = {
                "empty": Load(f"{url}/empty", 0, plan.seconds, method="GET"),
                "validation": Load(f"{url}/search", 0, plan.seconds, bodies=asked()),
                "1,000 hits": Load(f"{url}/search", 0, plan.seconds, bodies=asked(limit=1000)),
                "waiting 20 ms": Load(f"{url}/search", 0, plan.seconds, bodies=asked(engine="waiting")),
                "computing": Load(f"{url}/search", 0, plan.seconds, bodies=asked(engine="computing")),
                "small upload": Load(f"{url}/upload", 0, plan.seconds, size=_SMALL),
                "large upload": Load(f"{url}/upload", 0, plan.seconds, size=_LARGE),
            }
            for case in CASES:
                for clients in sorted({few, many}):
                    tell(f"{server}: {case}, {clients} clients", 0.5 + number / len(servers) / 2)
                    driven = generator.drive(Load(**{**vars(loads[case]), "clients": clients}))
                    _speed(result, f"{case}, {server}, {clients} clients", driven)
                    if clients == many:
                        chart = Chart(
                            f"Flask beside FastAPI, {many} clients", "case", "requests/s", {}, "bars", log_y=True
                        )
                        _point(result, chart, server, case, driven.rate)
    _best(result, list(servers), many)


def _best(result: Result, servers: Sequence[str], clients: int) -> None:
    """Of each framework the best server for each case, and how they compare."""
    for case in CASES:
        best = {
            framework: max(
                (one.value, server)
                for server in servers
                if server.startswith(framework) and (one := result.get(f"{case}, {server}, {clients} clients"))
            )
            for framework in ("FastAPI", "Flask")
        }
        result.add(f"{case}: best FastAPI over best Flask", "", best["FastAPI"][0] / best["Flask"][0])
        names = " beside ".join(f"{server} ({rate:.0f}/s)" for rate, server in best.values())
        result.notes.append(f"{case}, {clients} clients: {names}.")
