"""Entries that stand for many: archives, tables, URLs and samples become further entries of the same job.

Expansion goes in steps, each one transaction that adds some entries and says where to go on, so a kill costs a step.
Archives and tables are read in a process of their own (contents.py).
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from itertools import islice
from typing import Any

from sqlalchemy import Connection

from findalike.applications.base import Application, EventRecord
from findalike.catalog.database import now
from findalike.catalog.items import ItemDraft
from findalike.catalog.job_rows import Entry, Outcome
from findalike.catalog.media import Media
from findalike.catalog.work import LeaseLost
from findalike.decoders.archive import Limits
from findalike.decoders.failures import DecoderCrashed
from findalike.decoders.sniff import sniff
from findalike.domain import EntryDraft, EntryKind, EntryState, Event, Job
from findalike.errors import FindalikeError, InvalidInput, UndecodableMedia
from findalike.jobs.worker import Cancelled, Lease, Stopping
from findalike.media.fetch import fetch
from findalike.pipelines.contents import (
    Container,
    Found,
    Step,
    accepted,
    kind_of,
    open_container,
    steps,
    store_file,
)
from findalike.pipelines.house import House

log = logging.getLogger(__name__)

_ID = re.compile(r"[0-9a-f]{64}")
_CRASHES = 2
GUILTY = 5
"""Work on an entry was begun so often, never ended, and nobody saw why: findalike itself ended each time."""


class Expander:
    def __init__(self, house: House):
        self._house = house

    def draft(self, application: Application, entry: Entry, types: dict[str, str]) -> ItemDraft:
        """The item that a file or record is going to be."""
        if entry.kind == EntryKind.FILE:
            sha256 = entry.media_sha256 or ""
            media_type = types.get(sha256, "")
            if not accepted(application, media_type):
                kind_of(application, media_type)
            return ItemDraft(sha256, entry.name, media_sha256=sha256, media_type=media_type, metadata=entry.metadata)
        record = entry.record or {}
        body, key = record.get("body", {}), record.get("key")
        return ItemDraft(
            _hash(key.encode()) if key else _hash(_canonical(body), entry.payload or b""),
            entry.name,
            key=key,
            metadata=entry.metadata,
            record=body,
            payload=entry.payload,
        )

    def expand(self, job: Job, lease: Lease, application: Application, entry: Entry) -> Iterator[None]:
        """Replace an entry by what it stands for, yielding after each step that is stored; what goes wrong with all of
        it becomes its failure."""
        try:
            yield from self._expand(job, lease, application, entry)
        except LeaseLost:
            raise
        except FindalikeError as error:
            if error.status >= 500 and error.retry_after is not None:
                raise
            with lease.transaction() as connection:
                self._house.catalog.work.settle(
                    connection, job.id, [Outcome(entry.number, EntryState.FAILED, error.detail)]
                )

    def _expand(self, job: Job, lease: Lease, application: Application, entry: Entry) -> Iterator[None]:
        work = self._house.catalog.work
        position, attempts = entry.position, entry.attempts
        while True:
            if attempts >= GUILTY:
                raise DecoderCrashed("Each time this was unpacked, findalike itself ended: it is left out.")
            attempts += 1
            with lease.transaction() as connection:
                work.attempt(connection, [entry.number], attempts)
            try:
                with closing(self._steps(job, application, entry, position, lease.check)) as contents:
                    for step in contents:
                        lease.check()
                        self._note(step)
                        position, attempts = position + len(step.found), 1
                        with lease.transaction() as connection:
                            drafts = [found.draft for found in step.found if found.draft.kind != EntryKind.EVENT]
                            work.expand(connection, job.id, entry, drafts, None if step.last else position)
                            self._keep_events(connection, job, step)
                        yield
                return
            except DecoderCrashed:
                # A process may die of something else; what kills two at the same place is guilty.
                if attempts >= _CRASHES:
                    raise

    def _keep_events(self, connection: Connection, job: Job, step: Step) -> None:
        records = [found.draft.record for found in step.found if found.draft.kind == EntryKind.EVENT]
        events = [event_of(EventRecord.model_validate(record)) for record in records]
        if events:
            self._house.catalog.events.write(connection, job.collection_id, events)
            self._house.catalog.work.count(connection, job.id, len(events))

    def _note(self, step: Step) -> None:
        stored = [(found.staged, found.media_type) for found in step.found if found.staged]
        if stored:
            self._house.media.flush([staged for staged, _ in stored])
            self._house.catalog.media.note(
                [Media(staged.sha256, staged.size, kind) for staged, kind in stored], self._house.media.exists
            )

    def _steps(
        self, job: Job, application: Application, entry: Entry, position: int, check: Callable[[], None]
    ) -> Generator[Step]:
        """The contents of an entry from `position` on. Whatever its reader raises, the entry is what it is about."""
        try:
            match entry.kind:
                case EntryKind.ARCHIVE | EntryKind.TABLE:
                    yield from self._container(job, application, entry, position, check)
                case EntryKind.SAMPLE:
                    yield from steps(self._sample(application, entry, position))
                case EntryKind.URL:
                    yield from steps(self._url(application, entry))
                case _:
                    raise InvalidInput(f"A {entry.kind} entry contains nothing further.")
        except (FindalikeError, Cancelled, Stopping):
            raise
        except Exception as error:
            log.exception("Reading %s failed", entry.name)
            raise UndecodableMedia(f"It cannot be read ({error}): save or pack it again.") from error

    def _container(
        self, job: Job, application: Application, entry: Entry, position: int, check: Callable[[], None]
    ) -> Iterator[Step]:
        settings = self._house.settings
        original = self._house.catalog.media.get(entry.media_sha256 or "")
        return self._house.decoders.stream(
            open_container,
            Container(
                application,
                entry.kind,
                entry.name,
                original.sha256,
                original.media_type,
                entry.metadata,
                position,
                job.params.get("columns", {}),
            ),
            self._house.media,
            Limits(settings.max_archive_files, settings.max_archive_bytes, settings.max_upload),
            size=original.size,
            check=check,
        )

    def _sample(self, application: Application, entry: Entry, position: int) -> Iterator[Found]:
        card = self._house.samples.get(entry.name)
        for name, content, metadata in islice(self._house.data_cache.members(card), position, None):
            if card.format != "digits":
                metadata = {**metadata, **entry.metadata}
                yield store_file(self._house.media, application, name, (content,), metadata)
            else:
                record = {"body": {}, "key": name}
                yield Found(EntryDraft(EntryKind.RECORD, name, record=record, payload=content, metadata=metadata))

    def _url(self, application: Application, entry: Entry) -> Iterator[Found]:
        settings = self._house.settings
        with self._house.media.writer() as writer:
            fetched = fetch(entry.name, writer, max_bytes=settings.max_upload, timeout=settings.fetch_timeout)
            media_type = sniff(writer.path, entry.name)
            staged = writer.finish()
        metadata = {"url": entry.name, **entry.metadata}
        kind, name = kind_of(application, media_type), fetched.name or entry.name
        yield Found(EntryDraft(kind, name, media_sha256=staged.sha256, metadata=metadata), staged, media_type)


def item_id_of(key: str) -> str:
    """The id of the item that has this key; what looks like an id is one."""
    return key if _ID.fullmatch(key) else _hash(key.encode())


def event_of(record: EventRecord) -> Event:
    """A user's event as it is kept. Without a time it is of now."""
    return Event(record.user, item_id_of(record.item), record.value, record.time or now())


def _canonical(body: Any) -> bytes:
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _hash(*parts: bytes) -> str:
    """Of several byte strings, each with its length, so that no two splits agree."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()
