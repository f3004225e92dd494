"""Where shots begin, by how much neighbouring frames differ. Pure functions and small state; no video is read here."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from statistics import median
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Glance = NDArray[np.float32]
"""A frame as it is compared: float32 (HEIGHT, WIDTH, 3) of luminance and two colour differences, 0 to 255."""

WIDTH, HEIGHT = 32, 18

CUT = 16.0
"""So much two neighbouring frames differ at a cut, at least: the mean difference of their values. Chosen on made
videos; see docs/video-search.md."""

_ABOVE = 3.0
_RECENT = 12
_DRIFT = 22.0
_STILL = 6.0
_FLICKER = 0.25
_SHORTEST = 0.5
_LONGEST = 20.0

Change = Literal["cut", "drift"]


@dataclass
class Shots:
    """Fed with the frames of a video one after the other, it says where something new begins.

    Nothing from before a beginning matters after it, so that whoever goes on from a beginning finds the same, if he
    says whether it is one `within` a shot."""

    began: float = 0.0
    within: bool = False
    _first: Glance | None = None
    _before: Glance | None = None
    _steps: deque[float] = field(default_factory=lambda: deque(maxlen=_RECENT))

    def feed(self, moment: float, glance: Glance) -> Change | None:
        """Whether a shot begins with this frame ("cut"), or the picture has become another within a shot ("drift": by
        motion, or by a fade), or the same has been seen for long."""
        if self._first is None or self._before is None:
            self._begin(moment, glance)
            return None
        step = difference(self._before, glance)
        usual = median(self._steps) if self._steps else 0.0
        change: Change | None = None
        if step > CUT and step > _ABOVE * usual:
            if moment - self.began < _FLICKER and not self.within:
                # Pictures that are gone at once are no shots: it begins anew with what follows them.
                self._first = self._before = glance
                self._steps.clear()
                return None
            change = "cut"
        elif moment - self.began >= _LONGEST or (
            moment - self.began >= _SHORTEST and step < _STILL and difference(self._first, glance) > _DRIFT
        ):
            change = "drift"
        if change:
            self.within = change == "drift"
            self._begin(moment, glance)
        else:
            self._steps.append(step)
            self._before = glance
        return change

    def _begin(self, moment: float, glance: Glance) -> None:
        self.began, self._first, self._before = moment, glance, glance
        self._steps.clear()


def difference(one: Glance, other: Glance) -> float:
    """How much two frames differ: the mean of |difference|, brightness counted twice as much as each colour."""
    apart = np.abs(one - other).mean(axis=(0, 1))
    return float((2 * apart[0] + apart[1] + apart[2]) / 2)
