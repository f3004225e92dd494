"""The faster search of Milvus Lite against its own, on the same data: after any writes the answers are the same."""

from __future__ import annotations

import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from milvus_lite.engine import collection as engine
from milvus_lite.engine.collection import Collection
from milvus_lite.index import factory
from milvus_lite.index.brute_force import BruteForceIndex
from milvus_lite.schema.types import CollectionSchema, DataType, FieldSchema
from milvus_lite.search.executor_indexed import execute_search_with_index as original

from findalike.vectors import lite_search
from findalike.vectors.lite_flat import Flat
from findalike.vectors.lite_search import Search, _cells

DIMENSION = 4
NEAR = 2e-5

keys = st.lists(st.integers(1, 30), min_size=1, max_size=8, unique=True)
seeds = st.integers(0, 1000)


def schema(key: DataType = DataType.INT64) -> CollectionSchema:
    fields = [
        FieldSchema("id", key, is_primary=True, max_length=20),
        FieldSchema("n", DataType.INT64),
        FieldSchema("vector", DataType.FLOAT_VECTOR, dim=DIMENSION),
    ]
    return CollectionSchema(fields)


def rows(some: list[Any], seed: int) -> list[dict[str, Any]]:
    # Small whole numbers make many vectors equal, and some zero.
    made = np.random.default_rng(seed).integers(-1, 2, (len(some), DIMENSION))
    return [
        {"id": key, "n": seed % 10 + at, "vector": vector.tolist()}
        for at, (key, vector) in enumerate(zip(some, made, strict=True))
    ]


def same(ours: list[list[dict[str, Any]]], theirs: list[list[dict[str, Any]]]) -> None:
    """Distances are equal but for rounding, and so are rows but for those as far as the last one."""
    assert len(ours) == len(theirs)
    for mine, other in zip(ours, theirs, strict=True):
        assert [hit["distance"] for hit in mine] == pytest.approx([hit["distance"] for hit in other], abs=NEAR)
        found, wanted = ({hit["id"]: hit for hit in hits} for hits in (mine, other))
        assert len(found) == len(mine)
        for key in found.keys() ^ wanted.keys():
            hit = found.get(key) or wanted[key]
            assert hit["distance"] == pytest.approx(other[-1]["distance"], abs=NEAR)
        for key in found.keys() & wanted.keys():
            assert found[key]["entity"] == wanted[key]["entity"]


def at_least_as_good(ours: list[list[dict[str, Any]]], theirs: list[list[dict[str, Any]]]) -> None:
    """Of an index that is not exact: as many answers or more, and none farther away."""
    for mine, other in zip(ours, theirs, strict=True):
        assert len({hit["id"] for hit in mine}) == len(mine) >= len(other)
        assert all(hit["distance"] <= its["distance"] + NEAR for hit, its in zip(mine, other, strict=False))


class Both:
    """In place of the engine's search: asks both, and compares."""

    def __init__(self, exact: bool = True) -> None:
        self.search = Search()
        self.compare = same if exact else at_least_as_good
        self.asked = 0

    def __call__(self, **asked: Any) -> list[list[dict[str, Any]]]:
        asked["segments"] = tuple(asked["segments"])
        theirs = original(**asked)
        self.compare(self.search(**asked), theirs)
        self.asked += 1
        return theirs


class Writes(RuleBasedStateMachine):
    """Any order of writes, flushes, compactions and new starts; after each step searches are compared."""

    @initialize(metric=st.sampled_from(["COSINE", "IP", "L2"]), index=st.sampled_from([None, "FLAT", "HNSW"]))
    def begin(self, metric: str, index: str | None) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.metric = metric
        self.both = Both(exact=index != "HNSW")
        self.before = engine.execute_search_with_index
        engine.execute_search_with_index = self.both
        self.collection = Collection("x", self.folder.name, schema())
        if index:
            self.collection.create_index("vector", {"index_type": index, "metric_type": metric, "params": {"M": 4}})
            self.collection.load()
        self.number = 0

    @rule(some=keys, seed=seeds)
    def insert(self, some: list[int], seed: int) -> None:
        self.collection.insert(rows(some, seed))

    @rule(some=keys, seed=seeds)
    def upsert(self, some: list[int], seed: int) -> None:
        self.collection.upsert(rows(some, seed))

    @rule(some=keys)
    def delete(self, some: list[int]) -> None:
        self.collection.delete(some)

    @rule(some=keys, seed=seeds)
    def delete_and_insert(self, some: list[int], seed: int) -> None:
        self.collection.delete(some)
        self.collection.insert(rows(some[:2], seed))

    @rule(some=keys, seed=seeds)
    def flush(self, some: list[int], seed: int) -> None:
        # The fourth small file brings a compaction with it.
        self.collection.insert(rows(some, seed))
        self.collection.flush()

    @rule()
    def compact(self) -> None:
        self.collection._wait_for_bg()

    @rule()
    def reopen(self) -> None:
        self.collection.close()
        self.collection = Collection("x", self.folder.name, schema())
        self.collection.load()

    @invariant()
    def the_answers_are_the_same(self) -> None:
        if not hasattr(self, "collection"):
            return
        self.number += 1
        queries = np.random.default_rng(self.number).normal(size=(self.number % 3 + 1, DIMENSION)).tolist()
        asked = {"metric_type": self.metric, "output_fields": ["id"], "search_params": {"ef": 100}}
        for limit in (1, 5, 40):
            self.collection.search(queries, limit, **asked)
        self.collection.search(queries, 5, **{**asked, "output_fields": ["n"]}, expr="n < 6")
        self.collection.search(queries, 5, **{**asked, "output_fields": None})
        assert self.both.asked == 5 * self.number

    def teardown(self) -> None:
        if hasattr(self, "collection"):
            self.collection.close()
            engine.execute_search_with_index = self.before
            self.folder.cleanup()


def test_after_any_writes_the_answers_are_the_same() -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Writes,
        settings=settings(
            max_examples=15, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


@given(
    metric=st.sampled_from(["COSINE", "IP", "L2"]),
    shape=st.tuples(st.integers(1, 60), st.integers(1, 9), st.integers(1, 40)),
    limit=st.integers(1, 70),
    share=st.sampled_from([None, 0.0, 0.1, 0.9]),
    seed=seeds,
)
@settings(max_examples=150, deadline=None)
def test_the_exact_index_is_exact(
    metric: str, shape: tuple[int, int, int], limit: int, share: float | None, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    count, dimension, queries = shape
    vectors = rng.normal(size=(count, dimension)).astype(np.float32)
    vectors[rng.random(count) < 0.1] = 0
    asked = rng.normal(size=(queries, dimension)).astype(np.float32)
    mask = None if share is None else rng.random(count) < share
    ids, distances = Flat(vectors, metric).search(asked, limit, mask)
    wanted, far = BruteForceIndex(vectors, metric).search(asked, limit, mask)
    assert (ids >= 0).tolist() == (wanted >= 0).tolist()
    assert np.allclose(distances, far, atol=NEAR)
    if mask is not None:
        assert mask[ids[ids >= 0]].all()
    assert all(len({*row} - {-1}) == (row >= 0).sum() for row in ids)


@pytest.mark.parametrize("metric", ["COSINE", "IP"])
def test_rows_shared_out_to_cores_give_the_same_to_many_who_ask_at_once(metric: str) -> None:
    rng = np.random.default_rng(0)
    vectors, asked = (rng.normal(size=(count, 24)).astype(np.float32) for count in (9001, 40))
    mask = rng.random(len(vectors)) < 0.5
    # Of one core's share none may be found.
    mask[:5000] = False
    index, plain = Flat(vectors, metric), BruteForceIndex(vectors, metric)
    shapes = [(asked[:size], allowed) for size in (1, 3, 40) for allowed in (None, mask)] * 4
    with ThreadPoolExecutor(6) as threads:
        found = list(threads.map(lambda one: index.search(one[0], 11, one[1]), shapes))
    for (queries, allowed), (ids, distances) in zip(shapes, found, strict=True):
        wanted, far = plain.search(queries, 11, allowed)
        assert np.allclose(distances, far, atol=NEAR)
        assert (ids == wanted).mean() > 0.99


def test_cells_are_picked_out_of_several_chunks() -> None:
    parts = [["a", "b"], [], ["c"], ["d", None, "f"]]
    column = pa.chunked_array([pa.array(part, pa.string()) for part in parts])
    table = pa.table({"text": column, "other": column})
    rows = [5, 0, 2, 2, 4, 1, 3]
    found = list(_cells(table.schema, {"text"}, [(table, row) for row in rows]))
    assert found == [{"text": value} for value in column.take(pa.array(rows)).to_pylist()]
    assert list(_cells(table.schema, {"text"}, [])) == []


def test_far_from_the_origin_small_distances_are_exact() -> None:
    vectors = (1000 + np.random.default_rng(0).normal(size=(500, 32))).astype(np.float32)
    ids, distances = Flat(vectors, "L2").search(vectors[:100], 3)
    assert ids[:, 0].tolist() == list(range(100))
    assert distances[:, 0].tolist() == [0] * 100


def test_a_filter_that_few_pass_finds_all_of_them(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(2000, DIMENSION)).tolist()
    collection = Collection("x", str(tmp_path), schema())
    collection.insert([{"id": at, "n": at % 100, "vector": one} for at, one in enumerate(vectors)])
    collection.flush()
    collection.create_index("vector", {"index_type": "HNSW", "metric_type": "L2", "params": {"M": 4}})
    collection.load()
    collection._wait_for_bg()
    asked = {"metric_type": "L2", "output_fields": ["n"], "expr": "n == 7", "search_params": {"ef": 10}}
    assert len(collection.search(vectors[:1], 10, **asked)[0]) < 10
    monkeypatch.setattr(engine, "execute_search_with_index", Search())
    (found,) = collection.search(vectors[:1], 10, **asked)
    far = {at: float(np.linalg.norm(np.subtract(vectors[0], vectors[at]))) for at in range(7, 2000, 100)}
    assert [hit["id"] for hit in found] == sorted(far, key=far.__getitem__)[:10]
    assert {hit["entity"]["n"] for hit in found} == {7}
    collection.close()


def test_other_keys_and_partitions_are_left_to_milvus_lite(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    both = Both()
    monkeypatch.setattr(engine, "execute_search_with_index", both)
    words = Collection("x", str(tmp_path / "x"), schema(DataType.VARCHAR))
    words.upsert(rows(["a", "b"], 1))
    words.flush()
    words.upsert(rows(["b", "c"], 2))
    assert {hit["id"] for hit in words.search([[1.0, 0, 0, 0]], 5)[0]} == {"a", "b", "c"}
    words.close()
    numbers = Collection("y", str(tmp_path / "y"), schema())
    numbers.create_partition("p")
    numbers.insert(rows([1, 2], 1))
    numbers.insert(rows([3], 1), partition_name="p")
    found = numbers.search([[1.0, 0, 0, 0]], 5, partition_names=["p"])
    assert [hit["id"] for hit in found[0]] == [3]
    assert len(numbers.search([[1.0, 0, 0, 0]], 5)[0]) == 3
    numbers.close()
    assert both.asked == 3


def test_what_is_kept_goes_with_its_collection(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    search = Search()
    monkeypatch.setattr(engine, "execute_search_with_index", search)
    collection = Collection("x", str(tmp_path), schema())
    for seed in range(3):
        collection.upsert(rows([1, 2, 3], seed))
        collection.search([[1.0, 0, 0, 0]], 5)
        collection.flush()
    collection.search([[1.0, 0, 0, 0]], 5)
    assert len(search._stored) == 1
    collection.close()
    del collection
    assert len(search._stored) == len(search._fresh) == 0


def test_searching_beside_a_writer(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    search = Search()
    monkeypatch.setattr(engine, "execute_search_with_index", search)
    collection = Collection("x", str(tmp_path), schema())
    collection.upsert(rows(list(range(1, 31)), 0))
    stop, strange = threading.Event(), []

    def ask() -> None:
        while not stop.is_set():
            try:
                hits = collection.search([[1.0, 1, 0, 0]], 40, output_fields=["n"])[0]
                assert len({hit["id"] for hit in hits}) == len(hits)
            except Exception as error:
                strange.append(error)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for seed in range(60):
        collection.upsert(rows([seed % 30 + 1, (seed * 7) % 30 + 1][: 1 + (seed % 30 != seed * 7 % 30)], seed))
        collection.delete([seed * 11 % 30 + 1])
        if seed % 9 == 0:
            collection.flush()
    stop.set()
    for thread in threads:
        thread.join()
    assert strange == []
    monkeypatch.setattr(engine, "execute_search_with_index", Both())
    collection.search([[1.0, 1, 0, 0], [0, 0, 1, 0]], 40)
    collection.close()


def test_it_is_put_in_only_where_it_belongs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "execute_search_with_index", original)
    monkeypatch.setattr(factory, "BruteForceIndex", BruteForceIndex)
    monkeypatch.setattr(lite_search, "version", lambda _: "3.2.3")
    assert not lite_search.put_in()
    assert engine.execute_search_with_index is original
    monkeypatch.setattr(lite_search, "version", lambda _: "3.2.2")
    assert lite_search.put_in()
    assert isinstance(engine.execute_search_with_index, Search)
    assert factory.BruteForceIndex is Flat
