"""Which sequences share words: the first half of classifying by alignment."""

from __future__ import annotations

import numpy as np

from findalike.bench.dna import Seeds
from findalike.decoders.sequences import reverse_complement


def test_relatives_come_first_on_either_strand_and_strangers_not_at_all() -> None:
    rng = np.random.default_rng(0)
    gene, other, stranger = ("".join(rng.choice(list("ACGT"), 300)) for _ in range(3))
    seeds = Seeds([other, gene, gene[:150] + other[150:], "ACGT"])
    assert seeds.most_shared(gene, 2) == [1, 2]
    assert seeds.most_shared(reverse_complement(other), 9) == [0, 2]
    assert seeds.most_shared(stranger, 9) == []
    assert seeds.most_shared("ACGTNACGTNACGT", 9) == []
