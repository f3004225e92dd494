"""A small stand-in for the server, over real HTTP: it keeps names and hashes, and does no work."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

from multipart import parse_form_data

from support import serving

WHEN = "2026-01-02T03:04:05Z"


@dataclass
class FakeState:
    """What the server knows, and how it shall misbehave."""

    collections: dict[str, dict[str, Any]] = field(default_factory=dict)
    items: dict[str, str] = field(default_factory=dict)
    jobs: dict[str, dict[str, Any]] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    requests: list[tuple[str, str]] = field(default_factory=list)
    uploads: list[list[str]] = field(default_factory=list)
    queries: list[dict[str, Any]] = field(default_factory=list)
    failing: set[str] = field(default_factory=set)
    """Names of files that the job finds broken."""
    lost_answers: int = 0
    """So many uploads are taken in, and then answered 503, as by a proxy whose connection broke."""
    expire_after: int = 0
    """Jobs close themselves after so many requests."""

    def new_job(self, kind: str = "ingest") -> dict[str, Any]:
        identity = uuid.uuid4().hex
        path = f"/api/v1/jobs/{identity}"
        job = {
            "id": identity, "kind": kind, "application": "image-search", "collection": "holiday", "state": "running",
            "open": False, "total": 0, "done": 0, "failed": 0, "skipped": 0, "rate": 5.0, "remaining_seconds": 1.0,
            "detail": None, "vector": None, "created_at": WHEN, "started_at": WHEN, "finished_at": None,
            "links": {"self": path, "events": path + "/events", "errors": path + "/errors"},
            "failures": [], "fed": 0,
        }  # fmt: skip
        self.jobs[identity] = job
        return job


class Problem(Exception):
    def __init__(self, status: int, kind: str, detail: str):
        self.status, self.body = status, {"type": f"urn:findalike:{kind}", "status": status, "detail": detail}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    state: FakeState

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def do_GET(self) -> None:
        self._answer("GET")

    do_PUT = do_POST = do_PATCH = do_DELETE = lambda self: self._answer(self.command)  # noqa: N815

    def _answer(self, method: str) -> None:
        parts = urlsplit(self.path)
        length = int(self.headers.get("content-length", 0))
        self.state.requests.append((method, parts.path))
        content = self.headers.get("content-type", "")
        if content.startswith("multipart"):
            _, files = parse_form_data({
                "REQUEST_METHOD": method, "CONTENT_TYPE": content, "CONTENT_LENGTH": str(length),
                "wsgi.input": self.rfile,
            }, strict=True)  # fmt: skip
            body: Any = [(part.filename, part.raw) for part in files.getall("file")]
            for part in files.getall("file"):
                part.close()
        else:
            body = json.loads(self.rfile.read(length) or b"null")
        try:
            status, answer = self._route(method, parts.path.removeprefix("/api/v1"), parse_qs(parts.query), body)
        except Problem as problem:
            status, answer = problem.status, problem.body
        if isinstance(answer, str):
            self._send(status, answer.encode(), "text/event-stream")
        else:
            self._send(status, json.dumps(answer).encode(), "application/json")

    def _send(self, status: int, data: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        if status == 503:
            self.send_header("Retry-After", "0")
        self.end_headers()
        self.wfile.write(data)

    def _route(self, method: str, path: str, query: dict[str, list[str]], body: Any) -> tuple[int, Any]:
        match [method, *path.strip("/").split("/")]:
            case ["GET", "apps"]:
                return 200, APPS
            case ["GET", "apps", _, "collections"]:
                return 200, list(self.state.collections.values())
            case ["PUT", "apps", app, "collections", name]:
                return 201, self.state.collections.setdefault(name, collection(app, name, body or {}))
            case ["GET", "apps", app, "collections", name]:
                if name not in self.state.collections:
                    raise Problem(404, "not-found", f"There is no collection {app}/{name}.")
                return 200, self.state.collections[name]
            case ["DELETE", "apps", _, "collections", name]:
                del self.state.collections[name]
                return 200, None
            case ["POST", "apps", _, "collections", _, "items"]:
                return 202, self._intake(query, body)
            case ["GET", "apps", _, "collections", _, "items"]:
                found = [item(one, self.state.items[one]) for one in query["id"] if one in self.state.items]
                return 200, {"items": found, "next_cursor": None, "total": len(found)}
            case ["POST", "apps", _, "collections", _, "search"]:
                self.state.queries.append(body)
                return 200, hits(self.state)
            case ["POST", "apps", _, "collections", _, "recommend"]:
                basis = "taste" if body["user"] == "known" else "everybody"
                return 200, {"recommendations": [], "basis": basis, "events": 0, "took": {"total_ms": 1.0}}
            case ["POST", "samples", _]:
                return 202, self.state.new_job()
            case ["POST", "media"]:
                return 201, {"media_id": "m1", "media_type": "image/png", "name": body[0][0], "expires_in": 60}
            case [method, "jobs", job, *rest] if job in self.state.jobs:
                return 200, self._job(method, self.state.jobs[job], rest)
            case ["GET", "jobs"]:
                return 200, {"jobs": list(self.state.jobs.values()), "next_cursor": None}
        raise Problem(404, "not-found", "There is nothing at this address.")

    def _intake(self, query: dict[str, list[str]], files: list[tuple[str, bytes]]) -> dict[str, Any]:
        key = self.headers["Idempotency-Key"]
        if key in self.state.keys:
            return self.state.jobs[self.state.keys[key]]
        job = self.state.jobs[query["job"][0]] if "job" in query else self.state.new_job()
        job["fed"] += 1
        if self.state.expire_after and job["fed"] > self.state.expire_after:
            job["open"] = False
            raise Problem(409, "conflict", "The job is closed.")
        job["open"] = query["keep_open"] == ["true"]
        self.state.uploads.append([name for name, _ in files])
        for name, content in files:
            job["total"] += 1
            if name in self.state.failing:
                job["failed"] += 1
                job["failures"].append({"entry": job["total"], "name": name, "reason": "It is broken."})
            else:
                job["done"] += 1
                self.state.items[hashlib.sha256(content).hexdigest()] = name
        self.state.keys[key] = job["id"]
        if self.state.lost_answers:
            self.state.lost_answers -= 1
            raise Problem(503, "unavailable", "A proxy lost the answer.")
        return job

    def _job(self, method: str, job: dict[str, Any], rest: list[str]) -> Any:
        match [method, *rest]:
            case ["POST", "close"]:
                job["open"] = False
            case ["DELETE"]:
                job["state"] = "cancelled"
            case ["GET", "errors"]:
                return {"failures": job["failures"], "next_cursor": None}
            case ["GET", "events"]:
                job["state"] = "succeeded" if job["state"] == "running" else job["state"]
                return f"id: 1\nevent: job\ndata: {json.dumps(job)}\n\n"
        return job


APPS = {
    "version": "0",
    "applications": [
        {
            "name": name, "title": title, "description": "", "accepts": accepts, "takes_records": records,
            "tables": [], "needs_dimension": False, "vectors": {}, "fields": {}, "sample": None,
            "options_schema": {}, "query_schema": {}, "query_example": {}, "operations": [],
        }
        for name, title, accepts, records in (
            ("image-search", "Reverse image search", ["image/*"], False),
            ("vector-search", "Vector search", [], True),
        )
    ],
    "limits": {"max_upload": 100_000, "max_request": 1_000_000, "max_query_media": 1000, "search_depth": 1000},
}  # fmt: skip


def collection(application: str, name: str, settings: dict[str, Any]) -> dict[str, Any]:
    return {
        "application": application, "name": name, "description": settings.get("description", ""),
        "fields": settings.get("fields", {}), "options": settings.get("options", {}), "vectors": {}, "generation": 1,
        "rebuilding": False, "items": 3, "indexed": 3, "segments": 3, "maps": [], "created_at": WHEN,
    }  # fmt: skip


def item(identity: str, name: str) -> dict[str, Any]:
    return {
        "id": identity, "key": None, "name": name, "media_type": "image/png", "metadata": {}, "created_at": WHEN,
        "updated_at": WHEN, "links": {"self": "/", "content": None, "preview": None, "play": None},
    }  # fmt: skip


def hits(state: FakeState) -> dict[str, Any]:
    found = [
        {
            "rank": rank,
            "score": 0.5,
            "scores": {},
            "segment": {"ordinal": 0, "place": {}, "text": None, "highlights": [], "sentence": None},
            "others": [],
            "similar": [],
            "details": {},
            "item": item(identity, name),
        }
        for rank, (identity, name) in enumerate(state.items.items(), start=1)
    ]
    took = {"encode_ms": 1.0, "vectors_ms": 2.0, "total_ms": 3.0}
    return {"hits": found, "next_cursor": None, "generation": 1, "depth": 10, "beyond": False, "took": took}


@contextmanager
def fake_server() -> Iterator[tuple[str, FakeState]]:
    """A server on a free port: its address, and what it knows."""
    state = FakeState()
    with serving(type("Mine", (Handler,), {"state": state})) as server:
        yield f"http://127.0.0.1:{server.server_port}", state
