"""Leases: one holder at a time, taken over when it falls silent, and nothing written by who lost it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from findalike.catalog import Catalog
from findalike.catalog.database import now
from findalike.catalog.job_rows import Outcome
from findalike.catalog.schema import entries, requests
from findalike.catalog.schema import jobs as job_table
from findalike.catalog.work import LeaseLost
from findalike.domain import Collection, EntryDraft, EntryKind, EntryState, Job, JobState
from findalike.errors import Conflict, Unavailable
from findalike.jobs.worker import Cancelled, Lease, Worker
from support import eventually


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    catalog = Catalog(f"sqlite:///{tmp_path / 'catalog.sqlite'}")
    yield catalog
    catalog.close()


@pytest.fixture
def collection(catalog: Catalog) -> Collection:
    return catalog.collections.create("app", "things", "", {}, {})[0]


def drafts(number: int) -> list[EntryDraft]:
    return [EntryDraft(EntryKind.RECORD, f"entry {n}", record={"body": {"n": n}}) for n in range(number)]


def settle_all(catalog: Catalog, job: Job, lease: Lease) -> None:
    """A handler that settles entries one at a time."""
    while entries := catalog.work.staged(job.id, 0, 1):
        lease.check()
        with lease.transaction() as connection:
            catalog.work.settle(connection, job.id, [Outcome(entries[0].number, EntryState.INDEXED)])
    lease.finish(JobState.SUCCEEDED)


def test_a_job_runs_to_its_end(catalog: Catalog, collection: Collection) -> None:
    worker = Worker(catalog.work, {"ingest": lambda job, lease: settle_all(catalog, job, lease)}, threads=1, lease=5)
    job = catalog.jobs.create("ingest", collection, drafts=drafts(5))
    worker.start()
    eventually(lambda: catalog.jobs.get(job.id).state.final)
    worker.stop()
    ended = catalog.jobs.get(job.id)
    assert (ended.state, ended.total, ended.done, ended.failed) == (JobState.SUCCEEDED, 5, 5, 0)


def test_a_claimed_job_is_nobody_elses_until_its_lease_runs_out(catalog: Catalog, collection: Collection) -> None:
    job = catalog.jobs.create("ingest", collection, drafts=drafts(1))
    assert catalog.work.claim("dead", 60, ["ingest"])
    assert catalog.work.claim("heir", 60, ["ingest"]) is None
    with catalog.database.write() as connection:
        connection.execute(update(job_table).values(lease_until=now() - timedelta(seconds=1)))
    heir = catalog.work.claim("heir", 60, ["ingest"])
    assert heir
    assert heir.id == job.id


def test_who_lost_the_lease_writes_nothing(catalog: Catalog, collection: Collection) -> None:
    job = catalog.jobs.create("ingest", collection, drafts=drafts(1))
    catalog.work.claim("slow", 0.0, ["ingest"])
    assert catalog.work.claim("heir", 60, ["ingest"])
    entry = catalog.work.staged(job.id, 0, 1)[0]
    with pytest.raises(LeaseLost), catalog.work.held(job.id, "slow", 60) as connection:
        catalog.work.settle(connection, job.id, [Outcome(entry.number, EntryState.INDEXED)])
    assert catalog.jobs.get(job.id).done == 0


def test_two_workers_share_the_jobs_and_one_takes_over_from_the_other(catalog: Catalog, collection: Collection) -> None:
    """The first worker falls silent in the middle (as if killed): the second ends its job, no entry twice."""
    stuck = threading.Event()
    release = threading.Event()

    def dies(job: Job, lease: Lease) -> None:
        entry = catalog.work.staged(job.id, 0, 1)[0]
        with lease.transaction() as connection:
            catalog.work.settle(connection, job.id, [Outcome(entry.number, EntryState.INDEXED)])
        stuck.set()
        release.wait(20)
        with pytest.raises(LeaseLost), lease.transaction():
            pass
        raise LeaseLost("gone")

    job = catalog.jobs.create("ingest", collection, drafts=drafts(10))
    first = Worker(catalog.work, {"ingest": dies}, threads=1, lease=10_000)
    first.start()
    assert stuck.wait(10)
    with catalog.database.write() as connection:
        connection.execute(update(job_table).values(lease_until=now() - timedelta(seconds=1)))
    second = Worker(catalog.work, {"ingest": lambda job, lease: settle_all(catalog, job, lease)}, threads=1, lease=5)
    second.start()
    eventually(lambda: catalog.jobs.get(job.id).state == JobState.SUCCEEDED)
    release.set()
    first.stop()
    second.stop()
    assert catalog.jobs.get(job.id).done == 10


def test_changed_code_goes_on_where_the_old_stopped(catalog: Catalog, collection: Collection) -> None:
    """An upgrade while a job is open: the rows say what is left, whatever code reads them."""
    job = catalog.jobs.create("ingest", collection, drafts=drafts(3))
    halfway = threading.Event()

    def old(job: Job, lease: Lease) -> None:
        entry = catalog.work.staged(job.id, 0, 1)[0]
        with lease.transaction() as connection:
            catalog.work.settle(connection, job.id, [Outcome(entry.number, EntryState.INDEXED)])
        halfway.set()
        while True:
            lease.wait(60)

    worker = Worker(catalog.work, {"ingest": old}, threads=1, lease=60)
    worker.start()
    assert halfway.wait(10)
    worker.stop()
    assert catalog.jobs.get(job.id).state == JobState.RUNNING
    new = Worker(catalog.work, {"ingest": lambda job, lease: settle_all(catalog, job, lease)}, threads=1, lease=60)
    new.start()
    eventually(lambda: catalog.jobs.get(job.id).state == JobState.SUCCEEDED)
    new.stop()
    assert catalog.jobs.get(job.id).done == 3


def test_cancel_stops_a_running_job(catalog: Catalog, collection: Collection) -> None:
    running = threading.Event()

    def endless(job: Job, lease: Lease) -> None:
        running.set()
        while True:
            lease.wait(0.05)

    worker = Worker(catalog.work, {"ingest": endless}, threads=1, lease=60)
    worker.start()
    job = catalog.jobs.create("ingest", collection, drafts=drafts(2))
    worker.wake()
    assert running.wait(10)
    catalog.jobs.cancel(job.id)
    eventually(lambda: catalog.jobs.get(job.id).state == JobState.CANCELLED)
    again = catalog.jobs.retry(job.id)
    assert again.state == JobState.RECEIVED
    assert len(catalog.work.staged(job.id, 0, 9)) == 2
    worker.stop()


def test_a_cancelled_job_does_not_succeed_because_it_was_just_done(catalog: Catalog, collection: Collection) -> None:
    job = catalog.jobs.create("ingest", collection, drafts=drafts(1), keep_open=True)
    catalog.work.claim("worker", 60, ["ingest"])
    lease = Lease(catalog.work, job.id, "worker", 60, threading.Event())
    lease.check()
    with lease.transaction() as connection:
        entry = catalog.work.staged(job.id, 0, 1)[0]
        catalog.work.settle(connection, job.id, [Outcome(entry.number, EntryState.INDEXED)])
    catalog.jobs.cancel(job.id)
    with lease.transaction() as connection:
        assert not catalog.work.complete(connection, job.id)
    # It has looked a moment ago.
    lease.check()
    with pytest.raises(Cancelled):
        lease.check(now=True)


def test_an_outage_is_waited_out_and_a_bug_ends_the_job(catalog: Catalog, collection: Collection) -> None:
    tries = []

    def flaky(job: Job, lease: Lease) -> None:
        tries.append(1)
        if len(tries) == 1:
            raise Unavailable("Milvus is away.", retry_after=1)
        settle_all(catalog, job, lease)

    def buggy(job: Job, lease: Lease) -> None:
        raise KeyError("oops")

    worker = Worker(catalog.work, {"ingest": flaky, "rebuild": buggy}, threads=2, lease=60)
    job = catalog.jobs.create("ingest", collection, drafts=drafts(1))
    broken = catalog.jobs.create("rebuild", collection)
    worker.start()
    eventually(lambda: catalog.jobs.get(job.id).state.final and catalog.jobs.get(broken.id).state.final)
    worker.stop()
    assert catalog.jobs.get(job.id).state == JobState.SUCCEEDED
    assert catalog.jobs.get(broken.id).state == JobState.FAILED
    assert "KeyError" in (catalog.jobs.get(broken.id).detail or "")


def test_an_idempotency_key_makes_a_repeat_harmless(catalog: Catalog, collection: Collection) -> None:
    key = ("upload-1", "1")
    assert catalog.jobs.reserve(*key) is None
    with pytest.raises(Conflict, match="under way"):
        catalog.jobs.reserve(*key)
    catalog.jobs.release(key)
    assert catalog.jobs.reserve(*key) is None
    job = catalog.jobs.create("ingest", collection, drafts=drafts(1), request=key)
    catalog.jobs.release(key)
    repeated = catalog.jobs.reserve(*key)
    assert repeated
    assert repeated.id == job.id


def test_old_jobs_go_with_their_entries_and_keys_and_others_stay(catalog: Catalog, collection: Collection) -> None:
    day = 24 * 3600
    ended, recent, running = (
        catalog.jobs.create("ingest", collection, drafts=drafts(25), request=(name, "1"))
        for name in ("ended", "recent", "running")
        if catalog.jobs.reserve(name, "1") is None
    )
    with catalog.database.write() as connection:
        for job, days in ((ended, 31), (recent, 29)):
            catalog.work.finish(connection, job.id, JobState.SUCCEEDED)
            moment = now() - timedelta(days=days)
            connection.execute(update(job_table).where(job_table.c.id == job.id).values(finished_at=moment))
    assert catalog.jobs.forget(30 * day, limit=10)
    assert catalog.jobs.forget(30 * day, limit=10)
    assert not catalog.jobs.forget(30 * day, limit=10)
    assert [job.id for job in catalog.jobs.page()[0]] == [running.id, recent.id]
    assert len(catalog.work.staged(running.id, 0, 99)) == 25
    with catalog.database.read() as connection:
        left = connection.execute(select(func.count()).select_from(entries)).scalar_one()
    assert left == 50
    assert catalog.jobs.reserve("ended", "1") is None
    repeated = catalog.jobs.reserve("recent", "1")
    assert repeated
    assert repeated.id == recent.id


def test_old_keys_are_forgotten(catalog: Catalog, collection: Collection) -> None:
    for name in ("old", "new"):
        catalog.jobs.reserve(name, "1")
        catalog.jobs.create("ingest", collection, drafts=drafts(1), request=(name, "1"))
    with catalog.database.write() as connection:
        old = update(requests).where(requests.c.key == "old")
        connection.execute(old.values(created_at=now() - timedelta(days=8)))
    catalog.jobs.forget_requests(7 * 24 * 3600)
    assert catalog.jobs.reserve("old", "1") is None
    assert catalog.jobs.reserve("new", "1")


def test_expansion_replaces_a_container_by_its_contents(catalog: Catalog, collection: Collection) -> None:
    job = catalog.jobs.create("ingest", collection, drafts=[EntryDraft(EntryKind.ARCHIVE, "a.zip", "0" * 64)])
    catalog.work.claim("me", 60, ["ingest"])
    archive = catalog.work.staged(job.id, 0, 1)[0]
    bad = EntryDraft(EntryKind.FILE, "a.zip/x", reason="It is no picture.")
    with catalog.work.held(job.id, "me", 60) as connection:
        catalog.work.expand(connection, job.id, archive, [*drafts(2), bad], position=3)
    assert catalog.work.staged(job.id, 0, 9)[0].position == 3
    with catalog.work.held(job.id, "me", 60) as connection:
        catalog.work.expand(connection, job.id, archive, drafts(1), position=None)
    state = catalog.jobs.get(job.id)
    assert (state.total, state.failed) == (4, 1)
    assert [one.reason for one in catalog.jobs.errors(job.id)] == ["It is no picture."]
