"""How well tastes foretell what users do next, beside simple ways: a global time split.

Everything is learned from what was before one moment, the same for all, as it would have been on that day (Meng et al.,
"Exploring Data Splitting Strategies for the Evaluation of Recommendation Models", RecSys 2020). The users that count
had events before it and after it; what they had before is not recommended.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import scipy.sparse as sparse
from numpy.typing import NDArray

from findalike.errors import InvalidInput
from findalike.taste.learning import learn
from findalike.taste.model import Learning, Lessons

CUT = 0.9
"""The part of all events that is before the moment."""
_RECALLS = (10, 50)
_RANKED = 10
_USERS = 2000
"""At most so many users are asked for, spread evenly."""
_NEIGHBOURS = 200
_BATCH = 256

Scores = NDArray[np.float64]
"""For some users and all items: shape (users, items)."""


@dataclass(frozen=True)
class Split:
    """Before and after: lessons to learn from, and for each of the users that count, the items of theirs before and
    after (positions)."""

    before: Lessons
    users: NDArray[np.int64]
    seen: list[NDArray[np.int64]]
    wanted: list[NDArray[np.int64]]
    moment: float


def split(lessons: Lessons, cut: float = CUT) -> Split:
    """Raises InvalidInput if nobody has events on both sides."""
    moment = float(np.quantile(lessons.at, cut))
    early = lessons.at < moment
    before = replace(
        lessons, user=lessons.user[early], item=lessons.item[early], value=lessons.value[early], at=lessons.at[early]
    )
    liked = ~early & (lessons.value > 0)
    both = np.intersect1d(before.user[before.value > 0], lessons.user[liked])
    both = both[np.linspace(0, len(both) - 1, min(len(both), _USERS)).astype(np.int64)] if len(both) else both
    if not len(both):
        raise InvalidInput(
            "No user has events in the first 90 % of the time and after it: there is nothing to foretell."
        )
    seen = _by_user(before.user, before.item, both)
    after = _by_user(lessons.user[liked], lessons.item[liked], both)
    wanted = [np.setdiff1d(new, old) for new, old in zip(after, seen, strict=True)]
    return Split(before, both, seen, wanted, moment)


def evaluate(
    lessons: Lessons, learning: Learning, threads: int, report: Callable[[float], None] = lambda _: None
) -> dict[str, Any]:
    """Recall, nDCG and coverage of tastes beside popularity and item-kNN, as JSON."""
    parts = split(lessons)
    tastes = learn(parts.before, learning, threads, lambda fraction: report(0.5 * fraction))
    vectors = np.stack(
        [
            tastes.vector(segment, content, lessons.content_model)
            for segment, content in zip(lessons.segments.tolist(), lessons.contents, strict=True)
        ]
    )

    def learned(users: NDArray[np.int64]) -> Scores:
        solved = []
        for user in users:
            own = parts.before.user == user
            items = parts.before.item[own]
            solved.append(tastes.solve(vectors[items], parts.before.value[own], parts.before.at[own]).user)
        return np.stack(solved).astype(np.float64) @ vectors.T.astype(np.float64)

    methods = {"popularity": popularity(parts), "item_knn": item_knn(parts), "tastes": learned}
    scores: dict[str, Any] = {}
    for number, (name, method) in enumerate(methods.items()):
        scores[name] = measures(parts, method, len(np.unique(parts.before.item)))
        report(0.5 + 0.5 * (number + 1) / len(methods))
    return {
        "cut": CUT,
        "moment": parts.moment,
        "events_before": len(parts.before.item),
        "events_after": len(lessons.item) - len(parts.before.item),
        "users": sum(1 for one in parts.wanted if len(one)),
        "items": len(tastes.item_ids),
        "methods": scores,
    }


def popularity(parts: Split) -> Callable[[NDArray[np.int64]], Scores]:
    """For everybody the items that most users like."""
    liked = parts.before.item[parts.before.value > 0]
    counts = np.bincount(liked, minlength=len(parts.before.item_ids)).astype(np.float64)
    return lambda users: np.tile(counts, (len(users), 1))


def item_knn(parts: Split, neighbours: int = _NEIGHBOURS) -> Callable[[NDArray[np.int64]], Scores]:
    """Items like those that a user liked: the cosine of the sets of their users, of so many nearest items (Sarwar et
    al., "Item-based Collaborative Filtering Recommendation Algorithms", WWW 2001)."""
    liked = parts.before.value > 0
    shape = (int(parts.before.user.max()) + 1, len(parts.before.item_ids))
    matrix = sparse.csr_matrix(
        (np.ones(liked.sum()), (parts.before.user[liked], parts.before.item[liked])), shape=shape
    )
    lengths = np.sqrt(np.maximum(np.asarray(matrix.sum(axis=0)).ravel(), 1.0))
    unit = sparse.csr_matrix(matrix @ sparse.diags(1 / lengths))
    rows = []
    for first in range(0, shape[1], _BATCH):
        cosines = np.asarray((unit.T[first : first + _BATCH] @ unit).todense())
        cosines[np.arange(len(cosines)), np.arange(first, first + len(cosines))] = 0
        if cosines.shape[1] > neighbours:
            least = np.partition(cosines, -neighbours, axis=1)[:, -neighbours][:, None]
            cosines[cosines < least] = 0
        rows.append(sparse.csr_matrix(cosines))
    alike = sparse.vstack(rows).T.tocsr()
    return lambda users: np.asarray((matrix[users] @ alike).todense())


def measures(parts: Split, method: Callable[[NDArray[np.int64]], Scores], items: int) -> dict[str, float]:
    """recall@k (of at most k wanted items), nDCG@10, and the share of `items` that somebody is shown in ten."""
    deepest = max(_RECALLS)
    discounts = 1 / np.log2(np.arange(2, _RANKED + 2))
    recalls: dict[int, list[float]] = {k: [] for k in _RECALLS}
    gains: list[float] = []
    shown: set[int] = set()
    for batch in _batches(parts):
        scores = method(parts.users[batch])
        for row, position in enumerate(batch):
            wanted = parts.wanted[position]
            if not len(wanted):
                continue
            own = scores[row].copy()
            own[parts.seen[position]] = -np.inf
            best = np.argsort(-own, kind="stable")[:deepest]
            good = np.isin(best, wanted)
            for k in _RECALLS:
                recalls[k].append(float(good[:k].sum()) / min(k, len(wanted)))
            most = discounts[: min(_RANKED, len(wanted))].sum()
            gains.append(float((good[:_RANKED] * discounts[: len(good[:_RANKED])]).sum() / most))
            shown.update(best[:_RANKED].tolist())
    return {
        **{f"recall_at_{k}": round(float(np.mean(recalls[k])), 4) for k in _RECALLS},
        "ndcg_at_10": round(float(np.mean(gains)), 4),
        "coverage": round(len(shown) / items, 4),
    }


def _batches(parts: Split) -> Iterator[NDArray[np.int64]]:
    for first in range(0, len(parts.users), _BATCH):
        yield np.arange(first, min(first + _BATCH, len(parts.users)))


def _by_user(user: NDArray[np.int64], item: NDArray[np.int64], users: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    order = np.argsort(user, kind="stable")
    starts = np.searchsorted(user[order], users, "left")
    ends = np.searchsorted(user[order], users, "right")
    return [item[order[start:end]] for start, end in zip(starts, ends, strict=True)]
