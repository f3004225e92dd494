"""The HTTP layer measured: the load generator, the two frameworks' endpoints, and a small run of it all."""

from __future__ import annotations

import hashlib
import sys
from importlib.util import find_spec
from typing import Any

import httpx
import pytest

from findalike.bench.api.load import Generator, Load
from findalike.bench.api.measure import CASES, Plan, run
from findalike.bench.api.servers import peers, running
from findalike.bench.harness import Run

FRAMEWORKS = ["FastAPI, Granian × 1", "Flask, gunicorn threads × 2"]


@pytest.mark.skipif(sys.platform == "win32", reason="gunicorn is not for Windows")
def test_all_servers_to_compare_with_are_installed() -> None:
    modules = {command[command.index("-m") + 1] for command in peers(2).values()}
    assert not [module for module in modules if find_spec(module) is None]


@pytest.mark.parametrize("server", FRAMEWORKS)
def test_both_frameworks_do_the_same(server: str) -> None:
    with (
        running(peers(2)[server], "/empty") as url,
        httpx.Client(base_url=url, trust_env=False) as http,
        Generator() as generator,
    ):
        vector = [0.5] * 384
        for engine in ("instant", "waiting", "computing"):
            answer = http.post("/search", json={"vector": vector, "limit": 2, "engine": engine})
            assert answer.json() == {
                "hits": [
                    {"id": "item-0", "rank": 0, "score": 0.5, "name": "picture 0.jpg"},
                    {"id": "item-1", "rank": 1, "score": 0.25, "name": "picture 1.jpg"},
                ]
            }
        assert http.post("/search", json={"vector": vector[1:]}).status_code == 422
        body = bytes(range(256)) * 9000
        assert http.post("/upload", content=body).json() == {
            "sha256": hashlib.sha256(body).hexdigest(), "size": len(body)
        }  # fmt: skip
        protocols: list[Any] = ["HTTP/1.1", "HTTP/2"] if "Granian" in server else ["HTTP/1.1"]
        for protocol in protocols:
            driven = generator.drive(Load(f"{url}/empty", 3, 0.1, protocol, method="GET"))
            assert driven.failed == 0
            assert len(driven.latencies) >= 3
            assert generator.drive(Load(f"{url}/nothing", 1, 0.05, protocol)).failed > 0


def test_a_small_run_of_all(monkeypatch: pytest.MonkeyPatch) -> None:
    every = peers(2)
    monkeypatch.setattr("findalike.bench.api.measure.peers", lambda _: {name: every[name] for name in FRAMEWORKS})
    told: list[str] = []
    result = run(
        Run(told.append),
        Plan(vectors=300, seconds=0.02, clients=(2,), variants=[("Granian", True), ("uvicorn", True)]),
    )
    values = {one.name: one.value for one in result.figures}
    for protocol in ("HTTP/1.1", "HTTP/2", "WebSocket"):
        assert values[f"search, Granian, {protocol}, 2 clients"] > 0
        assert values[f"search, Granian, {protocol}, 2 clients, p95"] > 0
    assert values["search, uvicorn, WebSocket, 2 clients"] > 0
    assert values["upload of 8 MB, uvicorn, HTTP/1.1, 2 clients"] > 0
    assert values["ours over bare pymilvus, WebSocket, 2 clients"] > 0
    assert all(values[f"{case}: best FastAPI over best Flask"] > 0 for case in CASES)
    assert not [name for name in values if name.endswith("no success")]
    over_clients, uploads, frameworks = result.charts
    assert set(uploads.series) == {"Granian, HTTP/1.1", "Granian, HTTP/2", "uvicorn, HTTP/1.1"}
    assert set(frameworks.series) == set(FRAMEWORKS)
    assert [x for x, _ in over_clients.series["bare pymilvus"]] == [2]
