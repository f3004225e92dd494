"""Versions for browsers: when one is needed, and what it holds."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest

from findalike.decoders.audio import blocks
from findalike.decoders.transcode import plays, transcode
from findalike.decoders.video import facts, moments
from sounds import tone, wav
from videos import plain, scene, video


@pytest.mark.parametrize(
    ("ending", "codec", "played"),
    [("mp4", "libx264", True), ("webm", "libvpx", True), ("avi", "mpeg4", False), ("mp4", "mpeg4", False)],
)
def test_what_browsers_play(tmp_path: Path, ending: str, codec: str, played: bool) -> None:
    assert plays(video(tmp_path / f"a.{ending}", scene(1, 0.4), codec=codec)) is played


def test_a_video_becomes_what_browsers_play(tmp_path: Path) -> None:
    source = video(tmp_path / "a.avi", plain((200, 20, 20), 2), plain((20, 20, 200), 2), codec="mpeg4")
    list(transcode(source, tmp_path / "b.mp4"))
    assert plays(tmp_path / "b.mp4")
    assert facts(tmp_path / "b.mp4")["duration"] == pytest.approx(4.0, abs=0.1)
    assert [one.start for one in moments(tmp_path / "b.mp4")] == pytest.approx([0.0, 2.0], abs=0.09)


def test_a_sound_becomes_what_browsers_play(tmp_path: Path) -> None:
    source = tmp_path / "a.aiff"
    with av.open(str(source), "w") as made:
        stream = made.add_stream("pcm_s16be", rate=22050, layout="mono")
        samples = (tone(440, 2.0) * 32767).astype(np.int16)[None]
        frame = av.AudioFrame.from_ndarray(samples, format="s16", layout="mono")
        frame.rate = 22050
        made.mux([*stream.encode(frame), *stream.encode(None)])
    assert not plays(source)
    list(transcode(source, tmp_path / "b.mp3"))
    assert plays(tmp_path / "b.mp3")
    sound = np.concatenate(list(blocks(tmp_path / "b.mp3")))
    assert len(sound) / 44100 == pytest.approx(2.0, abs=0.1)
    assert np.abs(np.fft.rfft(sound)).argmax() * 44100 / len(sound) == pytest.approx(440, abs=3)
    (tmp_path / "c.wav").write_bytes(wav(tone(440, 0.2)))
    assert plays(tmp_path / "c.wav")
