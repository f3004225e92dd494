"""A search endpoint and an upload endpoint in FastAPI; flask_peer.py has the same in Flask."""

from __future__ import annotations

import asyncio

from fastapi import FastAPI, Request

from findalike.bench.api import work

_PART = 1 << 20


def build() -> FastAPI:
    app = FastAPI()

    @app.get("/empty")
    async def empty() -> dict[str, bool]:
        return {"ok": True}

    @app.post("/search")
    async def search(query: work.Query) -> work.Answer:
        if query.engine == "waiting":
            await asyncio.sleep(work.WAIT)
        elif query.engine == "computing":
            await asyncio.to_thread(work.compute)
        return work.Answer(hits=work.hits(query))

    @app.post("/upload")
    async def upload(request: Request) -> work.Stored:
        sink, waiting = work.Sink(), bytearray()
        async for part in request.stream():
            waiting += part
            if len(waiting) >= _PART:
                await asyncio.to_thread(sink.write, bytes(waiting))
                waiting.clear()
        sink.write(bytes(waiting))
        return sink.done()

    return app
