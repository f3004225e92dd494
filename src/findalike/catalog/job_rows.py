"""The rows of jobs and their entries, and what everything that works with them shares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from findalike.catalog.database import Database
from findalike.catalog.schema import entries, jobs
from findalike.domain import EntryDraft, EntryKind, EntryState, Job, JobState
from findalike.errors import NotFound

UNFINISHED = (JobState.RECEIVED, JobState.RUNNING)


@dataclass(frozen=True)
class Entry:
    """One entry as the catalog keeps it."""

    number: int
    kind: EntryKind
    name: str
    media_sha256: str | None
    record: dict[str, Any] | None
    payload: bytes | None
    metadata: dict[str, Any]
    state: EntryState
    attempts: int
    position: int
    reason: str | None
    item_id: str | None


@dataclass(frozen=True)
class Outcome:
    """How an entry ended."""

    number: int
    state: EntryState
    reason: str | None = None
    item_id: str | None = None


class JobRows:
    """What doors and workers both do with jobs. All methods block."""

    def __init__(self, database: Database):
        self._database = database

    def get(self, job_id: str) -> Job:
        """Raises NotFound."""
        with self._database.read() as connection:
            return self._get(connection, job_id)

    def _add(self, connection: Connection, job_id: str, drafts: Sequence[EntryDraft]) -> None:
        if not drafts:
            return
        connection.execute(
            insert(entries),
            [
                {
                    "job_id": job_id,
                    "kind": draft.kind,
                    "name": draft.name,
                    "media_sha256": draft.media_sha256,
                    "record": draft.record,
                    "payload": draft.payload,
                    "metadata": draft.metadata,
                    "state": EntryState.FAILED if draft.reason else EntryState.STAGED,
                    "attempts": 0,
                    "position": 0,
                    "reason": draft.reason,
                }
                for draft in drafts
            ],
        )
        broken = sum(1 for draft in drafts if draft.reason)
        self._bump(connection, job_id, total=jobs.c.total + len(drafts), failed=jobs.c.failed + broken)

    def _bump(self, connection: Connection, job_id: str, **values: Any) -> None:
        connection.execute(update(jobs).where(jobs.c.id == job_id).values(version=jobs.c.version + 1, **values))

    def _get(self, connection: Connection, job_id: str) -> Job:
        row = connection.execute(select(jobs).where(jobs.c.id == job_id)).one_or_none()
        if row is None:
            raise NotFound(f"There is no job {job_id}; list them with GET /api/v1/jobs.")
        return job_of(row)


def job_of(row: Row[Any]) -> Job:
    return Job(
        id=row.id,
        kind=row.kind,
        application=row.application,
        collection=row.collection,
        collection_id=row.collection_id,
        state=JobState(row.state),
        open=row.open,
        cancel_requested=row.cancel_requested,
        params=row.params,
        total=row.total,
        done=row.done,
        failed=row.failed,
        skipped=row.skipped,
        detail=row.detail,
        version=row.version,
        created_at=row.created_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
    )


def entry_of(row: Row[Any]) -> Entry:
    return Entry(
        number=row.number,
        kind=EntryKind(row.kind),
        name=row.name,
        media_sha256=row.media_sha256,
        record=row.record,
        payload=row.payload,
        metadata=row.metadata,
        state=EntryState(row.state),
        attempts=row.attempts,
        position=row.position,
        reason=row.reason,
        item_id=row.item_id,
    )
