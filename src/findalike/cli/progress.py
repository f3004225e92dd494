"""Progress of jobs and uploads on stderr, so that stdout stays for results."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from findalike.cli.output import clean, print_table, say, size
from findalike.domain import JobState

if TYPE_CHECKING:
    from findalike.client import Client
    from findalike.server.schemas import FailureOut, JobOut

_SHOWN_FAILURES = 50


class Bars:
    """Progress bars with amounts, a rate and the remaining time."""

    def __init__(self, progress: Progress):
        self._progress = progress
        self._tasks: dict[str, TaskID] = {}

    def update(self, name: str, done: int, total: int | None, amount: str = "", rate: str = "") -> None:
        """Show how far something is; the first time makes its bar. A total of None is not known yet."""
        if name not in self._tasks:
            self._tasks[name] = self._progress.add_task(clean(name), total=None, amount="", rate="")
        self._progress.update(self._tasks[name], completed=done, total=total, amount=amount, rate=rate)

    def show_bytes(self, name: str, done: int, total: int | None) -> None:
        """Show how far a transfer is."""
        self.update(name, done, total, f"{size(done)} of {size(total)}" if total else size(done), self._speed(name))

    def _speed(self, name: str) -> str:
        task = next((one for one in self._progress.tasks if one.id == self._tasks.get(name)), None)
        return f"{size(task.speed)}/s" if task and task.speed else ""

    def show_job(self, job: JobOut, at_least: int = 0) -> None:
        """Show a job; `at_least` so many entries it is going to have."""
        done, total = settled(job), max(job.total, at_least)
        rate = f"{job.rate:,.1f}/s" if job.rate else ""
        self.update(_VERBS.get(job.kind, job.kind), done, total or None, f"{done:,} of {total:,}", rate)


_VERBS = {"ingest": "Indexing", "rebuild": "Rebuilding", "map": "Mapping"}


@contextmanager
def bars() -> Iterator[Bars]:
    """Bars on stderr as long as the context lasts; where stderr is no terminal, nothing is drawn."""
    console = Console(file=sys.stderr)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[amount]}"),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        yield Bars(progress)


def settled(job: JobOut) -> int:
    """The entries of a job that need no more work."""
    return job.done + job.failed + job.skipped


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
