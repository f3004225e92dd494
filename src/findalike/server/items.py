"""What `POST …/items` takes: files, tables, records and URLs, in whichever of these forms the body comes."""

from __future__ import annotations

import asyncio
import hashlib
import json
from typing import Any, Literal

from multipart import parse_options_header
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request

from findalike.applications.base import Application
from findalike.domain import Collection, EntryDraft, EntryKind
from findalike.errors import FindalikeError, Forbidden, InvalidInput, TooLarge, UnsupportedMedia
from findalike.fields import check_metadata
from findalike.pipelines.contents import kind_of, record_draft
from findalike.server.schemas import JobOut
from findalike.server.state import State, job_out
from findalike.server.uploads import Receiver, StagedFile, drafts
from findalike.validation import first_of

_MAX_JSON = 64 * 1024 * 1024
_MAX_RECORDS = 50_000


class JsonIntake(BaseModel):
    """A JSON body: records of the application, or URLs to fetch."""

    model_config = ConfigDict(extra="forbid")

    records: list[Any] = Field(default_factory=list, max_length=_MAX_RECORDS)
    urls: list[str] = Field(default_factory=list, max_length=10_000)
    metadata: dict[str, Any] = Field(default_factory=dict, description="For every item of this request.")


async def intake(
    state: State,
    application: Application,
    collection: Collection,
    request: Request,
    *,
    job_id: str | None,
    keep_open: bool,
    on_duplicate: Literal["skip", "update"],
    column: list[str],
    name: str | None,
    idempotency_key: str | None,
) -> JobOut:
    """Store what a request brings and make (or feed) a job of it; all or nothing."""
    jobs = state.house.catalog.jobs
    columns = _columns(application, column)
    key = (idempotency_key, f"{collection.id}") if idempotency_key else None
    cancelled = False
    if key:
        reserving = asyncio.create_task(asyncio.to_thread(jobs.reserve, *key, _fingerprint(request)))
        cancelled = await _ended(reserving)
        repeated = reserving.result()
        if repeated:
            return job_out(repeated)
    try:
        if cancelled:
            raise asyncio.CancelledError
        entries = await _entries(state, application, request, name)

        def commit() -> JobOut:
            if job_id:
                if jobs.get(job_id).collection_id != collection.id:
                    raise InvalidInput("This job belongs to another collection.", field="job")
                return job_out(jobs.append(job_id, entries, keep_open=keep_open, request=key))
            params = {"on_duplicate": on_duplicate, "columns": columns}
            return job_out(
                jobs.create("ingest", collection, params=params, drafts=entries, keep_open=keep_open, request=key)
            )

        committing = asyncio.create_task(asyncio.to_thread(commit))
        if await _ended(committing):
            raise asyncio.CancelledError
        made = committing.result()
    except BaseException:
        # A key whose job was made keeps it, so that a repeat finds that job.
        await asyncio.shield(asyncio.to_thread(jobs.release, key))
        raise
    state.worker.wake()
    return made


def _columns(application: Application, given: list[str]) -> dict[str, list[str]]:
    """["text=body"] as {"text": ["body"]}. Raises InvalidInput for what the application's records do not have."""
    kinds = [kind for kind in (application.Record, application.Event) if kind]
    own = [name for name in dict.fromkeys(name for kind in kinds for name in kind.model_fields) if name != "metadata"]
    columns: dict[str, list[str]] = {}
    for one in given:
        name, equals, column = one.partition("=")
        if name not in own or not equals or not column:
            there = f"one of {', '.join(own)}" if own else "nothing: this application takes no tables"
            raise InvalidInput(f"{one!r} is not PART=COLUMN, where PART is {there}.", field="column")
        columns.setdefault(name, []).append(column)
    return columns


async def _ended(task: asyncio.Task[Any]) -> bool:
    """Wait for a task that must not be left half-way, and say whether its request was cancelled meanwhile."""
    cancelled = False
    while not task.done():
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError:
            cancelled = True
    return cancelled


def _fingerprint(request: Request) -> str:
    """A request's outside: where it goes, and the kind and length of its body. The body itself is not read again."""
    kind, _ = parse_options_header(request.headers.get("content-type", ""))
    outside = [request.url.path, request.url.query, kind, request.headers.get("content-length", "")]
    return hashlib.sha256(json.dumps(outside).encode()).hexdigest()


async def _entries(state: State, application: Application, request: Request, name: str | None) -> list[EntryDraft]:
    kind, _ = parse_options_header(request.headers.get("content-type", ""))
    if kind == "application/json":
        return await asyncio.to_thread(_from_json, state, application, await _json(request))
    receiver = Receiver(state.house, max_file=state.house.settings.max_upload)
    files = await receiver.stage(request, name)
    if kind != "multipart/form-data":
        _check(application, files[0])
    await receiver.flush(files)
    return drafts(application, files)


def _check(application: Application, file: StagedFile) -> None:
    """A body that is one file is refused at once if it is of no use; in a form it would fail alone."""
    if file.staged.size == 0:
        raise InvalidInput("The body is empty: send a file, a form with files, or JSON.")
    kind_of(application, file.media_type)


async def _json(request: Request) -> JsonIntake:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _MAX_JSON:
            raise TooLarge(f"JSON bodies end at {_MAX_JSON} bytes: send NDJSON, CSV or Parquet, which are streamed.")
    try:
        return await asyncio.to_thread(JsonIntake.model_validate_json, bytes(body))
    except ValidationError as error:
        raise _invalid(error) from error


def _from_json(state: State, application: Application, body: JsonIntake) -> list[EntryDraft]:
    if body.urls and not state.house.settings.fetch_urls:
        raise Forbidden("This server fetches no URLs: upload the files, or let the operator set FINDALIKE_FETCH_URLS.")
    if body.records and application.Record is None:
        raise UnsupportedMedia(f"{application.title} takes files, not records.")
    check_metadata(body.metadata)
    entries = [EntryDraft(EntryKind.URL, url, metadata=body.metadata) for url in body.urls]
    for position, raw in enumerate(body.records):
        try:
            assert application.Record
            draft = record_draft(application, application.Record.model_validate(raw))
        except ValidationError as error:
            raise _invalid(error, f"records.{position}") from error
        except FindalikeError as error:
            raise InvalidInput(f"Record {position}: {error.detail}", field=f"records.{position}") from error
        entries.append(
            EntryDraft(
                draft.kind,
                draft.name,
                record=draft.record,
                payload=draft.payload,
                metadata={**body.metadata, **draft.metadata},
            )
        )
    if not entries:
        raise InvalidInput("There is nothing in this request: send `records` or `urls`.", field="records")
    return entries


def _invalid(error: ValidationError, prefix: str = "") -> InvalidInput:
    place, sentence = first_of(error, prefix)
    return InvalidInput(f"{place or 'body'}: {sentence}", field=place or "body")


def intake_schema(application: Application) -> dict[str, Any]:
    """How OpenAPI describes the bodies that `intake` takes, which are read as streams."""
    content: dict[str, Any] = {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "additionalProperties": False,
                "required": ["file"],
                "properties": {
                    "metadata": {
                        "type": "string",
                        "contentMediaType": "application/json",
                        "description": "A JSON object, for the files after it.",
                    },
                    "file": {
                        "type": "array",
                        "minItems": 1,
                        "items": {"type": "string", "format": "binary"},
                        "description": "Files, or zip and tar archives of them.",
                    },
                },
            }
        },
        "application/octet-stream": {"schema": {"type": "string", "format": "binary"}},
    }
    record = application.Record
    schema = JsonIntake.model_json_schema()
    example: dict[str, Any] = {"urls": ["https://example.org/picture.jpg"]}
    if record is not None:
        schema["properties"]["records"]["items"] = record.model_json_schema()
        example = {"records": [dict(application.record_example)]}
    else:
        del schema["properties"]["records"]
    content["application/json"] = {"schema": schema, "example": example}
    return {"requestBody": {"required": True, "content": content}}
