"""Putting matches in order: fusing several vectors' scores, and folding near-duplicates. Pure functions."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress
from typing import NamedTuple

import numpy as np

from findalike.domain import Ranking
from findalike.vectors import Matches

DIGITS = 6
"""Scores are compared to so many decimals: the same query in another batch differs by less."""

NEAR_DUPLICATE_BITS = 6
"""Perceptual hashes that differ in at most so many of 64 bits belong to near-duplicates."""


OTHERS = 4
"""How many further segments of an item are named beside its best."""


_PER_WORD = 8.0
_POWER = 2.0
"""What BM25 of one word is worth, and how much less a part of the query's words is worth than all of them."""

_FEW, _RARE = 15, 0.2
"""A word that at most so many segments have, the best of them with so much of what a word is worth, is a name or a
code. (A word of two texts out of nine is worth less.)"""


@dataclass(frozen=True)
class Ranked:
    """Segment ids with scores, best first (for L2 the least is best), ties by id; scores by vector beside them."""

    ids: list[int]
    scores: list[float]
    by_vector: list[dict[str, float]]

    def settled(self) -> Ranked:
        """Without those that tie with the last: of these, others may have been cut off."""
        size = len(self.ids)
        while size and self.scores[size - 1] == self.scores[-1]:
            size -= 1
        return self.head(size)

    def above(self, threshold: float, *, falling: bool) -> Ranked:
        """Those no worse than the threshold."""
        return self._only([score >= threshold if falling else score <= threshold for score in self.scores])

    def followed_by(self, more: Ranked) -> Ranked:
        """These, and then what is new of another ranking."""
        if not self.ids:
            return more
        there = set(self.ids)
        rest = more._only([id not in there for id in more.ids])
        return Ranked(self.ids + rest.ids, self.scores + rest.scores, self.by_vector + rest.by_vector)

    def _only(self, chosen: Sequence[bool]) -> Ranked:
        return Ranked(
            list(compress(self.ids, chosen)),
            list(compress(self.scores, chosen)),
            list(compress(self.by_vector, chosen)),
        )

    def head(self, size: int) -> Ranked:
        """The best `size`."""
        return Ranked(self.ids[:size], self.scores[:size], self.by_vector[:size])


class Leader(NamedTuple):
    """A hit to be: its best segment, and what is folded into it: numbers of near-duplicate items, and the next best
    segments (id, score) of its own item."""

    id: int
    score: float
    by_vector: dict[str, float]
    similar: list[int]
    others: list[tuple[int, float]]

    @property
    def segments(self) -> list[int]:
        """Ids of all that is shown of it."""
        return [self.id, *(id for id, _ in self.others)]


def scaled(matches: Matches, words: str) -> Matches:
    """BM25 for each word of the query, where a passage that has them all comes to about 1.

    Dividing by the query's best match instead would give a 1 to the best of matches that are all poor."""
    return Matches(matches.ids, matches.scores / np.float32(_PER_WORD * max(1, len(words.split()))))


def is_rare(matches: Matches) -> bool:
    """Whether these, all that BM25 found of one word (`scaled`), are so few that they are meant."""
    return 0 < len(matches.ids) <= _FEW and float(matches.scores.max()) >= _RARE


def fuse(found: Sequence[tuple[str, float, Ranking, Matches]], first: Collection[str] = ()) -> Ranked:
    """One ranking from the matches of one or several vectors (name, weight, metric, matches; BM25 is `scaled`).

    With several, the score is the weighted mean of the vectors' scores; a segment that one vector did not rank
    within its depth counts there as its last match. Vectors of negative weight only lower what others found.
    BM25 beside vectors is a bonus: as many standard deviations of their scores as its weight says for a passage that
    has all words of the query, and much less for one that has few. What a BM25 in `first` found comes before all else,
    in its own order. How this was chosen is in docs/text-search.md."""
    dense = [one for one in found if one[2] != "BM25"]
    if len(found) == 1:
        name, _, metric, matches = found[0]
        # A zero has no sign: nobody reads -0 as a score.
        rounded = matches.scores.astype(np.float64).round(DIGITS) + 0.0
        order = np.lexsort((matches.ids, rounded if metric == "L2" else -rounded))
        scores = rounded[order].tolist()
        return Ranked(matches.ids[order].tolist(), scores, [{name: score} for score in scores])
    scored: dict[int, dict[str, float]] = {}
    for name, weight, _, matches in sorted(found, key=lambda one: one[1] <= 0):
        for id, score in zip(matches.ids.tolist(), matches.scores.tolist(), strict=True):
            if weight > 0 or id in scored:
                scored.setdefault(id, {})[name] = round(float(score), DIGITS)
    total = sum(abs(weight) for _, weight, _, _ in dense)
    floor = {name: float(matches.scores[-1]) if len(matches.scores) else 0.0 for name, _, _, matches in dense}
    all_scores = np.concatenate([matches.scores for _, _, _, matches in dense])
    spread = float(all_scores.std()) if all_scores.size else 0.0
    bonuses = {name: weight * spread for name, weight, metric, _ in found if metric == "BM25"}
    rising = any(metric == "L2" for _, _, metric, _ in dense)
    best = float(all_scores.min(initial=0.0) if rising else all_scores.max(initial=1.0))

    def fused(scores: Mapping[str, float]) -> float:
        if ahead := [scores[name] for name in first if name in scores]:
            return round(best - max(ahead) if rising else best + max(ahead), DIGITS)
        mean = sum(weight * scores.get(name, floor[name]) for name, weight, _, _ in dense) / total
        bonus = sum(most * float(min(1.0, scores.get(name, 0.0)) ** _POWER) for name, most in bonuses.items())
        return round(mean - bonus if rising else mean + bonus, DIGITS)

    pairs = sorted(
        ((fused(scores), id) for id, scores in scored.items()),
        key=lambda pair: (pair[0] if rising else -pair[0], pair[1]),
    )
    return Ranked([id for _, id in pairs], [score for score, _ in pairs], [scored[id] for _, id in pairs])


def group(
    ranked: Ranked,
    outline: Mapping[int, tuple[int, int | None]],
    skip: set[int],
    *,
    near_duplicates: bool,
    parts: bool = False,
) -> list[Leader]:
    """One hit an item (its best segment), in order, or with `parts` one hit a segment; near-duplicates are folded into
    the first of them.

    `outline` gives each segment's (item number, fingerprint); segments without one were deleted and are dropped, as
    are the items in `skip`."""
    leaders: list[Leader] = []
    by_item: dict[int, Leader | None] = dict.fromkeys(skip)
    prints: list[tuple[int, Leader]] = []
    for id, score, by_vector in zip(ranked.ids, ranked.scores, ranked.by_vector, strict=True):
        if id not in outline:
            continue
        number, fingerprint = outline[id]
        if number in by_item and (not parts or number in skip):
            leader = by_item[number]
            if leader and len(leader.others) < OTHERS:
                leader.others.append((id, score))
            continue
        leader = by_item[number] = Leader(id, score, by_vector, [], [])
        if near_duplicates and fingerprint is not None:
            near = next(
                (one for print, one in prints if (print ^ fingerprint).bit_count() <= NEAR_DUPLICATE_BITS), None
            )
            if near:
                near.similar.append(number)
                by_item[number] = None
                continue
            prints.append((fingerprint, leader))
        leaders.append(leader)
    return leaders
