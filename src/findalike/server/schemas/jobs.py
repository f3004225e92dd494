"""Jobs, and what failed in them."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field, JsonValue

from findalike.catalog.job_rows import Entry
from findalike.domain import Job, JobState
from findalike.server.schemas.base import API


class JobLinks(BaseModel):
    """Addresses of a job."""

    self: str
    events: str
    errors: str


class JobOut(BaseModel):
    """A job. `detail` says why it failed, or what it waits for."""

    id: str
    kind: str
    application: str
    collection: str
    state: JobState
    open: bool
    cancelling: bool = Field(False, description="It was told to stop, and ends what it has begun.")
    total: int
    done: int
    failed: int
    skipped: int
    rate: float | None = Field(description="Entries per second since it began.")
    remaining_seconds: float | None
    detail: str | None
    vector: str | None = Field(description="Of a map: the vector that it is made of.")
    result: dict[str, JsonValue] | None = Field(None, description="Of an evaluation: what was found.")
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    links: JobLinks

    @classmethod
    def of(cls, job: Job, moment: datetime) -> JobOut:
        settled = job.done + job.failed + job.skipped
        seconds = ((job.finished_at or moment) - job.started_at).total_seconds() if job.started_at else 0.0
        rate = settled / seconds if seconds > 0 and settled else None
        left = (job.total - settled) / rate if rate and not job.state.final else None
        address = f"{API}/jobs/{job.id}"
        return cls(
            id=job.id,
            kind=job.kind,
            application=job.application,
            collection=job.collection,
            state=job.state,
            open=job.open,
            cancelling=job.cancel_requested and not job.state.final,
            total=job.total,
            done=job.done,
            failed=job.failed,
            skipped=job.skipped,
            rate=rate,
            remaining_seconds=left,
            detail=job.detail,
            vector=job.params.get("vector"),
            result=job.params.get("result"),
            created_at=job.created_at,
            started_at=job.started_at,
            finished_at=job.finished_at,
            links=JobLinks(self=address, events=f"{address}/events", errors=f"{address}/errors"),
        )


class JobPage(BaseModel):
    """A page of jobs, newest first."""

    jobs: list[JobOut]
    next_cursor: int | None


class FailureOut(BaseModel):
    """One entry that failed, and why."""

    entry: int
    name: str
    reason: str

    @classmethod
    def of(cls, entry: Entry) -> FailureOut:
        return cls(entry=entry.number, name=entry.name, reason=entry.reason or "Unknown.")


class FailurePage(BaseModel):
    """Entries that failed, in the order in which they came."""

    failures: list[FailureOut]
    next_cursor: int | None
