"""What people see in a terminal: text without tricks, sizes, and progress bars."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

if TYPE_CHECKING:
    from findalike.server.schemas import JobOut


def clean(text: str) -> str:
    """Names come from strangers: no character of them shall steer the terminal."""
    return "".join(one if one.isprintable() or one == "\n" else "\N{REPLACEMENT CHARACTER}" for one in text)


def size(count: float) -> str:
    """Bytes for people."""
    for unit in ("B", "KB", "MB", "GB"):
        if count < 1000:
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} TB"


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
def bars(*, shown: bool = True) -> Iterator[Bars]:
    """Bars on stderr as long as the context lasts; where stderr is no terminal, nothing is drawn."""
    console = Console(file=sys.stderr)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[amount]}"),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, disable=not (shown and console.is_terminal)) as progress:
        yield Bars(progress)


def settled(job: JobOut) -> int:
    """The entries of a job that need no more work."""
    return job.done + job.failed + job.skipped
