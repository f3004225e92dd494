"""Videos made by arithmetic, as files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.subtitles.subtitle import SubtitleSet
from numpy.typing import NDArray
from PIL import Image

FPS = 25
SIZE = (192, 108)

Frame = NDArray[np.uint8]
"""RGB: uint8 (height, width, 3)."""


def scene(seed: int, seconds: float, *, moving: float = 8.0) -> Iterator[Frame]:
    """A shot: coloured fields that drift slowly, `moving` pixels a second."""
    width, height = SIZE
    noise = np.random.default_rng(seed).integers(0, 255, (5, 12, 3), dtype=np.uint8)
    large = np.asarray(Image.fromarray(noise).resize((width * 2, height), Image.Resampling.BICUBIC))
    for number in range(round(seconds * FPS)):
        left = int(number / FPS * moving) % width
        yield large[:, left : left + width]


def plain(colour: tuple[int, int, int], seconds: float) -> Iterator[Frame]:
    """A shot of one colour."""
    frame = np.full((SIZE[1], SIZE[0], 3), colour, np.uint8)
    for _ in range(round(seconds * FPS)):
        yield frame


def fade(before: Frame, after: Frame, seconds: float) -> Iterator[Frame]:
    """From one frame into another."""
    count = round(seconds * FPS)
    for number in range(count):
        share = (number + 1) / (count + 1)
        yield ((1 - share) * before + share * after).astype(np.uint8)


_STYLE = b"""[Script Info]
ScriptType: v4.00+

[V4+ Styles]
Format: Name, Fontname, Fontsize
Style: Default,Arial,16

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""


def subtitled(path: Path, frames: Iterable[Frame], lines: dict[float, str]) -> Path:
    """A Matroska video with subtitles: from these seconds on, for one second each."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=FPS)
        stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv420p"
        words = container.add_stream("subrip")
        words.time_base = Fraction(1, 1000)
        words.codec_context.subtitle_header = _STYLE
        words.metadata["language"] = "eng"
        for number, pixels in enumerate(frames):
            if said := lines.get(number / FPS):
                text = f"0,0,Default,,0,0,0,,{said}".encode()
                packet = words.codec_context.encode_subtitle(SubtitleSet.create(text=text, start=0, end=1000, pts=0))
                packet.stream, packet.time_base = words, Fraction(1, 1000)
                packet.pts = packet.dts = number * 1000 // FPS
                packet.duration = 1000
                container.mux(packet)
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels), format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def still(picture: Image.Image, seconds: float, size: tuple[int, int]) -> Iterator[Frame]:
    """A shot of a picture that comes slowly nearer; what is left of the frame is grey."""
    picture = picture.convert("RGB")
    picture.thumbnail((size[0] * 2, size[1] * 2))
    for number in range(round(seconds * FPS)):
        frame = Image.new("RGB", size, (110, 110, 110))
        share = min(size[0] / picture.width, size[1] / picture.height) * (0.9 + 0.02 * number / FPS)
        small = picture.resize((int(picture.width * share), int(picture.height * share)))
        frame.paste(small, ((size[0] - small.width) // 2, (size[1] - small.height) // 2))
        yield np.asarray(frame)


def video(
    path: Path,
    *shots: Iterable[Frame],
    codec: str = "libx264",
    size: tuple[int, int] = SIZE,
    options: dict[str, str] | None = None,
    **metadata: str,
) -> Path:
    """The shots one after the other, at 25 frames a second; the format is that of the path's ending."""
    with av.open(str(path), "w") as container:
        container.metadata.update(metadata)
        stream = container.add_stream(codec, rate=FPS, options=options)
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        for shot in shots:
            for pixels in shot:
                frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels), format="rgb24")
                container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path
