import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from findalike.encoders.words import words
from findalike.pipelines.rank import Ranked, fuse, group, is_rare, scaled
from findalike.pipelines.search import _is_word
from findalike.vectors import Matches


def matches(pairs: list[tuple[int, float]]) -> Matches:
    return Matches(np.array([id for id, _ in pairs], np.int64), np.array([s for _, s in pairs], np.float32))


def test_a_score_of_zero_has_no_sign() -> None:
    (score,) = fuse([("taste", 1.0, "IP", matches([(1, -1e-9)]))]).scores
    assert str(score) == "0.0"


def test_one_vector_keeps_its_order_with_ties_by_id() -> None:
    ranked = fuse([("visual", 1.0, "COSINE", matches([(9, 0.8), (2, 0.8), (5, 0.9)]))])
    assert ranked.ids == [5, 2, 9]
    assert ranked.scores == [0.9, 0.8, 0.8]


def test_l2_is_best_when_least() -> None:
    assert fuse([("v", 1.0, "L2", matches([(1, 4.0), (2, 0.5)]))]).ids == [2, 1]


def test_several_vectors_are_averaged_by_weight_and_what_one_lacks_counts_as_its_last() -> None:
    ranked = fuse(
        [
            ("visual", 3.0, "COSINE", matches([(1, 0.9), (2, 0.5)])),
            ("words", 1.0, "COSINE", matches([(2, 0.8), (3, 0.4)])),
        ]
    )
    assert ranked.ids == [1, 2, 3]
    assert ranked.scores == [0.775, 0.575, 0.475]
    assert ranked.by_vector[1] == {"visual": 0.5, "words": 0.8}


def test_a_negative_vector_only_lowers_what_others_found() -> None:
    ranked = fuse(
        [
            ("visual", 1.0, "COSINE", matches([(1, 0.9), (2, 0.8)])),
            ("words", -1.0, "COSINE", matches([(1, 0.9), (7, 0.5)])),
        ]
    )
    assert ranked.ids == [2, 1]


def test_settled_leaves_out_those_that_tie_with_the_last() -> None:
    ranked = fuse([("v", 1.0, "COSINE", matches([(1, 0.9), (2, 0.5), (3, 0.5)]))])
    assert ranked.settled().ids == [1]


def test_a_threshold_cuts_where_scores_get_worse() -> None:
    ranked = fuse([("v", 1.0, "COSINE", matches([(1, 0.9), (2, 0.5), (3, 0.1)]))])
    assert ranked.above(0.5, falling=True).ids == [1, 2]


def test_a_ranking_goes_on_with_what_is_new_of_another() -> None:
    short = fuse([("v", 1.0, "COSINE", matches([(1, 0.9), (3, 0.5)]))])
    long = fuse([("v", 1.0, "COSINE", matches([(1, 0.9), (2, 0.7), (3, 0.5), (4, 0.2)]))])
    whole = short.followed_by(long)
    assert whole.ids == [1, 3, 2, 4]
    assert whole.scores == [0.9, 0.5, 0.7, 0.2]
    # What the short search missed is left out or stays by its own score.
    assert whole.above(0.6, falling=True).ids == [1, 2]


def test_near_duplicates_fold_into_the_best_and_deleted_segments_vanish() -> None:
    ranked = Ranked([1, 2, 3, 4, 5], [0.9, 0.8, 0.7, 0.6, 0.5], [{} for _ in range(5)])
    outline = {1: (10, 0b0), 2: (11, 0b111), 4: (12, (1 << 64) - 1), 5: (10, 0b0)}
    folded = group(ranked, outline, set(), near_duplicates=True)
    assert [(one.id, one.similar, one.others) for one in folded] == [(1, [11], [(5, 0.5)]), (4, [], [])]
    alone = group(ranked, outline, {12}, near_duplicates=False)
    assert [one.id for one in alone] == [1, 2]
    parts = group(ranked, outline, {12}, near_duplicates=False, parts=True)
    assert [(one.id, one.others) for one in parts] == [(1, []), (2, []), (5, [])]


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 63)), unique_by=lambda one: one[0]), st.integers(0, 21))
def test_grouping_a_prefix_gives_a_prefix_of_the_groups(rows: list[tuple[int, int]], size: int) -> None:
    ids = [id for id, _ in rows]
    outline = {id: (100 + id, 1 << bits) for id, bits in rows}
    whole = group(Ranked(ids, [0.0] * len(ids), [{} for _ in ids]), outline, set(), near_duplicates=True)
    part = group(
        Ranked(ids[:size], [0.0] * len(ids[:size]), [{} for _ in ids[:size]]), outline, set(), near_duplicates=True
    )
    assert [one.id for one in part] == [one.id for one in whole][: len(part)]


def test_words_are_a_bonus_in_standard_deviations() -> None:
    # Its standard deviation is 0.2.
    meaning = ("meaning", 1.0, "COSINE", matches([(1, 0.9), (2, 0.5)]))
    keywords = ("keywords", 4.0, "BM25", scaled(matches([(2, 20.0), (9, 4.0), (1, 0.0)]), "red apple"))
    ranked = fuse([meaning, keywords])  # type: ignore[list-item]
    assert (ranked.ids, ranked.scores) == ([2, 1, 9], [1.3, 0.9, 0.55])
    assert ranked.by_vector[0] == {"meaning": 0.5, "keywords": 1.25}
    assert fuse([keywords]).scores == [1.25, 0.25, 0.0]  # type: ignore[list-item]
    assert fuse([keywords, meaning]) == fuse([meaning, keywords])  # type: ignore[list-item]


def test_what_few_have_comes_first_in_its_own_order() -> None:
    meaning = ("meaning", 1.0, "COSINE", matches([(1, 0.9), (2, 0.8), (3, 0.1)]))
    keywords = ("keywords", 4.0, "BM25", scaled(matches([(3, 6.0), (9, 4.0), (2, 2.0)]), "e1234"))
    ranked = fuse([meaning, keywords], {"keywords"})  # type: ignore[list-item]
    assert (ranked.ids, ranked.scores) == ([3, 9, 2, 1], [1.75, 1.5, 1.25, 0.9])


@pytest.mark.parametrize(("metric", "far"), [("IP", 60.0), ("L2", 0.0)])
def test_what_few_have_comes_before_any_score(metric: str, far: float) -> None:
    meaning = ("meaning", 1.0, metric, matches([(1, far), (2, 20.0)]))
    keywords = ("keywords", 4.0, "BM25", scaled(matches([(3, 6.0), (2, 2.0)]), "e1234"))
    assert fuse([meaning, keywords], {"keywords"}).ids == [3, 2, 1]  # type: ignore[list-item]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("E1234", True),
        ("SECRET_KEY", True),
        ("chat ?", True),
        ("two words", False),
        ("注文した商品を返品できますか", False),
    ],
)
def test_a_name_or_a_code_is_one_word(text: str, word: bool) -> None:
    assert _is_word(text, words(text)) is word


def test_the_order_of_the_parts_makes_no_difference() -> None:
    positive = ("visual", 1.0, "COSINE", matches([(1, 0.9), (2, 0.8)]))
    negative = ("words", -1.0, "COSINE", matches([(1, 0.9), (7, 0.5)]))
    assert fuse([positive, negative]) == fuse([negative, positive])  # type: ignore[list-item]


def test_a_word_of_two_texts_out_of_nine_is_no_name() -> None:
    assert is_rare(scaled(matches([(3, 4.7)]), "e1234"))
    assert not is_rare(scaled(matches([(3, 1.1), (4, 1.0)]), "invoice"))
    assert not is_rare(scaled(matches([(id, 4.7) for id in range(16)]), "common"))
    assert not is_rare(scaled(matches([]), "nothing"))
