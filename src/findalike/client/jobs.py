"""The client's calls that follow and steer jobs."""

from __future__ import annotations

from collections.abc import Iterator

from findalike.client.calling import Caller
from findalike.client.calls import job_address, parsed_text
from findalike.client.watching import watch
from findalike.server.schemas import API, FailureOut, FailurePage, JobOut, JobPage
from findalike.terminal import bars


class Jobs(Caller):
    """Jobs, by their id."""

    def job(self, job: str) -> JobOut:
        return self._get(JobOut, job_address(job))

    def jobs(
        self,
        *,
        application: str | None = None,
        collection: str | None = None,
        state: str | None = None,
        page: int = 50,
    ) -> Iterator[JobOut]:
        """Jobs, newest first, fetched page by page."""
        given = {"application": application, "collection": collection, "state": state}
        for some in self._pages(JobPage, f"{API}/jobs", **given, limit=page):
            yield from some.jobs

    def watch(self, job: str) -> Iterator[JobOut]:
        """The job at every change until it ends; dropped connections are taken up again by themselves."""
        return watch(self._connection, job, lambda text: parsed_text(JobOut, text))

    def wait(self, job: str, *, progress: bool = False) -> JobOut:
        """The job when it has ended, whichever way. `progress` draws a bar on a terminal's standard error."""
        with bars(shown=progress) as shown:
            for current in self.watch(job):
                shown.show_job(current)
        return current

    def close_job(self, job: str) -> JobOut:
        """No more requests will feed this job."""
        return self._send(JobOut, "POST", job_address(job) + "/close")

    def cancel(self, job: str) -> JobOut:
        """Ask a job to stop; what it has done stays."""
        return self._send(JobOut, "DELETE", job_address(job))

    def retry(self, job: str) -> JobOut:
        """Run what failed, or was cancelled, again."""
        return self._send(JobOut, "POST", job_address(job) + "/retry")

    def errors(self, job: str, page: int = 200) -> Iterator[FailureOut]:
        """Every entry of a job that failed, and why."""
        for some in self._pages(FailurePage, job_address(job) + "/errors", limit=page):
            yield from some.failures
