"""Vectors of sentences: which tokens are whose, and what int8 costs."""

from __future__ import annotations

import numpy as np

from findalike.encoders.prepare import begin_in_prepared, normalise_text
from findalike.encoders.sentences import compact, cosines, means


def test_each_token_counts_for_the_sentence_that_it_begins_in() -> None:
    values = np.array([[9, 9], [1, 0], [3, 0], [0, 4], [9, 9]], np.float32)
    assert means(values, [-1, 0, 6, 11, -1], [0, 10, 20]).tolist() == [[2, 0], [0, 4], [0, 0]]
    assert means(values, [-1, 0, 6, 11, -1], [6]).tolist() == [[1.5, 2]]


def test_int8_loses_next_to_nothing() -> None:
    rng = np.random.default_rng(0)
    vectors = rng.normal(1, 1, (6, 384)).astype(np.float32)
    kept = compact(vectors)
    assert (kept.dtype, np.abs(kept).max(axis=1).tolist()) == (np.int8, [127] * 6)
    lengths = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    own = lengths - lengths.mean(axis=0) / 2
    query = rng.normal(size=384).astype(np.float32)
    exact = own @ query / np.linalg.norm(own, axis=1) / np.linalg.norm(query)
    np.testing.assert_allclose(cosines(kept, query), exact, atol=0.003)


def test_a_sentence_that_the_model_did_not_reach_is_near_to_nothing() -> None:
    kept = compact(np.array([[1, 0], [0, 0]], np.float32))
    assert cosines(compact(np.zeros((1, 2), np.float32)), np.ones(2, np.float32)).tolist() == [0]
    assert np.argmax(cosines(kept, np.array([1, 0], np.float32))) == 0


def test_places_are_found_again_in_the_prepared_text() -> None:
    text = "One  cafe\u0301.\n\nTwo\x00 lions.\u200b Three\u00a0\u00a0mice."
    places = [0, text.index("Two"), text.index("Three")]
    whole = "A title\n" + text
    begins = begin_in_prepared(text, places, whole)
    prepared = normalise_text(whole)
    assert [prepared[begin:].split()[0] for begin in begins] == ["One", "Two", "Three"]
    assert begin_in_prepared("\u200b", [0], "Title\n\u200b") == [5]
