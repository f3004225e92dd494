"""Prometheus metrics, one registry an application, so that tests and embedders can have several."""

from __future__ import annotations

import time

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from findalike.server.state import State

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)


class Metrics:
    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "findalike_requests", "Requests by route, method and status.", ["route", "method", "status"],
            registry=self.registry,
        )  # fmt: skip
        self.seconds = Histogram(
            "findalike_request_seconds", "Time to the end of the response.", ["route"],
            buckets=_BUCKETS, registry=self.registry,
        )  # fmt: skip
        self.pending = Gauge(
            "findalike_pending_queries", "Queries waiting, by stage.", ["stage"], registry=self.registry
        )

    def render(self, state: State) -> bytes:
        """The text format that Prometheus reads."""
        for stage, number in state.searcher.pending.items():
            self.pending.labels(stage).set(number)
        return generate_latest(self.registry)


class Meter:
    """ASGI middleware that counts and times requests by their route (never by their address, which is unbounded)."""

    def __init__(self, app: ASGIApp, metrics: Metrics):
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.perf_counter(), 500

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, watched)
        finally:
            route = getattr(scope.get("route"), "path", "none")
            method = scope["method"] if scope["method"] in _METHODS else "other"
            self._metrics.requests.labels(route, method, status).inc()
            self._metrics.seconds.labels(route).observe(time.perf_counter() - began)
