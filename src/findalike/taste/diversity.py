"""Recommendations that differ from each other."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def diverse(scores: NDArray[np.float64], vectors: NDArray[np.float32], diversity: float, count: int) -> list[int]:
    """Positions of `count` candidates, chosen one by one by maximal marginal relevance (Carbonell and Goldstein, SIGIR
    1998): (1 - diversity) × score - diversity × cosine to the most similar one chosen before. Scores (n,) are scaled to
    0 … 1; vectors are (n, d). Of equals the first is taken."""
    spread = float(scores.max() - scores.min())
    relevance = (scores - scores.min()) / (spread or 1.0)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit = vectors / np.where(lengths > 0, lengths, 1.0)
    nearest = np.zeros(len(scores))
    left = np.ones(len(scores), dtype=np.bool_)
    chosen: list[int] = []
    while left.any() and len(chosen) < count:
        gain = np.where(left, (1 - diversity) * relevance - diversity * nearest, -np.inf)
        best = int(np.argmax(gain))
        chosen.append(best)
        left[best] = False
        nearest = np.maximum(nearest, unit @ unit[best]) if len(chosen) > 1 else unit @ unit[best]
    return chosen
