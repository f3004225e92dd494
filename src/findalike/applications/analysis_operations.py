"""What video analysis does beside taking in: the time line, the gallery, naming, thresholds, and finding by names."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from functools import partial

from findalike.applications.analysis_cast import (
    FACES,
    THINGS,
    Cast,
    Row,
    cast,
    given_name,
    is_example,
    kind_of,
    name_of,
    names_of,
)
from findalike.applications.analysis_time import lanes, together
from findalike.applications.analysis_types import (
    AnalysisQuery,
    Example,
    Known,
    NameAnswer,
    NameRequest,
    Thresholds,
    Timeline,
    Unknown,
    WhoAnswer,
    WhoRequest,
)
from findalike.applications.operations import Context, Listed, Operation, View
from findalike.decoders.tracks import STEP
from findalike.domain import Item
from findalike.errors import InvalidInput, NotFound


async def thresholds_of(context: Context) -> Thresholds:
    """Those of a collection, all of them said."""
    kept = await context.preferences()
    return Thresholds(faces=kept.get("faces", FACES), things=kept.get("things", THINGS))


async def known(context: Context) -> tuple[list[Row], Cast]:
    """All rows of a collection, and who and what they are. Without faces there are no rows of faces."""
    return await context.derived(partial(_known, context))


async def _known(context: Context) -> tuple[list[Row], Cast]:
    rows = await context.segments()
    faces = context.settings.faces and "face" in context.collection.generation.vectors
    if not faces:
        rows = [row for row in rows if row[1].place.get("kind") != "face"]
    limits = await thresholds_of(context)
    whose = [segment.id for _, segment in rows if segment.place.get("kind") == "face"]
    what = [segment.id for _, segment in rows if segment.place.get("kind") != "face"]
    # Without an example of a thing nothing needs to be compared.
    compared = any(is_example(item) and item.metadata.get("kind") != "person" for item, _ in rows)
    faces_of = await context.segment_vectors("face", whose) if whose else {}
    things_of = await context.segment_vectors("thing", what) if compared else {}
    return rows, await asyncio.to_thread(cast, rows, faces_of, things_of, limits)


async def timeline(context: Context, item: Item) -> Timeline:
    """Who and what is in a video or a picture, from when to when, and where in the frame.

    People and things have the names of the gallery; faces that nobody named are `person 1`, `person 2`, … in order of
    their first appearance in the collection."""
    rows, found = await known(context)
    own = [row for row in rows if row[0].id == item.id]
    duration = max((segment.place.get("end", 0.0) for _, segment in own), default=0.0)
    shown = await asyncio.to_thread(lanes, own, found)
    return Timeline(item_id=item.id, duration=duration, step=STEP, faces=context.settings.faces, lanes=shown)


async def who(context: Context, request: WhoRequest) -> WhoAnswer:
    """The gallery with its examples, and the unknown faces that were seen."""
    return await asyncio.to_thread(_gallery, *await known(context))


def _gallery(rows: Sequence[Row], found: Cast) -> WhoAnswer:
    examples: defaultdict[tuple[str, str], list[Example]] = defaultdict(list)
    by_item: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_item[row[0].id].append(row)
    for id, some in by_item.items():
        item = some[0][0]
        if is_example(item):
            kind = kind_of(item, [segment for _, segment in some])
            usable = found.examples[id] is not None
            examples[kind, name_of(item)].append(Example(item_id=id, name=item.name, usable=usable))
    seen: defaultdict[tuple[str, str], list[Row]] = defaultdict(list)
    unknown: set[tuple[str, str]] = set()
    for row in rows:
        for one in found.identities.get(row[1].id, ()):
            seen[one.key].append(row)
            if one.kind == "person" and not one.known:
                unknown.add(one.key)
    names = sorted({key for key in (*examples, *seen) if key[0] != "class" and key not in unknown})
    return WhoAnswer(
        known=[
            Known(
                name=name,
                kind="person" if kind == "person" else "thing",
                examples=examples[kind, name],
                named=sum(given_name(row) == name for row in seen[kind, name]),
                items=_items(seen[kind, name]),
            )
            for kind, name in names
        ],
        unknown=[
            Unknown(
                name=key[1],
                item_id=(best := max(seen[key], key=lambda row: row[1].place["score"]))[0].id,
                segment=best[1].ordinal,
                appearances=len(seen[key]),
                items=_items(seen[key]),
            )
            for key in sorted(unknown, key=lambda key: int(key[1].split()[-1]))
        ],
        classes=sorted({key[1] for key in seen if key[0] == "class"}),
    )


def _items(rows: Sequence[Row]) -> int:
    return len({item.id for item, _ in rows})


async def name(context: Context, request: NameRequest) -> NameAnswer:
    """Say whose face it is: all appearances that are taken for the same unknown person get the name, everywhere.

    They are examples of it from then on. Of a face that has a name, only this appearance changes."""
    rows, found = await known(context)
    row = next((one for one in rows if (one[0].id, one[1].ordinal) == (request.item_id, request.segment)), None)
    if row is None:
        raise NotFound("There is no such segment: take item_id and segment from a time line.")
    item, segment = row
    if segment.place.get("kind") != "face" or is_example(item):
        raise InvalidInput("This segment is no face in a video: only those can be named.", field="segment")
    own = next(iter(found.identities.get(segment.id, ())), None)
    if own is None:
        raise NotFound("This face has no vector yet: wait until its job has indexed it.")
    if request.name is None:
        same = [one for one in rows if given_name(one) is not None and given_name(one) == given_name(row)]
    elif own.known:
        same = [row]
    else:
        same = [one for one in rows if any(who.key == own.key for who in found.identities.get(one[1].id, ()))]
    changed: defaultdict[str, list[Row]] = defaultdict(list)
    for one in same:
        changed[one[0].id].append(one)
    for id, some in changed.items():
        kept = dict(names_of(some[0][0]))
        for _, part in some:
            kept.pop(str(part.ordinal), None)
            if request.name is not None:
                kept[str(part.ordinal)] = request.name
        await context.annotate(id, {"named": kept or None})
    return NameAnswer(appearances=len(same), items=len(changed))


async def set_thresholds(context: Context, request: Thresholds) -> Thresholds:
    """How alike two faces or things must be to be the same, for this collection; answers what holds now. It takes
    effect at once, for all that was analysed before, too."""
    kept = await context.preferences()
    said = request.model_dump(exclude_none=True)
    if said:
        await context.keep_preferences({**kept, **said})
    return await thresholds_of(context)


async def found_by_names(context: Context, query: AnalysisQuery) -> list[Listed]:
    """Moments in which all of the names are there together, surest first."""
    return await asyncio.to_thread(_moments, *await known(context), query)


def _moments(rows: Sequence[Row], found: Cast, query: AnalysisQuery) -> list[Listed]:
    by_item: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if not is_example(row[0]):
            by_item[row[0].id].append(row)
    hits: list[Listed] = []
    for some in by_item.values():
        moments = sorted(together(some, found, query.names), key=lambda one: (-one.score, one.start))
        for one in moments[: 1 if query.group else None]:
            details = {"start": one.start, "end": one.end, "moments": len(moments)}
            hits.append(Listed(one.segment_id, one.score, details))
    return sorted(hits, key=lambda one: (-one.score, one.segment_id))


TIMELINE = View(timeline, Timeline, "Time line")
WHO = Operation(who, WhoRequest, WhoAnswer, "Gallery and unknown faces", {})
NAME = Operation(
    name,
    NameRequest,
    NameAnswer,
    "Name a face",
    {"item_id": "0" * 64, "segment": 1, "name": "Ada"},
    reads=False,
)
THRESHOLDS = Operation(
    set_thresholds, Thresholds, Thresholds, "Thresholds", {"faces": FACES, "things": THINGS}, reads=False
)
