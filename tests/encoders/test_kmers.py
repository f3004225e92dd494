"""Profiles of k-mers, against counting by hand."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from findalike.decoders.sequences import clean, reverse_complement
from findalike.encoders.kmers import KmerEncoder, codes, profiles, words
from findalike.models.records import RECORDS
from findalike.models.registry import Registry

rng = np.random.default_rng(4)


def made(length: int, letters: str = "ACGT") -> str:
    return "".join(rng.choice(list(letters), length))


def by_hand(sequence: str, k: int, both: bool) -> dict[str, float]:
    found = Counter(
        min(word, reverse_complement(word)) if both else word
        for start in range(len(sequence) - k + 1)
        if set(word := sequence[start : start + k]) <= set("ACGT")
    )
    total = sum(found.values())
    return {word: np.sqrt(count / total) for word, count in found.items()}


@pytest.mark.parametrize("both", [True, False])
@pytest.mark.parametrize("k", [2, 3, 5])
def test_a_profile_is_the_root_of_frequencies(k: int, both: bool) -> None:
    sequences = [made(200, "ACGTN"), made(50), made(7)]
    found = profiles([codes(one) for one in sequences], k, both)
    assert found.shape == (3, words(k, both))
    for row, sequence in zip(found, sequences, strict=True):
        assert sorted(row[row > 0].tolist()) == pytest.approx(sorted(by_hand(sequence, k, both).values()), abs=1e-6)


def test_strands_count_as_one_only_where_the_card_says_so() -> None:
    sequence = made(300)
    pair = [codes(sequence), codes(reverse_complement(sequence))]
    one, other = profiles(pair, 5, True)
    np.testing.assert_allclose(one, other)
    one, other = profiles(pair, 5, False)
    assert np.abs(one - other).max() > 0.01


def test_neighbours_in_a_batch_change_nothing_and_short_ones_are_even() -> None:
    sequences = [codes(made(length)) for length in (30, 400, 3, 90)]
    together = profiles(sequences, 4, True)
    for row, sequence in zip(together, sequences, strict=True):
        np.testing.assert_allclose(row, profiles([sequence], 4, True)[0])
    assert np.unique(together[2]).size == 1


def test_every_card_gives_as_many_numbers_as_it_says() -> None:
    for card in RECORDS:
        if card.family == "kmers":
            (vector,) = KmerEncoder(Registry().get(card.name)).encode("sequence", [codes(clean("acgu nacgtacgt"))])
            assert vector.shape == (card.dimension,)
            assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)
