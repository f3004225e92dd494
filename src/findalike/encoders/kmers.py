"""Profiles of k-mers: how often each word of k letters occurs. Fixed by the card, with no vocabulary of the data, so
vectors stay comparable for ever.

Numbers are roots of frequencies, so that the cosine of two profiles is the overlap of two distributions
(Bhattacharyya, 1943). Words with ambiguous letters do not count. Where strands do not matter, a word and its reverse
complement are one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from findalike.encoders.staged import Raw, StagedEncoder
from findalike.models.cards import ModelCard

_UNKNOWN = 4
_LETTERS = 200_000
"""Letters counted at once: what is made of them fits into a processor's cache, which is a third faster."""


class KmerEncoder(StagedEncoder):
    """Of each sequence, uint8 letters as `codes` gives them, its profile."""

    def __init__(self, card: ModelCard, *_: object):
        super().__init__(card)
        self._k = int(card.options.get("k", 5))
        self._both = bool(card.options.get("both_strands", True))

    def network(self, modality: str) -> str:
        return f"kmers:{self.card.digest}"

    def outputs(self, modality: str) -> frozenset[str]:
        return frozenset({"profile"})

    def run(self, modality: str, batch: Sequence[Any], outputs: Iterable[str]) -> Raw:
        parts: list[NDArray[np.float32]] = []
        some: list[NDArray[np.uint8]] = []
        for sequence in batch:
            if some and sum(map(len, some)) + len(sequence) > _LETTERS:
                parts.append(profiles(some, self._k, self._both))
                some = []
            some.append(sequence)
        return {"profile": np.concatenate([*parts, profiles(some, self._k, self._both)])}

    def finish(self, modality: str, raw: Raw) -> NDArray[np.float32]:
        return np.asarray(raw["profile"], np.float32)


def codes(sequence: str) -> NDArray[np.uint8]:
    """The letters A, C, G, T as 0 to 3, all others as 4: (letters,)."""
    return _table()[np.frombuffer(sequence.encode("ascii"), np.uint8)]


def profiles(sequences: Sequence[NDArray[np.uint8]], k: int, both_strands: bool) -> NDArray[np.float32]:
    """Roots of the frequencies of k-mers: (sequences, words(k, both_strands)). One pass over all letters.

    A sequence without a single whole k-mer has the profile of one that has each equally often."""
    # k unknown letters between sequences, so that no word spans two.
    gap = np.full(k, _UNKNOWN, np.uint8)
    letters = np.concatenate([part for sequence in sequences for part in (sequence, gap)])
    places = len(letters) - k + 1
    index = np.zeros(places, np.int32)
    known = np.ones(places, bool)
    for offset in range(k):
        letter = letters[offset : offset + places]
        known &= letter != _UNKNOWN
        index = index * 4 + letter
    owner = np.repeat(np.arange(len(sequences)), [len(one) + k for one in sequences])[:places]
    count = words(k, both_strands)
    word = _canonical(k)[index[known]] if both_strands else index[known]
    counts = np.bincount(owner[known] * count + word, minlength=len(sequences) * count).reshape(-1, count)
    total = counts.sum(axis=1, keepdims=True)
    return np.sqrt(np.where(total > 0, counts / np.maximum(total, 1), 1 / count)).astype(np.float32)


def words(k: int, both_strands: bool) -> int:
    """How many k-mers there are, words and their reverse complements being one where strands do not matter."""
    return len(np.unique(_canonical(k))) if both_strands else int(4**k)


@cache
def _table() -> NDArray[np.uint8]:
    table = np.full(256, _UNKNOWN, np.uint8)
    for code, letter in enumerate("ACGT"):
        table[ord(letter)] = code
    return table


@cache
def _canonical(k: int) -> NDArray[np.int32]:
    """For each k-mer, read as a number of base 4, the place of the lesser of it and its reverse complement."""
    numbers = np.arange(4**k, dtype=np.int64)
    other = np.zeros_like(numbers)
    rest = numbers.copy()
    for _ in range(k):
        other = other * 4 + (3 - rest % 4)
        rest //= 4
    least = np.minimum(numbers, other)
    return np.searchsorted(np.unique(least), least).astype(np.int32)
