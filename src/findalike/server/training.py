"""Routes of applications that learn from events: training, and finding out how well it does.

The annotations are evaluated (no `from __future__ import annotations`): some name what only exists in here.
"""

import asyncio

from fastapi import APIRouter, Response

from findalike.applications.base import Application
from findalike.pipelines.train import start_training
from findalike.server.parameters import Name, operation_id
from findalike.server.problems import RESPONSES
from findalike.server.schemas import API, JobOut
from findalike.server.state import State, StateDep, find_collection, job_out
from findalike.taste.model import Learning


def router(application: Application) -> APIRouter:
    """The routes of an application that has a learned vector; none for any other."""
    app = application.name
    routes = APIRouter(prefix=f"{API}/apps/{app}/collections", tags=[application.title], responses=RESPONSES)
    if not any(spec.learned_from for spec in application.vectors.values()):
        return routes

    async def started(state: State, name: str, learning: Learning | None, kind: str, response: Response) -> JobOut:
        collection = await find_collection(state, app, name)
        wanted = learning or Learning.model_validate({})
        job = job_out(await asyncio.to_thread(start_training, state.house, collection, wanted, kind))
        state.worker.wake()
        response.headers["Location"] = job.links.self
        return job

    @routes.post("/{collection}/train", operation_id=operation_id(application, "train"), status_code=202)
    async def train(state: StateDep, collection: Name, response: Response, learning: Learning | None = None) -> JobOut:
        """Learn from the events, as a job; what was learned before answers until it is done."""
        return await started(state, collection, learning, "train", response)

    @routes.post("/{collection}/evaluate", operation_id=operation_id(application, "evaluate"), status_code=202)
    async def evaluate(
        state: StateDep, collection: Name, response: Response, learning: Learning | None = None
    ) -> JobOut:
        """Learn from the first 90 % of the events and foretell the rest, as a job; its `result` says how well."""
        return await started(state, collection, learning, "evaluate", response)

    return routes
