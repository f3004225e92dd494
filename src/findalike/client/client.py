"""The client: one method per operation of the API."""

from __future__ import annotations

import json
import os
import uuid
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from typing import Any, Literal, Self, TypeVar
from urllib.parse import quote

import httpx
from pydantic import BaseModel, TypeAdapter, ValidationError

from findalike.client.connection import Connection, repeated
from findalike.client.uploads import Counted, Upload, batches
from findalike.client.watching import watch
from findalike.errors import FindalikeError, InvalidInput
from findalike.server.schemas import (
    API,
    ApplicationsOut,
    CollectionOut,
    FailureOut,
    FailurePage,
    HitOut,
    ItemOut,
    ItemPage,
    JobOut,
    JobPage,
    MapOut,
    MediaOut,
    ModelOut,
    SearchOut,
)

OnDuplicate = Literal["skip", "update"]
File = Upload | str | os.PathLike[str]

_FIRST_ATTEMPTS, _ATTEMPTS = 3, 8
"""A server that never answered is given up soon; one that is only restarting is waited for."""

M = TypeVar("M", bound=BaseModel)


class Client:
    """A findalike server. Safe to use from several threads; close it, or use it as a context manager.

    `timeout` is in seconds, for each step of a request. Errors are those of `findalike.errors`.
    """

    def __init__(
        self,
        url: str,
        api_key: str | None = None,
        timeout: float = 60.0,
        *,
        transport: httpx.BaseTransport | None = None,
    ):
        self._connection = Connection(url, api_key, timeout, transport)

    @property
    def url(self) -> str:
        return self._connection.url

    def close(self) -> None:
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # -- applications and collections ------------------------------------------------------------------------

    def apps(self) -> ApplicationsOut:
        """What the server offers, and its limits."""
        return self._get(ApplicationsOut, f"{API}/apps")

    def collections(self, application: str) -> list[CollectionOut]:
        answer = self._connection.request("GET", _path(application))
        return _parsed(TypeAdapter(list[CollectionOut]), answer)

    def create_collection(self, application: str, collection: str, /, **settings: Any) -> CollectionOut:
        """Create a collection; again with the same settings changes nothing.

        `settings`: description, models (card per vector), index, metric, dimension, fields (name -> type).
        """
        return self._send(CollectionOut, "PUT", _path(application, collection), settings)

    def get_collection(self, application: str, collection: str) -> CollectionOut:
        return self._get(CollectionOut, _path(application, collection))

    def update(self, application: str, collection: str, /, **changes: Any) -> CollectionOut:
        """Change `description` or `fields`; new fields start a rebuild."""
        return self._send(CollectionOut, "PATCH", _path(application, collection), changes)

    def delete(self, application: str, collection: str) -> None:
        """Delete a collection with all its items."""
        self._connection.request("DELETE", _path(application, collection))

    def rebuild(
        self, application: str, collection: str, *, models: Mapping[str, str] | None = None, index: str | None = None
    ) -> JobOut:
        """Make all vectors again; what is left out stays as it is."""
        body = {"models": dict(models or {}), "index": index}
        return self._send(JobOut, "POST", _path(application, collection) + "/rebuild", body)

    def make_map(self, application: str, collection: str, *, vector: str | None = None, afresh: bool = False) -> JobOut:
        """Make or update the 2-D map of one vector, the application's first if left out."""
        body = {"vector": vector, "afresh": afresh}
        return self._send(JobOut, "POST", _path(application, collection) + "/map", body)

    def map(self, application: str, collection: str, *, vector: str | None = None) -> MapOut:
        """The 2-D map. Raises NotFound before there is one."""
        return self._get(MapOut, _path(application, collection) + "/map", _present({"vector": vector}))

    def load_sample(self, application: str, collection: str = "sample") -> JobOut:
        return self._send(JobOut, "POST", f"{API}/samples/{quote(application, safe='')}", {"collection": collection})

    # -- taking items in ---------------------------------------------------------------------------------------

    def add_files(
        self,
        application: str,
        collection: str,
        files: Iterable[File],
        *,
        job: str | None = None,
        keep_open: bool = False,
        on_duplicate: OnDuplicate = "skip",
        metadata: Mapping[str, Any] | None = None,
        idempotency_key: str | None = None,
    ) -> JobOut:
        """Upload files, archives or tables from disk, in as many requests as it takes, all feeding one job.

        Memory stays bounded, and a request whose answer is lost is repeated without harm. `metadata` is for every
        file. With `keep_open` more calls may feed the same `job`; end it with `close_job`.
        """
        key = idempotency_key or uuid.uuid4().hex
        found = batches(one if isinstance(one, Upload) else Upload.of(one) for one in files)
        batch = next(found, None)
        if batch is None:
            raise InvalidInput("There are no files to add.")
        number = 0
        while True:
            following = next(found, None)
            answer = self.add_batch(
                application,
                collection,
                batch,
                job=job,
                keep_open=keep_open or following is not None,
                on_duplicate=on_duplicate,
                metadata=metadata,
                idempotency_key=f"{key}-{number}",
            )
            if following is None:
                return answer
            job, batch, number = answer.id, following, number + 1

    def add_batch(
        self,
        application: str,
        collection: str,
        batch: Sequence[Upload],
        *,
        idempotency_key: str,
        job: str | None = None,
        keep_open: bool = False,
        on_duplicate: OnDuplicate = "skip",
        metadata: Mapping[str, Any] | None = None,
        progress: Callable[[int], None] | None = None,
    ) -> JobOut:
        """Upload some files in one request, which is repeated if its answer is lost.

        `progress` is told how many bytes of them are sent; a repeat begins at 0.
        """
        parameters = _intake(job, keep_open, on_duplicate)
        # Form values count for the files after them.
        head: list[tuple[str, Any]] = [("metadata", (None, json.dumps(dict(metadata))))] if metadata else []

        def send() -> JobOut:
            sent = 0

            def count(more: int) -> None:
                nonlocal sent
                sent += more
                if progress:
                    progress(sent)

            def part(one: Upload) -> tuple[str, Any]:
                file = Counted(open_files.enter_context(one.path.open("rb")), count)
                return "file", (one.name, file, "application/octet-stream")

            with ExitStack() as open_files:
                answer = self._connection.request(
                    "POST",
                    _path(application, collection) + "/items",
                    params=parameters,
                    headers={"Idempotency-Key": idempotency_key},
                    files=[*head, *map(part, batch)],
                )
            return _parsed(JobOut, answer)

        return repeated(send, _ATTEMPTS if job else _FIRST_ATTEMPTS)

    def add_records(
        self,
        application: str,
        collection: str,
        records: Sequence[Mapping[str, Any]],
        *,
        job: str | None = None,
        keep_open: bool = False,
        on_duplicate: OnDuplicate = "skip",
        metadata: Mapping[str, Any] | None = None,
        idempotency_key: str | None = None,
    ) -> JobOut:
        """Add records as JSON, at most 50,000 in one call; larger tables go as files."""
        body = {"records": [dict(one) for one in records], "metadata": dict(metadata or {})}
        key = idempotency_key or uuid.uuid4().hex

        def send() -> JobOut:
            path = _path(application, collection) + "/items"
            parameters = _intake(job, keep_open, on_duplicate)
            return self._send(JobOut, "POST", path, body, params=parameters, headers={"Idempotency-Key": key})

        return repeated(send, _ATTEMPTS if job else _FIRST_ATTEMPTS)

    # -- items ---------------------------------------------------------------------------------------------------

    def items(
        self, application: str, collection: str, *, filter: str | None = None, order: str = "number", page: int = 200
    ) -> Iterator[ItemOut]:
        """All items of a collection, fetched page by page."""
        cursor: str | None = None
        while True:
            some = self.item_page(application, collection, filter=filter, order=order, limit=page, cursor=cursor)
            yield from some.items
            cursor = some.next_cursor
            if cursor is None:
                return

    def item_page(
        self,
        application: str,
        collection: str,
        *,
        filter: str | None = None,
        order: str = "number",
        limit: int = 50,
        cursor: str | None = None,
    ) -> ItemPage:
        given = {"filter": filter, "order": order, "limit": limit, "cursor": cursor}
        return self._get(ItemPage, _path(application, collection) + "/items", _present(given))

    def existing(self, application: str, collection: str, ids: Sequence[str]) -> set[str]:
        """Those of some ids that are in a collection."""
        there: set[str] = set()
        # A hundred ids are under 8 KiB of address, which every proxy lets through.
        for start in range(0, len(ids), 100):
            some = {"id": list(ids[start : start + 100])}
            page = self._get(ItemPage, _path(application, collection) + "/items", some)
            there.update(item.id for item in page.items)
        return there

    def item(self, application: str, collection: str, item: str) -> ItemOut:
        return self._get(ItemOut, _path(application, collection, item))

    def update_item(self, application: str, collection: str, item: str, metadata: Mapping[str, Any]) -> ItemOut:
        """Merge metadata into an item's; None removes a value."""
        return self._send(ItemOut, "PATCH", _path(application, collection, item), {"metadata": dict(metadata)})

    def delete_item(self, application: str, collection: str, item: str) -> None:
        self._connection.request("DELETE", _path(application, collection, item))

    # -- searching -----------------------------------------------------------------------------------------------

    def add_media(self, file: File) -> MediaOut:
        """Store a file for use in queries; it expires by itself."""
        upload = file if isinstance(file, Upload) else Upload.of(file)
        with upload.path.open("rb") as handle:
            parts = {"file": (upload.name, handle, "application/octet-stream")}
            return _parsed(MediaOut, self._connection.request("POST", f"{API}/media", files=parts))

    def search(self, application: str, collection: str, /, **query: Any) -> SearchOut:
        """One page of hits; `query` is the application's own, as /docs shows it."""
        return self._send(SearchOut, "POST", _path(application, collection) + "/search", query)

    def search_pages(self, application: str, collection: str, /, **query: Any) -> Iterator[SearchOut]:
        """Page after page, `limit` hits each, until the hits or the server's search depth end."""
        while True:
            page = self.search(application, collection, **query)
            yield page
            if page.next_cursor is None:
                return
            query["cursor"] = page.next_cursor

    def hits(self, application: str, collection: str, /, **query: Any) -> Iterator[HitOut]:
        """The hits of all pages."""
        for page in self.search_pages(application, collection, **query):
            yield from page.hits

    # -- jobs ----------------------------------------------------------------------------------------------------

    def job(self, job: str) -> JobOut:
        return self._get(JobOut, _job(job))

    def jobs(
        self,
        *,
        application: str | None = None,
        collection: str | None = None,
        state: str | None = None,
        page: int = 50,
    ) -> Iterator[JobOut]:
        """Jobs, newest first, fetched page by page."""
        given = {"application": application, "collection": collection, "state": state, "limit": page}
        cursor: int | None = None
        while True:
            some = self._get(JobPage, f"{API}/jobs", _present({**given, "cursor": cursor}))
            yield from some.jobs
            cursor = some.next_cursor
            if cursor is None:
                return

    def watch(self, job: str) -> Iterator[JobOut]:
        """The job at every change until it ends; dropped connections are taken up again by themselves."""
        return watch(self._connection, job, lambda text: _parsed_text(JobOut, text))

    def wait(self, job: str) -> JobOut:
        """The job when it has ended, whichever way."""
        return deque(self.watch(job), maxlen=1)[0]

    def close_job(self, job: str) -> JobOut:
        """No more requests will feed this job."""
        return self._send(JobOut, "POST", _job(job) + "/close")

    def cancel(self, job: str) -> JobOut:
        """Ask a job to stop; what it has done stays."""
        return self._send(JobOut, "DELETE", _job(job))

    def retry(self, job: str) -> JobOut:
        """Run what failed, or was cancelled, again."""
        return self._send(JobOut, "POST", _job(job) + "/retry")

    def errors(self, job: str, page: int = 200) -> Iterator[FailureOut]:
        """Every entry of a job that failed, and why."""
        cursor: int | None = 0
        while cursor is not None:
            some = self._get(FailurePage, _job(job) + "/errors", {"cursor": cursor, "limit": page})
            yield from some.failures
            cursor = some.next_cursor

    def models(self) -> list[ModelOut]:
        """Model cards, and whether their weights are on the server."""
        return _parsed(TypeAdapter(list[ModelOut]), self._connection.request("GET", f"{API}/models"))

    # -- plumbing ------------------------------------------------------------------------------------------------

    def _get(self, kind: type[M], path: str, params: Mapping[str, Any] | None = None) -> M:
        return _parsed(kind, self._connection.request("GET", path, params=params))

    def _send(self, kind: type[M], method: str, path: str, body: Any = None, **options: Any) -> M:
        if body is not None:
            options["json"] = body
        return _parsed(kind, self._connection.request(method, path, **options))


T = TypeVar("T")


def _parsed(kind: type[T] | TypeAdapter[T], answer: httpx.Response) -> T:
    return _parsed_text(kind, answer.content)


def _parsed_text(kind: type[T] | TypeAdapter[T], text: str | bytes) -> T:
    adapter = kind if isinstance(kind, TypeAdapter) else TypeAdapter(kind)
    try:
        return adapter.validate_json(text)
    except ValidationError as error:
        raise FindalikeError(
            "The server's answer makes no sense to this client: compare the versions of both."
        ) from error


def _path(application: str, collection: str | None = None, item: str | None = None) -> str:
    path = f"{API}/apps/{quote(application, safe='')}/collections"
    if collection is not None:
        path += "/" + quote(collection, safe="")
    return f"{path}/items/{quote(item, safe='')}" if item is not None else path


def _job(job: str) -> str:
    return f"{API}/jobs/{quote(job, safe='')}"


def _intake(job: str | None, keep_open: bool, on_duplicate: OnDuplicate) -> dict[str, Any]:
    return _present({"job": job, "keep_open": keep_open, "on_duplicate": on_duplicate})


def _present(given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if value is not None}
