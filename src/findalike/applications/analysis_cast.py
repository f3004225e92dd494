"""Who is who: from what was detected to names, by the gallery and the thresholds of a collection.

All is worked out when it is asked for: a new example, another threshold or a new name changes every answer at once,
and nothing is analysed again. Pure functions on what the catalog and the index hold.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from findalike.applications.analysis_types import Thresholds
from findalike.domain import Item, StoredSegment, Vector

FACES = 0.6
"""Faces nearer than this (Euclidean distance) are one person's: what dlib's author found best on Labeled Faces in the
Wild; see docs/video-analysis.md for what was measured here."""

UNKNOWN = 5 / 6
"""Faces that nobody knows must be nearer than this part of the limit to be one person's: 0.5 instead of 0.6, as dlib's
own example of clustering has it. A wrong name can be seen and mended, a wrong group names several people at once."""

THINGS = 0.7
"""Things with at least this cosine are the same; see docs/video-analysis.md."""

Row = tuple[Item, StoredSegment]
Kind = Literal["person", "thing", "class"]


@dataclass(frozen=True)
class Identity:
    """Who or what an appearance is, and how sure that is, from 0 to 1."""

    kind: Kind
    name: str
    known: bool
    score: float

    @property
    def key(self) -> tuple[Kind, str]:
        return self.kind, self.name


@dataclass(frozen=True)
class Gallery:
    """Examples: names with their vectors, float32 (examples, dimension)."""

    names: Sequence[str]
    vectors: NDArray[np.float32]

    @classmethod
    def of(cls, examples: Sequence[tuple[str, Vector]]) -> Gallery:
        return cls([name for name, _ in examples], np.array([one for _, one in examples], np.float32))


@dataclass(frozen=True)
class Cast:
    """All identities of a collection by the ids of segments, and which rows are examples."""

    identities: Mapping[int, Sequence[Identity]]
    examples: Mapping[str, int | None]
    """Of each picture of the gallery the segment that counts; None if it shows no face though it should."""


def is_example(item: Item) -> bool:
    """Whether an item is a picture of the gallery, and not to be analysed."""
    return bool(name_of(item))


def name_of(item: Item) -> str:
    return str(item.metadata.get("known") or "").strip()


def kind_of(item: Item, rows: Sequence[StoredSegment]) -> Literal["person", "thing"]:
    """What a picture of the gallery is an example of: what its metadata say, else a person if there is a face."""
    if item.metadata.get("kind") in ("person", "thing"):
        return "person" if item.metadata["kind"] == "person" else "thing"
    return "person" if any(one.place.get("kind") == "face" for one in rows) else "thing"


def given_name(row: Row) -> str | None:
    """The name that a user gave an appearance."""
    item, segment = row
    return names_of(item).get(str(segment.ordinal))


def names_of(item: Item) -> dict[str, str]:
    """The names that a user gave to segments of an item, by their numbers."""
    named = item.metadata.get("named")
    return {str(number): str(name) for number, name in named.items()} if isinstance(named, Mapping) else {}


def cast(
    rows: Sequence[Row], faces: Mapping[int, Vector], things: Mapping[int, Vector], thresholds: Thresholds
) -> Cast:
    """Who and what is in all of a collection. `faces` and `things` are vectors by the ids of segments."""
    by_item: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_item[row[0].id].append(row)
    chosen: dict[str, int | None] = {}
    people: list[tuple[str, Vector]] = []
    objects: list[tuple[str, Vector]] = []
    for id, some in by_item.items():
        item = some[0][0]
        if is_example(item):
            kind = kind_of(item, [segment for _, segment in some])
            example = _example([segment for _, segment in some], kind)
            chosen[id] = example
            known, vectors = (people, faces) if kind == "person" else (objects, things)
            if example is not None and example in vectors:
                known.append((name_of(item), vectors[example]))
    seen = [row for row in rows if not is_example(row[0])]
    given = {row[1].id: name for row in seen if (name := given_name(row))}
    people += [(name, faces[id]) for id, name in given.items() if id in faces]
    limit = thresholds.faces if thresholds.faces is not None else FACES
    identities: dict[int, list[Identity]] = defaultdict(list)
    ids = [segment.id for _, segment in seen if segment.id in faces]
    whose = _whose([faces[number] for number in ids], Gallery.of(people), limit)
    for number, who in zip(ids, whose, strict=True):
        identities[number].append(Identity("person", given[number], True, 1.0) if number in given else who)
    least = thresholds.things if thresholds.things is not None else THINGS
    for row, what in _what(seen, things, Gallery.of(objects), least):
        identities[row[1].id].append(what)
    for _, segment in seen:
        if segment.place.get("kind") == "object":
            identities[segment.id].append(
                Identity("class", str(segment.place["label"]), False, float(segment.place["score"]))
            )
    return Cast(identities, chosen)


def _example(segments: Sequence[StoredSegment], kind: Literal["person", "thing"]) -> int | None:
    """Of a picture of the gallery the segment that stands for it: the largest face, or the largest thing."""
    wanted = ("face",) if kind == "person" else ("object",)
    some = [one for one in segments if one.place.get("kind") in wanted and one.place.get("label") != "person"]
    if some:
        return max(some, key=lambda one: (one.place["box"][2] * one.place["box"][3], -one.ordinal)).id
    return segments[0].id if kind == "thing" and segments else None


def _whose(vectors: Sequence[Vector], gallery: Gallery, limit: float) -> Iterator[Identity]:
    """Whose each face is: the nearest example's within the limit, or that of a group of unknown ones that are alike.

    Each unknown face joins the nearest group, by the mean of its faces, or begins one."""
    means = np.zeros((len(vectors), len(vectors[0]) if len(vectors) else 0), np.float32)
    counts: list[int] = []
    for vector in vectors:
        if len(gallery.names):
            away = np.linalg.norm(gallery.vectors - vector, axis=1)
            nearest = int(away.argmin())
            if away[nearest] <= limit:
                yield Identity("person", gallery.names[nearest], True, _sure(float(away[nearest]), limit))
                continue
        away = np.linalg.norm(means[: len(counts)] - vector, axis=1)
        nearest = int(away.argmin()) if len(away) else -1
        if nearest >= 0 and away[nearest] <= limit * UNKNOWN:
            counts[nearest] += 1
            means[nearest] += (vector - means[nearest]) / counts[nearest]
            yield Identity("person", f"person {nearest + 1}", False, _sure(float(away[nearest]), limit))
        else:
            means[len(counts)] = vector
            counts.append(1)
            yield Identity("person", f"person {len(counts)}", False, 1.0)


def _sure(distance: float, limit: float) -> float:
    """1 for the very same picture, one half at the limit."""
    return round(1 - distance / limit / 2, 4)


def _what(
    rows: Sequence[Row], vectors: Mapping[int, Vector], gallery: Gallery, least: float
) -> Iterator[tuple[Row, Identity]]:
    """Things of the gallery that are seen, in boxes or in whole frames."""
    some = [row for row in rows if row[1].id in vectors and row[1].place.get("kind") != "face"]
    if not some or not gallery.names:
        return
    near = np.array([vectors[segment.id] for _, segment in some], np.float32) @ gallery.vectors.T
    for row, alike in zip(some, near, strict=True):
        best = int(alike.argmax())
        if alike[best] >= least:
            yield row, Identity("thing", gallery.names[best], True, round(float(alike[best]), 4))
