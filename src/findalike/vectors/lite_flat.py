"""Milvus Lite's exact index, made faster; lite_search.py puts it in."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import faiss
import numpy as np
from milvus_lite.index.brute_force import BruteForceIndex
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

_CELLS = 1 << 24
"""Distances computed at once: 64 MB."""
_FEW = 0.25
"""If a smaller share of the vectors may be found, only these are compared."""
_ROWS = 512
"""Vectors multiplied at once by several queries: what comes of them is still in the cache when it is turned."""
_LEAST = 4096
"""Vectors that are worth a thread."""
_DIRECT = 16
"""Queries for which FAISS subtracts vectors; of more it multiplies matrices, and then small distances are not exact."""

# NumPy's. (FAISS has its own, which is left alone.)
_BLAS = [one for one in ThreadpoolController().lib_controllers if "numpy" in str(one.filepath)]
_CORES = max((one.num_threads for one in _BLAS), default=1)
"""What BLAS would use by itself, which knows what this process may."""

# Rows are shared out here: BLAS's own threads wait for each other busily, and keep who asks from the cores.
for _one in _BLAS:
    _one.set_num_threads(1)
_threads = ThreadPoolExecutor(_CORES, "flat")

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
        size = max(_LEAST, -(-len(vectors) // _CORES))

        def part(start: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
            these = slice(start, start + size)
            near = _products(asked, vectors[these])
            if inverse is not None:
                near *= inverse[these]
            if mask is not None:
                near[:, ~mask[these]] = -np.inf
            some = min(limit, near.shape[1])
            rows = np.argpartition(near, near.shape[1] - some, axis=1)[:, -some:]
            return np.take_along_axis(near, rows, axis=1), rows + start

        starts = range(0, len(vectors), size)
        parts = list(_threads.map(part, starts) if len(starts) > 1 else map(part, starts))
        best, rows = (np.concatenate(one, axis=1) for one in zip(*parts, strict=True))
        distances = -best if inverse is None else np.maximum(1 - best, 0)
        order = np.argsort(distances, axis=1, kind="stable")[:, :limit]
        return np.take_along_axis(distances, order, axis=1), np.take_along_axis(rows, order, axis=1)

    def _lengths(self, chosen: NDArray[np.int64] | None) -> NDArray[np.float32]:
        """One over each vector's length, of those chosen."""
        if self._inverse is None:
            lengths = np.linalg.norm(self._vectors, axis=1)
            self._inverse = (1 / np.where(lengths == 0, 1, lengths)).astype(np.float32)
        return self._inverse if chosen is None else self._inverse[chosen]


def _products(asked: NDArray[np.float32], vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Inner products, (asked, vectors)."""
    if len(asked) == 1:
        # BLAS needs twice as long for a matrix of one row.
        return np.asarray(vectors @ asked[0])[None]
    near = np.empty((len(asked), len(vectors)), np.float32)
    turned = np.ascontiguousarray(asked.T)
    for start in range(0, len(vectors), _ROWS):
        # And twice as long for asked @ vectors.T.
        near[:, start : start + _ROWS] = (vectors[start : start + _ROWS] @ turned).T
    return near
