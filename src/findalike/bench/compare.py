"""Two results of one benchmark beside each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from findalike.bench.harness import Result
from findalike.bench.sampling import ratio_interval
from findalike.errors import InvalidInput

_ENOUGH = 5
"""Fewer samples do not say how far they spread."""


@dataclass(frozen=True)
class Change:
    """A figure of both results. `sure` is whether chance hardly explains the change; None if samples are too few."""

    name: str
    unit: str
    before: float
    after: float
    sure: bool | None

    @property
    def ratio(self) -> float | None:
        return self.after / self.before if self.before else None


def compare(before: Result, after: Result) -> list[Change]:
    """The figures that both have, in the order of the second. Raises InvalidInput if the benchmarks differ."""
    if before.benchmark != after.benchmark:
        raise InvalidInput(f"These are results of two benchmarks: {before.benchmark} and {after.benchmark}.")
    changes = []
    for one in after.figures:
        other = before.get(one.name)
        if other is None:
            continue
        sure = None
        if min(len(other.samples), len(one.samples)) >= _ENOUGH and other.value:
            low, high = ratio_interval(other.samples, one.samples)
            sure = not low <= 1 <= high
        changes.append(Change(one.name, one.unit, other.value, one.value, sure))
    return changes


def differences(before: Result, after: Result) -> list[str]:
    """What else was not the same, as sentences: settings, machine, versions; and figures that only one has."""
    found = []
    parts: tuple[tuple[dict[str, Any], dict[str, Any]], ...] = (
        (before.settings, after.settings),
        (before.machine, after.machine),
        (before.versions, after.versions),
    )
    for one, other in parts:
        found += [
            f"{name}: {one.get(name)} before, {other.get(name)} after."
            for name in dict.fromkeys([*one, *other])
            if one.get(name) != other.get(name)
        ]
    for mine, theirs, when in ((before, after, "before"), (after, before, "after")):
        alone = [one.name for one in mine.figures if theirs.get(one.name) is None]
        if alone:
            found.append(f"Measured only {when}: {', '.join(alone)}.")
    found += [
        f"The result {when} was interrupted." for one, when in ((before, "before"), (after, "after")) if one.interrupted
    ]
    return found
