"""What appears in a video or a picture, and from when to when: detections of neighbouring frames put together.

Pure functions and small state; frames come from outside, and so do the detectors.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from PIL import Image

from findalike.decoders.shots import HEIGHT, WIDTH, Glance, difference
from findalike.domain import Detection, Detector
from findalike.encoders.boxes import best, overlap
from findalike.encoders.faces import upright

STEP = 0.5
"""Seconds between the frames that are looked at."""

_CUT = 20.0
"""So much two frames that are looked at differ at a cut, at least (see shots.py): what was seen before ends there."""

_SAME = 0.3
"""Boxes of one thing in two frames have at least this much in common."""

_CHANGED = 38.0
"""So much two cuttings of one thing differ at most, by the same measure: those of a face that speaks by up to 26, those
of two pictures of one person or of two by 50 and more (measured, turned upright). Where a thing is taken for another it
only has two appearances that touch."""

_LOOK = (12, 12)

_PATIENCE = 2.5 * STEP
"""A thing that is missed in one frame is still the same in the next."""

_SMALLEST_FACE = 36
"""Pixels: of smaller faces nobody could say whose they are."""

_MOST_PEOPLE = 8

Box = tuple[float, float, float, float]


@dataclass
class Track:
    """One thing or face as it was followed: its boxes by time, and the frame in which it is seen best."""

    kind: str
    label: str
    boxes: list[tuple[float, Box]] = field(default_factory=list)
    score: float = 0.0
    at: float = 0.0
    box: Box = (0.0, 0.0, 0.0, 0.0)
    picture: Image.Image | None = None
    face: Image.Image | None = None
    look: Glance | None = None

    def see(self, moment: float, picture: Image.Image, seen: _Seen) -> None:
        """Go on with what was seen; cut it out if it was never seen better."""
        found = seen.detection
        self.boxes.append((moment, found.box))
        self.look = seen.look
        if found.score > self.score:
            self.score, self.at, self.box = found.score, moment, found.box
            self.picture = cut_out(picture, found.box)
            self.face = seen.face


@dataclass(frozen=True)
class _Seen:
    """A detection, and how it looks: of a face, turned upright."""

    kind: str
    detection: Detection
    look: Glance
    face: Image.Image | None

    @classmethod
    def of(cls, picture: Image.Image, kind: str, detection: Detection) -> _Seen:
        face = upright(picture, detection) if kind == "face" else None
        return cls(kind, detection, _glance(face or cut_out(picture, detection.box), _LOOK), face)


def follow(frames: Iterable[tuple[float, Image.Image]], detectors: Mapping[str, Detector]) -> list[Track]:
    """The tracks in some frames, (time, picture), in order of their beginnings."""
    ended: list[Track] = []
    open_: list[Track] = []
    before: Glance | None = None
    for moment, picture in frames:
        glance = _glance(picture, (WIDTH, HEIGHT))
        cut = before is not None and difference(before, glance) > _CUT
        before = glance
        kept = [] if cut else [one for one in open_ if moment - one.boxes[-1][0] <= _PATIENCE]
        ended += [one for one in open_ if one not in kept]
        open_ = kept
        free = list(open_)
        for kind, found in detected(picture, detectors):
            seen = _Seen.of(picture, kind, found)
            track = _nearest(free, seen)
            if track is None:
                track = Track(kind, found.label)
                open_.append(track)
            else:
                free.remove(track)
            track.see(moment, picture, seen)
    return sorted([*ended, *open_], key=lambda one: (one.boxes[0][0], one.kind, one.label, one.box))


def detected(picture: Image.Image, detectors: Mapping[str, Detector]) -> Iterator[tuple[str, Detection]]:
    """What all detectors find in a picture, each with its kind: "object" or "face"."""
    objects = detectors["objects"](picture) if "objects" in detectors else []
    yield from (("object", one) for one in objects)
    if "faces" in detectors:
        people = [one.box for one in objects if one.label == "person"][:_MOST_PEOPLE]
        yield from (("face", one) for one in _faces(picture, people, detectors["faces"]))


def _faces(picture: Image.Image, people: Iterable[Box], detector: Detector) -> list[Detection]:
    """Faces in the picture, and in the upper part of each person: the detector sees too little of small ones."""
    found = list(detector(picture))
    for x, y, width, height in people:
        high = min(height, 1.2 * width * picture.width / picture.height)
        part = _region(picture, (x, y, width, high))
        if min(part.size) > _SMALLEST_FACE:
            found += [_moved(one, (x, y, width, high)) for one in detector(part)]
    found = [one for one in found if min(one.box[2] * picture.width, one.box[3] * picture.height) >= _SMALLEST_FACE]
    if not found:
        return []
    boxes = np.array([_corners(one.box) for one in found], np.float32)
    return [found[one] for one in best(boxes, np.array([one.score for one in found], np.float32), _SAME)]


def _moved(found: Detection, box: Box) -> Detection:
    """What was found in a part of a picture, as found in the whole."""
    x, y, width, height = box
    left, top, wide, high = found.box
    points = tuple((x + a * width, y + b * height) for a, b in found.points)
    return Detection(
        found.label, found.score, (x + left * width, y + top * height, wide * width, high * height), points
    )


def _nearest(tracks: Iterable[Track], seen: _Seen) -> Track | None:
    """The track that goes on with what was seen, if there is one."""
    found = seen.detection
    some = [
        one
        for one in tracks
        if (one.kind, one.label) == (seen.kind, found.label)
        and one.look is not None
        and difference(one.look, seen.look) <= _CHANGED
    ]
    if not some:
        return None
    shared = overlap(
        np.array(_corners(found.box), np.float32), np.array([_corners(one.boxes[-1][1]) for one in some], np.float32)
    )
    nearest = int(shared.argmax())
    return some[nearest] if shared[nearest] >= _SAME else None


def cut_out(picture: Image.Image, box: Box) -> Image.Image:
    """A box of a picture with a little around it, as a picture of its own."""
    x, y, width, height = box
    return _region(picture, (x - width / 20, y - height / 20, width * 1.1, height * 1.1))


def _region(picture: Image.Image, box: Box) -> Image.Image:
    wide, high = picture.size
    x, y, right, bottom = _corners(box)
    left, top = int(max(0.0, x) * wide), int(max(0.0, y) * high)
    return picture.crop(
        (left, top, max(left + 1, int(min(1.0, right) * wide)), max(top + 1, int(min(1.0, bottom) * high)))
    )


def _corners(box: Box) -> Box:
    x, y, width, height = box
    return x, y, x + width, y + height


def _glance(picture: Image.Image, size: tuple[int, int]) -> Glance:
    small = picture.convert("YCbCr").resize(size, Image.Resampling.BOX, reducing_gap=2.0)
    return np.asarray(small, np.float32)
