"""The ASGI application: what is opened at start, the routes, and the middlewares in front of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request
from starlette.responses import PlainTextResponse

from findalike import __version__
from findalike.applications.registry import Applications
from findalike.pipelines.house import House
from findalike.server import (
    collections,
    common,
    conversations,
    documentation,
    live,
    map,
    operations,
    page,
    problems,
    search,
    training,
)
from findalike.server.door import LOOPBACK, MAX_BODY, Door
from findalike.server.metrics import Meter, Metrics
from findalike.server.state import State, get_state
from findalike.settings import Settings

DESCRIPTION = """Similarity search over your own things: pictures, vectors, and what plug-ins add.

Put items in with `POST …/items` (answered at once; a job does the rest), ask with `POST …/search`.
Errors are problem+json (RFC 9457) whose `detail` says what to do.
"""

_THREADS = 40


def create_app(settings: Settings, milvus_uri: str, applications: Applications | None = None) -> FastAPI:
    """The application on a Milvus at `milvus_uri`. Engines are opened when it starts, and closed when it ends."""
    offered = (applications or Applications.load()).configured(settings)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        # Much of what runs in these waits: for Milvus, for a lock, for a slow disk.
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(_THREADS, thread_name_prefix="blocking"))
        house = await asyncio.to_thread(House.open, settings, milvus_uri, offered)
        state = State(house)
        app.state.findalike = state
        app.state.keys = house.catalog.keys
        state.start()
        try:
            yield
        finally:
            await state.stop()
            await asyncio.to_thread(house.close)

    app = FastAPI(
        title="findalike",
        version=__version__,
        description=DESCRIPTION,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        separate_input_output_schemas=False,
        # There is no exporter here: looking for one took longer than all other middlewares.
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    metrics = Metrics()
    problems.install(app)
    # Routes are tried in order: what is asked for most comes first.
    searches = {application.name: search.install(app, application) for application in offered}
    for application in offered:
        app.include_router(collections.router(application), max_body_size=MAX_BODY)
        app.include_router(map.router(application), max_body_size=MAX_BODY)
        app.include_router(operations.router(application), max_body_size=MAX_BODY)
        app.include_router(training.router(application), max_body_size=MAX_BODY)
    app.include_router(common.routes, max_body_size=MAX_BODY)
    app.include_router(conversations.routes, max_body_size=MAX_BODY)
    app.include_router(live.routes)
    documentation.install(app)

    @app.get("/metrics", operation_id="metrics", summary="Metrics", tags=["Server"], response_class=PlainTextResponse)
    async def metrics_text(request: Request) -> PlainTextResponse:
        """Prometheus metrics."""
        return PlainTextResponse(metrics.render(await get_state(request)), media_type="text/plain; version=0.0.4")

    page.install(app)
    hosts = [*settings.allowed_hosts, *([] if settings.host in ("0.0.0.0", "::") else [settings.host])]
    # The last to be added is the first to be asked.
    app.add_middleware(search.QuickSearch, app_state=app.state, searches=searches)
    app.add_middleware(Meter, metrics=metrics)
    exposed = settings.host not in LOOPBACK and not settings.insecure
    app.add_middleware(
        Door,
        app_state=app.state,
        hosts=hosts,
        origins=settings.allowed_origins,
        always=exposed,
        reading=[(one.name, name) for one in offered for name, does in one.operations.items() if does.reads],
    )
    return app
