"""Versions of sounds and videos that every browser plays: MP4 with H.264 and AAC, or MP3."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av

from findalike.decoders.ffmpeg import decoded, opened

_PLAYED = {
    # Container as FFmpeg calls it: the codecs in it that browsers have. "" stands for no such track.
    "mov,mp4,m4a,3gp,3g2,mj2": ({"h264", "av1", ""}, {"aac", "mp3", "mp3float", "opus", ""}),
    "matroska,webm": ({"vp8", "vp9", "av1", ""}, {"opus", "vorbis", ""}),
    "mp3": ({""}, {"mp3", "mp3float"}),
    "wav": ({""}, {"pcm_s16le", "pcm_u8"}),
    "flac": ({""}, {"flac"}),
    "ogg": ({""}, {"opus", "vorbis", "flac"}),
    "aac": ({""}, {"aac"}),
}
_LARGEST = 1280
_EVERY = 10.0
_ATTACHED = 0x400
"""FFmpeg's AV_DISPOSITION_ATTACHED_PIC: the picture on a song is no video."""


def plays(path: str | Path) -> bool:
    """Whether browsers play it as it is."""
    with opened(path, "sound or video") as container:
        video, sound = _tracks(container)
        videos, sounds = _PLAYED.get(container.format.name, (set(), set()))
        return _name(video) in videos and _name(sound) in sounds and _depth(video)


def transcode(path: str | Path, target: str | Path) -> Iterator[float]:
    """Write the version for browsers to `target`, yielding now and then the second that was come to.

    Larger pictures are scaled to 1,280 pixels. Raises UndecodableMedia."""
    with opened(path, "sound or video") as source:
        video, sound = _tracks(source)
        options = {"movflags": "+faststart"} if video else {}
        with av.open(str(target), "w", format="mp4" if video else "mp3", container_options=options) as made:
            kinds = ((video, _VideoTrack), (sound, _SoundTrack))
            tracks = {one.index: kind(made, one) for one, kind in kinds if one is not None}
            told = _EVERY
            for packet, found in decoded(source, *(one for one, _ in kinds if one is not None)):
                tracks[packet.stream.index].add(found)
                if packet.stream is (video or sound) and (found.time or 0) > told:
                    yield told
                    told += _EVERY
            for track in tracks.values():
                track.add(None)


def _tracks(container: Any) -> tuple[Any, Any]:
    video = next((one for one in container.streams.video if not one.disposition & _ATTACHED), None)
    return video, next(iter(container.streams.audio), None)


def _name(track: Any) -> str:
    return str(track.codec_context.name) if track is not None else ""


def _depth(video: Any) -> bool:
    return video is None or video.codec_context.pix_fmt in ("yuv420p", "yuvj420p")


class _VideoTrack:
    def __init__(self, made: Any, track: Any):
        context = track.codec_context
        scale = min(1.0, _LARGEST / max(context.width, context.height))
        self._made, self._origin, self._latest = made, track.start_time or 0, -1
        rate = track.average_rate or 25
        self._stream = made.add_stream("libx264", rate=rate, options={"preset": "veryfast", "crf": "25"})
        # H.264 in browsers is of even sizes.
        self._stream.width = max(2, round(context.width * scale / 2) * 2)
        self._stream.height = max(2, round(context.height * scale / 2) * 2)
        self._stream.pix_fmt = "yuv420p"
        self._stream.codec_context.time_base = track.time_base
        self._stream.codec_context.thread_count = 1

    def add(self, frame: Any) -> None:
        if frame is not None:
            small = frame.reformat(width=self._stream.width, height=self._stream.height, format="yuv420p")
            # Time stamps must rise, whatever the file says.
            self._latest = max((frame.pts or 0) - self._origin, self._latest + 1)
            small.pts, small.time_base = self._latest, frame.time_base
            frame = small
        self._made.mux(self._stream.encode(frame))


class _SoundTrack:
    def __init__(self, made: Any, track: Any):
        self._made = made
        self._resampler = av.AudioResampler("fltp", "stereo", 44_100)
        codec = "aac" if made.format.name == "mp4" else "libmp3lame"
        self._stream = made.add_stream(codec, rate=44_100, layout="stereo")
        self._stream.bit_rate = 128_000

    def add(self, frame: Any) -> None:
        if frame is not None:
            # Without stamps of its own, so that pauses in them are no errors.
            frame.pts = None
        for part in self._resampler.resample(frame):
            self._made.mux(self._stream.encode(part))
        if frame is None:
            self._made.mux(self._stream.encode(None))
