"""Laying points out on a plane so that neighbours stay together: t-SNE by openTSNE, in a process of its own.

openTSNE was chosen by measuring (docs/map.md): of what runs 100,000 points in a minute or two on two cores it keeps the
most neighbours, and it needs no compiler at run time.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from findalike.pipelines.apart import apart

Plane = NDArray[np.float64]
"""Places on the plane: shape (n, 2)."""

_FEW = 16
"""Fewer points than this have no neighbourhoods to keep: their two main directions are shown."""
_MANY = 1000
_PERPLEXITY = 30
_EARLY, _LATE = 250, 500
_START = 1e-4
"""The spread that t-SNE's pictures begin with, so that nothing is far apart before it has to be."""
_STEP = 10


def lay_out(points: NDArray[np.float32], threads: int, report: Callable[[float], None] = lambda _: None) -> Plane:
    """Places (n, 2) for points (n, d); the same for the same points. `report` is told the fraction that is done."""
    if len(points) < _FEW:
        return _main_directions(points)
    start = _main_directions(points)
    spread = float(start[:, 0].std())
    if not spread:
        return start
    from openTSNE import TSNEEmbedding
    from openTSNE.affinity import PerplexityBasedNN

    # Few points are done sooner than threads have found together.
    threads = threads if len(points) >= _MANY else 1
    perplexity = min(_PERPLEXITY, (len(points) - 1) / 3)
    affinities = PerplexityBasedNN(points, perplexity=perplexity, n_jobs=threads, random_state=0)
    report(0.25)
    done = 0

    def step(_iteration: int, _error: float, _embedding: object) -> None:
        nonlocal done
        done += _STEP
        report(0.25 + 0.75 * min(1.0, done / (_EARLY + _LATE)))

    places = TSNEEmbedding(
        start * (_START / spread),
        affinities,
        n_jobs=threads,
        random_state=0,
        callbacks=step,
        callbacks_every_iters=_STEP,
    )
    places = places.optimize(_EARLY, exaggeration=12, momentum=0.5)
    return np.asarray(places.optimize(_LATE, momentum=0.8), dtype=np.float64)


def _main_directions(points: NDArray[np.float32]) -> Plane:
    plane = np.zeros((len(points), 2))
    if len(points):
        centred = (points - points.mean(axis=0)).astype(np.float64)
        directions = np.linalg.eigh(centred.T @ centred)[1][:, ::-1][:, :2]
        plane[:, : directions.shape[1]] = centred @ directions
    return plane


def lay_out_apart(
    points: NDArray[np.float32], threads: int, check: Callable[[], None], report: Callable[[float], None]
) -> Plane:
    """`lay_out` in another process. `check` is called several times a second, and may raise to stop."""
    plane: Plane = apart(
        lay_out,
        (points, threads),
        check,
        report,
        "The process that laid out the map ended before it was done, most likely for lack of memory: "
        "free some, then ask for the map again.",
    )
    return plane
