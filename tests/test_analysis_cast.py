"""Who is who, and when they are together, on made rows and vectors."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import numpy as np

from findalike.applications.analysis_cast import Row, cast
from findalike.applications.analysis_time import lanes, together
from findalike.applications.analysis_types import Thresholds
from findalike.domain import Item, StoredSegment, Vector

NOW = datetime(2026, 1, 1, tzinfo=UTC)
LIMITS = Thresholds(faces=0.6, things=0.7)


class Rows:
    """Rows of a collection, with their vectors."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.faces: dict[int, Vector] = {}
        self.things: dict[int, Vector] = {}

    def add(self, item: Item, start: float, end: float, *, face: float | None = None, label: str = "dog") -> int:
        """A face at a place on a line, or a thing of a kind: the id of its segment."""
        id = len(self.rows) + 1
        kind = "object" if face is None else "face"
        place: dict[str, Any] = {
            "start": start, "end": end, "at": start, "kind": kind, "label": label if face is None else "face",
            "score": 0.9, "box": [0.1, 0.1, 0.2, 0.2], "boxes": [[start, 0.1, 0.1, 0.2, 0.2]],
        }  # fmt: skip
        self.rows.append((item, StoredSegment(id, item.number, id, place, None)))
        if face is not None:
            self.faces[id] = np.array([face, 0.0], np.float32)
        return id


def item(number: int, **metadata: Any) -> Item:
    return Item(number, f"{number:064}", 1, None, "x", None, None, metadata, None, None, 1, NOW, NOW)


def names(rows: Rows, limits: Thresholds = LIMITS) -> dict[int, str]:
    found = cast(rows.rows, rows.faces, rows.things, limits)
    return {id: some[0].name for id, some in found.identities.items()}


def test_the_nearest_example_within_the_limit_gives_the_name() -> None:
    rows = Rows()
    rows.add(item(1, known="Ada", kind="person"), 0, 0, face=0.0)
    rows.add(item(2, known="Grace", kind="person"), 0, 0, face=1.0)
    video = item(3)
    ids = [rows.add(video, at, at + 1, face=face) for at, face in ((0, 0.3), (2, 0.55), (4, 1.5), (6, 1.7))]
    assert [names(rows)[id] for id in ids] == ["Ada", "Grace", "Grace", "person 1"]
    assert [names(rows, Thresholds(faces=0.4, things=0.7))[id] for id in ids] == [
        "Ada",
        "person 1",
        "person 2",
        "person 2",
    ]


def test_unknown_faces_that_are_alike_are_one_person_and_may_be_named() -> None:
    rows, video = Rows(), item(1)
    near, far, again = (rows.add(video, at, at + 1, face=face) for at, face in ((0, 0.0), (2, 5.0), (4, 0.3)))
    assert names(rows) == {near: "person 1", far: "person 2", again: "person 1"}
    rows.rows = [(item(1, named={str(far): "Ada"}), segment) for _, segment in rows.rows]
    assert names(rows) == {near: "person 1", far: "Ada", again: "person 1"}


def test_metadata_that_makes_no_sense_names_nobody() -> None:
    rows = Rows()
    id = rows.add(item(1, named="Ada", kind=7), 0, 1, face=0.0)
    assert names(rows) == {id: "person 1"}


def test_appearances_that_nearly_touch_are_one_and_moments_are_where_all_are_there() -> None:
    rows, video = Rows(), item(1)
    for start, end in ((0, 2), (2.5, 4), (8, 9)):
        rows.add(video, start, end, face=0.0)
    rows.add(video, 3, 8.1)
    rows.add(video, 0, 1, label="cat")
    found = cast(rows.rows, rows.faces, rows.things, LIMITS)
    assert {one.name: [(a.start, a.end) for a in one.appearances] for one in lanes(rows.rows, found)} == {
        "person 1": [(0, 4), (8, 9)],
        "cat": [(0, 1)],
        "dog": [(3, 8.1)],
    }
    # A tenth of a second is less than anybody looked at.
    assert [(one.start, one.end) for one in together(rows.rows, found, ["PERSON 1", "dog"])] == [(3, 4)]
    assert together(rows.rows, found, ["person 1", "dog", "cat"]) == []
    assert together(rows.rows, found, ["nobody"]) == []


def test_a_thing_of_no_kind_is_there_when_the_frame_of_it_was_looked_at() -> None:
    rows, video = Rows(), item(2)
    painting = np.array([1.0, 0.0], np.float32)
    for number, (owner, place) in enumerate(
        ((item(1, known="Mona Lisa", kind="thing"), {}), (video, {"start": 10.0, "end": 20.0, "at": 15.0})), 1
    ):
        rows.rows.append((owner, StoredSegment(number, owner.number, 0, {"kind": "whole", **place}, None)))
        rows.things[number] = painting
    found = cast(rows.rows, rows.faces, rows.things, LIMITS)
    assert [(one.start, one.end) for one in together(rows.rows[1:], found, ["mona lisa"])] == [(15.0, 15.5)]


def test_many_people_are_told_apart() -> None:
    random, rows, video = np.random.default_rng(1), Rows(), item(1)
    for number in range(1000):
        id = rows.add(video, number, number + 1, face=0.0)
        rows.faces[id] = random.normal(size=128).astype(np.float32) * 0.02 + number % 200
    assert len(set(names(rows).values())) == 200
