"""Learning tastes: alternating least squares by `implicit`, and a ridge regression from contents to tastes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import scipy.sparse as sparse
from implicit.cpu.als import AlternatingLeastSquares
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from findalike.taste.model import Learning, Lessons, Matrix, Tastes, faded

_RIDGE = 10.0
"""What the map from contents pays for large coefficients: chosen by measuring on items that were held out."""
_TICKS = 1001
_TRUST = 10.0
"""An item with so many events counts half of one with very many when that map is learned."""


def learn(
    lessons: Lessons, learning: Learning, threads: int, report: Callable[[float], None] = lambda _: None
) -> Tastes:
    """Tastes of all items that have events. The same for the same lessons; `report` is told the fraction done."""
    said = lessons.value != 0
    there, item = np.unique(lessons.item[said], return_inverse=True)
    _, user = np.unique(lessons.user[said], return_inverse=True)
    clock = np.quantile(lessons.at, np.linspace(0, 1, _TICKS))
    weights = faded(lessons.value[said], lessons.at[said], clock, learning)
    mean = float(weights[weights > 0].mean())
    weights = (weights * (learning.confidence / mean)).astype(np.float32)
    shape = (int(user.max()) + 1, len(there))
    matrix = sparse.csr_matrix((weights, (user, item)), shape=shape)
    # All factors vanish where λ is above the largest singular value, which is at least this without it: so that what
    # was tuned on many events holds for few.
    cost = learning.regularization * float(np.abs(weights).sum()) / float(np.sqrt(shape[0] * shape[1]))
    # Its own threads are enough: BLAS's beside them only wait for each other (implicit warns of it).
    with threadpool_limits(1, "blas"):
        model = AlternatingLeastSquares(
            factors=learning.factors,
            regularization=cost,
            alpha=1.0,
            iterations=learning.iterations,
            num_threads=threads,
            random_state=0,
        )
        model.fit(
            matrix,
            show_progress=False,
            callback=lambda iteration, *_: report((iteration + 1) / learning.iterations),
        )
    items = np.asarray(model.item_factors, dtype=np.float32)
    segments = lessons.segments[there]
    order = np.argsort(segments)
    return Tastes(
        learning=learning,
        item_ids=[lessons.item_ids[there[row]] for row in order],
        segments=segments[order],
        items=items[order],
        everybody=np.asarray(model.user_factors, dtype=np.float32).mean(axis=0),
        content=from_contents(lessons.contents[there], items, np.bincount(item, minlength=len(there))),
        content_model=lessons.content_model,
        cost=cost,
        mean_value=float(lessons.value[lessons.value > 0].mean()),
        mean_weight=mean,
        clock=clock,
        events=len(item),
        users=shape[0],
    )


def from_contents(contents: Matrix, items: Matrix, counts: NDArray[np.int64]) -> Matrix:
    """The map (dimension + 1, factors) that makes tastes from contents: a ridge regression of `items` (n, factors) on
    `contents` (n, dimension), in which items with many events (`counts`) count more. The last row is what a content
    without any feature gets, and costs nothing."""
    trust = np.sqrt(counts / (counts + _TRUST))[:, None]
    features = np.hstack([contents, np.ones((len(contents), 1), np.float32)]).astype(np.float64) * trust
    cost = _RIDGE * np.eye(features.shape[1])
    cost[-1, -1] = 1e-6
    return np.linalg.solve(features.T @ features + cost, features.T @ (items * trust)).astype(np.float32)
