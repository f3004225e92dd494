"""Sounds: what is heard where, at any rate, in any format, and what is refused."""

from __future__ import annotations

import io
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from findalike.decoders.audio import HOP, RATE, WINDOW, blocks, facts, waveform, windows
from findalike.errors import UndecodableMedia
from sounds import melody, noise, silence, tone, wav


def stored(folder: Path, data: bytes, name: str = "sound.wav") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("channels", [1, 2])
def test_rate_and_channels_make_no_difference(tmp_path: Path, channels: int) -> None:
    sound = np.concatenate(list(blocks(stored(tmp_path, wav(tone(440, 1.0), channels=channels)))))
    assert abs(len(sound) - RATE) < 50
    spectrum = np.abs(np.fft.rfft(sound[:RATE]))
    assert int(spectrum.argmax()) == 440


def test_windows_overlap_and_the_last_ends_with_the_sound(tmp_path: Path) -> None:
    found = list(windows(stored(tmp_path, wav(noise(0, 4.0)))))
    starts = [one.start for one in found]
    assert starts[:4] == [round(n * HOP / RATE, 3) for n in range(4)]
    assert all(abs(one.end - one.start - WINDOW / RATE) < 0.002 for one in found)
    assert found[-1].end == pytest.approx(4.0, abs=0.01)
    assert len({one.start for one in found}) == len(found)


def test_a_short_sound_is_one_window(tmp_path: Path) -> None:
    (only,) = windows(stored(tmp_path, wav(tone(300, 0.2))))
    assert (only.start, only.end) == (0, pytest.approx(0.2, abs=0.01))


def test_silence_is_skipped(tmp_path: Path) -> None:
    found = list(windows(stored(tmp_path, wav(silence(5), tone(500, 1.0), silence(5)))))
    assert found
    assert min(one.start for one in found) > 3.5
    assert max(one.end for one in found) < 7.5
    assert not list(windows(stored(tmp_path, wav(silence(2)))))


@pytest.mark.parametrize("number", [0, 3, 10])
def test_going_on_after_a_window_gives_the_same_as_in_one_go(tmp_path: Path, number: int) -> None:
    path = stored(tmp_path, wav(melody(1, 8.3)))
    whole = list(windows(path))
    rest = list(windows(path, whole[number].start))
    assert [one.start for one in rest] == [one.start for one in whole[number + 1 :]]
    assert all(np.array_equal(a.samples, b.samples) for a, b in zip(rest, whole[number + 1 :], strict=True))
    assert not list(windows(path, whole[-1].start))


def test_a_part_is_cut_as_if_it_were_the_whole(tmp_path: Path) -> None:
    path = stored(tmp_path, wav(tone(200, 2.0), tone(2000, 1.0), tone(200, 2.0)))
    (only,) = windows(path, part=(2.0, 3.0))
    assert only.end - only.start == pytest.approx(1.0, abs=0.01)
    spectrum = np.abs(np.fft.rfft(only.samples))
    assert int(spectrum.argmax()) * RATE / len(only.samples) == pytest.approx(2000, abs=5)


def test_what_a_file_says_about_itself(tmp_path: Path) -> None:
    path = tmp_path / "song.flac"
    with av.open(str(path), "w") as container:
        container.metadata.update({"title": "Song", "artist": "Singer", "date": "1999-05-01"})
        stream = container.add_stream("flac", rate=44100, layout="mono")
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 4410), np.int16), format="s16", layout="mono")
        frame.rate = 44100
        container.mux([*stream.encode(frame), *stream.encode(None)])
    found = facts(path)
    assert (found["title"], found["artist"], found["year"]) == ("Song", "Singer", "1999")
    assert (found["format"], found["channels"], found["sample_rate"]) == ("flac", 1, 44100)
    assert found["duration"] == pytest.approx(0.1, abs=0.01)


@pytest.mark.parametrize(("name", "codec"), [("a.mp3", "libmp3lame"), ("a.ogg", "libopus"), ("a.m4a", "aac")])
def test_common_formats(tmp_path: Path, name: str, codec: str) -> None:
    path = tmp_path / name
    resampler = av.AudioResampler("fltp", "mono", 48000)
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=48000, layout="mono")
        with av.open(io.BytesIO(wav(tone(1000, 1.5)))) as source:
            for frame in [*source.decode(audio=0), None]:
                for part in resampler.resample(frame):
                    part.pts = None
                    container.mux(stream.encode(part))
        container.mux(stream.encode(None))
    sound = np.concatenate(list(blocks(path)))
    assert 1.45 * RATE < len(sound) < 1.7 * RATE
    spectrum = np.abs(np.fft.rfft(sound))
    assert int(spectrum.argmax()) * RATE / len(sound) == pytest.approx(1000, abs=5)


@pytest.mark.parametrize(
    "data",
    [b"not a sound at all" * 50, b"ID3" + bytes(500), b"RIFF\x24\0\0\0WAVEfmt ", b"#EXTM3U\nfile:///etc/passwd\n" * 9],
)
def test_what_is_no_sound_is_refused_in_a_sentence(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(UndecodableMedia, match=r"[Ss]ave it again|[Ss]end"):
        list(windows(stored(tmp_path, data)))


def test_lists_of_other_files_are_not_followed(tmp_path: Path) -> None:
    secret = stored(tmp_path, wav(tone(440, 1.0)), "secret.wav")
    listed = stored(tmp_path, f"ffconcat version 1.0\nfile '{secret}'\n".encode(), "list.wav")
    with pytest.raises(UndecodableMedia):
        list(windows(listed))


def test_a_picture_has_no_sound(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (32, 32)).save(buffer, "GIF")
    with pytest.raises(UndecodableMedia):
        list(windows(stored(tmp_path, buffer.getvalue())))


def test_the_waveform_shows_where_it_is_loud(tmp_path: Path) -> None:
    path = stored(tmp_path, wav(silence(1), noise(1, 1.0), silence(1)))
    data, kind = waveform(path, 300)
    picture = np.asarray(Image.open(io.BytesIO(data)).convert("RGBA"))[..., 3]
    assert (kind, picture.shape) == ("image/webp", (75, 300))
    heights = (picture > 0).sum(axis=0)
    assert heights[130:170].min() > 50
    assert heights[:90].max() <= 3
    assert heights[210:].max() <= 3
