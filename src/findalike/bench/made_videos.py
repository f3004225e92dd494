"""Videos made out of pictures that move, with cuts and fades at known places."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image

FPS = 25
SIZE = (320, 180)
_FADE = 15
_ROWS, _COLUMNS = 3, 4
_AWAY = 0.0175, 0.04
"""So far the camera moves at most, sideways and up or down; no shot comes into the next one's part."""

Frame = NDArray[np.uint8]
"""RGB: uint8 (height, width, 3)."""


@dataclass(frozen=True)
class Shot:
    """A part of a picture (left, top, side, in fractions) that the camera moves over for `frames` frames."""

    picture: int
    left: float
    top: float
    side: float
    move: tuple[float, float]
    frames: int


@dataclass
class Made:
    """A video with its shots; `starts` in seconds, `fades` are the numbers of shots that are faded into."""

    path: Path
    shots: list[Shot] = field(default_factory=list)
    starts: list[float] = field(default_factory=list)
    fades: set[int] = field(default_factory=set)

    def shot_at(self, moment: float) -> int:
        return int(np.searchsorted(self.starts, moment + 1e-6, side="right")) - 1


def shots_of(pictures: Sequence[Image.Image], count: int, seed: int, *, textures: Collection[int] = ()) -> list[Shot]:
    """At most `count` shots of different parts of pictures, in a random order. No two show the same, and all show
    something: parts of plain sky or of black cannot be told apart, nor can two of one of the `textures`."""
    random = np.random.default_rng(seed)
    made: list[Shot] = []
    for row, column, number in product(range(_ROWS), range(_COLUMNS), range(len(pictures))):
        if len(made) == count:
            break
        side = random.uniform(0.2, 0.215)
        left, top = column / _COLUMNS + _AWAY[0], row / _ROWS + _AWAY[1] + random.uniform(0, 0.03)
        move = (random.uniform(-_AWAY[0], _AWAY[0]), random.uniform(-_AWAY[1], _AWAY[1]))
        shot = Shot(number, left, top, side, move, int(random.integers(52, 80)))
        if number in textures and any(one.picture == number for one in made):
            continue
        if _shows_something(next(frames_of(shot, pictures))):
            made.append(shot)
    return [made[place] for place in random.permutation(len(made))]


def _shows_something(frame: Frame) -> bool:
    grey = frame.mean(axis=2)
    edges = sum(float(np.abs(np.diff(grey, axis=axis)).mean()) for axis in (0, 1))
    return bool(grey.std() >= 20 and edges >= 1.5)


def frames_of(shot: Shot, pictures: Sequence[Image.Image]) -> Iterator[Frame]:
    """What the camera sees."""
    picture = pictures[shot.picture]
    for number in range(shot.frames):
        share = number / shot.frames
        left = min(max(0.0, shot.left + shot.move[0] * share), 1 - shot.side)
        top = min(max(0.0, shot.top + shot.move[1] * share), 1 - shot.side)
        box = (left * picture.width, top * picture.height)
        far = ((left + shot.side) * picture.width, (top + shot.side) * picture.height)
        yield np.asarray(picture.resize(SIZE, Image.Resampling.BILINEAR, box=(*box, *far)))


def make(path: Path, shots: Sequence[Shot], pictures: Sequence[Image.Image], fades: set[int]) -> Made:
    """Write the video of some shots; into those whose numbers are in `fades` it fades over 0.6 seconds."""
    made = Made(path, list(shots), fades=fades)
    last: Frame | None = None
    count = 0
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=FPS, options={"preset": "ultrafast", "crf": "26"})
        stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv420p"
        for number, shot in enumerate(shots):
            made.starts.append(count / FPS)
            for place, frame in enumerate(frames_of(shot, pictures)):
                if number in fades and last is not None and place < _FADE:
                    share = (place + 1) / (_FADE + 1)
                    frame = ((1 - share) * last + share * frame).astype(np.uint8)
                container.mux(stream.encode(av.VideoFrame.from_ndarray(np.ascontiguousarray(frame), format="rgb24")))
                count += 1
                if place == shot.frames - 1:
                    last = frame
        container.mux(stream.encode(None))
    return made


def write_clip(path: Path, frames: Sequence[Frame], *, scale: float = 1.0, crf: int = 23) -> None:
    """A short clip, compressed again (`crf` as x264 counts, whose default is 23) and scaled."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=FPS, options={"preset": "veryfast", "crf": str(crf)})
        stream.width, stream.height = (int(side * scale) // 2 * 2 for side in SIZE)
        stream.pix_fmt = "yuv420p"
        for frame in frames:
            small = av.VideoFrame.from_ndarray(np.ascontiguousarray(frame), format="rgb24")
            container.mux(stream.encode(small.reformat(stream.width, stream.height, "yuv420p")))
        container.mux(stream.encode(None))


def loop(source: Path, target: Path, seconds: float) -> None:
    """Repeat the pictures of a video, packet by packet, until it is so long."""
    with av.open(str(target), "w") as made:
        shift, written = 0, 0.0
        stream = None
        while written < seconds:
            with av.open(str(source)) as container:
                track = container.streams.video[0]
                stream = stream or made.add_stream_from_template(track)
                end = 0
                for packet in container.demux(track):
                    if packet.dts is None or packet.pts is None:
                        continue
                    end = max(end, packet.pts + (packet.duration or 0))
                    packet.pts, packet.dts = packet.pts + shift, packet.dts + shift
                    packet.stream = stream
                    made.mux(packet)
                shift += end
                written = float(shift * (track.time_base or 0))
