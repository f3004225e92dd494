"""Exact answers, and how near an engine's answers come to them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from findalike.bench.ann.data import Metric, Vectors, VectorSet

DEPTH = 100
"""Answers kept for each query."""
_MARGIN = 28
"""More candidates than answers, since they are found in float32 and ranked in float64."""
_BLOCK = 64
_TIE = 1e-6
"""Scores that differ by less, relative to the larger, count as equal: float32 cannot tell them apart."""


class Truth:
    """The exact scores of the best rows for each query, best first: (queries, DEPTH) float64, greater is better.

    `allowed` (n,) bool says which rows may be found at all."""

    def __init__(self, data: VectorSet, allowed: NDArray[np.bool_] | None = None, cache: Path | None = None):
        self._data = data
        self._allowed = allowed
        path = cache / f"{self._key()}.npy" if cache else None
        if path and path.exists():
            self.best: NDArray[np.float64] = np.load(path, allow_pickle=False)
            return
        self.best = self._computed()
        if path:
            path.parent.mkdir(parents=True, exist_ok=True)
            draft = path.with_name(f"{uuid4().hex}.npy")
            np.save(draft, self.best)
            draft.replace(path)

    def recall(self, query: int, ids: Sequence[int], depth: int) -> float:
        """The share of the `depth` best that is among `ids`, of which only so many count.

        Whichever of equally good rows is found, it is right: an id is right if its exact score reaches that of the
        last of the best. Ids that are named twice count once, and rows that are not allowed never."""
        best = self.best[query]
        depth = min(depth, int(np.isfinite(best).sum()))
        if depth == 0:
            return 1.0
        found = np.array(list(dict.fromkeys(ids))[:depth], np.int64)
        if self._allowed is not None:
            found = found[self._allowed[found]]
        reached = scores(self._data.base[found], self._data.queries[query : query + 1], self._data.metric)[0]
        least = best[depth - 1]
        return float((reached >= least - _TIE * max(1.0, abs(least))).sum()) / depth

    def _computed(self) -> NDArray[np.float64]:
        data = self._data
        rows = np.flatnonzero(self._allowed) if self._allowed is not None else np.arange(len(data.base))
        base = data.base[rows]
        best = np.full((len(data.queries), DEPTH), -np.inf)
        for start in range(0, len(data.queries), _BLOCK):
            asked = data.queries[start : start + _BLOCK]
            rough = _rough(base, asked, data.metric)
            keep = min(DEPTH + _MARGIN, len(base))
            near = (
                np.argpartition(-rough, keep - 1, axis=1)[:, :keep] if keep < len(base) else np.argsort(-rough, axis=1)
            )
            for at, candidates in enumerate(near):
                exact = np.sort(scores(base[candidates], asked[at : at + 1], data.metric)[0])[::-1][:DEPTH]
                best[start + at, : len(exact)] = exact
        return best

    def _key(self) -> str:
        digest = hashlib.sha256(f"{self._data.metric} {DEPTH} {self._data.base.shape}".encode())
        for part in (self._data.base, self._data.queries, self._allowed):
            digest.update(b"" if part is None else np.ascontiguousarray(part).data)
        return digest.hexdigest()[:32]


def scores(base: Vectors, queries: Vectors, metric: Metric) -> NDArray[np.float64]:
    """Exact in float64: (queries, n), greater is better. Cosine, inner product, or minus the squared distance."""
    rows, asked = base.astype(np.float64), queries.astype(np.float64)
    if metric == "L2":
        return np.asarray(-np.square(asked[:, None, :] - rows[None, :, :]).sum(axis=2))
    if metric == "COSINE":
        rows, asked = rows / _lengths(rows), asked / _lengths(asked)
    return np.asarray(asked @ rows.T)


def unit(vectors: Vectors) -> Vectors:
    """Of length one; those of length zero stay."""
    return np.asarray(vectors / _lengths(vectors), np.float32)


def _lengths(vectors: NDArray[Any]) -> NDArray[Any]:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(np.where(lengths == 0, 1, lengths))


def _rough(base: Vectors, queries: Vectors, metric: Metric) -> Vectors:
    """Scores in float32 that rank as the exact ones but for rounding: (queries, n)."""
    if metric == "COSINE":
        return np.asarray(unit(queries) @ unit(base).T)
    products = queries @ base.T
    if metric == "IP":
        return np.asarray(products)
    # Minus the squared distance, but for what is the query's alone.
    return np.asarray(2 * products - np.square(base).sum(axis=1))
