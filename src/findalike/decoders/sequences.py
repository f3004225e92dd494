"""Nucleotide sequences: checking letters, cutting windows, and aligning by Biopython.

Native code on untrusted input: to be called in decoder processes only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from Bio.Align import PairwiseAligner

from findalike.errors import InvalidInput

MOST_ALIGNED = 5000
"""Letters of a sequence that are aligned: time and memory grow with the product of both."""

_NOT_IUPAC = re.compile(r"[^ACGTRYSWKMBDHVN]")
_IGNORED = re.compile(r"[\s\-.*0-9]+")
_COMPLEMENT = str.maketrans("ACGTRYSWKMBDHVN", "TGCAYRSWMKVHDBN")


def clean(text: str) -> str:
    """A sequence in capital letters, U as T, without gaps, white space and numbers. Raises InvalidInput for letters
    that are not IUPAC's for nucleotides, such as those of proteins, and if nothing is left."""
    sequence = _IGNORED.sub("", text).upper().replace("U", "T")
    wrong = _NOT_IUPAC.search(sequence)
    if wrong and wrong[0] == ">":
        raise InvalidInput(
            "Leave out FASTA's lines that begin with '>': here is one sequence, without its name.", field="sequence"
        )
    if wrong:
        raise InvalidInput(
            f"The letter {wrong[0]!r} at place {wrong.start() + 1} is none of IUPAC's for DNA and RNA.",
            field="sequence",
        )
    if not sequence:
        raise InvalidInput("The sequence is empty.", field="sequence")
    return sequence


def reverse_complement(sequence: str) -> str:
    """The other strand, read in its own direction."""
    return sequence.translate(_COMPLEMENT)[::-1]


def windows(length: int, width: int) -> Iterator[tuple[int, int]]:
    """Where windows of a sequence begin and end, overlapping by half; the last ends with it."""
    if length <= width:
        yield 0, length
        return
    step = width // 2
    for start in range(0, length - width, step):
        yield start, start + width
    yield length - width, length


def gc(sequence: str) -> float:
    """The share of G and C among A, C, G and T."""
    known = sum(sequence.count(letter) for letter in "ACGT")
    return (sequence.count("G") + sequence.count("C")) / known if known else 0.0


@dataclass(frozen=True)
class Alignment:
    """The best local alignment: identical letters and columns, where it lies in both (of the query's given strand),
    the strand of the query, and three lines to show."""

    identities: int
    columns: int
    query: tuple[int, int]
    target: tuple[int, int]
    strand: int
    lines: tuple[str, str, str]

    @property
    def identity(self) -> float:
        """The share of identical columns."""
        return self.identities / self.columns if self.columns else 0.0


def rated(query: str, target: str) -> float:
    """The score of the best alignment, which `align` finds: three times faster than that."""
    return _better(query[:MOST_ALIGNED], target[:MOST_ALIGNED])[0]


def align(query: str, target: str) -> Alignment:
    """Align locally (Smith and Waterman, 1981), by BLAST's rewards: 2 for a match, -3 for a mismatch, 5 to open a gap
    and 2 for each of its letters. Of both strands the better."""
    query, target = query[:MOST_ALIGNED], target[:MOST_ALIGNED]
    _, strand, text = _better(query, target)
    found = next(iter(_aligner().align(target, text)), None)
    if found is None:
        return Alignment(0, 0, (0, 0), (0, 0), 1, ("", "", ""))
    above, below = found[0], found[1]
    middle = "".join("|" if one == other else " " for one, other in zip(above, below, strict=True))
    places = found.coordinates
    start, end = int(places[1][0]), int(places[1][-1])
    if strand < 0:
        start, end = len(text) - end, len(text) - start
    return Alignment(
        middle.count("|"),
        len(middle),
        (start, end),
        (int(places[0][0]), int(places[0][-1])),
        strand,
        (below, middle, above),
    )


def _better(query: str, target: str) -> tuple[float, int, str]:
    """The best score, of which strand of the query, and how that reads; the given one of equals."""
    strands = ((1, query), (-1, reverse_complement(query)))
    aligner = _aligner()
    return max(
        ((float(aligner.score(target, text)), strand, text) for strand, text in strands), key=lambda one: one[:2]
    )


@cache
def _aligner() -> Any:
    aligner = PairwiseAligner(mode="local")  # type: ignore[no-untyped-call]
    aligner.match_score, aligner.mismatch_score = 2, -3
    aligner.open_gap_score, aligner.extend_gap_score = -7, -2
    return aligner
