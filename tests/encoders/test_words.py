"""The words by which texts are ranked: the same for what is stored and for what is asked."""

from __future__ import annotations

import re
from itertools import pairwise
from pydoc_data.topics import topics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from findalike.encoders.words import WORDS_LIMIT, shares, spans, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The Cats, sitting!", "cat sit"),
        ("to be or not to be", ""),
        ("Café ÜBER straße", "cafe uber strass"),
        ("snake_case of 3.14", "snake case 3 14"),
        ("東京都", "東京 京都"),
        ("ｶﾀｶﾅ 猫 cat猫", "カタ タカ カナ 猫 cat 猫"),
        ("ﬁne\u00a0print", "fine print"),
        (" …!? ", ""),
    ],
)
def test_words_are_folded(text: str, expected: str) -> None:
    assert words(text) == expected


@given(st.text())
def test_words_are_words_of_a_standard_analyzer_and_stay_what_they_are(text: str) -> None:
    found = words(text)
    assert re.findall(r"\w+", found.lower()) == found.split()
    assert len(found.encode()) <= WORDS_LIMIT


def test_a_long_text_is_cut_between_words() -> None:
    found = words("lengthy " * 10_000)
    assert len(found.encode()) <= WORDS_LIMIT
    assert set(found.split()) == {"lengthi"}


@pytest.mark.parametrize(
    ("text", "asked", "marked"),
    [
        ("Cats sit; the CAT sat.", "the cat", ["Cats", "CAT"]),
        ("Un café, cafe\u0301s", "cafes", ["café", "cafe\u0301s"]),
        ("東京都庁は東京", "東京都", ["東京都", "東京"]),
        ("snake_case", "case", ["case"]),
        ("nothing here", "", []),
        ("Dying, died; skies and a sky", "die sky", ["Dying", "died", "skies", "sky"]),
        ("cat concatenate cat_ cats", "cat", ["cat", "cat", "cats"]),
    ],
)
def test_asked_words_are_found_where_they_are_written(text: str, asked: str, marked: list[str]) -> None:
    found = spans(text, set(words(asked).split()))
    assert [text[start:end] for start, end in found] == marked


def test_every_word_is_found_by_itself() -> None:
    """Of a real vocabulary: the stem of a word begins as it does, or it would not be looked at."""
    pages = " ".join(topics.values())
    missed = [
        word
        for word in sorted(set(re.findall("[A-Za-z]+", pages)))
        if words(word) and not spans(word, set(words(word).split()))
    ]
    assert missed == []


@given(st.text(max_size=60))
def test_a_text_finds_itself(text: str) -> None:
    found = spans(text, set(words(text).split()))
    assert all(0 <= start < end <= len(text) for start, end in found)
    assert all(one[1] < other[0] for one, other in pairwise(found))


def test_what_few_parts_have_counts_more() -> None:
    parts = ["Cats sleep. ", "Cats, cats, cats. ", "Dogs bark at night."]
    ends = [sum(map(len, parts[: n + 1])) for n in range(3)]
    found = shares("".join(parts), list(zip([0, *ends], ends, strict=False)), set(words("sleeping cat bird").split()))
    assert found == pytest.approx([(1 + 1 / 2) / 3, 1 / 2 / 3, 0])
    assert shares("No words.", [(0, 9)], set()) == [0]
