"""A full disk under the catalog: 507, nothing half-stored, and all as before when there is room again."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event
from test_intake import stored

from findalike.server.state import State
from server_api import Api, Start

_UNLIMITED = 2**30


@contextmanager
def full(api: Api) -> Iterator[None]:
    """The catalog's file cannot grow: SQLite raises its page limit to what it has, and says "disk is full" beyond."""
    state: State = api.http.app.state.findalike  # type: ignore[attr-defined]
    engine = state.house.catalog.database.engine

    def limit(pages: int) -> Callable[..., None]:
        return lambda connection, *_: connection.execute(f"PRAGMA max_page_count={pages}").close()

    none, all_of_them = limit(1), limit(_UNLIMITED)
    event.listen(engine, "checkout", none)
    try:
        yield
    finally:
        event.remove(engine, "checkout", none)
        event.listen(engine, "checkout", all_of_them)


def as_records(number: int) -> dict[str, Any]:
    return {"json": {"records": [{"id": f"{n}", "vector": [1.0] * 1999 + [n]} for n in range(number)]}}


def as_a_form(number: int) -> dict[str, Any]:
    table = "".join(json.dumps({"id": f"{n}", "vector": [1.0] * 1999 + [n]}) + "\n" for n in range(number))
    return {
        "files": [
            ("metadata", (None, json.dumps({"note": "x" * 200_000}))),
            ("file", ("v.ndjson", table.encode())),
        ]
    }


@pytest.mark.parametrize("body", [as_records, as_a_form])
def test_an_upload_is_refused_whole_and_works_again_later(
    start: Start, lite_uri: str, body: Callable[[int], dict[str, Any]]
) -> None:
    api = start(lite_uri, media_grace=0)
    address = api.collection("vector-search", dimension=2000)
    request = {**body(40), "headers": {"Idempotency-Key": "once"}}
    with full(api):
        refused = api.http.post(f"{address}/items", **request)
        assert (refused.status_code, refused.headers["content-type"]) == (507, "application/problem+json")
        assert "free some space" in refused.json()["detail"]
        # What there is can still be read.
        assert api.http.get(address).json()["items"] == 0
    assert api.http.get("/api/v1/jobs").json()["jobs"] == []
    state: State = api.http.app.state.findalike  # type: ignore[attr-defined]
    state.sweeper.regular()
    state.sweeper.collect_strays()
    assert stored(api) == []
    accepted = api.http.post(f"{address}/items", **request)
    assert accepted.status_code == 202
    job = api.finished(accepted.json())
    assert (job["state"], job["done"], job["failed"]) == ("succeeded", 40, 0)


def test_a_job_that_meets_a_full_disk_can_be_run_again(start: Start, lite_uri: str) -> None:
    """It was acknowledged, so nothing of it may be lost: it fails with the reason, and a retry does the rest."""
    api = start(lite_uri)
    address = api.collection("vector-search", dimension=2000)
    with full(api):
        answer = api.http.post(f"{address}/items", files={"file": ("v.ndjson", as_a_form(40)["files"][1][1][1])})
        assert answer.status_code == 202
        job = api.finished(answer.json())
    assert "full" in (job["detail"] or "") or "full" in str(api.failures(job))
    assert job["done"] < 40
    again = api.http.post(f"/api/v1/jobs/{job['id']}/retry")
    assert again.status_code == 202
    ended = api.finished(again.json())
    assert (ended["state"], ended["done"], ended["failed"]) == ("succeeded", 40, 0)
    assert api.http.get(address).json()["indexed"] == 40
