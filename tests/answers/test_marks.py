"""Marks are repaired the same way wherever the text is split."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from findalike.answers.marks import Marks, unmarked

TEXTS = st.text(st.sampled_from("ab.[]0123, \t\n;"), max_size=60) | st.text(max_size=30)
LIKE_A_MARK = re.compile(r"\[([0-9\s,;]{1,40})\]")


def repaired(pieces: list[str], known: int) -> tuple[str, Marks]:
    marks = Marks(known)
    return "".join([*(marks.feed(piece) for piece in pieces), marks.end()]), marks


@pytest.mark.parametrize(
    ("text", "expected", "unknown"),
    [
        ("So it is [1].", "So it is [1].", False),
        ("So it is [7].", "So it is.", True),
        ("So[1][9] it is [2, 3].", "So[1] it is [2][3].", True),
        ("Both [1,8]", "Both [1]", True),
        ("first = items[0]", "first = items[0]", False),
        ("[] [x] [ ]", "[] [x] [ ]", False),
        ("An open [1", "An open [1", False),
        ("[1[2]", "[1[2]", False),
        ("[[9]7]", "[(9)7]", True),
        ("[00001] and [" + "9" * 40 + "]", "[1] and", True),
    ],
)
def test_what_becomes_of_marks(text: str, expected: str, unknown: bool) -> None:
    found, marks = repaired([text], 3)
    assert (found, marks.unknown) == (expected, unknown)


@given(TEXTS, st.lists(st.integers(0, 60)), st.integers(0, 5))
def test_where_a_text_is_split_makes_no_difference(text: str, cuts: list[int], known: int) -> None:
    places = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    pieces = [text[start:end] for start, end in pairwise(places)]
    assert "".join(pieces) == text
    whole, one = repaired([text], known)
    split, other = repaired(pieces, known)
    assert split == whole
    assert (one.unknown, one.cited) == (other.unknown, other.cited)


@given(st.lists(TEXTS, max_size=6), st.integers(0, 5))
def test_no_mark_is_split_and_all_are_known(pieces: list[str], known: int) -> None:
    marks = Marks(known)
    said = [*(marks.feed(piece) for piece in pieces), marks.end()]
    found = LIKE_A_MARK.findall("".join(said))
    assert found == [one for piece in said for one in LIKE_A_MARK.findall(piece)]
    assert all(int(number) <= known for one in found for number in re.findall("[0-9]+", one))


def test_references_of_a_source_are_no_marks() -> None:
    assert unmarked("As shown [3], in [4, 5]; see [x] and [ ]") == "As shown (3), in (4, 5); see [x] and ( )"
