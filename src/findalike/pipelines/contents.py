"""What archives and tables hold, as entries: the part of expansion that runs in decoder processes.

Whoever reads untrusted containers here may crash, hang or eat memory; the catalog is not touched.
"""

from __future__ import annotations

import pickle
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from findalike.applications.base import Application, BaseRecord, Columns, EventRecord
from findalike.decoders.archive import UNPACKED, Limits, members
from findalike.decoders.records import FASTA, MOL, SDF, SMILES
from findalike.decoders.sniff import ARCHIVES, SPECIAL_TABLES, TABLES, sniff
from findalike.decoders.tables import RowError, rows
from findalike.domain import EntryDraft, EntryKind
from findalike.errors import FindalikeError, InvalidInput, MissingColumn, StorageFull, UnsupportedMedia
from findalike.fields import check_metadata
from findalike.media.store import MediaStore, Staged
from findalike.validation import first_of

STEP_BYTES = 32 * 1024 * 1024
_FILES_STEP = 64
_KINDS = {
    "application/epub+zip": "EPUB",
    "application/octet-stream": "a file of a kind that nobody knows",
    "application/pdf": "PDF",
    FASTA: "FASTA",
    MOL: "MOL",
    SDF: "SDF",
    SMILES: "SMILES files",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "Word (.docx)",
    "audio/*": "sounds",
    "image/*": "pictures",
    "text/html": "HTML",
    "text/markdown": "Markdown",
    "text/plain": "plain text",
    "video/*": "videos",
}
"""Media types for people."""
_ROWS_STEP = 1000
_HEADED = ("text/csv", "text/tab-separated-values", "application/vnd.apache.parquet")
"""Tables whose rows all have the same columns: what the first lacks, all lack."""
_SUFFIX = re.compile(r"\.(gz|bz2|xz)$", re.IGNORECASE)


@dataclass(frozen=True)
class Container:
    """An archive or a table to read on from `position`, for an application. Can be pickled."""

    application: Application
    kind: EntryKind
    name: str
    sha256: str
    media_type: str
    metadata: Mapping[str, Any]
    position: int
    columns: Columns = field(default_factory=dict)


@dataclass(frozen=True)
class Found:
    """One thing in a container, of so many bytes; a file of it is in the media store already."""

    draft: EntryDraft
    staged: Staged | None = None
    media_type: str = ""
    size: int = 0


@dataclass
class Step:
    """Some entries that are added together, of at most so many and so large; `last` if there are no more."""

    found: list[Found] = field(default_factory=list)
    last: bool = False


def open_container(container: Container, store: MediaStore, limits: Limits) -> Iterator[Step]:
    """The contents of a container. Raises UndecodableMedia, InvalidInput or TooLarge if there are none to be had."""
    if container.kind == EntryKind.ARCHIVE:
        return steps(_archive(container, store, limits), _FILES_STEP)
    return steps(_table(container, store), _ROWS_STEP)


def steps(contents: Iterable[Found], count: int = _FILES_STEP) -> Iterator[Step]:
    """Contents in steps of at most `count` entries and STEP_BYTES, though of one entry at least."""
    step, size = Step(), 0
    for found in contents:
        if len(step.found) >= count or size >= STEP_BYTES:
            yield step
            step, size = Step(), 0
        step.found.append(found)
        size += found.staged.size if found.staged else found.size
    step.last = True
    yield step


def kind_of(application: Application, media_type: str) -> EntryKind:
    """What an uploaded file is to an application. Raises UnsupportedMedia."""
    if accepted(application, media_type):
        return EntryKind.FILE
    if media_type in ARCHIVES:
        return EntryKind.ARCHIVE
    if application.Record is not None and (media_type in TABLES or media_type in application.tables):
        return EntryKind.TABLE
    if media_type == "":
        raise InvalidInput("The file is empty, or has nothing but white space.")
    wanted = [_KINDS.get(kind, kind) for kind in (*application.accepts, *application.tables)]
    if application.Record is not None:
        wanted.append("tables (CSV, TSV, JSON, NDJSON, Parquet, npy)")
    raise UnsupportedMedia(
        f"{application.title} does not take {_KINDS.get(media_type, media_type)}: send {', '.join(wanted)}, "
        "or a zip or tar of such."
    )


def accepted(application: Application, media_type: str) -> bool:
    """Whether a file of this type is one item of the application."""
    if media_type in SPECIAL_TABLES and media_type not in application.tables:
        media_type = "text/plain"
    return any(
        media_type == pattern or (pattern.endswith("/*") and media_type.startswith(pattern[:-1]))
        for pattern in application.accepts
    )


def record_draft(application: Application, record: BaseRecord) -> EntryDraft:
    """A validated record as an entry."""
    check_metadata(record.metadata)
    if isinstance(record, EventRecord):
        return EntryDraft(
            EntryKind.EVENT, record.user, record=record.model_dump(mode="json", exclude={"id", "metadata"})
        )
    body, payload = application.stage(record)
    check_metadata(body)
    key = {"key": record.id} if record.id is not None else {}
    name = record.item_name or "record"
    return EntryDraft(EntryKind.RECORD, name, record={"body": body, **key}, payload=payload, metadata=record.metadata)


def store_file(
    store: MediaStore,
    application: Application,
    name: str,
    chunks: Iterable[bytes],
    metadata: Mapping[str, Any],
    *,
    nested: bool = False,
) -> Found:
    """Store one file and say what it is; what cannot be used becomes a failed entry. Raises StorageFull."""
    try:
        with store.writer() as writer:
            for chunk in chunks:
                writer.write(chunk)
            media_type = sniff(writer.path, name)
            kind = kind_of(application, media_type)
            if nested and kind == EntryKind.ARCHIVE:
                raise UnsupportedMedia("An archive inside an archive is not unpacked: send it by itself.")
            staged = writer.finish()
    except StorageFull:
        raise
    except FindalikeError as error:
        return Found(EntryDraft(EntryKind.FILE, name, reason=error.detail))
    return Found(EntryDraft(kind, name, media_sha256=staged.sha256, metadata=metadata), staged, media_type)


def _archive(container: Container, store: MediaStore, limits: Limits) -> Iterator[Found]:
    for member in members(store.path(container.sha256), limits, start=container.position):
        lone = member.name == UNPACKED
        name = _SUFFIX.sub("", container.name) if lone else f"{container.name}/{member.name}"
        if member.error or member.chunks is None:
            yield Found(EntryDraft(EntryKind.FILE, name, reason=member.error or "It could not be read."))
        else:
            yield store_file(store, container.application, name, member.chunks, container.metadata, nested=True)


def _table(container: Container, store: MediaStore) -> Iterator[Found]:
    for row in rows(store.path(container.sha256), container.media_type, start=container.position):
        name = f"{container.name}, row {row.number}"
        if isinstance(row, RowError):
            yield Found(EntryDraft(EntryKind.RECORD, name, reason=row.reason))
            continue
        try:
            draft = record_draft(container.application, container.application.row(row.values, container.columns))
            size = len(pickle.dumps(draft))
            if size > STEP_BYTES:
                raise InvalidInput(f"The row is larger than {STEP_BYTES // 1024**2} MiB: split it.")
        except (FindalikeError, ValidationError) as error:
            if isinstance(error, MissingColumn) and row.number == 1 and container.media_type in _HEADED:
                raise
            reason = error.detail if isinstance(error, FindalikeError) else ": ".join(filter(None, first_of(error)))
            yield Found(EntryDraft(EntryKind.RECORD, name, reason=reason))
        else:
            yield Found(
                EntryDraft(
                    draft.kind,
                    draft.name if draft.name != "record" else name,
                    record=draft.record,
                    payload=draft.payload,
                    metadata={**container.metadata, **draft.metadata},
                ),
                size=size,
            )
