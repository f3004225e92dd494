"""Milvus as one uses it without findalike: pymilvus, on a Milvus Lite of its own or on a server."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import psutil
from numpy.typing import NDArray
from pymilvus import DataType, MilvusClient
from pymilvus.exceptions import MilvusException

from findalike.bench.ann.data import Vectors, VectorSet
from findalike.bench.ann.engines import EF_CONSTRUCTION, Index, Shape
from findalike.errors import Unavailable
from findalike.vectors.lite import MilvusLite

_TABLE = "findalike_bench"
_BATCH = 1000
_SLOW = 600.0


def connected(uri: str) -> MilvusClient:
    """A client. Raises Unavailable."""
    try:
        return MilvusClient(uri)
    except MilvusException as error:
        raise Unavailable(f"No Milvus answers at {uri}: start it, or correct the address.") from error


class Milvus:
    """A table of its own, which goes when it is closed. `process` is the engine's, if it is on this machine."""

    writable = True

    def __init__(
        self,
        name: str,
        uri: str,
        index: Index,
        process: psutil.Process | None,
        folder: Path | None,
        shape: Shape = Shape(),
    ):
        self.name, self.index, self._shape = f"{name} {shape.told(index)}", index, shape
        self._client = connected(uri)
        self._process, self._folder = process, folder
        self._before = _memory(process)

    def build(self, data: VectorSet, labels: NDArray[np.int64]) -> dict[str, float]:
        self._metric, self._labels = data.metric, labels
        self._drop()
        schema = MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
        schema.add_field("id", DataType.INT64, is_primary=True)
        schema.add_field("label", DataType.INT64)
        schema.add_field("vector", DataType.FLOAT_VECTOR, dim=data.base.shape[1])
        self._client.create_collection(_TABLE, schema=schema, consistency_level="Bounded", timeout=_SLOW)
        took = {}
        began = perf_counter()
        for start in range(0, len(data.base), _BATCH):
            self.insert(start, data.base[start : start + _BATCH])
        took["insert"] = perf_counter() - began
        began = perf_counter()
        self._client.flush(_TABLE, timeout=_SLOW)
        indexes = MilvusClient.prepare_index_params()
        parameters = {
            "FLAT": {},
            "HNSW": {"M": self._shape.m, "efConstruction": EF_CONSTRUCTION},
            "IVF_FLAT": {"nlist": self._shape.lists(len(data.base))},
        }[self.index]
        indexes.add_index("vector", index_type=self.index, metric_type=self._metric, params=parameters)
        self._client.create_index(_TABLE, indexes, timeout=_SLOW)
        took["index"] = perf_counter() - began
        began = perf_counter()
        self._client.load_collection(_TABLE, timeout=_SLOW)
        took["load"] = perf_counter() - began
        return took

    def insert(self, first: int, vectors: Vectors) -> None:
        count = len(self._labels)
        rows = [
            {"id": first + at, "label": int(self._labels[(first + at) % count]), "vector": vector}
            for at, vector in enumerate(vectors)
        ]
        self._client.insert(_TABLE, rows, timeout=_SLOW)

    def search(self, queries: Vectors, limit: int, effort: int, below: int | None = None) -> Sequence[Sequence[int]]:
        parameters: dict[Index, dict[str, int]] = {
            "FLAT": {},
            "HNSW": {"ef": max(effort, limit)},
            "IVF_FLAT": {"nprobe": effort},
        }
        answer = self._client.search(
            _TABLE,
            data=[one.tobytes() for one in queries],
            anns_field="vector",
            limit=limit,
            filter="" if below is None else f"label < {below}",
            output_fields=["id"],
            search_params={"metric_type": self._metric, "params": parameters[self.index]},
        )
        return [[int(id) for id in hits.ids] for hits in answer]

    def sizes(self) -> dict[str, float]:
        found: dict[str, float] = {}
        if self._process:
            found["memory"] = max(0.0, _memory(self._process) - self._before)
        if self._folder:
            found["disk"] = sum(one.stat().st_size for one in self._folder.rglob("*") if one.is_file()) / 2**20
        return found

    def close(self) -> None:
        self._drop()
        self._client.close()

    def _drop(self) -> None:
        self._client.drop_collection(_TABLE, timeout=_SLOW)


@contextmanager
def lite(index: Index, shape: Shape, *, plain: bool) -> Iterator[Milvus]:
    """On a Milvus Lite that findalike keeps as it does for itself; `plain` without its faster search."""
    with TemporaryDirectory(prefix="findalike-bench-") as place:
        folder = Path(place)
        child = MilvusLite(folder / "lite", folder / "log", plain=plain)
        child.start()
        try:
            name = "Milvus Lite, plain" if plain else "Milvus Lite"
            yield from _with(Milvus(name, child.uri, index, psutil.Process(child.pid), folder / "lite", shape))
        finally:
            child.stop()


@contextmanager
def server(uri: str, index: Index, shape: Shape) -> Iterator[Milvus]:
    """On a server; its memory is told if it runs on this machine."""
    yield from _with(Milvus("Milvus server", uri, index, _listener(uri), None, shape))


def _with(engine: Milvus) -> Iterator[Milvus]:
    try:
        yield engine
    finally:
        engine.close()


def _listener(uri: str) -> psutil.Process | None:
    """The process of this machine that answers there, as far as one may see it."""
    parts = urlsplit(uri)
    if parts.hostname not in ("127.0.0.1", "localhost", "::1"):
        return None
    with suppress(psutil.Error):
        for one in psutil.net_connections("tcp"):
            if one.status == psutil.CONN_LISTEN and one.laddr and one.laddr.port == (parts.port or 19530) and one.pid:
                return psutil.Process(one.pid)
    return None


def _memory(process: psutil.Process | None) -> float:
    """MiB of a process with its children; shared pages count in part."""
    if process is None:
        return 0.0
    every = [process, *process.children(recursive=True)]
    return float(sum(_own(one) for one in every)) / 2**20


def _own(process: psutil.Process) -> Any:
    with suppress(psutil.Error):
        found = process.memory_full_info()
        return getattr(found, "pss", found.rss)
    return 0
