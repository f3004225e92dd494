"""Requests that are called off, and collections that go away, in the middle of an upload."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from starlette.requests import Request
from test_intake import stored

from findalike.catalog.jobs import Jobs
from findalike.server import items
from findalike.server.items import intake
from findalike.server.schemas import JobOut
from findalike.server.state import State
from server_api import Api, Start, drawn


def send(api: Api, key: str) -> Callable[[], Any]:
    """One upload under an Idempotency-Key, as the route makes it."""
    state: State = api.http.app.state.findalike  # type: ignore[attr-defined]
    collection = state.house.catalog.collections.get("vector-search", "things")

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b'{"records": [{"id": "a", "vector": [1, 2]}]}', "more_body": False}

    scope = {
        "type": "http", "method": "POST", "path": "/items", "query_string": b"", "server": ("localhost", 80),
        "headers": [(b"content-type", b"application/json")],
    }  # fmt: skip
    return lambda: intake(
        state, state.house.applications.get("vector-search"), collection, Request(scope, receive),
        job_id=None, keep_open=False, on_duplicate="skip", column=[], name=None, idempotency_key=key,
    )  # fmt: skip


@pytest.mark.parametrize("step", ["reserve", "create"])
def test_a_request_called_off_leaves_its_key_usable_and_its_job_known(
    api: Api, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """Called off while the catalog writes: a repeat with the same key makes one job, not two, and is not refused."""
    api.collection("vector-search", dimension=2)
    sending = send(api, "key-1")
    begun, go_on = threading.Event(), threading.Event()
    real = getattr(Jobs, step)

    def slow(self: Jobs, *arguments: Any, **options: Any) -> Any:
        begun.set()
        assert go_on.wait(10)
        return real(self, *arguments, **options)

    async def called_off() -> None:
        # One thread is held up; what else is asked for meanwhile goes through the other, in order.
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(2))
        task = asyncio.create_task(sending())
        assert await asyncio.to_thread(begun.wait, 10)
        task.cancel()
        for _ in range(10):
            await asyncio.sleep(0)
        await asyncio.to_thread(lambda: None)
        go_on.set()
        with pytest.raises(asyncio.CancelledError):
            await task

    with monkeypatch.context() as patch:
        patch.setattr(Jobs, step, slow)
        asyncio.run(called_off())
    again: JobOut = asyncio.run(sending())
    jobs = api.http.get("/api/v1/jobs").json()["jobs"]
    assert [job["id"] for job in jobs] == [again.id]


def test_a_collection_dropped_during_the_upload_is_not_fed(
    start: Start, lite_uri: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    api = start(lite_uri, media_grace=0)
    address = api.collection("image-search")
    state: State = api.http.app.state.findalike  # type: ignore[attr-defined]
    collection = state.house.catalog.collections.get("image-search", "things")
    real = items.drafts

    def dropped(*arguments: Any) -> Any:
        state.house.catalog.collections.drop(collection.id)
        return real(*arguments)

    monkeypatch.setattr(items, "drafts", dropped)
    answer = api.http.post(f"{address}/items", files={"file": ("a.png", drawn(1))})
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    assert "dropped meanwhile" in answer.json()["detail"]
    assert api.http.get("/api/v1/jobs").json()["jobs"] == []
    state.sweeper.regular()
    assert stored(api) == []
