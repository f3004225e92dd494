"""A learned model of tastes: a vector for each item, and what makes a user's vector from what the user did.

Source: Hu, Koren, Volinsky, "Collaborative Filtering for Implicit Feedback Datasets" (ICDM 2008). A user's vector x
solves (YᵀY + λI + Yᵤᵀ(C − I)Yᵤ) x = Yᵤᵀ C p over the items Yᵤ of the user's events with their confidences C and
preferences p (1 liked, 0 not), so new events count without learning again. An item's score is the inner product with
it, which is the sum of what each event contributes (section 5 there). Here confidences fade with time, and the
preference of who dislikes is below that of who says nothing.
"""

from __future__ import annotations

import io
import json
from dataclasses import asdict, dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

Matrix = NDArray[np.float32]
"""Rows of float32: shape (n, factors) unless something else is said."""


FACTORS = 32

_DISLIKED = -0.25
"""The preference for what is disliked. At 0, that of what nobody asked about, a dislike moves hardly anything; farther
below, it takes what would be liked with it (docs/recommendation.md)."""


class Learning(BaseModel):
    """How tastes are learned. The defaults were chosen by measuring (docs/recommendation.md)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    factors: int = Field(FACTORS, ge=2, le=512, description="Dimensions of a taste.")
    regularization: float = Field(
        0.25,
        gt=0,
        le=1e6,
        allow_inf_nan=False,
        description="How strong a pattern must be to be learned, where 1 is that of mere popularity.",
    )
    confidence: float = Field(
        2.0, gt=0, le=1e6, allow_inf_nan=False, description="What an event of mean value counts, beside 1 for no event."
    )
    half_life: float = Field(
        0.1,
        gt=0,
        le=1e6,
        allow_inf_nan=False,
        description="Tastes change: an event counts half when this part of all events is newer, a quarter at twice it.",
    )
    iterations: int = Field(15, ge=1, le=200)


@dataclass(frozen=True)
class Lessons:
    """What is learned from. Items are positions in `item_ids`, with their segments (n,) int64 and the vectors of their
    contents, (n, dimension) float32; events are columns of m: users from 0 on, items, values, and times in
    seconds since 1970, ascending."""

    item_ids: list[str]
    segments: NDArray[np.int64]
    contents: Matrix
    content_model: str | None
    user: NDArray[np.int64]
    item: NDArray[np.int64]
    value: NDArray[np.float64]
    at: NDArray[np.float64]


@dataclass(frozen=True)
class Solution:
    """A user's vector (factors,), and what each of the user's items adds to any item's score: `shares` (n, factors),
    whose inner products with an item's vector sum up to its score."""

    user: NDArray[np.float32]
    shares: Matrix


@dataclass(frozen=True)
class Tastes:
    """What was learned. Rows of `items` belong to `item_ids` and to the segments `segments` (n,) int64 ascending.

    `everybody` (factors,) is the mean of all users. `content` (dimension + 1, factors) makes an item's vector from its
    content's vector, made by `content_model`, with a 1 behind it. `cost` is λ. `mean_value` and `mean_weight` are those
    of liking events. `clock` (n,) are times, ascending, between which there are equally many events."""

    learning: Learning
    item_ids: list[str]
    segments: NDArray[np.int64]
    items: Matrix
    everybody: NDArray[np.float32]
    content: Matrix
    content_model: str | None
    cost: float
    mean_value: float
    mean_weight: float
    clock: NDArray[np.float64]
    events: int
    users: int

    @cached_property
    def _row_of_item(self) -> dict[str, int]:
        return {id: row for row, id in enumerate(self.item_ids)}

    @cached_property
    def _whole(self) -> NDArray[np.float64]:
        """YᵀY + λI."""
        items = self.items.astype(np.float64)
        return np.asarray(items.T @ items + self.cost * np.eye(self.items.shape[1]))

    def item(self, item_id: str) -> NDArray[np.float32] | None:
        """The vector of an item that was learned."""
        row = self._row_of_item.get(item_id)
        return None if row is None else self.items[row]

    def vector(self, segment: int, content: NDArray[np.float32] | None, model: str | None) -> NDArray[np.float32]:
        """The vector of an item: as learned, or made from its content (by that model), or zeros."""
        row = int(np.searchsorted(self.segments, segment))
        if row < len(self.segments) and self.segments[row] == segment:
            return np.asarray(self.items[row])
        if content is None or model != self.content_model or not len(self.content):
            return np.zeros(self.items.shape[1], np.float32)
        return np.asarray(content @ self.content[:-1] + self.content[-1], dtype=np.float32)

    def solve(self, liked: Matrix, values: NDArray[np.float64], times: NDArray[np.float64]) -> Solution:
        """The user of these items (n, factors), with the values and times of the events (n,)."""
        weights = faded(values, times, self.clock, self.learning) * (self.learning.confidence / self.mean_weight)
        # What is neither liked nor disliked counts as little as what is not known.
        rows = liked.astype(np.float64) * (weights != 0)[:, None]
        extra = np.abs(weights) - 1
        system = self._whole + (rows.T * extra) @ rows
        wanted = np.where(weights > 0, weights, _DISLIKED * -weights)
        shares = np.linalg.solve(system, (rows * wanted[:, None]).T).T
        return Solution(shares.sum(axis=0).astype(np.float32), shares.astype(np.float32))

    def packed(self) -> bytes:
        """As one value; `unpacked` reads it."""
        buffer = io.BytesIO()
        about = {
            **{name: value for name, value in asdict(self).items() if name in _PLAIN},
            "learning": self.learning.model_dump(),
        }
        np.savez(
            buffer,
            about=np.frombuffer(json.dumps(about).encode(), np.uint8),
            item_ids=np.array([id.encode() for id in self.item_ids], dtype="S64"),
            **{name: getattr(self, name) for name in _ARRAYS},
        )
        return buffer.getvalue()


_PLAIN = ("content_model", "cost", "mean_value", "mean_weight", "events", "users")
_ARRAYS = ("segments", "items", "everybody", "content", "clock")


def unpacked(data: bytes) -> Tastes:
    with np.load(io.BytesIO(data)) as columns:
        about = json.loads(columns["about"].tobytes())
        return Tastes(
            learning=Learning(**about.pop("learning")),
            item_ids=[id.decode() for id in columns["item_ids"].tolist()],
            **{name: columns[name] for name in _ARRAYS},
            **about,
        )


def faded(
    values: NDArray[np.float64], times: NDArray[np.float64], clock: NDArray[np.float64], learning: Learning
) -> NDArray[np.float64]:
    """What events of these values and times (n,) weigh; below 0 for those of disliking.

    Age is how many events are newer, and no number of days: so a pause, or a single event long after all others, does
    not make everything else worthless."""
    newer = 1 - np.searchsorted(clock, times, side="right") / len(clock)
    return np.asarray(values * 0.5 ** (newer / learning.half_life))
