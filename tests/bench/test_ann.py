"""Vector engines against each other: the files, exact answers, and each engine on the same small set."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from findalike.bench.ann.data import VectorSet, load, made_up, read_vectors
from findalike.bench.ann.engines import Brute, Faiss, Hnswlib, Shape
from findalike.bench.ann.measure import Plan, run
from findalike.bench.ann.milvus import Milvus
from findalike.bench.ann.truth import Truth, scores
from findalike.bench.harness import Run
from findalike.errors import InvalidInput

SOME = np.random.default_rng(0).integers(0, 255, (20, 6)).astype(np.float32)


def write(path: Path) -> Path:
    match path.suffix:
        case ".fvecs" | ".bvecs":
            kind = "<f4" if path.suffix == ".fvecs" else "u1"
            path.write_bytes(b"".join(np.int32(6).tobytes() + row.astype(kind).tobytes() for row in SOME))
        case ".npy":
            np.save(path, SOME)
        case ".parquet":
            lists = pa.array(SOME.tolist(), pa.list_(pa.float32(), 6))
            parquet.write_table(pa.table({"id": range(20), "vector": lists}), path, row_group_size=7)
    return path


@pytest.mark.parametrize("kind", ["fvecs", "bvecs", "npy", "parquet"])
def test_files_of_vectors(tmp_path: Path, kind: str) -> None:
    path = write(tmp_path / f"some.{kind}")
    assert np.array_equal(read_vectors(path, 100), SOME)
    assert np.array_equal(read_vectors(path, 9), SOME[:9])
    found = load(str(path), 10, 0, 4, None)
    assert (len(found.base), len(found.queries), found.metric) == (10, 4, "L2")


def test_files_of_ann_benchmarks(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "x.hdf5", "w") as file:
        file["train"], file["test"] = SOME[:15], SOME[15:]
        file.attrs["distance"] = "angular"
    found = load(str(tmp_path / "x.hdf5"), 12, 0, 3, None)
    assert np.array_equal(found.base, SOME[:12])
    assert np.array_equal(found.queries, SOME[15:18])
    assert found.metric == "COSINE"


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("x.fvecs", b"\x06\0\0\0abc", "does not fit the dimension"),
        ("x.npy", b"nothing", "cannot be read"),
        ("x.txt", b"1 2", "vectors are read from"),
        ("x.hdf5", b"nothing", "not laid out"),
    ],
)
def test_other_files_are_refused(tmp_path: Path, name: str, content: bytes, says: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InvalidInput, match=says):
        load(str(tmp_path / name), 10, 0, 4, None)


def test_made_up_vectors_have_few_directions() -> None:
    made = made_up("clustered", 5000, 64, 100)
    assert made.shape == (5100, 64)
    flat = made_up("uniform", 5000, 64, 100)

    def nearest(vectors: np.ndarray) -> float:
        near = np.sort(scores(vectors[:5000], vectors[5000:5020], "COSINE"), axis=1)
        return float(near[:, -10].mean())

    assert nearest(made) > 0.8 > 0.6 > nearest(flat)


@pytest.mark.parametrize("metric", ["COSINE", "IP", "L2"])
def test_truth_is_what_brute_force_finds(tmp_path: Path, metric: str) -> None:
    rng = np.random.default_rng(3)
    base = rng.normal(size=(700, 9)).astype(np.float32)
    data = VectorSet("x", base, rng.normal(size=(70, 9)).astype(np.float32), metric)  # type: ignore[arg-type]
    truth = Truth(data, cache=tmp_path)
    every = scores(base, data.queries, data.metric)
    assert np.allclose(truth.best, -np.sort(-every, axis=1)[:, :100])
    order = np.argsort(-every, axis=1)
    assert truth.recall(7, order[7].tolist(), 10) == 1
    assert truth.recall(7, order[7, 5:].tolist(), 10) == 0.5
    # Kept for the next time.
    (path,) = tmp_path.iterdir()
    before = path.stat().st_mtime_ns
    assert np.array_equal(Truth(data, cache=tmp_path).best, truth.best)
    assert path.stat().st_mtime_ns == before


def test_equally_good_answers_are_equally_right() -> None:
    base = np.array([[1, 0], [2, 0], [3, 0], [0, 1], [1, 1]], np.float32)
    data = VectorSet("x", base, np.array([[5, 0]], np.float32), "COSINE")
    truth = Truth(data)
    assert truth.recall(0, [2, 0], 2) == truth.recall(0, [0, 1], 2) == 1
    assert truth.recall(0, [0, 0], 2) == 0.5
    assert truth.recall(0, [0, 4], 2) == 0.5
    filtered = Truth(data, np.array([False, True, False, True, True]))
    assert filtered.recall(0, [1, 4], 2) == 1
    assert filtered.recall(0, [0, 1], 2) == 0.5
    # Only three may be found at all.
    assert filtered.recall(0, [1, 4, 3], 10) == 1


@pytest.mark.parametrize("metric", ["COSINE", "L2"])
def test_every_engine_finds_the_nearest(lite_uri: str, metric: str) -> None:
    made = made_up("clustered", 600, 16, 10)
    data = VectorSet("x", made[:600], made[600:], metric)  # type: ignore[arg-type]
    labels = np.arange(600) * 7 % 100
    truth, filtered = Truth(data), Truth(data, labels < 20)
    engines = [Brute(), Faiss("FLAT"), Faiss("HNSW"), Hnswlib(), Milvus("Lite", lite_uri, "HNSW", None, None)]
    for one in engines:
        one.build(data, labels)
        for below, exact in ((None, truth), (20, filtered)):
            found = one.search(data.queries, 10, 100, below)
            assert np.mean([exact.recall(at, ids, 10) for at, ids in enumerate(found)]) > 0.97, one.name
        one.close()
    assert engines[0].sizes()["disk"] > 0.03


def test_a_small_run_of_all(tmp_path: Path) -> None:
    told: list[str] = []
    plan = Plan(["lite", "faiss", "brute"], ["HNSW", "FLAT"], clients=[1, 2], selectivities=[0.1], seconds=0.01)
    result = run(Run(told.append), load("clustered", 500, 16, 20, None), plan, tmp_path)
    values = {one.name: one.value for one in result.figures}
    assert values["FAISS HNSW: recall@10"] > 0.98
    assert values["Milvus Lite FLAT: recall@100"] == values["brute force: recall@1"] == 1
    assert values["Milvus Lite FLAT: filter that 10% pass, recall@10"] == 1
    assert values["Milvus Lite HNSW: inserted while searching"] > 0
    assert values["Milvus Lite HNSW: disk"] > 0
    assert {one.title for one in result.charts} == {
        "Recall and speed of one client", "Speed over clients", "Filtered search, one client"
    }  # fmt: skip
    assert [x for x, _ in result.charts[1].series["FAISS HNSW"]] == [1, 2]
    assert any("s left" in one for one in told)


def test_an_index_is_built_in_several_shapes(tmp_path: Path) -> None:
    shapes = [Shape(4), Shape(16, 8)]
    plan = Plan(["faiss", "hnswlib"], ["HNSW", "IVF_FLAT"], clients=[1], selectivities=[], seconds=0.01, shapes=shapes)
    result = run(Run(), load("clustered", 500, 16, 20, None), plan, tmp_path)
    values = {one.name: one.value for one in result.figures}
    assert {name.partition(":")[0] for name in values} == set(result.charts[0].series) == {
        "FAISS HNSW, M 4", "FAISS HNSW", "FAISS IVF_FLAT", "FAISS IVF_FLAT, nlist 8",
        "hnswlib HNSW, M 4", "hnswlib HNSW",
    }  # fmt: skip
    # Each neighbour of each vector is a number on the disk.
    assert values["FAISS HNSW, M 4: disk"] < values["FAISS HNSW: disk"]
    assert values["FAISS IVF_FLAT, nlist 8: recall@10"] > 0.98
