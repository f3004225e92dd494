"""Videos: which moments they have, that going on gives the same, and what is refused."""

from __future__ import annotations

import io
import itertools
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from findalike.decoders.shots import HEIGHT, WIDTH, Glance, Shots
from findalike.decoders.video import Moment, facts, moments, thumbnail
from findalike.errors import UndecodableMedia
from videos import fade, plain, scene, subtitled, video


def colour(picture: Image.Image) -> tuple[int, ...]:
    return tuple(int(one) for one in np.asarray(picture.convert("RGB")).reshape(-1, 3).mean(axis=0))


def described(found: list[Moment]) -> list[tuple[float, float, float, float, bool]]:
    return [(one.start, one.end, one.at, one.shot, one.cut) for one in found]


def pixels(moment: Moment) -> list[bytes]:
    return [one.tobytes() for one in moment.pictures]


def test_cuts_are_found_where_they_are(tmp_path: Path) -> None:
    path = video(tmp_path / "a.mp4", scene(1, 2.0), scene(2, 1.2), scene(3, 3.0), scene(4, 0.6))
    found = list(moments(path))
    shots = sorted({one.shot for one in found})
    assert shots == pytest.approx([0.0, 2.0, 3.2, 6.2], abs=0.09)
    assert found[0].start == 0.0
    assert all(one.end == two.start for one, two in itertools.pairwise(found))
    assert found[-1].end == pytest.approx(6.8, abs=0.1)
    assert all(one.start <= one.at < one.end for one in found)


def test_what_stands_still_is_one_moment_and_has_its_picture(tmp_path: Path) -> None:
    path = video(tmp_path / "a.mp4", plain((200, 20, 20), 3), plain((20, 20, 200), 3))
    red, blue = moments(path)
    assert [len(one.pictures) for one in (red, blue)] == [1, 1]
    assert colour(red.pictures[0]) == pytest.approx((200, 20, 20), abs=12)
    assert colour(blue.pictures[-1]) == pytest.approx((20, 20, 200), abs=12)
    assert red.end == pytest.approx(3.0, abs=0.09)


def test_what_moves_has_a_picture_of_each_half_and_the_calm_goes_before(tmp_path: Path) -> None:
    moving = next(moments(video(tmp_path / "a.mp4", scene(1, 4.0))))
    assert len(moving.pictures) == 2
    assert moving.start < moving.at < (moving.start + moving.end) / 2
    first = list(scene(2, 0.4, moving=20))
    (calm,) = moments(video(tmp_path / "b.mp4", first, [first[-1]] * 50))
    assert calm.at > 0.4


def test_a_cut_soon_after_a_drift_counts_and_one_soon_after_a_cut_is_flicker() -> None:
    def glance(value: float) -> Glance:
        return np.full((HEIGHT, WIDTH, 3), value, np.float32)

    shots = Shots()
    assert [shots.feed(0.1 * number, glance(2.5 * number)) for number in range(6)] == [None] * 5 + ["drift"]
    assert [shots.feed(0.6, glance(200)), shots.feed(0.7, glance(0))] == ["cut", None]
    again = Shots(within=True)
    assert [again.feed(0.5, glance(12.5)), again.feed(0.6, glance(200)), again.feed(0.7, glance(0))] == [
        None,
        "cut",
        None,
    ]


def test_a_fade_ends_a_moment_and_is_no_cut(tmp_path: Path) -> None:
    first, last = list(scene(1, 2.0)), list(scene(2, 2.0))
    path = video(tmp_path / "a.mp4", first, fade(first[-1], last[0], 1.0), last)
    found = list(moments(path))
    assert len(found) >= 2
    assert [one.cut for one in found[:-1]] == [False] * (len(found) - 1)
    assert any(2.0 < one.start <= 3.3 for one in found)


@pytest.mark.parametrize(("codec", "ending"), [("libx264", "mp4"), ("libvpx", "webm"), ("mpeg4", "avi")])
def test_going_on_after_a_moment_gives_the_same_as_in_one_go(tmp_path: Path, codec: str, ending: str) -> None:
    first, last = list(scene(5, 2.0)), list(scene(6, 1.0))
    path = video(
        tmp_path / f"a.{ending}", scene(4, 3.1, moving=90), first, fade(first[-1], last[0], 1.0), last, codec=codec
    )
    whole = list(moments(path))
    assert len(whole) > 4
    for number, one in enumerate(whole[:-1], 1):
        rest = list(moments(path, one.end, one.end if one.cut else one.shot))
        assert described(rest) == described(whole[number:])
        assert [pixels(a) for a in rest] == [pixels(b) for b in whole[number:]]


def test_what_a_file_says_about_itself(tmp_path: Path) -> None:
    found = facts(video(tmp_path / "a.mkv", plain((0, 0, 0), 2), title="Night", date="2001"))
    assert (found["width"], found["height"], found["fps"], found["sound"]) == (192, 108, 25.0, False)
    assert (found["title"], found["year"], found["format"]) == ("Night", "2001", "h264")
    assert found["duration"] == pytest.approx(2.0, abs=0.1)


def test_subtitles_go_with_their_moments(tmp_path: Path) -> None:
    frames = [*plain((200, 20, 20), 2), *plain((20, 20, 200), 2), *plain((20, 200, 20), 2)]
    path = subtitled(tmp_path / "a.mkv", frames, {0.4: "A red rose", 2.4: "The <i>blue</i> sky"})
    assert facts(path)["subtitles"] == "eng"
    assert [one.text for one in moments(path)] == ["A red rose", "The blue sky", None]


def test_a_thumbnail_is_of_its_time(tmp_path: Path) -> None:
    path = video(tmp_path / "a.mp4", plain((200, 20, 20), 2), plain((20, 20, 200), 2))
    for at, wanted in ((0.0, (200, 20, 20)), (1.9, (200, 20, 20)), (2.2, (20, 20, 200)), (3.9, (20, 20, 200))):
        data, kind = thumbnail(path, 128, at)
        picture = Image.open(io.BytesIO(data))
        assert (kind, picture.width) == ("image/webp", 128)
        assert colour(picture) == pytest.approx(wanted, abs=15)


def test_an_animated_picture_is_a_video(tmp_path: Path) -> None:
    pictures = [Image.new("RGB", (64, 64), one) for one in ("red",) * 10 + ("blue",) * 10]
    pictures[0].save(tmp_path / "a.gif", save_all=True, append_images=pictures[1:], duration=100)
    found = list(moments(tmp_path / "a.gif"))
    assert len({one.shot for one in found}) == 2


@pytest.mark.parametrize(
    "data", [b"no video" * 200, b"\0\0\0\x18ftypmp42" + bytes(400), b"#EXTM3U\nhttp://a/b.ts\n" * 9]
)
def test_what_is_no_video_is_refused_in_a_sentence(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.mp4").write_bytes(data)
    with pytest.raises(UndecodableMedia, match=r"[Ss]ave it again|[Ss]end"):
        list(moments(tmp_path / "a.mp4"))
