"""From identities to time lines, and to the moments in which several of them are there together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from findalike.applications.analysis_cast import Cast, Row
from findalike.applications.analysis_types import Appearance, BoxAt, Lane
from findalike.decoders.tracks import STEP
from findalike.domain import Place

_GAP = 2 * STEP
"""A thing that is missed for no longer was there all the time."""

_KINDS = ("person", "thing", "class")


@dataclass(frozen=True)
class Stretch:
    """A time in which something is seen without a break: seconds, how sure that is, and the segment that shows it."""

    start: float
    end: float
    score: float
    segment_id: int


def lanes(rows: Sequence[Row], cast: Cast) -> list[Lane]:
    """The time line of one item's rows: people first, then things, then kinds, in order of their first appearance."""
    found: defaultdict[tuple[str, str], list[tuple[Appearance, bool]]] = defaultdict(list)
    for row in rows:
        for one in cast.identities.get(row[1].id, ()):
            found[one.key].append((_appearance(row, one.score), one.known))
    made = [
        Lane(
            kind=kind,
            name=name,
            known=any(known for _, known in some),
            score=max(one.score for one, _ in some),
            appearances=_merged([one for one, _ in some]),
        )
        for (kind, name), some in found.items()
    ]
    return sorted(made, key=lambda lane: (_KINDS.index(lane.kind), lane.appearances[0].start, lane.name))


def _times(place: Place) -> tuple[float, float]:
    """From when to when something is seen at a place. A window as a whole is known by one frame only."""
    start, end = place.get("start", 0.0), place.get("end", 0.0)
    if place.get("kind") == "whole" and end:
        return place["at"], min(place["at"] + STEP, end)
    return start, end


def _appearance(row: Row, score: float) -> Appearance:
    _, segment = row
    place = segment.place
    start, end = _times(place)
    boxes = place.get("boxes") or [[place.get("at", 0.0), *place.get("box", (0.0, 0.0, 1.0, 1.0))]]
    return Appearance(
        segment=segment.ordinal,
        start=start,
        end=end,
        score=score,
        boxes=[BoxAt(at=at, x=x, y=y, width=width, height=height) for at, x, y, width, height in boxes],
    )


def _merged(appearances: Iterable[Appearance]) -> list[Appearance]:
    """Those that touch, or nearly, as one."""
    merged: list[Appearance] = []
    for one in sorted(appearances, key=lambda one: (one.start, one.segment)):
        last = merged[-1] if merged else None
        if last is None or one.start - last.end > _GAP:
            merged.append(one)
            continue
        merged[-1] = Appearance(
            segment=one.segment if one.score > last.score else last.segment,
            start=last.start,
            end=max(last.end, one.end),
            score=max(last.score, one.score),
            boxes=sorted([*last.boxes, *one.boxes], key=lambda box: box.at),
        )
    return merged


def together(rows: Sequence[Row], cast: Cast, names: Sequence[str]) -> list[Stretch]:
    """When all of these are seen in one item: people, things or kinds, by their names in any case."""
    common: list[Stretch] | None = None
    for name in names:
        some = _stretches(rows, cast, name.strip().casefold())
        common = some if common is None else _both(common, some)
        if not common:
            return []
    return common or []


def _stretches(rows: Sequence[Row], cast: Cast, name: str) -> list[Stretch]:
    some = [
        Stretch(
            *_times(segment.place),
            max(one.score for one in here),
            segment.id,
        )
        for _, segment in rows
        if (here := [one for one in cast.identities.get(segment.id, ()) if one.name.casefold() == name])
    ]
    merged: list[Stretch] = []
    for one in sorted(some, key=lambda one: one.start):
        last = merged[-1] if merged else None
        if last is None or one.start - last.end > _GAP:
            merged.append(one)
        else:
            better = one if one.score > last.score else last
            merged[-1] = Stretch(last.start, max(last.end, one.end), better.score, better.segment_id)
    return merged


def _both(some: Sequence[Stretch], others: Sequence[Stretch]) -> list[Stretch]:
    """Where two lists of stretches overlap: not only because what ends was seen up to half a step too long. In a
    picture all last no time at all."""
    found: list[Stretch] = []
    for one in some:
        for other in others:
            start, end = max(one.start, other.start), min(one.end, other.end)
            if end - start >= STEP / 2 or start == end == one.start == one.end:
                found.append(Stretch(start, end, min(one.score, other.score), one.segment_id))
    return found
