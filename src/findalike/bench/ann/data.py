"""Vectors to measure with: out of files of the usual formats, or made up with a stated structure."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from findalike.errors import InvalidInput

Metric = Literal["COSINE", "IP", "L2"]
METRICS: tuple[Metric, ...] = ("COSINE", "IP", "L2")
Vectors = NDArray[np.float32]

_SPREAD = 0.35
"""How far points lie from their cluster's centre, where centres have length one on average."""
_NOISE = 0.05
"""What lies outside of a cluster's own directions."""


@dataclass(frozen=True)
class VectorSet:
    """Vectors (n, dimension) to search in, queries (m, dimension) that are not among them, and the metric."""

    name: str
    base: Vectors
    queries: Vectors
    metric: Metric


def made_up(kind: Literal["clustered", "uniform"], number: int, dimension: int, queries: int, seed: int = 0) -> Vectors:
    """Vectors (number + queries, dimension), the queries last and drawn like all others.

    "clustered": points of one cluster for each 500 vectors (at least 10), around a centre that is normally
    distributed; a cluster has 16 directions of its own at most, so that its intrinsic dimension is far below the
    vectors' (as embeddings are), and some noise in all. "uniform": normally distributed, which is the hardest case
    and resembles no embeddings."""
    rng = np.random.default_rng(seed)
    total = number + queries
    if kind == "uniform":
        return rng.normal(size=(total, dimension)).astype(np.float32)
    clusters, inner = max(10, number // 500), min(16, dimension)
    centres = rng.normal(size=(clusters, dimension)) / np.sqrt(dimension)
    member = rng.integers(clusters, size=total)
    made = np.empty((total, dimension), np.float32)
    for cluster in range(clusters):
        here = np.flatnonzero(member == cluster)
        directions = rng.normal(size=(inner, dimension)) / np.sqrt(dimension)
        inside = rng.normal(size=(len(here), inner)) * _SPREAD / np.sqrt(inner)
        noise = rng.normal(size=(len(here), dimension)) * _NOISE / np.sqrt(dimension)
        made[here] = centres[cluster] + inside @ directions * np.sqrt(dimension / inner) + noise
    return made


def load(source: str, number: int, dimension: int, queries: int, metric: Metric | None) -> VectorSet:
    """What `source` names: "clustered", "uniform" or a file. Of a file the first `number` vectors are used, and
    queries are the file's own (hdf5) or the last of its vectors; the dimension is the file's.

    Raises InvalidInput if the file is none of the known formats or too small."""
    if source in ("clustered", "uniform"):
        made = made_up("clustered" if source == "clustered" else "uniform", number, dimension, queries)
        return VectorSet(f"{source} {number} × {dimension}", made[:number], made[number:], metric or "COSINE")
    path = Path(source)
    if path.suffix in (".hdf5", ".h5"):
        base, asked, own = _hdf5(path, number, queries)
    else:
        every = read_vectors(path, number + queries)
        if len(every) <= queries:
            raise InvalidInput(f"{path} has {len(every)} vectors, which is too few for {queries} queries.")
        base, asked, own = every[:-queries], every[-queries:], "L2"
    return VectorSet(f"{path.name} {len(base)} × {base.shape[1]}", base, asked, metric or own)


def read_vectors(path: Path, limit: int) -> Vectors:
    """The first `limit` vectors (n, dimension) of an .fvecs or .bvecs file (http://corpus-texmex.irisa.fr), of an
    .npy array, or of the first column of lists in a .parquet file. Raises InvalidInput."""
    try:
        match path.suffix:
            case ".fvecs":
                return _texmex(path, np.dtype("<f4"), limit)
            case ".bvecs":
                return _texmex(path, np.dtype("u1"), limit)
            case ".npy":
                found = np.load(path, mmap_mode="r", allow_pickle=False)
                if found.ndim != 2:
                    raise ValueError(f"its shape is {found.shape}, and not (n, dimension)")
                return np.ascontiguousarray(found[:limit], np.float32)
            case ".parquet":
                return _parquet(path, limit)
    except ValueError as error:
        raise InvalidInput(f"{path} cannot be read: {error}.") from error
    raise InvalidInput(f"{path}: vectors are read from .fvecs, .bvecs, .npy, .hdf5 and .parquet.")


def _texmex(path: Path, kind: np.dtype[np.generic], limit: int) -> Vectors:
    """Each vector is its dimension as int32, then its values."""
    raw = np.memmap(path, np.uint8, "r")
    dimension = int(raw[:4].view("<i4")[0]) if len(raw) >= 4 else 0
    width = 4 + dimension * kind.itemsize
    if dimension < 1 or len(raw) % width:
        raise ValueError("its size does not fit the dimension that it begins with")
    rows = raw.reshape(-1, width)[:limit, 4:]
    return np.ascontiguousarray(rows).view(kind).astype(np.float32)


def _parquet(path: Path, limit: int) -> Vectors:
    import pyarrow as pa
    from pyarrow import parquet

    file = parquet.ParquetFile(path)
    lists = [
        one.name for one in file.schema_arrow if pa.types.is_list(one.type) or pa.types.is_fixed_size_list(one.type)
    ]
    if not lists:
        raise ValueError("it has no column of lists")
    parts: list[Vectors] = []
    for batch in file.iter_batches(columns=lists[:1]):
        column = batch.column(0)
        flat = column.flatten().to_numpy(zero_copy_only=False)
        parts.append(flat.astype(np.float32).reshape(len(column), -1))
        if sum(map(len, parts)) >= limit:
            break
    return np.concatenate(parts)[:limit]


def _hdf5(path: Path, number: int, queries: int) -> tuple[Vectors, Vectors, Metric]:
    """The layout of ann-benchmarks (https://github.com/erikbern/ann-benchmarks): `train`, `test`, and the distance."""
    try:
        import h5py
    except ImportError as error:
        raise InvalidInput("For hdf5 files, pip install 'findalike[bench]'.") from error
    try:
        with h5py.File(path) as file:
            distance = file.attrs.get("distance", "euclidean")
            metric: Metric = "COSINE" if distance == "angular" else "IP" if distance == "dot" else "L2"
            base, asked = (
                np.asarray(file[name][:most], np.float32) for name, most in (("train", number), ("test", queries))
            )
            return base, asked, metric
    except (OSError, KeyError) as error:
        raise InvalidInput(f"{path} is not laid out as ann-benchmarks' files are: {error}.") from error
