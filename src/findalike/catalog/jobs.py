"""Jobs as doors see them: made, fed, listed, cancelled, run again.

The rows are the truth about work to do; what workers do with them is in work.py.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, delete, func, insert, or_, select, update

from findalike.catalog.database import now
from findalike.catalog.job_rows import UNFINISHED, Entry, JobRows, entry_of, job_of
from findalike.catalog.schema import collections, entries, jobs, requests
from findalike.domain import Collection, EntryDraft, EntryKind, EntryState, Job, JobState
from findalike.errors import Conflict, InvalidInput, NotFound


class Jobs(JobRows):
    """What clients ask for."""

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

        `request` is an (idempotency key, scope) reserved by `reserve`. Raises NotFound if the collection was dropped
        meanwhile."""
        job_id = uuid.uuid4().hex
        moment = now()
        with self._database.write() as connection:
            there = select(collections.c.id).where(collections.c.id == collection.id, collections.c.name.is_not(None))
            if connection.execute(there).scalar() is None:
                raise NotFound("This collection was dropped meanwhile.")
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
        return [job_of(row) for row in rows[:limit]], rows[limit - 1].number if len(rows) > limit else None

    def unfinished(self, collection_id: int, kind: str | None = None) -> list[Job]:
        query = select(jobs).where(jobs.c.collection_id == collection_id, jobs.c.state.in_(UNFINISHED))
        if kind:
            query = query.where(jobs.c.kind == kind)
        with self._database.read() as connection:
            return [job_of(row) for row in connection.execute(query.order_by(jobs.c.number))]

    def last(self, collection_id: int, kind: str) -> Job | None:
        """The newest job of a kind."""
        query = select(jobs).where(jobs.c.collection_id == collection_id, jobs.c.kind == kind)
        with self._database.read() as connection:
            row = connection.execute(query.order_by(jobs.c.number.desc()).limit(1)).one_or_none()
        return job_of(row) if row else None

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
            # What was refused before it was stored (a bad row, a file of another kind) would fail again, and without
            # its reason; URLs and samples are stored nowhere, they are their names.
            stored = or_(
                entries.c.media_sha256.is_not(None),
                entries.c.record.is_not(None),
                entries.c.kind.in_([EntryKind.URL, EntryKind.SAMPLE]),
            )
            count = connection.execute(
                update(entries)
                .where(entries.c.job_id == job_id, entries.c.state.in_(again), stored)
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
            )
            return self._get(connection, job_id)

    def errors(self, job_id: str, after: int = 0, limit: int = 100) -> list[Entry]:
        """Entries that failed, in order, from behind entry number `after`."""
        query = select(entries).where(
            entries.c.job_id == job_id, entries.c.state == EntryState.FAILED, entries.c.number > after
        )
        with self._database.read() as connection:
            self._get(connection, job_id)
            return [entry_of(row) for row in connection.execute(query.order_by(entries.c.number).limit(limit))]

    def forget(self, age: float, limit: int = 10_000) -> bool:
        """Delete jobs that ended more than `age` seconds ago, `limit` entries at a time: whether there are more.

        Originals that only they needed are collected then."""
        old = select(jobs.c.id).where(jobs.c.finished_at < now() - timedelta(seconds=age))
        some = select(entries.c.number).where(entries.c.job_id.in_(old)).limit(limit)
        with self._database.write() as connection:
            gone = connection.execute(delete(entries).where(entries.c.number.in_(some))).rowcount
            if gone == limit:
                return True
            connection.execute(delete(requests).where(requests.c.job_id.in_(old)))
            connection.execute(delete(jobs).where(jobs.c.id.in_(old)))
        return False

    def forget_requests(self, age: float) -> None:
        """Forget the Idempotency-Keys of requests that came more than `age` seconds ago."""
        with self._database.write() as connection:
            connection.execute(delete(requests).where(requests.c.created_at < now() - timedelta(seconds=age)))

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
