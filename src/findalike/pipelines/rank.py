"""Putting matches in order: fusing several vectors' scores, and folding near-duplicates. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from findalike.domain import Metric
from findalike.vectors import Matches

DIGITS = 6
"""Scores are compared to so many decimals: the same query in another batch differs by less."""

NEAR_DUPLICATE_BITS = 6
"""Perceptual hashes that differ in at most so many of 64 bits belong to near-duplicates."""


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
        return self._head(size)

    def above(self, threshold: float, *, falling: bool) -> Ranked:
        """Those no worse than the threshold."""
        size = sum(1 for score in self.scores if (score >= threshold if falling else score <= threshold))
        return self._head(size)

    def _head(self, size: int) -> Ranked:
        return Ranked(self.ids[:size], self.scores[:size], self.by_vector[:size])


def fuse(found: Sequence[tuple[str, float, Metric, Matches]]) -> Ranked:
    """One ranking from the matches of one or several vectors (name, weight, metric, matches).

    With several, the score is the weighted mean of the vectors' scores; a segment that one vector did not rank
    within its depth counts there as its last match. Vectors of negative weight only lower what others found."""
    if len(found) == 1:
        name, _, metric, matches = found[0]
        pairs = [
            (round(float(score), DIGITS), id)
            for id, score in zip(matches.ids.tolist(), matches.scores.tolist(), strict=True)
        ]
        pairs.sort(key=lambda pair: (pair[0] if metric == "L2" else -pair[0], pair[1]))
        return Ranked([id for _, id in pairs], [score for score, _ in pairs], [{name: score} for score, _ in pairs])
    scored: dict[int, dict[str, float]] = {}
    for name, weight, _, matches in sorted(found, key=lambda one: one[1] <= 0):
        for id, score in zip(matches.ids.tolist(), matches.scores.tolist(), strict=True):
            if weight > 0 or id in scored:
                scored.setdefault(id, {})[name] = round(float(score), DIGITS)
    total = sum(abs(weight) for _, weight, _, _ in found)
    floor = {name: float(matches.scores[-1]) if len(matches.scores) else 0.0 for name, _, _, matches in found}
    rising = any(metric == "L2" for _, _, metric, _ in found)

    def mean(scores: Mapping[str, float]) -> float:
        return round(sum(weight * scores.get(name, floor[name]) for name, weight, _, _ in found) / total, DIGITS)

    order = sorted(
        ((mean(scores), id) for id, scores in scored.items()),
        key=lambda pair: (pair[0] if rising else -pair[0], pair[1]),
    )
    return Ranked([id for _, id in order], [score for score, _ in order], [scored[id] for _, id in order])


def group(
    ranked: Ranked, outline: Mapping[int, tuple[int, int | None]], skip: set[int], *, near_duplicates: bool
) -> list[tuple[int, float, dict[str, float], tuple[int, ...]]]:
    """One hit an item (its best segment), in order; near-duplicates are folded into the first of them.

    `outline` gives each segment's (item number, fingerprint); segments without one were deleted and are dropped, as
    are the items in `skip`."""
    seen = set(skip)
    leaders: list[tuple[int, float, dict[str, float], list[int]]] = []
    prints: list[int] = []
    owners: list[int] = []
    for id, score, by_vector in zip(ranked.ids, ranked.scores, ranked.by_vector, strict=True):
        if id not in outline:
            continue
        number, fingerprint = outline[id]
        if number in seen:
            continue
        seen.add(number)
        if near_duplicates and fingerprint is not None:
            near = next(
                (
                    o
                    for o, p in zip(owners, prints, strict=True)
                    if (p ^ fingerprint).bit_count() <= NEAR_DUPLICATE_BITS
                ),
                None,
            )
            if near is not None:
                leaders[near][3].append(number)
                continue
            owners.append(len(leaders))
            prints.append(fingerprint)
        leaders.append((id, score, by_vector, []))
    return [(id, score, by_vector, tuple(similar)) for id, score, by_vector, similar in leaders]
