"""Sending many files: in batches that feed one open job, without those that are there already."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from findalike.cli.gathering import Gathered, Taste
from findalike.client.uploads import BATCH_BYTES, BATCH_FILES, Upload, batches
from findalike.decoders.sniff import sniff
from findalike.domain import JobState
from findalike.errors import Conflict, FindalikeError
from findalike.terminal import Bars

if TYPE_CHECKING:
    from findalike.client import Client
    from findalike.client.calls import OnDuplicate
    from findalike.server.schemas import JobOut


@dataclass
class Report:
    """What a load did. `there` files were in the collection, or twice among those to load."""

    jobs: dict[str, JobOut] = field(default_factory=dict)
    sent: int = 0
    there: int = 0
    failures: list[tuple[str, str]] = field(default_factory=list)
    interrupted: bool = False


@dataclass
class Loader:
    """Loads files into one collection. `max_file` and `batch_bytes` come from the server's limits."""

    client: Client
    application: str
    collection: str
    taste: Taste
    bars: Bars
    on_duplicate: OnDuplicate = "skip"
    columns: Sequence[str] = ()
    batch_files: int = BATCH_FILES
    batch_bytes: int = BATCH_BYTES
    max_file: int | None = None
    report: Report = field(default_factory=Report)
    _job: str | None = None
    _run: str = field(default_factory=lambda: uuid.uuid4().hex)
    _batch: int = 0
    _handled: int = 0

    def load(self, gathered: Gathered) -> Report:
        """Send what is new, and wait until it is indexed.

        Control-C while sending closes the job, so that what was sent is indexed; while waiting, it only ends the wait.
        """
        self.report.failures += gathered.unreadable
        self._total, self._count = gathered.bytes, len(gathered.uploads)
        try:
            try:
                new = self._new(iter(gathered.uploads))
                for batch in batches(new, max_files=self.batch_files, max_bytes=self.batch_bytes):
                    self._send(batch)
            finally:
                self._close()
            self._wait()
        except KeyboardInterrupt:
            self.report.interrupted = True
        return self.report

    def _new(self, uploads: Iterator[Upload]) -> Iterator[Upload]:
        """Those that must be sent. Asked for in groups, because each question is a request."""
        seen: set[str] = set()
        while group := list(islice(uploads, 100)):
            hashes = {one: self._identify(one) for one in group}
            ids = [sha256 for sha256 in hashes.values() if sha256]
            there = (
                self.client.existing(self.application, self.collection, ids)
                if ids and self.on_duplicate == "skip"
                else set()
            )
            for one, sha256 in hashes.items():
                if sha256 is None:
                    self._pass_over(one)
                elif sha256 and (sha256 in there or sha256 in seen):
                    self.report.there += 1
                    self._pass_over(one)
                else:
                    seen.add(sha256)
                    yield one

    def _identify(self, upload: Upload) -> str | None:
        """The id of the item that a file would be; "" if it is not itself an item; None if it cannot be sent."""
        if self.max_file is not None and upload.size > self.max_file:
            self.report.failures.append(
                (upload.name, f"It is larger than {self.max_file:,} bytes, the server's limit.")
            )
            return None
        try:
            if not self.taste.is_item(sniff(upload.path, upload.name)):
                return ""
            with upload.path.open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            self.report.failures.append((upload.name, error.strerror or str(error)))
            return None

    def _send(self, batch: list[Upload]) -> None:
        try:
            job = self._add(batch)
        except Conflict:
            if self._job is None or self.client.job(self._job).state == JobState.CANCELLED:
                raise
            # An open job that nobody fed for long has closed itself: the next one takes over.
            self._job = None
            job = self._add(batch)
        self._job = job.id
        self.report.jobs[job.id] = job
        self.report.sent += len(batch)
        self._handled += sum(one.size for one in batch)
        self.bars.show_bytes("Uploading", self._handled, self._total)
        self.bars.show_job(job, self._count - self.report.there)

    def _add(self, batch: list[Upload]) -> JobOut:
        self._batch += 1
        return self.client.add_batch(
            self.application,
            self.collection,
            batch,
            job=self._job,
            keep_open=True,
            on_duplicate=self.on_duplicate,
            columns=self.columns,
            idempotency_key=f"{self._run}-{self._batch}",
            progress=lambda sent: self.bars.show_bytes("Uploading", self._handled + sent, self._total),
        )

    def _pass_over(self, upload: Upload) -> None:
        self._handled += upload.size
        self.bars.show_bytes("Uploading", self._handled, self._total)

    def _close(self) -> None:
        if self._job is not None:
            # An error that ends the load says more than the one of closing its job, which closes itself after a while.
            with suppress(FindalikeError):
                self.report.jobs[self._job] = self.client.close_job(self._job)

    def _wait(self) -> None:
        for job_id in list(self.report.jobs):
            for job in self.client.watch(job_id):
                self.report.jobs[job_id] = job
                self.bars.show_job(job)
            if self.report.jobs[job_id].failed:
                self.report.failures += [(one.name, one.reason) for one in self.client.errors(job_id)]
