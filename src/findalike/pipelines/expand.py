"""Entries that stand for many: archives, tables, URLs and samples become further entries of the same job.

Expansion goes in steps, each one transaction that adds some entries and says where to go on, so a kill costs a step.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

from pydantic import ValidationError

from findalike.applications.base import Application, BaseRecord
from findalike.catalog.items import ItemDraft
from findalike.catalog.job_rows import Entry, EntryDraft, Outcome
from findalike.catalog.media import Media
from findalike.decoders.archive import Limits, members
from findalike.decoders.sniff import sniff
from findalike.decoders.tables import RowError, rows
from findalike.domain import EntryKind, EntryState, Job
from findalike.errors import FindalikeError, InvalidInput, UnsupportedMedia
from findalike.fields import check_metadata
from findalike.jobs.worker import Lease
from findalike.media.fetch import fetch
from findalike.media.store import Staged
from findalike.pipelines.house import House

_STEP = 64
_ROWS_STEP = 1000
_ARCHIVES = ("application/zip", "application/x-tar", "application/gzip", "application/x-bzip2", "application/x-xz")
_TABLES = (
    "text/csv",
    "text/tab-separated-values",
    "application/json",
    "application/x-ndjson",
    "application/vnd.apache.parquet",
    "application/x-npy",
)


def kind_of(application: Application, media_type: str) -> EntryKind:
    """What an uploaded file is to an application. Raises UnsupportedMedia."""
    if _accepted(application, media_type):
        return EntryKind.FILE
    if media_type in _ARCHIVES:
        return EntryKind.ARCHIVE
    if media_type in _TABLES and application.Record is not None:
        return EntryKind.TABLE
    if media_type == "":
        raise InvalidInput("The file is empty.")
    wanted = [*application.accepts, *(["CSV, JSON, NDJSON, Parquet or npy tables"] if application.Record else [])]
    raise UnsupportedMedia(
        f"{application.title} does not take {media_type}: send {' or '.join(wanted)}, or a zip or tar."
    )


def _accepted(application: Application, media_type: str) -> bool:
    return any(
        media_type == pattern or (pattern.endswith("/*") and media_type.startswith(pattern[:-1]))
        for pattern in application.accepts
    )


def record_draft(application: Application, record: BaseRecord) -> EntryDraft:
    """A validated record as an entry."""
    check_metadata(record.metadata)
    body, payload = application.stage(record)
    check_metadata(body)
    key = {"key": record.id} if record.id is not None else {}
    return EntryDraft(
        EntryKind.RECORD, record.id or "record", record={"body": body, **key}, payload=payload, metadata=record.metadata
    )


def explain(error: ValidationError) -> str:
    """What pydantic found, as one sentence."""
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"])
    return f"{place}: {first['msg']}" if place else first["msg"]


class Expander:
    def __init__(self, house: House):
        self._house = house

    def draft(self, application: Application, entry: Entry, types: dict[str, str]) -> ItemDraft:
        """The item that a file or record is going to be."""
        if entry.kind == EntryKind.FILE:
            sha256 = entry.media_sha256 or ""
            media_type = types.get(sha256, "")
            if not _accepted(application, media_type):
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

    def expand(self, job: Job, lease: Lease, application: Application, entry: Entry) -> None:
        """Replace an entry by what it stands for; what goes wrong with all of it becomes its failure."""
        try:
            self._steps(job, lease, application, entry)
        except FindalikeError as error:
            if error.status >= 500 and error.retry_after is not None:
                raise
            with lease.transaction() as connection:
                self._house.catalog.work.settle(
                    connection, job.id, [Outcome(entry.number, EntryState.FAILED, error.detail)]
                )

    def _steps(self, job: Job, lease: Lease, application: Application, entry: Entry) -> None:
        work = self._house.catalog.work
        step = _ROWS_STEP if entry.kind == EntryKind.TABLE else _STEP
        position = entry.position
        contents = self._contents(application, entry)
        while True:
            lease.check()
            drafts, stored = self._step(islice(contents, step))
            if stored:
                self._house.media.flush([one for one, _ in stored])
                self._house.catalog.media.note(
                    [Media(one.sha256, one.size, kind) for one, kind in stored], self._house.media.exists
                )
            done = len(drafts) < step
            position += len(drafts)
            with lease.transaction() as connection:
                work.expand(connection, job.id, entry, drafts, None if done else position)
            if done:
                return

    def _step(
        self, contents: Iterator[tuple[EntryDraft, Staged | None, str]]
    ) -> tuple[list[EntryDraft], list[tuple[Staged, str]]]:
        drafts: list[EntryDraft] = []
        stored: list[tuple[Staged, str]] = []
        for draft, staged, media_type in contents:
            drafts.append(draft)
            if staged:
                stored.append((staged, media_type))
        return drafts, stored

    def _contents(self, application: Application, entry: Entry) -> Iterator[tuple[EntryDraft, Staged | None, str]]:
        match entry.kind:
            case EntryKind.ARCHIVE:
                return self._archive(application, entry)
            case EntryKind.TABLE:
                return ((draft, None, "") for draft in self._table(application, entry))
            case EntryKind.SAMPLE:
                return self._sample(application, entry)
            case EntryKind.URL:
                return self._url(application, entry)
        raise InvalidInput(f"A {entry.kind} entry contains nothing further.")

    def _archive(self, application: Application, entry: Entry) -> Iterator[tuple[EntryDraft, Staged | None, str]]:
        settings = self._house.settings
        limits = Limits(settings.max_archive_files, settings.max_archive_bytes, settings.max_upload)
        path = self._house.media.path(entry.media_sha256 or "")
        for member in members(path, limits, start=entry.position):
            name = f"{entry.name}/{member.name}"
            if member.error or member.chunks is None:
                yield EntryDraft(EntryKind.FILE, name, reason=member.error or "It could not be read."), None, ""
            else:
                yield self._file(application, name, member.chunks, entry.metadata, nested=True)

    def _file(
        self,
        application: Application,
        name: str,
        chunks: Iterator[bytes],
        metadata: dict[str, Any],
        *,
        nested: bool = False,
    ) -> tuple[EntryDraft, Staged | None, str]:
        """Store one file and say what it is; what cannot be used becomes a failed entry."""
        try:
            with self._house.media.writer() as writer:
                for chunk in chunks:
                    writer.write(chunk)
                staged = writer.finish()
            media_type = sniff(self._house.media.path(staged.sha256), name) if staged.size else ""
            kind = kind_of(application, media_type)
            if nested and kind == EntryKind.ARCHIVE:
                raise UnsupportedMedia("An archive inside an archive is not unpacked: send it by itself.")
        except FindalikeError as error:
            if error.status == 507:
                raise
            return EntryDraft(EntryKind.FILE, name, reason=error.detail), None, ""
        return EntryDraft(kind, name, media_sha256=staged.sha256, metadata=metadata), staged, media_type

    def _table(self, application: Application, entry: Entry) -> Iterator[EntryDraft]:
        path = self._house.media.path(entry.media_sha256 or "")
        media_type = self._house.catalog.media.get(entry.media_sha256 or "").media_type
        for row in rows(path, media_type, start=entry.position):
            if isinstance(row, RowError):
                yield EntryDraft(EntryKind.RECORD, f"{entry.name}, row {row.number}", reason=row.reason)
                continue
            try:
                draft = record_draft(application, application.row(row.values))
                yield EntryDraft(
                    EntryKind.RECORD,
                    draft.name if draft.name != "record" else f"{entry.name}, row {row.number}",
                    record=draft.record,
                    payload=draft.payload,
                    metadata={**entry.metadata, **draft.metadata},
                )
            except (FindalikeError, ValidationError) as error:
                reason = error.detail if isinstance(error, FindalikeError) else explain(error)
                yield EntryDraft(EntryKind.RECORD, f"{entry.name}, row {row.number}", reason=reason)

    def _sample(self, application: Application, entry: Entry) -> Iterator[tuple[EntryDraft, Staged | None, str]]:
        card = self._house.samples.get(entry.name)
        for name, content, metadata in islice(self._house.data_cache.members(card), entry.position, None):
            if card.format == "files":
                yield self._file(application, name, iter((content,)), {**metadata, **entry.metadata})
            else:
                record = {"body": {}, "key": name}
                yield (
                    EntryDraft(EntryKind.RECORD, name, record=record, payload=content, metadata={**metadata}),
                    None,
                    "",
                )

    def _url(self, application: Application, entry: Entry) -> Iterator[tuple[EntryDraft, Staged | None, str]]:
        settings = self._house.settings
        with self._house.media.writer() as writer:
            fetched = fetch(entry.name, writer, max_bytes=settings.max_upload, timeout=settings.fetch_timeout)
            staged = writer.finish()
        media_type = sniff(self._house.media.path(staged.sha256), entry.name)
        name = fetched.name or entry.name
        yield (
            EntryDraft(
                kind_of(application, media_type),
                name,
                media_sha256=staged.sha256,
                metadata={"url": entry.name, **entry.metadata},
            ),
            staged,
            media_type,
        )


def _canonical(body: Any) -> bytes:
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _hash(*parts: bytes) -> str:
    """Of several byte strings, each with its length, so that no two splits agree."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()
