"""A worker: threads that claim jobs, run their handlers, and keep their leases alive.

A handler gets the job and its lease, and does all its writing inside `lease.transaction()`. It may be started again at
any moment by another worker, so what it does must be repeatable.
"""

from __future__ import annotations

import logging
import os
import secrets
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Protocol

from sqlalchemy import Connection

from findalike.catalog.work import JobWork, LeaseLost
from findalike.domain import Job, JobState
from findalike.errors import FindalikeError, Overloaded, Unavailable

log = logging.getLogger(__name__)

_POLL = 1.0
_LOOK = 0.25
_PATIENCE = (0.5, 1.0, 2.0, 5.0)


class Cancelled(Exception):
    """Somebody asked this job to stop."""


class Idle(Exception):
    """An open job waits to be fed: it is let go until it is."""


class Stopping(Exception):
    """The worker itself is being stopped; the job goes on at the next start."""


class Handler(Protocol):
    def __call__(self, job: Job, lease: Lease) -> None:
        """Do the work; returning means that the job was finished by `lease.finish`."""


class Lease:
    """The right to work on one job."""

    def __init__(self, work: JobWork, job_id: str, owner: str, ttl: float, stopping: threading.Event):
        self._rows, self.job_id, self._owner, self._ttl, self._stopping = work, job_id, owner, ttl, stopping
        self._looked = 0.0

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A transaction in which this worker certainly holds the job. Raises LeaseLost."""
        with self._rows.held(self.job_id, self._owner, self._ttl) as connection:
            yield connection

    def check(self, *, now: bool = False) -> None:
        """Raise Cancelled or Stopping if it is time to stop; cheap enough to call for every item, because it looks only
        now and then unless it is told to look `now`."""
        if self._stopping.is_set():
            raise Stopping
        moment = time.monotonic()
        if now or moment - self._looked >= _LOOK:
            self._looked = moment
            if self._rows.get(self.job_id).cancel_requested:
                raise Cancelled

    def wait(self, seconds: float) -> None:
        """Wait for something to do, but not longer than until the worker is stopped."""
        self._stopping.wait(seconds)
        self.check()

    def renew(self) -> None:
        with self.transaction():
            pass

    def finish(self, state: JobState, detail: str | None = None) -> None:
        with self.transaction() as connection:
            self._rows.finish(connection, self.job_id, state, detail)


class Worker:
    """Runs jobs of the kinds in `handlers`, several at once, until stopped."""

    def __init__(
        self,
        work: JobWork,
        handlers: Mapping[str, Handler],
        *,
        threads: int,
        lease: float,
        open_timeout: float = 600.0,
        after: Callable[[], None] = lambda: None,
    ):
        """`open_timeout`: seconds after which an open job that nobody feeds is taken up, to be closed.

        `after` is called when a job was given up or ended."""
        self._rows, self._handlers, self._ttl, self._after = work, dict(handlers), lease, after
        self._open_timeout = open_timeout
        self._stopping = threading.Event()
        self._work = threading.Condition()
        self._held: dict[str, Lease] = {}
        self._threads = [threading.Thread(target=self._loop, name=f"job-{n}", daemon=True) for n in range(threads)]
        self._threads.append(threading.Thread(target=self._heartbeat, name="job-heartbeat", daemon=True))

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def wake(self) -> None:
        """Say that there is a new job, so that nobody waits for the next look."""
        with self._work:
            self._work.notify()

    def stop(self, timeout: float = 20.0) -> None:
        """Stop after the batches under way; unfinished jobs are let go and go on at the next start."""
        self._stopping.set()
        with self._work:
            self._work.notify_all()
        deadline = time.monotonic() + timeout
        for thread in (one for one in self._threads if one.is_alive()):
            thread.join(max(0.0, deadline - time.monotonic()))

    def _loop(self) -> None:
        while not self._stopping.is_set():
            # A name for every claim, so that a claim cannot be mistaken for an earlier one by the same process.
            owner = f"{os.getpid()}-{secrets.token_hex(8)}"
            try:
                job = self._rows.claim(owner, self._ttl, list(self._handlers), self._open_timeout)
            except Exception as error:
                log.warning("No job could be claimed: %s", error)
                job = None
            if job is None:
                with self._work:
                    self._work.wait(_POLL)
                continue
            self._run(job, owner)
            try:
                self._after()
            except Exception as error:
                log.warning("Tidying up after job %s waits: %s", job.id, error)

    def _run(self, job: Job, owner: str) -> None:
        lease = Lease(self._rows, job.id, owner, self._ttl, self._stopping)
        self._held[job.id] = lease
        try:
            self._persist(job, lease)
        except Cancelled:
            self._end(lease, JobState.CANCELLED, "Cancelled.")
        except (Stopping, Idle):
            self._rows.let_go(job.id, owner)
        except LeaseLost:
            log.warning("Job %s was taken over by another worker.", job.id)
        except FindalikeError as error:
            self._end(lease, JobState.FAILED, error.detail)
        except Exception as error:
            log.exception("Job %s failed", job.id)
            self._end(lease, JobState.FAILED, f"Something went wrong inside findalike ({type(error).__name__}).")
        finally:
            if self._held.get(job.id) is lease:
                del self._held[job.id]

    def _persist(self, job: Job, lease: Lease) -> None:
        """Run the handler, again and again while something it needs is away."""
        failures = 0
        while True:
            try:
                return self._handlers[job.kind](self._rows.get(job.id), lease)
            except (Unavailable, Overloaded) as error:
                if error.retry_after is None:
                    raise
                log.warning("Job %s waits: %s", job.id, error.detail)
                with suppress(Unavailable), lease.transaction() as connection:
                    self._rows.progress(connection, job.id, detail=f"Waiting: {error.detail}")
                lease.wait(_PATIENCE[min(failures, len(_PATIENCE) - 1)])
                failures += 1

    def _end(self, lease: Lease, state: JobState, detail: str) -> None:
        try:
            lease.finish(state, detail)
        except Exception as error:
            log.warning("Job %s could not be ended: %s", lease.job_id, error)

    def _heartbeat(self) -> None:
        while not self._stopping.wait(self._ttl / 3):
            for lease in list(self._held.values()):
                try:
                    lease.renew()
                except Exception as error:
                    log.warning("The lease of job %s could not be renewed: %s", lease.job_id, error)
