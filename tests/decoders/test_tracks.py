"""What appears from when to when, with detectors that say what the test wants."""

from __future__ import annotations

from collections.abc import Sequence

from PIL import Image

from findalike.decoders.tracks import follow
from findalike.domain import Detection, Detector

LEFT, NEAR, RIGHT = (0.1, 0.2, 0.3, 0.4), (0.13, 0.22, 0.3, 0.4), (0.6, 0.2, 0.3, 0.4)


def frames(*colours: str) -> list[tuple[float, Image.Image]]:
    return [(number / 2, Image.new("RGB", (160, 90), colour)) for number, colour in enumerate(colours)]


def seen(*rounds: Sequence[Detection]) -> dict[str, Detector]:
    """A detector that finds these, one round a frame."""
    left = iter(rounds)
    return {"objects": lambda picture: list(next(left))}


def dog(box: tuple[float, float, float, float], score: float = 0.8) -> Detection:
    return Detection("dog", score, box)


def test_what_overlaps_in_neighbouring_frames_is_one_thing_seen_best_where_it_is_surest() -> None:
    detectors = seen([dog(LEFT)], [dog(NEAR, 0.95), dog(RIGHT)], [dog(LEFT)])
    one, other = follow(frames("grey", "grey", "grey"), detectors)
    assert [at for at, _ in one.boxes] == [0.0, 0.5, 1.0]
    assert (one.at, one.score, one.box) == (0.5, 0.95, NEAR)
    assert [at for at, _ in other.boxes] == [0.5]


def test_a_thing_that_is_missed_in_one_frame_is_still_the_same_but_not_after_two() -> None:
    (one,) = follow(frames(*["grey"] * 3), seen([dog(LEFT)], [], [dog(LEFT)]))
    assert len(one.boxes) == 2
    two = follow(frames(*["grey"] * 4), seen([dog(LEFT)], [], [], [dog(LEFT)]))
    assert len(two) == 2


def test_a_cut_ends_what_was_seen_even_if_it_is_seen_at_the_same_place_again() -> None:
    found = follow(frames("black", "white"), seen([dog(LEFT)], [dog(LEFT)]))
    assert [one.boxes[0][0] for one in found] == [0.0, 0.5]


def test_kinds_are_never_mixed() -> None:
    cat = Detection("cat", 0.9, LEFT)
    found = follow(frames("grey", "grey"), seen([dog(LEFT)], [cat]))
    assert [one.label for one in found] == ["dog", "cat"]
