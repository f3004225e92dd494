"""Routes that belong to no single application: media, jobs, models, samples, sessions, health."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent

from findalike import __version__
from findalike.applications.base import Application
from findalike.domain import EntryDraft, EntryKind, JobState
from findalike.errors import FindalikeError, InvalidInput, NotFound, Unauthorized
from findalike.server.door import COOKIE
from findalike.server.problems import RESPONSES
from findalike.server.schemas import (
    API,
    ApplicationOut,
    ApplicationsOut,
    FailureOut,
    FailurePage,
    Health,
    JobOut,
    JobPage,
    LimitsOut,
    MediaOut,
    ModelOut,
    Readiness,
    SampleRequest,
    SessionOut,
    SessionRequest,
)
from findalike.server.state import State, StateDep, job_out, vector_settings
from findalike.server.uploads import STREAMED, Receiver

JobId = Annotated[str, Path(pattern="^[0-9a-f]{32}$", examples=["0" * 32], description="The job's id.")]


async def existing_job(state: StateDep, job: JobId) -> str:
    """A stream has no way to say 404 once it began."""
    return (await asyncio.to_thread(state.house.catalog.jobs.get, job)).id


ExistingJob = Annotated[str, Depends(existing_job)]

_SESSION_TTL = 12 * 3600
_EVENT_PERIOD = 0.25

routes = APIRouter(responses=RESPONSES)


@routes.get(f"{API}/apps", operation_id="list_apps", tags=["Server"])
async def list_apps(state: StateDep) -> ApplicationsOut:
    """What this server offers."""
    settings = state.house.settings
    return ApplicationsOut(
        version=__version__,
        applications=[_application(one) for one in state.house.applications],
        limits=LimitsOut(
            max_upload=settings.max_upload,
            max_request=settings.max_request,
            max_query_media=settings.max_query_media,
            search_depth=settings.search_depth,
        ),
    )


def _application(one: Application) -> ApplicationOut:
    return ApplicationOut(
        name=one.name,
        title=one.title,
        description=one.description,
        accepts=list(one.accepts),
        takes_records=one.Record is not None,
        tables=list(one.tables),
        vectors={name: spec.model for name, spec in one.vectors.items()},
        needs_dimension=one.needs_dimension,
        fields=dict(one.fields),
        options_schema=one.Options.model_json_schema(),
        query_schema=one.Query.model_json_schema(),
        query_example=dict(one.query_example),
        operations=list(one.operations),
        sample=one.sample,
    )


@routes.post(
    f"{API}/media",
    operation_id="add_media",
    status_code=201,
    tags=["Media"],
    max_body_size=STREAMED,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "multipart/form-data": {
                    "schema": {
                        "type": "object",
                        "additionalProperties": False,
                        "required": ["file"],
                        "properties": {"file": {"type": "string", "format": "binary"}},
                    }
                },
                "application/octet-stream": {"schema": {"type": "string", "format": "binary"}},
            },
        }
    },
)
async def add_media(
    state: StateDep,
    request: Request,
    name: Annotated[str | None, Query(max_length=500, description="The file's name, for a body that is one.")] = None,
) -> MediaOut:
    """Store one file for use in queries; its `media_id` expires."""
    house = state.house
    receiver = Receiver(house, max_file=house.settings.max_query_media, max_parts=2)
    files = await receiver.stage(request, name)
    if len(files) != 1:
        raise InvalidInput("Send exactly one file.", field="file")
    if not files[0].staged.size:
        raise InvalidInput("The file is empty.", field="file")
    stored = await asyncio.to_thread(
        house.catalog.media.add_query,
        files[0].media,
        files[0].name,
        house.settings.query_media_ttl,
        house.media.exists,
    )
    return MediaOut(media_id=stored.id, media_type=stored.media_type, name=stored.name, expires_in=stored.ttl)


# -- jobs ----------------------------------------------------------------------------------------------------


@routes.get(f"{API}/jobs", operation_id="list_jobs", tags=["Jobs"])
async def list_jobs(
    state: StateDep,
    application: Annotated[str | None, Query(max_length=64, description="Only of this application.")] = None,
    collection: Annotated[str | None, Query(max_length=63, description="Only of collections of this name.")] = None,
    job_state: Annotated[JobState | None, Query(alias="state", description="Only those in this state.")] = None,
    cursor: Annotated[int | None, Query(ge=1, le=2**62, description="`next_cursor` of the page before.")] = None,
    limit: Annotated[int, Query(ge=1, le=200, description="Jobs per page.")] = 50,
) -> JobPage:
    """Jobs, newest first."""

    def page() -> JobPage:
        found, following = state.house.catalog.jobs.page(
            application=application, collection=collection, state=job_state, before=cursor, limit=limit
        )
        return JobPage(jobs=[job_out(job) for job in found], next_cursor=following)

    return await asyncio.to_thread(page)


@routes.get(f"{API}/jobs/{{job}}", operation_id="get_job", tags=["Jobs"])
async def get_job(state: StateDep, job: JobId) -> JobOut:
    """How far a job is."""
    return job_out(await asyncio.to_thread(state.house.catalog.jobs.get, job))


@routes.delete(f"{API}/jobs/{{job}}", operation_id="cancel_job", tags=["Jobs"], status_code=202)
async def cancel_job(state: StateDep, job: JobId) -> JobOut:
    """Cancel a job; what it has done stays. A job that has ended is left as it is."""
    cancelled = await asyncio.to_thread(state.house.catalog.jobs.cancel, job)
    state.worker.wake()
    return job_out(cancelled)


@routes.post(f"{API}/jobs/{{job}}/close", operation_id="close_job", tags=["Jobs"])
async def close_job(state: StateDep, job: JobId) -> JobOut:
    """Say that no more requests will feed an open job."""
    closed = await asyncio.to_thread(state.house.catalog.jobs.close, job)
    state.worker.wake()
    return job_out(closed)


@routes.post(f"{API}/jobs/{{job}}/retry", operation_id="retry_job", tags=["Jobs"], status_code=202)
async def retry_job(state: StateDep, job: JobId) -> JobOut:
    """Run what failed, or was cancelled, again."""
    again = await asyncio.to_thread(state.house.catalog.jobs.retry, job)
    state.worker.wake()
    return job_out(again)


@routes.get(f"{API}/jobs/{{job}}/errors", operation_id="list_job_errors", tags=["Jobs"])
async def list_job_errors(
    state: StateDep,
    job: JobId,
    cursor: Annotated[int, Query(ge=0, le=2**62, description="`next_cursor` of the page before.")] = 0,
    limit: Annotated[int, Query(ge=1, le=1000, description="Failures per page.")] = 100,
) -> FailurePage:
    """Every entry that failed, and why."""
    failed = await asyncio.to_thread(state.house.catalog.jobs.errors, job, cursor, limit + 1)
    return FailurePage(
        failures=[FailureOut.of(entry) for entry in failed[:limit]],
        next_cursor=failed[limit - 1].number if len(failed) > limit else None,
    )


@routes.get(f"{API}/jobs/{{job}}/events", operation_id="watch_job", tags=["Jobs"], response_class=EventSourceResponse)
async def watch_job(
    state: StateDep,
    job: ExistingJob,
    last_event_id: Annotated[str | None, Header(max_length=40, description="The last event that came.")] = None,
) -> AsyncIterator[ServerSentEvent]:
    """The job's state at every change, until it ends. Resumes behind `Last-Event-ID`."""
    jobs = state.house.catalog.jobs
    seen = last_event_id
    while not state.stopping.is_set():
        current = await asyncio.to_thread(jobs.get, job)
        if str(current.version) != seen:
            seen = str(current.version)
            yield ServerSentEvent(data=job_out(current).model_dump(mode="json"), event="job", id=seen)
        if current.state.final:
            return
        await asyncio.sleep(_EVENT_PERIOD)


# -- models and samples ----------------------------------------------------------------------------------------


@routes.get(f"{API}/models", operation_id="list_models", tags=["Models"])
async def list_models(state: StateDep) -> list[ModelOut]:
    """Model cards, and whether their weights are here and how large they are."""
    cache = state.house.model_cache

    def listed() -> list[ModelOut]:
        return [
            ModelOut(card=card, fetched=cache.fetched(card), size=sum(file.size for file in cache.states(card)))
            for card in state.house.models
        ]

    return await asyncio.to_thread(listed)


@routes.post(f"{API}/samples/{{application}}", operation_id="load_sample", tags=["Server"], status_code=202)
async def load_sample(
    state: StateDep,
    application: Annotated[str, Path(max_length=64, examples=["image-search"], description="Whose sample.")],
    response: Response,
    request: SampleRequest | None = None,
) -> JobOut:
    """Load an application's sample collection, as an ordinary job; the one that does it already, if there is one."""
    wanted = request or SampleRequest.model_validate({})
    made = job_out(await asyncio.to_thread(_load_sample, state, application, wanted.collection))
    state.worker.wake()
    response.headers["Location"] = made.links.self
    return made


def _load_sample(state: State, name: str, collection_name: str) -> Any:
    house = state.house
    application = house.applications.get(name)
    if application.sample is None:
        raise NotFound(f"{application.title} has no sample collection.")
    card = house.samples.get(application.sample)
    vectors = vector_settings(house, name, {}, "AUTO", None, card.dimension)
    collection, made = house.catalog.collections.create(
        name, collection_name, card.title, vectors, {**application.fields, **card.fields}
    )
    house.create_tables(collection, collection.generation)
    # Its entry is gone as soon as it is expanded.
    mark = {"sample": card.name}
    loading = [] if made else house.catalog.jobs.unfinished(collection.id, "ingest")
    if under_way := next((job for job in loading if job.params == mark), None):
        return under_way
    drafts = [EntryDraft(EntryKind.SAMPLE, card.name)]
    return house.catalog.jobs.create("ingest", collection, params=mark, drafts=drafts)


# -- sessions and health ---------------------------------------------------------------------------------------


@routes.post(f"{API}/session", operation_id="start_session", tags=["Session"])
async def start_session(state: StateDep, request: Request, response: Response, body: SessionRequest) -> SessionOut:
    """Exchange an API key for a cookie, for what cannot carry a header: pictures, event streams, sockets."""
    keys = state.house.catalog.keys
    key = await asyncio.to_thread(keys.check, body.key)
    if key is None:
        raise Unauthorized("This is not a key of this server.")
    token = await asyncio.to_thread(keys.start_session, key, _SESSION_TTL)
    response.set_cookie(
        COOKIE,
        token,
        max_age=_SESSION_TTL,
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )
    return SessionOut(name=key.name, scope=key.scope)


@routes.delete(f"{API}/session", operation_id="end_session", tags=["Session"], status_code=204)
async def end_session(state: StateDep, request: Request, response: Response) -> None:
    """End the session of the cookie."""
    token = request.cookies.get(COOKIE)
    if token:
        await asyncio.to_thread(state.house.catalog.keys.end_session, token)
    response.delete_cookie(COOKIE, httponly=True, samesite="strict")


@routes.get("/healthz", operation_id="health", tags=["Server"])
async def health() -> Health:
    """Alive."""
    return Health()


@routes.get("/readyz", operation_id="readiness", tags=["Server"], responses={503: {"model": Readiness}})
async def readiness(state: StateDep, response: Response) -> Readiness:
    """Ready: Milvus answers, and the models of existing collections are loaded (503 until then)."""
    milvus = "ok"
    try:
        await asyncio.to_thread(state.house.vectors.ping)
    except FindalikeError as error:
        milvus = error.detail
    ready = milvus == "ok" and "loading" not in state.warm.values() and state.started.is_set()
    response.status_code = 200 if ready else 503
    # What is loaded may still be run for the first time.
    later = {name: "warm" for name in state.house.encoders.loaded if state.warm.get(name) != "loading"}
    return Readiness(ready=ready, milvus=milvus, models=state.warm | later, pending=state.searcher.pending)
