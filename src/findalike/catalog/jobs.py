"""Jobs and their entries: the rows that are the truth about work to do.

A worker holds a job by a lease (owner, lease_until). Every transaction in which a worker writes first extends its
lease and fails with `LeaseLost` if another has taken it: a worker that was thought dead can change nothing.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Row, and_, delete, exists, func, insert, or_, select, update

from findalike.catalog.database import Database, now
from findalike.catalog.schema import entries, jobs, requests
from findalike.domain import Collection, EntryKind, EntryState, Job, JobState
from findalike.errors import Conflict, FindalikeError, InvalidInput, NotFound

_UNFINISHED = (JobState.RECEIVED, JobState.RUNNING)


class LeaseLost(FindalikeError):
    """Another worker has this job now; stop at once and write nothing."""


@dataclass(frozen=True)
class EntryDraft:
    """One thing that a job shall take in."""

    kind: EntryKind
    name: str
    media_sha256: str | None = None
    record: dict[str, Any] | None = None
    payload: bytes | None = None
    metadata: dict[str, Any] = field(default_factory=dict)
    reason: str | None = None
    """Why it failed before it could be staged; such an entry is written as failed."""


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


class Jobs:
    def __init__(self, database: Database):
        self._database = database

    # -- doors: what clients ask for -------------------------------------------------------------------------

    def create(
        self,
        kind: str,
        collection: Collection,
        *,
        params: dict[str, Any] | None = None,
        drafts: Sequence[EntryDraft] = (),
        keep_open: bool = False,
        request: tuple[str, str] | None = None,
    ) -> Job:
        """One transaction writes the job and its entries; once this returns, nothing of it can be lost.

        `request` is an (idempotency key, scope) reserved by `reserve`."""
        job_id = uuid.uuid4().hex
        moment = now()
        with self._database.write() as connection:
            connection.execute(
                insert(jobs).values(
                    id=job_id,
                    kind=kind,
                    application=collection.application,
                    collection=collection.name,
                    collection_id=collection.id,
                    state=JobState.RECEIVED,
                    open=keep_open,
                    cancel_requested=False,
                    params=params or {},
                    total=0,
                    done=0,
                    failed=0,
                    skipped=0,
                    version=1,
                    created_at=moment,
                    fed_at=moment,
                )
            )
            self._add(connection, job_id, drafts)
            self._answer(connection, request, job_id)
            return self._get(connection, job_id)

    def append(
        self,
        job_id: str,
        drafts: Sequence[EntryDraft],
        *,
        keep_open: bool,
        request: tuple[str, str] | None = None,
    ) -> Job:
        """Feed an open job. Raises NotFound, and Conflict if it is closed."""
        with self._database.write() as connection:
            job = self._get(connection, job_id)
            if not job.open or job.state.final:
                raise Conflict(f"The job {job_id} is closed: send the files without `job`, and a new one begins.")
            connection.execute(update(jobs).where(jobs.c.id == job_id).values(fed_at=now(), open=keep_open))
            self._add(connection, job_id, drafts)
            self._answer(connection, request, job_id)
            return self._get(connection, job_id)

    def reserve(self, key: str, scope: str, fingerprint: str = "") -> Job | None:
        """Claim an Idempotency-Key: None for the first request, the job of the finished one for a repeat.

        Raises Conflict while the first is still under way, InvalidInput if it looked different."""
        with self._database.write() as connection:
            row = connection.execute(
                select(requests.c.job_id, requests.c.fingerprint).where(
                    requests.c.key == key, requests.c.scope == scope
                )
            ).one_or_none()
            if row is None:
                connection.execute(
                    insert(requests).values(key=key, scope=scope, fingerprint=fingerprint, created_at=now())
                )
                return None
            if row.fingerprint != fingerprint:
                raise InvalidInput("This Idempotency-Key was used for another request: take a new one.")
            if row.job_id is None:
                raise Conflict("A request with this Idempotency-Key is still under way: wait for its answer.")
            return self._get(connection, row.job_id)

    def release(self, request: tuple[str, str] | None) -> None:
        """Give back a reserved key whose request failed, so that it can be repeated."""
        if request:
            with self._database.write() as connection:
                connection.execute(
                    delete(requests).where(
                        requests.c.key == request[0],
                        requests.c.scope == request[1],
                        requests.c.job_id.is_(None),
                    )
                )

    def release_all(self) -> None:
        """Give back every reserved key: at start, the requests that held them are gone."""
        with self._database.write() as connection:
            connection.execute(delete(requests).where(requests.c.job_id.is_(None)))

    def get(self, job_id: str) -> Job:
        """Raises NotFound."""
        with self._database.read() as connection:
            return self._get(connection, job_id)

    def page(
        self,
        *,
        application: str | None = None,
        collection: str | None = None,
        state: JobState | None = None,
        before: int | None = None,
        limit: int = 50,
    ) -> tuple[list[Job], int | None]:
        """Jobs, newest first, and the cursor of the next page (None at the end)."""
        query = select(jobs)
        for column, value in (
            (jobs.c.application, application),
            (jobs.c.collection, collection),
            (jobs.c.state, state),
        ):
            if value is not None:
                query = query.where(column == value)
        if before is not None:
            query = query.where(jobs.c.number < before)
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(jobs.c.number.desc()).limit(limit + 1)).all()
        return [_job(row) for row in rows[:limit]], rows[limit - 1].number if len(rows) > limit else None

    def unfinished(self, collection_id: int, kind: str | None = None) -> list[Job]:
        query = select(jobs).where(jobs.c.collection_id == collection_id, jobs.c.state.in_(_UNFINISHED))
        if kind:
            query = query.where(jobs.c.kind == kind)
        with self._database.read() as connection:
            return [_job(row) for row in connection.execute(query.order_by(jobs.c.number))]

    def last(self, collection_id: int, kind: str) -> Job | None:
        """The newest job of a kind."""
        query = select(jobs).where(jobs.c.collection_id == collection_id, jobs.c.kind == kind)
        with self._database.read() as connection:
            row = connection.execute(query.order_by(jobs.c.number.desc()).limit(1)).one_or_none()
        return _job(row) if row else None

    def close(self, job_id: str) -> Job:
        """No more requests will feed this job."""
        with self._database.write() as connection:
            self._bump(connection, job_id, open=False)
            return self._get(connection, job_id)

    def cancel(self, job_id: str) -> Job:
        """Ask an unfinished job to stop; a finished one is left as it is."""
        with self._database.write() as connection:
            job = self._get(connection, job_id)
            if not job.state.final:
                self._bump(connection, job_id, open=False, cancel_requested=True)
            return self._get(connection, job_id)

    def retry(self, job_id: str) -> Job:
        """Run the failed (or cancelled) entries again, in the same job. Raises Conflict if there is nothing to run."""
        again = (EntryState.FAILED, EntryState.CANCELLED)
        with self._database.write() as connection:
            job = self._get(connection, job_id)
            if not job.state.final:
                raise Conflict("This job is still at work: wait for its end, or cancel it, then retry.")
            lost = entries.c.media_sha256.is_(None) & entries.c.kind.in_([EntryKind.FILE, EntryKind.ARCHIVE])
            count = connection.execute(
                update(entries)
                .where(entries.c.job_id == job_id, entries.c.state.in_(again), ~lost)
                .values(state=EntryState.STAGED, reason=None, attempts=0)
            ).rowcount
            if not count and job.state == JobState.SUCCEEDED:
                raise Conflict("Nothing in this job can be run again.")
            states = self._tally(connection, job_id)
            self._bump(
                connection,
                job_id,
                state=JobState.RECEIVED,
                cancel_requested=False,
                detail=None,
                finished_at=None,
                failed=states.get(EntryState.FAILED, 0),
                **({"done": states.get(EntryState.INDEXED, 0)} if job.kind == "ingest" else {}),
            )
            return self._get(connection, job_id)

    def errors(self, job_id: str, after: int = 0, limit: int = 100) -> list[Entry]:
        """Entries that failed, in order, from behind entry number `after`."""
        query = select(entries).where(
            entries.c.job_id == job_id, entries.c.state == EntryState.FAILED, entries.c.number > after
        )
        with self._database.read() as connection:
            self._get(connection, job_id)
            return [_entry(row) for row in connection.execute(query.order_by(entries.c.number).limit(limit))]

    # -- workers: what drives the work -----------------------------------------------------------------------

    def claim(self, owner: str, lease: float, kinds: Sequence[str], open_timeout: float = 600.0) -> Job | None:
        """Take the oldest unfinished job that nobody holds (or whose holder is silent), or None.

        An open job with nothing to do is left alone until it is fed, closed, cancelled, or silent for too long."""
        moment = now()
        ready = or_(
            jobs.c.open.is_(False),
            jobs.c.cancel_requested,
            jobs.c.fed_at < moment - timedelta(seconds=open_timeout),
            exists().where(entries.c.job_id == jobs.c.id, entries.c.state == EntryState.STAGED),
        )
        free = or_(jobs.c.owner.is_(None), jobs.c.lease_until < moment)
        query = (
            select(jobs.c.id)
            .where(jobs.c.state.in_(_UNFINISHED), jobs.c.kind.in_(kinds), free, ready)
            .order_by(jobs.c.number)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        with self._database.write() as connection:
            job_id = connection.execute(query).scalar()
            if job_id is None:
                return None
            self._bump(
                connection,
                job_id,
                owner=owner,
                lease_until=moment + timedelta(seconds=lease),
                state=JobState.RUNNING,
                started_at=func.coalesce(jobs.c.started_at, moment),
            )
            return self._get(connection, job_id)

    def evict(self) -> None:
        """Void every lease. Only for who knows that no other worker lives (the holder of the data folder's lock)."""
        with self._database.write() as connection:
            connection.execute(update(jobs).where(jobs.c.owner.is_not(None)).values(owner=None, lease_until=None))

    @contextmanager
    def held(self, job_id: str, owner: str, lease: float) -> Iterator[Connection]:
        """A transaction in which `owner` certainly holds the job, with the lease extended. Raises LeaseLost."""
        with self._database.write() as connection:
            kept = connection.execute(
                update(jobs)
                .where(jobs.c.id == job_id, jobs.c.owner == owner)
                .values(lease_until=now() + timedelta(seconds=lease))
            ).rowcount
            if not kept:
                raise LeaseLost("Another worker has taken this job over.")
            yield connection

    def staged(self, job_id: str, after: int, limit: int) -> list[Entry]:
        """Entries still to do, in order, from behind entry number `after`."""
        query = select(entries).where(
            entries.c.job_id == job_id, entries.c.state == EntryState.STAGED, entries.c.number > after
        )
        with self._database.read() as connection:
            return [_entry(row) for row in connection.execute(query.order_by(entries.c.number).limit(limit))]

    def attempt(self, connection: Connection, numbers: Sequence[int], attempts: int) -> None:
        """Note, before decoding begins, how often it will have been begun for these entries."""
        if numbers:
            connection.execute(update(entries).where(entries.c.number.in_(numbers)).values(attempts=attempts))

    def forget_attempts(self, connection: Connection, job_id: str) -> None:
        """Say that no decoding is under way, and none crashed."""
        connection.execute(
            update(entries)
            .where(entries.c.job_id == job_id, entries.c.state == EntryState.STAGED, entries.c.attempts > 0)
            .values(attempts=0)
        )

    def expand(
        self,
        connection: Connection,
        job_id: str,
        entry: Entry,
        children: Sequence[EntryDraft],
        position: int | None,
    ) -> None:
        """Add what an archive, a table or a sample contains; `position` is where to go on, None at the end."""
        self._add(connection, job_id, children)
        if position is None:
            # The container itself is not an item: it leaves the count when its contents are all there.
            connection.execute(delete(entries).where(entries.c.number == entry.number))
            self._bump(connection, job_id, total=jobs.c.total - 1)
        else:
            connection.execute(update(entries).where(entries.c.number == entry.number).values(position=position))

    def settle(self, connection: Connection, job_id: str, outcomes: Sequence[Outcome]) -> None:
        """Write how entries ended, and count them. Entries that are settled already count no second time."""
        counts = {EntryState.INDEXED: 0, EntryState.SKIPPED: 0, EntryState.FAILED: 0, EntryState.CANCELLED: 0}
        for outcome in outcomes:
            counts[outcome.state] += connection.execute(
                update(entries)
                .where(entries.c.number == outcome.number, entries.c.state == EntryState.STAGED)
                .values(
                    state=outcome.state,
                    reason=outcome.reason,
                    item_id=outcome.item_id,
                    # What was read is kept for a retry only; the item has its own copy.
                    **({} if outcome.state == EntryState.FAILED else {"payload": None, "record": None}),
                )
            ).rowcount
        self._bump(
            connection,
            job_id,
            done=jobs.c.done + counts[EntryState.INDEXED],
            skipped=jobs.c.skipped + counts[EntryState.SKIPPED],
            failed=jobs.c.failed + counts[EntryState.FAILED],
        )

    def progress(self, connection: Connection, job_id: str, **values: Any) -> None:
        """Change counts, params or detail of a job, visibly."""
        self._bump(connection, job_id, **values)

    def finish(self, connection: Connection, job_id: str, state: JobState, detail: str | None = None) -> None:
        """End a job and give up its lease; entries still staged end as cancelled."""
        connection.execute(
            update(entries)
            .where(entries.c.job_id == job_id, entries.c.state == EntryState.STAGED)
            .values(state=EntryState.CANCELLED)
        )
        self._bump(
            connection,
            job_id,
            state=state,
            detail=detail,
            open=False,
            owner=None,
            lease_until=None,
            finished_at=now(),
        )

    def let_go(self, job_id: str, owner: str) -> None:
        """Give up a lease without ending the job, so that it goes on at the next start at once."""
        with self._database.write() as connection:
            connection.execute(
                update(jobs).where(jobs.c.id == job_id, jobs.c.owner == owner).values(owner=None, lease_until=None)
            )

    def close_silent(self, job_id: str, timeout: float) -> bool:
        """Close an open job that nobody has fed for `timeout` seconds; whether it is closed."""
        with self._database.write() as connection:
            connection.execute(
                update(jobs)
                .where(jobs.c.id == job_id, jobs.c.open, jobs.c.fed_at < now() - timedelta(seconds=timeout))
                .values(open=False, version=jobs.c.version + 1)
            )
            return not self._get(connection, job_id).open

    def complete(self, connection: Connection, job_id: str) -> bool:
        """Whether a closed job has nothing staged any more (then no request can add to it)."""
        row = connection.execute(select(jobs.c.open).where(jobs.c.id == job_id)).one()
        left = connection.execute(
            select(entries.c.number)
            .where(and_(entries.c.job_id == job_id, entries.c.state == EntryState.STAGED))
            .limit(1)
        ).first()
        return not row.open and left is None

    # -- inside ----------------------------------------------------------------------------------------------

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

    def _answer(self, connection: Connection, request: tuple[str, str] | None, job_id: str) -> None:
        if request:
            connection.execute(
                update(requests)
                .where(requests.c.key == request[0], requests.c.scope == request[1])
                .values(job_id=job_id)
            )

    def _tally(self, connection: Connection, job_id: str) -> dict[str, int]:
        query = select(entries.c.state, func.count()).where(entries.c.job_id == job_id).group_by(entries.c.state)
        return dict(connection.execute(query).all())

    def _bump(self, connection: Connection, job_id: str, **values: Any) -> None:
        connection.execute(update(jobs).where(jobs.c.id == job_id).values(version=jobs.c.version + 1, **values))

    def _get(self, connection: Connection, job_id: str) -> Job:
        row = connection.execute(select(jobs).where(jobs.c.id == job_id)).one_or_none()
        if row is None:
            raise NotFound(f"There is no job {job_id}; list them with GET /api/v1/jobs.")
        return _job(row)


def _job(row: Row[Any]) -> Job:
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


def _entry(row: Row[Any]) -> Entry:
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
