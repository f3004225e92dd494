"""The engines beside each other: each holds vectors under the ids 0, 1, 2 … and finds the nearest."""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal, Protocol

import numpy as np
import psutil
from numpy.typing import NDArray

from findalike.bench.ann.data import Vectors, VectorSet
from findalike.bench.ann.truth import unit
from findalike.errors import InvalidInput

Index = Literal["FLAT", "HNSW", "IVF_FLAT"]

EFFORTS: dict[Index, tuple[int, ...]] = {
    "FLAT": (0,),
    "HNSW": (10, 20, 40, 80, 160, 320),
    "IVF_FLAT": (1, 4, 16, 64),
}
"""How hard an index searches, from fast to accurate: HNSW's `ef`, IVF's `nprobe`."""

EF_CONSTRUCTION = 200
"""Of every engine's HNSW."""


@dataclass(frozen=True)
class Shape:
    """How indexes are built, the same for every engine: HNSW's neighbours of a vector (M), and IVF's clusters (`nlist`;
    if that is 0, by the number of vectors)."""

    m: int = 16
    nlist: int = 0

    def lists(self, number: int) -> int:
        """Clusters over so many vectors."""
        return self.nlist or max(16, min(4096, int(4 * number**0.5)))

    def told(self, index: Index) -> str:
        """The index with what is unusual of it."""
        if index == "HNSW" and self.m != Shape.m:
            return f"{index}, M {self.m}"
        return f"{index}, nlist {self.nlist}" if index == "IVF_FLAT" and self.nlist else index


class Engine(Protocol):
    """One engine with one index. `build` comes first; a search may run in several threads at once."""

    name: str
    index: Index
    writable: bool
    """Whether one may insert while others search."""

    def build(self, data: VectorSet, labels: NDArray[np.int64]) -> dict[str, float]:
        """Take in the vectors, each with a whole number that filters compare. Returns seconds by what took them."""

    def search(self, queries: Vectors, limit: int, effort: int, below: int | None = None) -> Sequence[Sequence[int]]:
        """The ids of the nearest for each query, best first; `below`: only those whose label is less."""

    def insert(self, first: int, vectors: Vectors) -> None:
        """Vectors under the ids from `first` on. Only if `writable`."""

    def sizes(self) -> dict[str, float]:
        """MiB in memory and on disk, as far as they can be told."""

    def close(self) -> None: ...


class Local:
    """What libraries in this process share."""

    writable = False

    def __init__(self) -> None:
        self._labels = np.empty(0, np.int64)
        self._grown = 0.0

    def close(self) -> None:
        gc.collect()

    def insert(self, first: int, vectors: Vectors) -> None:
        raise NotImplementedError("a library is not written to while it is searched")

    def _allowed(self, below: int) -> NDArray[np.bool_]:
        return self._labels < below

    def _measured(self, work: Callable[[], None]) -> None:
        """Do the work, and remember by how much it made this process grow."""
        gc.collect()
        before = psutil.Process().memory_info().rss
        work()
        gc.collect()
        self._grown = max(0, psutil.Process().memory_info().rss - before) / 2**20

    def _sizes(self, save: Callable[[str], object]) -> dict[str, float]:
        with TemporaryDirectory(prefix="findalike-bench-") as folder:
            path = Path(folder) / "index"
            save(str(path))
            return {"memory": self._grown, "disk": path.stat().st_size / 2**20}


class Brute(Local):
    """numpy: a matrix product, and the best of it."""

    name = "brute force"
    index: Index = "FLAT"

    def build(self, data: VectorSet, labels: NDArray[np.int64]) -> dict[str, float]:
        self._labels, self._metric = labels, data.metric
        self._measured(lambda: self._keep(data.base))
        return {}

    def _keep(self, base: Vectors) -> None:
        self._base = unit(base) if self._metric == "COSINE" else base.copy()
        self._squares = np.square(self._base).sum(axis=1) if self._metric == "L2" else None

    def search(self, queries: Vectors, limit: int, effort: int, below: int | None = None) -> Sequence[Sequence[int]]:
        near = queries @ self._base.T
        if self._squares is not None:
            near = 2 * near - self._squares
        if below is not None:
            near[:, ~self._allowed(below)] = -np.inf
        limit = min(limit, near.shape[1] if below is None else int(self._allowed(below).sum()))
        best = np.argpartition(-near, min(limit, near.shape[1] - 1), axis=1)[:, :limit]
        order = np.argsort(-np.take_along_axis(near, best, axis=1), axis=1, kind="stable")
        found: list[list[int]] = np.take_along_axis(best, order, axis=1).tolist()
        return found

    def sizes(self) -> dict[str, float]:
        def save(path: str) -> None:
            with Path(path).open("wb") as file:
                np.save(file, self._base)

        return self._sizes(save)


class Faiss(Local):
    """FAISS (https://faiss.ai); each search uses one thread."""

    def __init__(self, index: Index, shape: Shape = Shape()):
        super().__init__()
        import faiss

        self._faiss, self._shape = faiss, shape
        self.name, self.index = f"FAISS {shape.told(index)}", index

    def build(self, data: VectorSet, labels: NDArray[np.int64]) -> dict[str, float]:
        self._labels, self._metric = labels, data.metric
        base = unit(data.base) if data.metric == "COSINE" else data.base
        self._measured(lambda: self._add(base))
        self._faiss.omp_set_num_threads(1)
        return {}

    def _add(self, base: Vectors) -> None:
        faiss, dimension = self._faiss, base.shape[1]
        measure = faiss.METRIC_L2 if self._metric == "L2" else faiss.METRIC_INNER_PRODUCT
        match self.index:
            case "FLAT":
                self._made = faiss.IndexFlat(dimension, measure)
            case "HNSW":
                self._made = faiss.IndexHNSWFlat(dimension, self._shape.m, measure)
                self._made.hnsw.efConstruction = EF_CONSTRUCTION
            case "IVF_FLAT":
                self._coarse = faiss.IndexFlat(dimension, measure)
                self._made = faiss.IndexIVFFlat(self._coarse, dimension, self._shape.lists(len(base)), measure)
                self._made.train(base)
        self._made.add(base)

    def search(self, queries: Vectors, limit: int, effort: int, below: int | None = None) -> Sequence[Sequence[int]]:
        faiss = self._faiss
        asked = unit(queries) if self._metric == "COSINE" else np.ascontiguousarray(queries)
        chosen: dict[str, Any] = {}
        if below is not None:
            packed = np.packbits(self._allowed(below), bitorder="little")
            chosen["sel"] = faiss.IDSelectorBitmap(packed)
        match self.index:
            case "HNSW":
                parameters = faiss.SearchParametersHNSW(efSearch=effort, **chosen)
            case "IVF_FLAT":
                parameters = faiss.SearchParametersIVF(nprobe=effort, **chosen)
            case _:
                parameters = faiss.SearchParameters(**chosen)
        _, ids = self._made.search(asked, limit, params=parameters)
        return [[int(id) for id in row if id >= 0] for row in ids]

    def sizes(self) -> dict[str, float]:
        return self._sizes(lambda path: self._faiss.write_index(self._made, path))

    def close(self) -> None:
        self._faiss.omp_set_num_threads(psutil.cpu_count() or 1)
        super().close()


class Hnswlib(Local):
    """hnswlib (https://github.com/nmslib/hnswlib); each search uses one thread."""

    index: Index = "HNSW"

    def __init__(self, shape: Shape = Shape()):
        super().__init__()
        self._shape, self.name = shape, f"hnswlib {shape.told('HNSW')}"

    def build(self, data: VectorSet, labels: NDArray[np.int64]) -> dict[str, float]:
        import hnswlib

        self._labels = labels
        space = {"COSINE": "cosine", "IP": "ip", "L2": "l2"}[data.metric]
        self._made = hnswlib.Index(space, data.base.shape[1])

        def add() -> None:
            self._made.init_index(len(data.base), ef_construction=EF_CONSTRUCTION, M=self._shape.m)
            self._made.add_items(data.base, np.arange(len(data.base)))

        self._measured(add)
        return {}

    def search(self, queries: Vectors, limit: int, effort: int, below: int | None = None) -> Sequence[Sequence[int]]:
        self._made.set_ef(max(effort, limit))
        chosen: dict[str, Any] = {}
        if below is not None:
            allowed = self._allowed(below)
            chosen["filter"] = lambda id: bool(allowed[id])
        try:
            ids, _ = self._made.knn_query(queries, limit, num_threads=1, **chosen)
        except RuntimeError:
            # It finds all that was asked for, or says that it cannot.
            return [[] for _ in queries]
        found: list[list[int]] = ids.tolist()
        return found

    def sizes(self) -> dict[str, float]:
        return self._sizes(self._made.save_index)


def engine(name: str, index: Index, shape: Shape) -> AbstractContextManager[Engine] | None:
    """The engine of this name with this index, to be entered; None if it has no such index. "lite", "lite-plain"
    (as it is without findalike's changes), "faiss", "hnswlib", "brute", or the address of a Milvus server.

    Raises InvalidInput for another name, or if its library is not installed."""
    from findalike.bench.ann.milvus import lite, server

    try:
        if name == "brute":
            return closing(Brute()) if index == "FLAT" else None
        if name == "faiss":
            return closing(Faiss(index, shape))
        if name == "hnswlib":
            return closing(Hnswlib(shape)) if index == "HNSW" else None
    except ImportError as error:
        raise InvalidInput(f"For the engine {name}, pip install 'findalike[bench]'.") from error
    if name in ("lite", "lite-plain"):
        return lite(index, shape, plain=name == "lite-plain")
    if name.startswith(("http://", "https://")):
        return server(name, index, shape)
    raise InvalidInput(
        f"There is no engine {name!r}: use lite, lite-plain, faiss, hnswlib, brute or a Milvus server's address."
    )
