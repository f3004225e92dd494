"""Progress of jobs and uploads on stderr, so that stdout stays for results."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from findalike.cli.output import print_json, print_table, say
from findalike.domain import JobState
from findalike.terminal import bars

if TYPE_CHECKING:
    from findalike.client import Client
    from findalike.server.schemas import FailureOut, JobOut

_SHOWN_FAILURES = 50


def follow(client: Client, job: JobOut) -> JobOut:
    """Watch a job to its end, with a bar. Control-C leaves it to the server."""
    try:
        with bars() as shown:
            for current in client.watch(job.id):
                shown.show_job(current)
                job = current
    except KeyboardInterrupt:
        say(f"Job {job.id} goes on while a server runs: see `findalike jobs watch {job.id}`.")
        raise
    return job


def summarise(job: JobOut) -> str:
    """How a job ended, in one sentence."""
    parts = [f"{job.done:,} done"]
    if job.skipped:
        parts.append(f"{job.skipped:,} skipped (there already)")
    if job.failed:
        parts.append(f"{job.failed:,} failed")
    detail = f" {job.detail}" if job.detail and job.state != JobState.SUCCEEDED else ""
    return f"Job {job.id} {job.state.value}: {', '.join(parts)}.{detail}"


def failures_of(client: Client, job: JobOut) -> list[FailureOut]:
    return list(client.errors(job.id)) if job.failed else []


def print_failures(failures: list[FailureOut], job_id: str) -> None:
    """A table on stderr of what failed, and why; of very many, the first ones."""
    if not failures:
        return
    print_table(("failed", "why"), [(one.name, one.reason) for one in failures[:_SHOWN_FAILURES]], error=True)
    if len(failures) > _SHOWN_FAILURES:
        say(f"… and {len(failures) - _SHOWN_FAILURES:,} more: `findalike jobs errors {job_id}`.")


def exit_for(job: JobOut) -> None:
    """Exit with 1 if a job did not do all it should."""
    if job.state != JobState.SUCCEEDED or job.failed:
        raise typer.Exit(1)


def report(client: Client, job: JobOut, *, as_json: bool, wait: bool = True, meanwhile: str = "") -> None:
    """Print a job, or `meanwhile` if it goes on; with `wait`, watch it to its end first, and exit for how it ended."""
    if wait:
        job = follow(client, job)
        print_failures(failures_of(client, job), job.id)
    if as_json:
        print_json(job)
    else:
        say(summarise(job) if job.state.final else meanwhile)
    if wait:
        exit_for(job)
