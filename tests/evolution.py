"""Sequences that descend from common ancestors, for tests of DNA."""

from __future__ import annotations

import numpy as np


class Evolution:
    """Substitutions at random places, all letters alike (Jukes and Cantor, 1969); the same for the same seed."""

    def __init__(self, seed: int):
        self._rng = np.random.default_rng(seed)

    def ancestor(self, length: int) -> str:
        return "".join(self._rng.choice(list("ACGT"), length))

    def descendant(self, sequence: str, changed: float) -> str:
        letters = list(sequence)
        for place in np.flatnonzero(self._rng.random(len(letters)) < changed):
            letters[place] = self._rng.choice([one for one in "ACGT" if one != letters[place]])
        return "".join(letters)
