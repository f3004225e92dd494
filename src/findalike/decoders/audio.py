"""Sounds: any common format to mono samples, block by block, cut into windows; and pictures of waveforms."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from findalike.decoders.ffmpeg import decoded, described, opened, seconds
from findalike.errors import UndecodableMedia

RATE = 44_100
"""Samples a second, whatever the file has."""

WINDOW, HOP = 51_200, 25_600
"""Samples of a window and from one to the next: 1.16 and 0.58 seconds. Chosen so that a second of a recording finds
it; see docs/audio-search.md."""

SILENCE = 1e-3
"""A window without a higher peak is silent (-60 dBFS)."""

Samples = NDArray[np.float32]
"""Mono, float32 (samples,), at RATE."""

_COLOUR = (64, 120, 192, 255)
_COLUMNS = 512
_LEAST_TAIL = HOP // 8


@dataclass(frozen=True)
class Window:
    """A part of a sound; `start` and `end` are seconds."""

    start: float
    end: float
    samples: Samples


def blocks(path: str | Path) -> Iterator[Samples]:
    """The samples in their order, some thousand at a time; all channels are mixed. Raises UndecodableMedia."""
    with opened(path, "sound") as container:
        stream = next(iter(container.streams.audio), None)
        if stream is None:
            raise UndecodableMedia("There is no sound in this file: send one that has an audio track.")
        resampler = av.AudioResampler("fltp", "mono", RATE)
        for _, frame in decoded(container, stream):
            # Pauses and jumps in the time stamps would make the resampler refuse the frame.
            frame.pts = None
            for made in resampler.resample(frame):
                yield made.to_ndarray()[0]
        for made in resampler.resample(None):
            yield made.to_ndarray()[0]


def windows(
    path: str | Path, after: float | None = None, *, part: tuple[float, float] | None = None
) -> Iterator[Window]:
    """The windows of a sound that are not silent, overlapping by half; a short sound is one window.

    The last one ends where the sound ends. `after` leaves out those that start no later than this; a `part` (start and
    end in seconds) is cut as if it were the whole. Raises UndecodableMedia."""
    held: Samples = np.zeros(0, np.float32)
    before = held
    start = 0
    for block in _cut(blocks(path), *part) if part else blocks(path):
        held = np.concatenate([held, block])
        while len(held) >= WINDOW:
            yield from _unless_silent(start, held[:WINDOW], after)
            before, held, start = held[:HOP], held[HOP:], start + HOP
    if not start:
        yield from _unless_silent(0, held, after)
    elif len(held) - (WINDOW - HOP) > _LEAST_TAIL:
        # Of what was held since the last window, the first part was in it.
        end = start + len(held)
        last = np.concatenate([before, held])[-WINDOW:]
        yield from _unless_silent(end - len(last), last, after)


def _cut(sound: Iterator[Samples], start: float, end: float) -> Iterator[Samples]:
    first, last, position = round(start * RATE), round(end * RATE), 0
    for block in sound:
        yield block[max(0, first - position) : max(0, last - position)]
        position += len(block)
        if position >= last:
            return


def _unless_silent(start: int, samples: Samples, after: float | None) -> Iterator[Window]:
    began = round(start / RATE, 3)
    if (after is None or began > after) and np.abs(samples).max(initial=0.0) >= SILENCE:
        yield Window(began, round((start + len(samples)) / RATE, 3), samples.copy())


def facts(path: str | Path) -> dict[str, Any]:
    """What the header says: `duration` in seconds, `format`, `channels`, `sample_rate`, title, artist, album, genre and
    year where they are there. Raises UndecodableMedia."""
    with opened(path, "sound") as container:
        stream = next(iter(container.streams.audio), None)
        if stream is None:
            raise UndecodableMedia("There is no sound in this file: send one that has an audio track.")
        duration = seconds(container)
        return {
            **({"duration": duration} if duration else {}),
            "format": stream.codec_context.name,
            "channels": stream.codec_context.channels,
            "sample_rate": stream.codec_context.sample_rate,
            **described(container),
        }


def waveform(path: str | Path, size: int) -> tuple[bytes, str]:
    """The shape of a sound from beginning to end, `size` pixels wide and a quarter as high: (bytes, media type).

    Raises UndecodableMedia."""
    peaks = _peaks(path)
    height = size // 4
    image = Image.new("RGBA", (size, height), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    highest = max(float(peaks.max(initial=0.0)), SILENCE)
    middle = (height - 1) / 2
    for x in range(size):
        first, last = x * len(peaks) // size, max(x * len(peaks) // size + 1, (x + 1) * len(peaks) // size)
        reach = float(peaks[first:last].max(initial=0.0)) / highest * middle
        draw.line([(x, middle - reach), (x, middle + reach)], fill=_COLOUR)
    buffer = io.BytesIO()
    image.save(buffer, "WEBP", quality=80, method=2)
    return buffer.getvalue(), "image/webp"


def _peaks(path: str | Path) -> NDArray[np.float32]:
    """The highest values of equal parts of a sound: _COLUMNS to 2 _COLUMNS of them, if it has as many samples.

    Parts are made twice as long whenever there are too many of them, so that memory stays bounded."""
    step, peaks, held = 1, np.zeros(0, np.float32), np.zeros(0, np.float32)
    for block in blocks(path):
        held = np.concatenate([held, np.abs(block)])
        whole = len(held) // step * step
        peaks = np.concatenate([peaks, held[:whole].reshape(-1, step).max(axis=1)])
        held = held[whole:]
        while len(peaks) >= 2 * _COLUMNS:
            even = len(peaks) // 2 * 2
            if even < len(peaks):
                # The odd one out goes back to what is not whole yet.
                held = np.concatenate([np.full(step, peaks[-1], np.float32), held])
            peaks, step = peaks[:even].reshape(-1, 2).max(axis=1), 2 * step
    return np.concatenate([peaks, held.max(keepdims=True)]) if len(held) else peaks
