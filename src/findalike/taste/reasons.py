"""Which liked items are named as the reasons of a recommendation."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_REASONS = 2
_WORTH_SAYING = 0.1
"""The least share of a reason after the first."""
_NEARLY = 0.5
"""What adds so much of what the most adding one adds may be named before it."""


def reasons(added: NDArray[np.floating]) -> list[list[tuple[int, float]]]:
    """Of what each liked item adds to the score of each recommendation, (recommendations, liked): for each of these,
    the columns that speak for it more than for the others, the most telling first, with their shares of all that adds.

    What adds most is often the same for all, and so says little of any."""
    adding = np.maximum(added, 0)
    total = adding.sum(axis=1, keepdims=True)
    shares = adding / np.where(total > 0, total, 1.0)
    slight = shares < _NEARLY * shares.max(axis=1, keepdims=True)
    best = np.lexsort((shares.mean(axis=0) - shares, slight))[:, :_REASONS]
    return [
        [
            (int(column), float(row[column]))
            for place, column in enumerate(columns)
            # Of very many liked items each adds little; the first is the reason all the same.
            if row[column] > (0 if place == 0 else _WORTH_SAYING)
        ]
        for row, columns in zip(shares, best, strict=True)
    ]
