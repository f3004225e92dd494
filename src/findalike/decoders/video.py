"""Videos: moments with a key frame or two each, what a file says about itself, and small pictures of moments."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.video.reformatter import VideoReformatter
from PIL import Image

from findalike.decoders.ffmpeg import decoded, described, opened, seconds
from findalike.decoders.shots import HEIGHT, WIDTH, Glance, Shots, difference
from findalike.errors import UndecodableMedia

LOOKS = 12.5
"""Frames a second that are looked at, at most."""

WORKING_SIZE = 512
"""Key frames are kept at about this many pixels on the shorter side: enough for any model here."""

_STYLES = re.compile(r"\{\\[^}]*\}|<[^>]+>")
_NEAR = 0.0005
_ALONE = 0.12


@dataclass(frozen=True)
class Moment:
    """A stretch of a shot that looks alike; times in seconds.

    `shot` is when its shot began, `cut` whether a cut ends it, `text` what its subtitles say. `pictures` are its key
    frames, one or two, and `at` is the time of the first."""

    start: float
    end: float
    at: float
    shot: float
    cut: bool
    pictures: list[Image.Image]
    text: str | None = None


_FIRST = 100.0
"""Of the first frame of a moment nobody knows how much moves; what comes a little later shows it better."""
_CALM = 3.0
_SAME = 2.0
_KEPT = 6


@dataclass
class _Kept:
    """Some frames of a moment so far, evenly spread: memory does not grow with it."""

    frames: list[tuple[float, int, Glance, float, Any]] = field(default_factory=list)
    """(how much moves in it, number, as it is compared, time, frame)"""
    before: Glance | None = None
    seen: int = 0
    every: int = 1

    def see(self, moment: float, frame: Any, glance: Glance) -> None:
        if self.seen % self.every == 0:
            restless = difference(self.before, glance) if self.before is not None else _FIRST
            self.frames.append((restless, self.seen, glance, moment, frame))
            if len(self.frames) > _KEPT:
                self.frames, self.every = self.frames[::2], 2 * self.every
        self.before = glance
        self.seen += 1

    def keys(self) -> list[tuple[float, Any]]:
        """Of the calmest frames, in which little moves, the one nearest to the middle of each half; or one alone, if
        it is that of both. With their times."""
        least = min(restless for restless, *_ in self.frames)
        calm = [one for one in self.frames if one[0] <= 2 * least + _CALM]
        first, last = (min(calm, key=lambda one: abs(one[1] - share * self.seen)) for share in (0.25, 0.75))
        alone = difference(first[2], last[2]) < _SAME
        return [(moment, frame) for *_, moment, frame in ([first] if alone else [first, last])]


@dataclass
class _Words:
    """The lines of subtitles that were read, with their times."""

    lines: list[tuple[float, float, str]] = field(default_factory=list)

    def hear(self, packet: Any, found: Any) -> None:
        text = " ".join(_plain(rect) for rect in found.rects).strip() if hasattr(found, "rects") else _plain(found)
        if text and packet.pts is not None:
            start = float(packet.pts * packet.time_base)
            length = float((packet.duration or 0) * packet.time_base)
            self.lines.append((start, start + length, text))

    def between(self, start: float, end: float) -> str | None:
        said = [text for begins, ends, text in self.lines if begins < end and ends > start]
        self.lines = [line for line in self.lines if line[1] > end]
        return " ".join(dict.fromkeys(said)) or None


def moments(
    path: str | Path,
    start: float = 0.0,
    shot: float | None = None,
    *,
    end: float | None = None,
) -> Iterator[Moment]:
    """The moments of a video in their order, from `start` on (where a moment began, of a shot that began at `shot`)
    and up to `end`. Memory does not grow with the video. Raises UndecodableMedia."""
    shot = start if shot is None else shot
    shots, kept, words = Shots(within=shot < start), _Kept(), _Words()
    last, step = start, 1 / LOOKS
    for moment, frame, glance in _looks(path, start, words):
        if end is not None and moment >= end - _NEAR:
            break
        before = shots.began
        change = shots.feed(moment, glance)
        if change:
            yield _moment(before, moment, shot, change == "cut", kept, words)
            kept = _Kept()
            shot = moment if change == "cut" else shot
        kept.see(moment, frame, glance)
        last, step = moment, min(step, max(moment - last, 0.01)) if moment > last else step
    if kept.seen:
        yield _moment(shots.began, round(end if end is not None else last + step, 3), shot, True, kept, words)


def _moment(start: float, end: float, shot: float, cut: bool, kept: _Kept, words: _Words) -> Moment:
    keys = kept.keys()
    pictures = [_picture(frame, WORKING_SIZE) for _, frame in keys]
    return Moment(start, end, keys[0][0], shot, cut, pictures, words.between(start, end))


def frames(path: str | Path, start: float, step: float) -> Iterator[tuple[float, Image.Image]]:
    """The first frame of every `step` seconds from `start` on, a multiple of it, with its time. Raises
    UndecodableMedia."""
    for moment, frame, _ in _looks(path, start, _Words(), step):
        yield moment, _picture(frame, WORKING_SIZE)


def _looks(
    path: str | Path, start: float, words: _Words, step: float | None = None
) -> Iterator[tuple[float, Any, Glance]]:
    """Frames from `start` on, some a second or one each `step`, as they are compared; subtitles go to `words`."""
    with opened(path, "video") as container:
        stream = _stream(container)
        others = [one for one in container.streams.subtitles if one.codec_context is not None][:1]
        origin = _origin(stream)
        if start > 0:
            _seek(container, stream, start + origin)
        due, number, late = start, 0, start > 0
        rate = float(stream.average_rate or 25)
        # One for all frames: making it ready takes longer than making a frame small.
        small = VideoReformatter()
        for packet, found in decoded(container, stream, *others):
            if packet.stream is not stream:
                words.hear(packet, found)
                continue
            moment = round((found.time if found.time is not None else origin + number / rate) - origin, 3)
            number += 1
            if late and moment > start + _ALONE:
                # Some formats cannot seek well: then all of it is read once more.
                late = False
                container.seek(0)
                continue
            late = False
            if moment < due - _NEAR:
                continue
            due = step * ((moment + _NEAR) // step + 1) if step else max(due + 1 / LOOKS, moment)
            yield moment, found, _glance(small, found)


def _origin(stream: Any) -> float:
    """When the first frame is shown: not at 0 in every file."""
    return float((stream.start_time or 0) * stream.time_base) if stream.time_base else 0.0


def _seek(container: Any, stream: Any, moment: float) -> None:
    try:
        container.seek(int(moment / stream.time_base), stream=stream, backward=True)
    except av.FFmpegError:
        container.seek(0)


def _stream(container: Any) -> Any:
    # The picture on a song is a video of one frame.
    stream = next((one for one in container.streams.video if not one.disposition & _ATTACHED), None)
    if stream is None:
        raise UndecodableMedia("There are no moving pictures in this file: send one that has a video track.")
    stream.codec_context.thread_count = 1
    return stream


_ATTACHED = 0x400
"""FFmpeg's AV_DISPOSITION_ATTACHED_PIC."""


def _glance(reformatter: VideoReformatter, frame: Any) -> Glance:
    small = reformatter.reformat(frame, WIDTH, HEIGHT, "yuv444p", interpolation="AREA")
    return np.asarray(small.to_ndarray(), np.float32).reshape(3, HEIGHT, WIDTH).transpose(1, 2, 0)


def _picture(frame: Any, size: int) -> Image.Image:
    """A frame upright, in true proportions, with about `size` pixels on the shorter side, never enlarged."""
    wide, high = frame.width, frame.height
    scale = min(1.0, size / max(1, min(wide, high)))
    picture: Image.Image = frame.to_image(
        width=max(1, round(wide * scale)), height=max(1, round(high * scale)), interpolation="AREA"
    )
    turned = -int(frame.rotation or 0) % 360
    return picture.rotate(-turned, expand=True) if turned else picture


def facts(path: str | Path) -> dict[str, Any]:
    """What the header says: `duration` in seconds, `width` and `height` as it is shown, `fps`, `format`, `sound`, the
    language of its `subtitles`, title, artist, genre and year where they are there. Raises UndecodableMedia."""
    with opened(path, "video") as container:
        stream = _stream(container)
        context = stream.codec_context
        duration = seconds(container)
        subtitles = next(iter(container.streams.subtitles), None)
        return {
            **({"duration": duration} if duration else {}),
            "width": context.width,
            "height": context.height,
            **({"fps": round(float(stream.average_rate), 3)} if stream.average_rate else {}),
            "format": context.name,
            "sound": bool(container.streams.audio),
            **({"subtitles": subtitles.language or "und"} if subtitles else {}),
            **described(container),
        }


def thumbnail(path: str | Path, size: int, at: float) -> tuple[bytes, str]:
    """The frame at a time in a square of `size` pixels at most: (bytes, media type). Raises UndecodableMedia."""
    for _, frame, _ in _looks(path, at, _Words()):
        picture = _picture(frame, size)
        picture.thumbnail((size, size), Image.Resampling.LANCZOS)
        buffer = io.BytesIO()
        picture.convert("RGB").save(buffer, "WEBP", quality=80, method=2)
        return buffer.getvalue(), "image/webp"
    raise UndecodableMedia("There is no picture at this time in the video.")


def _plain(found: Any) -> str:
    """The words of a subtitle, without its styles."""
    if getattr(found, "type", b"") not in (b"ass", b"text"):
        return ""
    text = (found.dialogue if found.type == b"ass" else found.text).decode(errors="replace")
    return " ".join(_STYLES.sub("", text).replace("\\N", " ").split())
