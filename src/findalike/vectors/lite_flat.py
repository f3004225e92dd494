"""Milvus Lite's exact index, made faster; lite_search.py puts it in."""

from __future__ import annotations

from typing import Any

import faiss
import numpy as np
from milvus_lite.index.brute_force import BruteForceIndex
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

_CELLS = 1 << 24
"""Distances computed at once: 64 MB, and as much again while they are turned."""
_FEW = 0.25
"""If a smaller share of the vectors may be found, only these are compared."""
_DIRECT = 16
"""Queries for which FAISS subtracts vectors; of more it multiplies matrices, and then small distances are not exact."""

# With the threads that each has by itself, which knows what this process may use.
_BLAS = [(one, one.num_threads) for one in ThreadpoolController().select(internal_api="openblas").lib_controllers]

_Part = tuple[NDArray[np.int64], NDArray[np.float32]]


class Flat(BruteForceIndex):  # type: ignore[misc]
    """Milvus Lite's exact index, without copying and measuring all vectors for each search.

    The distances are those of its functions but for rounding: 1 - cosine, minus the inner product, or Euclidean."""

    __slots__ = ("_inverse",)

    def __init__(self, vectors: NDArray[np.float32], metric: str):
        super().__init__(vectors, metric)
        self._inverse: NDArray[np.float32] | None = None

    def search(
        self,
        queries: NDArray[np.float32],
        top_k: int,
        valid_mask: NDArray[np.bool_] | None = None,
        params: dict[str, Any] | None = None,
    ) -> _Part:
        queries = np.ascontiguousarray(np.atleast_2d(queries), np.float32)
        ids = np.full((len(queries), top_k), -1, np.int64)
        distances = np.full((len(queries), top_k), np.inf, np.float32)
        count = self.num_vectors if valid_mask is None else int(valid_mask.sum())
        limit = min(top_k, count)
        if limit <= 0:
            return ids, distances
        vectors, chosen = self._vectors, None
        if valid_mask is not None and (self.metric == "L2" or count < _FEW * self.num_vectors):
            chosen = np.flatnonzero(valid_mask)
            vectors, valid_mask = vectors[chosen], None
        inverse = self._lengths(chosen) if self.metric == "COSINE" else None
        step = _DIRECT if self.metric == "L2" else max(1, _CELLS // len(vectors))
        for start in range(0, len(queries), step):
            asked = queries[start : start + step]
            near, rows = self._some(asked, vectors, inverse, valid_mask, limit)
            ids[start : start + step, :limit] = rows if chosen is None else chosen[rows]
            distances[start : start + step, :limit] = near
        return ids, distances

    def _some(
        self,
        asked: NDArray[np.float32],
        vectors: NDArray[np.float32],
        inverse: NDArray[np.float32] | None,
        mask: NDArray[np.bool_] | None,
        limit: int,
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        if self.metric == "L2":
            squares, found = faiss.knn(asked, np.ascontiguousarray(vectors), limit)
            return np.sqrt(np.maximum(squares, 0)), found
        if inverse is not None:
            lengths = np.linalg.norm(asked, axis=1, keepdims=True)
            asked = np.asarray(asked / np.where(lengths == 0, 1, lengths), np.float32)
        # BLAS needs twice as long for asked @ vectors.T, and for a matrix of one row twice as long as for a vector.
        # Queries that come together tell of many who ask: the other cores are for those who answer them.
        _use_threads(every=len(asked) == 1)
        near = (vectors @ asked[0])[None] if len(asked) == 1 else np.ascontiguousarray((vectors @ asked.T).T)
        if inverse is not None:
            near *= inverse
        if mask is not None:
            near[:, ~mask] = -np.inf
        rows = np.argpartition(near, near.shape[1] - limit, axis=1)[:, -limit:]
        best = np.take_along_axis(near, rows, axis=1)
        distances = -best if inverse is None else np.maximum(1 - best, 0)
        order = np.argsort(distances, axis=1, kind="stable")
        return np.take_along_axis(distances, order, axis=1), np.take_along_axis(rows, order, axis=1)

    def _lengths(self, chosen: NDArray[np.int64] | None) -> NDArray[np.float32]:
        """One over each vector's length, of those chosen."""
        if self._inverse is None:
            lengths = np.linalg.norm(self._vectors, axis=1)
            self._inverse = (1 / np.where(lengths == 0, 1, lengths)).astype(np.float32)
        return self._inverse if chosen is None else self._inverse[chosen]


def _use_threads(*, every: bool) -> None:
    # Not a context that puts it back: of two at once one would put back what the other had set.
    for one, own in _BLAS:
        one.set_num_threads(own if every else max(1, own // 2))
