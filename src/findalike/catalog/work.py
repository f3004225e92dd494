"""Jobs as workers see them: held by leases, their entries taken and settled.

A worker holds a job by a lease (owner, lease_until). Every transaction in which a worker writes first extends its
lease and fails with `LeaseLost` if another has taken it: a worker that was thought dead can change nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, exists, func, or_, select, update

from findalike.catalog.database import now
from findalike.catalog.job_rows import UNFINISHED, Entry, JobRows, Outcome, entry_of
from findalike.catalog.schema import entries, jobs
from findalike.domain import EntryDraft, EntryKind, EntryState, Job, JobState
from findalike.errors import FindalikeError


class LeaseLost(FindalikeError):
    """Another worker has this job now; stop at once and write nothing."""


class JobWork(JobRows):
    """What drives the work."""

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
            .where(jobs.c.state.in_(UNFINISHED), jobs.c.kind.in_(kinds), free, ready)
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

    def staged(self, job_id: str, after: int, limit: int, kinds: Sequence[EntryKind] = tuple(EntryKind)) -> list[Entry]:
        """Entries still to do, in order, from behind entry number `after`."""
        query = select(entries).where(
            entries.c.job_id == job_id,
            entries.c.state == EntryState.STAGED,
            entries.c.number > after,
            entries.c.kind.in_(kinds),
        )
        with self._database.read() as connection:
            return [entry_of(row) for row in connection.execute(query.order_by(entries.c.number).limit(limit))]

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
        """Add what an archive, a table or a sample contains; `position` is where to go on, None at the end.

        Going on from there is a new attempt."""
        self._add(connection, job_id, children)
        if position is None:
            # The container itself is not an item: it leaves the count when its contents are all there.
            connection.execute(delete(entries).where(entries.c.number == entry.number))
            self._bump(connection, job_id, total=jobs.c.total - 1)
        else:
            connection.execute(
                update(entries).where(entries.c.number == entry.number).values(position=position, attempts=1)
            )

    def reached(self, connection: Connection, entry: int, item_id: str, position: int) -> None:
        """Note that an entry's item is stored up to segment number `position`. Going on from there is a new attempt."""
        connection.execute(
            update(entries).where(entries.c.number == entry).values(position=position, item_id=item_id, attempts=1)
        )

    def begun_items(self, job_id: str) -> list[str]:
        """The ids of items of which only a part is stored."""
        query = select(entries.c.item_id).where(
            entries.c.job_id == job_id,
            entries.c.state == EntryState.STAGED,
            entries.c.position > 0,
            entries.c.item_id.is_not(None),
        )
        with self._database.read() as connection:
            return [id for id in connection.execute(query).scalars() if id is not None]

    def settle(self, connection: Connection, job_id: str, outcomes: Sequence[Outcome]) -> None:
        """Write how entries ended, and count them. Entries that are settled already count no second time."""
        counts = {EntryState.INDEXED: 0, EntryState.SKIPPED: 0, EntryState.FAILED: 0, EntryState.CANCELLED: 0}
        for state in counts:
            ended = [
                {"entry": one.number, "why": one.reason, "item": one.item_id} for one in outcomes if one.state == state
            ]
            if ended:
                statement = (
                    update(entries)
                    .where(entries.c.number == bindparam("entry"), entries.c.state == EntryState.STAGED)
                    .values(state=state, reason=bindparam("why"), item_id=bindparam("item"))
                )
                if state != EntryState.FAILED:
                    # What was read is kept for a retry only; the item has its own copy.
                    statement = statement.values(payload=None, record=None)
                counts[state] = connection.execute(statement, ended).rowcount
        self._bump(
            connection,
            job_id,
            done=jobs.c.done + counts[EntryState.INDEXED],
            skipped=jobs.c.skipped + counts[EntryState.SKIPPED],
            failed=jobs.c.failed + counts[EntryState.FAILED],
        )

    def count(self, connection: Connection, job_id: str, done: int) -> None:
        """Count what was done without entries."""
        self._bump(connection, job_id, total=jobs.c.total + done, done=jobs.c.done + done)

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
        """Whether a closed job has nothing staged any more (then no request can add to it), and nobody cancelled it."""
        row = connection.execute(select(jobs.c.open, jobs.c.cancel_requested).where(jobs.c.id == job_id)).one()
        left = connection.execute(
            select(entries.c.number)
            .where(and_(entries.c.job_id == job_id, entries.c.state == EntryState.STAGED))
            .limit(1)
        ).first()
        return not row.open and not row.cancel_requested and left is None
