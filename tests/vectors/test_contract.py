"""What every vector store must do, asked of Milvus Lite and of a Milvus server."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from pymilvus import DataType, MilvusClient
from pymilvus.grpc_gen.common_pb2 import ErrorCode, Status
from pymilvus.grpc_gen.milvus_pb2 import MutationResult

from filter_cases import FIELDS, ROWS, filters
from findalike.errors import Conflict, InvalidInput, NotFound, Unavailable
from findalike.filters import matches, parse
from findalike.ports import free_port
from findalike.vectors import Row, TableSpec
from findalike.vectors.milvus import MilvusStore

rng = np.random.default_rng(7)


def unit(count, dimension=4):
    vectors = rng.normal(size=(count, dimension)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def fill(store, table, vectors, values=None):
    values = values or [{}] * len(vectors)
    rows = [Row(n + 1, vector, value) for n, (vector, value) in enumerate(zip(vectors, values, strict=True))]
    store.upsert(table, rows)


def test_says_what_it_can(store):
    able = store.capabilities
    assert able.max_top_k == 16384
    assert {"FLAT", "HNSW"} <= able.indexes
    assert able.serial_writes == able.lite
    assert able.version.removeprefix("v")[0].isdigit()
    store.ping()


def test_an_empty_table_has_nothing(store, table):
    assert store.count(table) == 0
    assert store.ids(table).tolist() == []
    (found,) = store.search(table, unit(1), 10)
    assert found.ids.shape == found.scores.shape == (0,)
    assert (found.ids.dtype, found.scores.dtype) == (np.int64, np.float32)
    assert store.get(table, [1]) == {}
    assert store.search(table, np.empty((0, 4), np.float32), 10) == []


def test_finds_the_nearest_best_first(store, table):
    vectors, queries = unit(200), unit(7)
    fill(store, table, vectors)
    found = store.search(table, queries, 10)
    assert len(found) == 7
    for query, matched in zip(queries, found, strict=True):
        scores = vectors @ query
        assert matched.ids.tolist() == (np.argsort(-scores)[:10] + 1).tolist()
        np.testing.assert_allclose(matched.scores, np.sort(scores)[::-1][:10], atol=1e-5)


def test_reads_its_own_writes_at_once(store, table):
    vectors = unit(30)
    for turn in range(5):
        fill(store, table, vectors)
        assert store.count(table) == 30
        store.delete(table, [turn + 1])
        (found,) = store.search(table, vectors[turn : turn + 1], 30)
        assert turn + 1 not in found.ids
        assert len(found.ids) == 29
        assert store.ids(table).tolist() == [n for n in range(1, 31) if n != turn + 1]
        assert store.get(table, [turn + 1]) == {}


def test_writing_again_replaces(store, table):
    first, second = unit(2)
    store.upsert(table, [Row(5, first, {"i": 1})])
    store.upsert(table, [Row(5, first), Row(5, second, {"i": 2})])
    assert store.count(table) == 1
    np.testing.assert_allclose(store.get(table, [5, 6])[5], second, rtol=1e-6)
    assert len(store.search(table, second[None], 5, parse("i == 2", FIELDS))[0].ids) == 1
    assert len(store.search(table, second[None], 5, parse("i == 1", FIELDS))[0].ids) == 0


def test_deleting_what_is_not_there_is_fine(store, table):
    store.delete(table, [])
    store.delete(table, [123456789])
    assert store.count(table) == 0


def test_all_keys_of_many_rows(store, table):
    ids = rng.permutation(20_000) * 7 + 2**40
    vectors = unit(20_000)
    store.upsert(table, [Row(int(n), vector) for n, vector in zip(ids, vectors, strict=True)])
    assert store.ids(table).tolist() == np.sort(ids).tolist()
    assert store.count(table) == 20_000
    some = ids[:2500].tolist()
    assert store.get(table, some).keys() == set(some)
    (found,) = store.search(table, vectors[:1], 16_384)
    assert len(found.ids) >= (16_384 if store.exact(table) else 16_000)
    store.delete(table, some)
    assert store.count(table) == 17_500


def test_settling_changes_nothing_but_speed(store, table):
    vectors = unit(100)
    fill(store, table, vectors)
    store.delete(table, [100])
    before = store.search(table, vectors[:3], 10)
    store.settle(table)
    after = store.search(table, vectors[:3], 10)
    assert [found.ids.tolist() for found in after] == [found.ids.tolist() for found in before]
    assert store.count(table) == 99


def test_an_idle_table_is_searched_without_waiting(store, table):
    fill(store, table, unit(50))
    store.search(table, unit(1), 10)
    spent = []
    for _ in range(5):
        began = time.perf_counter()
        store.search(table, unit(1), 10)
        spent.append(time.perf_counter() - began)
    assert min(spent) < 0.1


def test_refuses_what_does_not_fit(store, table):
    with pytest.raises(InvalidInput):
        store.upsert(table, [Row(1, np.zeros(5, np.float32))])
    with pytest.raises(InvalidInput):
        store.search(table, np.zeros((1, 5), np.float32), 10)
    with pytest.raises(InvalidInput):
        store.search(table, unit(1), 16_385)
    with pytest.raises(InvalidInput):
        store.create(TableSpec("never", 4, "COSINE", index="NOPE"))


def test_a_table_that_is_not_there(store):
    for ask in (
        lambda: store.count("none"),
        lambda: store.upsert("none", [Row(1, unit(1)[0])]),
        lambda: store.delete("none", [1]),
        lambda: store.search("none", unit(1), 3),
        lambda: store.ids("none"),
        lambda: store.settle("none"),
        lambda: store.exact("none"),
    ):
        with pytest.raises(NotFound):
            ask()
    store.drop("none")


def test_the_life_of_a_table(store, engine_uri):
    spec = TableSpec("life", 8, "L2", index="FLAT", fields={"x": "text"})
    vectors = 3 * unit(20, 8)
    store.create(spec)
    fill(store, spec.name, vectors)
    (found,) = store.search(spec.name, vectors[:1], 5)
    distances = ((vectors - vectors[0]) ** 2).sum(axis=1)
    assert found.ids.tolist() == (np.argsort(distances)[:5] + 1).tolist()
    np.testing.assert_allclose(found.scores, np.sort(distances)[:5], atol=1e-4)
    assert store.exact(spec.name)

    store.create(spec)
    assert store.count(spec.name) == 20
    with pytest.raises(Conflict):
        store.create(TableSpec(spec.name, 9, "L2"))
    assert spec.name in store.tables()

    client = MilvusClient(engine_uri, dedicated=True)
    client.release_collection(f"t_{spec.name}")
    assert len(store.search(spec.name, vectors[:1], 5)[0].ids) == 5
    client.close()

    other = MilvusStore(engine_uri, prefix="t_")
    other.drop(spec.name)
    other.close()
    assert spec.name not in store.tables()
    with pytest.raises(NotFound):
        store.search(spec.name, vectors[:1], 5)
    with pytest.raises(NotFound):
        store.upsert(spec.name, [Row(1, vectors[0])])


def test_every_index_and_metric_that_is_offered_works(store):
    specs = [TableSpec(f"kind_{index}", 32, "COSINE", index) for index in store.capabilities.indexes - {"FLAT"}]
    specs += [TableSpec("kind_IP", 32, "IP", "FLAT")]
    vectors = unit(300, 32)

    def works(spec):
        store.create(spec)
        fill(store, spec.name, vectors)
        found = store.search(spec.name, vectors[:20], 10)
        first = [matched.ids[0] for matched in found]
        exact = store.exact(spec.name)
        store.drop(spec.name)
        return first == list(range(1, 21)) and exact == (spec.index == "FLAT")

    # A server takes three seconds for each, and they can pass together.
    with ThreadPoolExecutor(len(specs)) as pool:
        worked = dict(zip([spec.name for spec in specs], pool.map(works, specs), strict=True))
    assert all(worked.values()), worked


def test_an_index_that_is_not_offered_is_refused(store):
    missing = "HNSW_SQ" if "HNSW_SQ" not in store.capabilities.indexes else "SCANN"
    with pytest.raises(InvalidInput):
        store.create(TableSpec("never", 4, "COSINE", index=missing))


def test_strangers_tables_are_left_alone(store, shared_table, engine_uri):
    client = MilvusClient(engine_uri, dedicated=True)
    schema = MilvusClient.create_schema()
    schema.add_field("key", DataType.INT64, is_primary=True)
    schema.add_field("values", DataType.FLOAT_VECTOR, dim=2)
    client.create_collection("somebody", schema=schema)
    assert shared_table in store.tables()
    assert not any("somebody" in name for name in store.tables())
    client.drop_collection("somebody")
    client.close()


def test_an_address_may_name_a_database(store, engine_uri):
    client = MilvusClient(engine_uri, dedicated=True)
    client.create_database("other")
    other = MilvusStore(f"{engine_uri}/other", prefix="t_")
    other.create(TableSpec("elsewhere", 4, "COSINE", "FLAT"))
    vectors = unit(10)
    fill(other, "elsewhere", vectors)
    assert other.search("elsewhere", vectors[2:3], 1)[0].ids.tolist() == [3]
    assert other.count("elsewhere") == 10
    assert "elsewhere" not in store.tables()
    other.drop("elsewhere")
    other.close()
    client.drop_database("other")
    client.close()


def test_writing_waits_where_the_server_limits_the_rate(store, table, monkeypatch):
    handler = store._connection._connected()._handler
    written = handler._stub.Upsert
    refused = [MutationResult(status=Status(code=8, error_code=ErrorCode.RateLimit, reason="too fast"))]
    monkeypatch.setattr(
        handler._stub, "Upsert", lambda *given, **more: (refused or [None]).pop() or written(*given, **more)
    )
    fill(store, table, unit(3))
    assert not refused
    assert store.count(table) == 3


def test_many_threads_write_and_search(store, table):
    vectors = unit(400)

    def work(part):
        rows = [Row(part * 50 + n + 1, vectors[part * 50 + n]) for n in range(50)]
        for start in range(0, 50, 10):
            store.upsert(table, rows[start : start + 10])
            store.search(table, vectors[:2], 5)
        return store.get(table, [rows[0].id])[rows[0].id]

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    assert store.count(table) == 400


@pytest.fixture(scope="module")
def filtered(store, shared_table):
    """The shared table, filled with the rows of the filter cases: ids are places in ROWS, plus one."""
    store.delete(shared_table, store.ids(shared_table).tolist())
    fill(store, shared_table, unit(len(ROWS)), ROWS)
    return shared_table


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(filters)
def test_filters_give_the_set_that_they_mean(store, filtered, tree):
    (found,) = store.search(filtered, np.ones((1, 4), np.float32), 1000, tree)
    assert sorted(found.ids.tolist()) == [n + 1 for n, values in enumerate(ROWS) if matches(tree, values)]


def test_long_lists_of_values(store, filtered):
    tree = parse("i in [" + ",".join(map(str, range(990))) + ",-9223372036854775808]", FIELDS)
    (found,) = store.search(filtered, np.ones((1, 4), np.float32), 1000, tree)
    assert sorted(found.ids.tolist()) == [n + 1 for n, values in enumerate(ROWS) if matches(tree, values)]


def test_an_engine_that_is_away_is_said_at_once():
    store = MilvusStore(f"http://127.0.0.1:{free_port()}")
    began = time.monotonic()
    with pytest.raises(Unavailable) as caught:
        store.search("any", unit(1), 3)
    assert time.monotonic() - began < 1
    assert caught.value.retry_after
    with pytest.raises(Unavailable):
        store.ping()
    store.close()


def test_an_address_that_is_none():
    with pytest.raises(InvalidInput):
        MilvusStore("milvus:19530")


def test_ranks_by_words_where_it_can(store):
    spec = TableSpec("words", 0, "BM25", fields={"i": "integer"})
    if not store.capabilities.bm25:
        with pytest.raises(InvalidInput, match="BM25"):
            store.create(spec)
        assert "words" not in store.tables()
        return
    try:
        store.create(spec)
        store.create(spec)
        texts = ["the cat sat", "the cat and the dog", "the bird", "東京 京都", ""]
        store.upsert("words", [Row(n, text, {"i": n}) for n, text in enumerate(texts, 1)])
        assert store.count("words") == 5
        assert store.exact("words")
        assert store.get("words", [1, 99]) == {1: "the cat sat"}
        cat, bird, nothing, empty, kyoto = store.search("words", ["cat", "the bird", "horse", "", "京都"], 3)
        # Of two texts with the word once, the shorter one is better.
        assert cat.ids.tolist() == [1, 2]
        assert cat.scores[0] > cat.scores[1] > 0
        assert bird.ids.tolist() == [3, 2, 1]
        assert kyoto.ids.tolist() == [4]
        assert nothing.ids.tolist() == empty.ids.tolist() == []
        (narrowed,) = store.search("words", ["cat"], 3, parse("i > 1", spec.fields))
        assert narrowed.ids.tolist() == [2]
        store.upsert("words", [Row(1, "a horse", {"i": 1})])
        store.delete("words", [2])
        horse, cat = store.search("words", ["horse", "cat"], 3)
        assert (horse.ids.tolist(), cat.ids.tolist()) == ([1], [])
        with pytest.raises(InvalidInput, match="words"):
            store.upsert("words", [Row(6, unit(1)[0])])
        with pytest.raises(InvalidInput, match="words"):
            store.search("words", unit(1), 3)
    finally:
        store.drop("words")
