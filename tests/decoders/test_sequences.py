"""Sequences: letters, windows, alignments."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from findalike.decoders.sequences import align, clean, gc, rated, reverse_complement, windows
from findalike.errors import InvalidInput


def test_letters_are_checked() -> None:
    assert clean("acg-u n\n12 RYK") == "ACGTNRYK"
    with pytest.raises(InvalidInput, match=r"'E' at place 2"):
        clean("AEQ")
    with pytest.raises(InvalidInput, match="empty"):
        clean(" - ")
    assert reverse_complement("AACGRN") == "NYCGTT"
    assert gc("GGAN") == pytest.approx(2 / 3)


@given(length=st.integers(1, 20_000), width=st.integers(2, 3000))
def test_windows_cover_a_sequence_and_overlap_by_half(length: int, width: int) -> None:
    found = list(windows(length, width))
    assert found[0][0] == 0
    assert found[-1][1] == length
    assert all(end - start == min(width, length) for start, end in found)
    assert all(after[0] - before[0] <= max(1, width // 2) for before, after in pairwise(found))


def test_the_best_local_alignment_on_either_strand() -> None:
    gene = "ATGACCGGTTTACGCAATCCGGATTTACCGGCATTAGACCGGTACC"
    contig = "TTTTTTTTTTGGGGGGGG" + gene + "CCCCCTTTTTTTTTAAAAAAA"
    whole = align(gene, contig)
    assert (whole.identity, whole.columns, whole.strand) == (1.0, len(gene), 1)
    assert whole.target == (18, 18 + len(gene))
    assert whole.query == (0, len(gene))
    other = align(reverse_complement(gene), contig)
    assert (other.identity, other.strand, other.query) == (1.0, -1, (0, len(gene)))
    changed = align(gene[:20] + "A" + gene[21:], contig)
    assert changed.identities >= len(gene) - 1
    assert changed.lines[1].count("|") == changed.identities
    assert len({len(line) for line in changed.lines}) == 1
    assert align("AAAA", "CCCC").identity == 0


def test_an_exact_piece_is_rated_by_its_length_on_either_strand() -> None:
    gene = "ATGAGTATTCAACATTTCCGTGTCGCCCTTATTCCCTTTTTTGCGG"
    for piece in (gene[5:35], reverse_complement(gene[5:35])):
        assert rated(piece, gene) == 60
    assert rated("A", "C") == 0
