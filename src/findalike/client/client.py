"""The client: one method per operation of the API."""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from typing import Any
from urllib.parse import quote

from pydantic import TypeAdapter

from findalike.client.calls import OnDuplicate, address, intake, parsed, present
from findalike.client.connection import repeated
from findalike.client.conversations import Conversations
from findalike.client.jobs import Jobs
from findalike.client.uploads import Counted, File, Upload, batches, opened
from findalike.errors import InvalidInput
from findalike.server.schemas import (
    API,
    ApplicationsOut,
    CollectionOut,
    HitOut,
    ItemOut,
    ItemPage,
    JobOut,
    MapOut,
    MediaOut,
    ModelOut,
    SearchOut,
)

_FIRST_ATTEMPTS, _ATTEMPTS = 3, 8
"""A server that never answered is given up soon; one that is only restarting is waited for."""


class Client(Jobs, Conversations):
    """A findalike server. Safe to use from several threads; close it, or use it as a context manager.

    `timeout` is in seconds, for each step of a request. Errors are those of `findalike.errors`.
    """

    # -- applications and collections ------------------------------------------------------------------------

    def apps(self) -> ApplicationsOut:
        """What the server offers, and its limits."""
        return self._get(ApplicationsOut, f"{API}/apps")

    def collections(self, application: str) -> list[CollectionOut]:
        answer = self._connection.request("GET", address(application))
        return parsed(TypeAdapter(list[CollectionOut]), answer)

    def create_collection(self, application: str, collection: str, /, **settings: Any) -> CollectionOut:
        """Create a collection; again with the same settings changes nothing.

        `settings`: description, models (card per vector), index, metric, dimension, fields (name -> type).
        """
        return self._send(CollectionOut, "PUT", address(application, collection), settings)

    def get_collection(self, application: str, collection: str) -> CollectionOut:
        return self._get(CollectionOut, address(application, collection))

    def update(self, application: str, collection: str, /, **changes: Any) -> CollectionOut:
        """Change `description` or `fields`; new fields start a rebuild."""
        return self._send(CollectionOut, "PATCH", address(application, collection), changes)

    def delete(self, application: str, collection: str) -> None:
        """Delete a collection with all its items."""
        self._connection.request("DELETE", address(application, collection))

    def rebuild(
        self, application: str, collection: str, *, models: Mapping[str, str] | None = None, index: str | None = None
    ) -> JobOut:
        """Make all vectors again; what is left out stays as it is."""
        body = {"models": dict(models or {}), "index": index}
        return self._send(JobOut, "POST", address(application, collection) + "/rebuild", body)

    def make_map(self, application: str, collection: str, *, vector: str | None = None, afresh: bool = False) -> JobOut:
        """Make or update the 2-D map of one vector, the application's first if left out."""
        body = {"vector": vector, "afresh": afresh}
        return self._send(JobOut, "POST", address(application, collection) + "/map", body)

    def train(self, application: str, collection: str, /, **learning: Any) -> JobOut:
        """Learn from the events again; `learning` are the parameters of that, see `taste.model.Learning`."""
        return self._send(JobOut, "POST", address(application, collection) + "/train", learning)

    def evaluate(self, application: str, collection: str, /, **learning: Any) -> JobOut:
        """Learn from older events and foretell newer ones; the job's `result` says how well."""
        return self._send(JobOut, "POST", address(application, collection) + "/evaluate", learning)

    def map(self, application: str, collection: str, *, vector: str | None = None) -> MapOut:
        """The 2-D map. Raises NotFound before there is one."""
        return self._get(MapOut, address(application, collection) + "/map", present({"vector": vector}))

    def load_sample(self, application: str, collection: str = "sample") -> JobOut:
        return self._send(JobOut, "POST", f"{API}/samples/{quote(application, safe='')}", {"collection": collection})

    # -- taking items in ---------------------------------------------------------------------------------------

    def add_files(
        self,
        application: str,
        collection: str,
        files: File | Iterable[File],
        *,
        job: str | None = None,
        keep_open: bool = False,
        on_duplicate: OnDuplicate = "skip",
        columns: Sequence[str] | None = None,
        metadata: Mapping[str, Any] | None = None,
        idempotency_key: str | None = None,
    ) -> JobOut:
        """Upload a file or several, archives and tables too, in as many requests as it takes, all feeding one job.

        Memory stays bounded, and a request whose answer is lost is repeated without harm. `metadata` is for every
        file; `columns` says which column of a table is which part of a record: ["text=body"]. With `keep_open` more
        calls may feed the same `job`; end it with `close_job`.
        """
        key = idempotency_key or uuid.uuid4().hex
        given = [files] if isinstance(files, Upload | str | os.PathLike) else files
        found = batches(map(opened, given))
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
                columns=columns,
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
        columns: Sequence[str] | None = None,
        metadata: Mapping[str, Any] | None = None,
        progress: Callable[[int], None] | None = None,
    ) -> JobOut:
        """Upload some files in one request, which is repeated if its answer is lost.

        `progress` is told how many bytes of them are sent; a repeat begins at 0.
        """
        parameters = intake(job, keep_open, on_duplicate, columns)
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
                    address(application, collection) + "/items",
                    params=parameters,
                    headers={"Idempotency-Key": idempotency_key},
                    files=[*head, *map(part, batch)],
                )
            return parsed(JobOut, answer)

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
            path = address(application, collection) + "/items"
            parameters = intake(job, keep_open, on_duplicate)
            return self._send(JobOut, "POST", path, body, params=parameters, headers={"Idempotency-Key": key})

        return repeated(send, _ATTEMPTS if job else _FIRST_ATTEMPTS)

    # -- items ---------------------------------------------------------------------------------------------------

    def items(
        self, application: str, collection: str, *, filter: str | None = None, order: str = "number", page: int = 200
    ) -> Iterator[ItemOut]:
        """All items of a collection, fetched page by page."""
        path = address(application, collection) + "/items"
        for some in self._pages(ItemPage, path, filter=filter, order=order, limit=page):
            yield from some.items

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
        return self._get(ItemPage, address(application, collection) + "/items", present(given))

    def existing(self, application: str, collection: str, ids: Sequence[str]) -> set[str]:
        """Those of some ids that are in a collection."""
        there: set[str] = set()
        # A hundred ids are under 8 KiB of address, which every proxy lets through.
        for start in range(0, len(ids), 100):
            some = {"id": list(ids[start : start + 100])}
            page = self._get(ItemPage, address(application, collection) + "/items", some)
            there.update(item.id for item in page.items)
        return there

    def item(self, application: str, collection: str, item: str) -> ItemOut:
        return self._get(ItemOut, address(application, collection, item))

    def update_item(self, application: str, collection: str, item: str, metadata: Mapping[str, Any]) -> ItemOut:
        """Merge metadata into an item's; None removes a value."""
        return self._send(ItemOut, "PATCH", address(application, collection, item), {"metadata": dict(metadata)})

    def delete_item(self, application: str, collection: str, item: str) -> None:
        self._connection.request("DELETE", address(application, collection, item))

    # -- searching -----------------------------------------------------------------------------------------------

    def add_media(self, file: File) -> MediaOut:
        """Store a file for use in queries; it expires by itself."""
        upload = opened(file)
        with upload.path.open("rb") as handle:
            parts = {"file": (upload.name, handle, "application/octet-stream")}
            return parsed(MediaOut, self._connection.request("POST", f"{API}/media", files=parts))

    def search(self, application: str, collection: str, /, **query: Any) -> SearchOut:
        """One page of hits; `query` is the application's own, as /docs shows it."""
        return self._send(SearchOut, "POST", address(application, collection) + "/search", query)

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

    def operate(self, application: str, collection: str, operation: str, /, **request: Any) -> dict[str, Any]:
        """What an operation that answers once says: `predict`, `classify`, `recommend`, … (docs/api.md)."""
        path = f"{address(application, collection)}/{quote(operation, safe='')}"
        return self._send(TypeAdapter(dict[str, Any]), "POST", path, present(request))

    def view(self, application: str, collection: str, item: str, view: str) -> dict[str, Any]:
        """What an application tells of one item: `timeline` (docs/video-analysis.md)."""
        path = f"{address(application, collection, item)}/{quote(view, safe='')}"
        return self._send(TypeAdapter(dict[str, Any]), "GET", path)

    def models(self) -> list[ModelOut]:
        """Model cards, and whether their weights are on the server."""
        return parsed(TypeAdapter(list[ModelOut]), self._connection.request("GET", f"{API}/models"))
