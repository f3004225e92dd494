"""Routes of the 2-D map of a collection, made once per application like those of `collections.py`."""

import asyncio
import gzip
import hashlib
from typing import Annotated

import numpy as np
from fastapi import APIRouter, Header, Query, Response
from starlette.datastructures import Headers
from starlette.requests import Request

from findalike.applications.base import Application
from findalike.catalog.maps import SCALE
from findalike.domain import Collection
from findalike.errors import NotFound
from findalike.pipelines.house import House
from findalike.pipelines.map import job_at_work, start_map, vector_of
from findalike.server.parameters import Name, operation_id
from findalike.server.problems import RESPONSES
from findalike.server.schemas import API, JobOut, MapOut, MapRequest, MapStale
from findalike.server.state import StateDep, find_collection, job_out

_FAST = 1


def router(application: Application) -> APIRouter:
    """The routes of an application's maps."""
    app = application.name
    routes = APIRouter(prefix=f"{API}/apps/{app}/collections", tags=[application.title], responses=RESPONSES)

    @routes.post(
        "/{collection}/map", operation_id=operation_id(application, "make_map"), status_code=202, response_model=JobOut
    )
    async def make_map(
        state: StateDep, collection: Name, response: Response, request: MapRequest | None = None
    ) -> JobOut:
        """Make or update the map of a collection, as a job; while one is at work on it, that one."""
        found = await find_collection(state, app, collection)
        wanted = request or MapRequest.model_validate({})
        made = await asyncio.to_thread(start_map, state.house, found, wanted.vector, afresh=wanted.afresh)
        state.worker.wake()
        job = job_out(made)
        response.headers["Location"] = job.links.self
        return job

    @routes.get(
        "/{collection}/map",
        operation_id=operation_id(application, "get_map"),
        response_model=MapOut,
        responses={304: {"description": "It is as `If-None-Match` says."}},
    )
    async def get_map(
        state: StateDep,
        collection: Name,
        request: Request,
        vector: Annotated[str | None, Query(max_length=64, description="The application's first if left out.")] = None,
        if_none_match: Annotated[
            str | None, Header(max_length=500, description="The `ETag` of the map that is known.")
        ] = None,
    ) -> Response:
        """The map of a collection: where each item lies, so that neighbours are alike."""
        found = await find_collection(state, app, collection)
        return await asyncio.to_thread(_answer, state.house, found, vector, if_none_match, request.headers)

    return routes


def _answer(house: House, collection: Collection, vector: str | None, known: str | None, asked: Headers) -> Response:
    """The map as JSON, or 304. Raises NotFound, InvalidInput."""
    name = vector_of(collection, vector)
    at_work = job_at_work(house, collection, name)
    stored = house.catalog.maps.find(collection.id, name)
    if stored is None:
        raise NotFound("There is no map yet: start the job that makes it with POST to this address.")
    state = (stored.made_at, house.catalog.maps.state(collection.id), collection.epoch, at_work and at_work.id)
    tag = f'W/"{hashlib.sha256(repr(state).encode()).hexdigest()[:32]}"'
    # The door would say `no-store`; this may be kept, and asked for again with the tag.
    headers = {"ETag": tag, "Cache-Control": "private, no-cache", "Vary": "Accept-Encoding"}
    if known and tag in (one.strip() for one in known.split(",")):
        return Response(status_code=304, headers=headers)
    points, contents = stored.points, house.catalog.maps.contents(collection.id)
    here = np.isin(points.numbers, contents.numbers)
    places = np.searchsorted(contents.numbers, points.numbers[here])
    cells = points.cells[here]
    body = MapOut(
        vector=name,
        generation=stored.generation,
        made_at=stored.made_at,
        scale=SCALE,
        ids=[contents.ids[place] for place in places.tolist()],
        x=cells[:, 0].tolist(),
        y=cells[:, 1].tolist(),
        stale=MapStale(
            added=int((contents.indexed & ~np.isin(contents.numbers, points.numbers)).sum()),
            removed=int((~here).sum()),
            changed=int((contents.revisions[places] != points.revisions[here]).sum()),
            generation=stored.generation != collection.generation.number,
            updating=at_work.id if at_work else None,
        ),
    )
    content = body.model_dump_json().encode()
    if "gzip" in asked.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
        content = gzip.compress(content, _FAST)
    return Response(content, media_type="application/json", headers=headers)
