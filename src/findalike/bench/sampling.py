"""How sure a figure is: intervals by bootstrap (Efron, 1979)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

_DRAWS = 2000


def interval(samples: Sequence[float], share: float = 0.95) -> tuple[float, float]:
    """In which the mean lies with this probability. Of one sample it is that sample twice."""
    means = _drawn(np.asarray(samples, np.float64), np.random.default_rng(0)).mean(axis=1)
    return _middle(means, share)


def ratio_interval(before: Sequence[float], after: Sequence[float], share: float = 0.95) -> tuple[float, float]:
    """In which the second's median over the first's lies with this probability."""
    rng = np.random.default_rng(0)
    one = np.median(_drawn(np.asarray(before, np.float64), rng), axis=1)
    other = np.median(_drawn(np.asarray(after, np.float64), rng), axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return _middle(other / one, share)


def _drawn(samples: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return samples[rng.integers(len(samples), size=(_DRAWS, len(samples)))]


def _middle(values: np.ndarray, share: float) -> tuple[float, float]:
    low, high = np.quantile(values, [(1 - share) / 2, (1 + share) / 2])
    return float(low), float(high)
