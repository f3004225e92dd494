"""What must hold whatever is sent: any page is a slice of the whole, and ingesting twice is ingesting once."""

from __future__ import annotations

from itertools import count
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server_api import Api

# One collection serves all examples of a test: making it is what takes time.
many = settings(
    max_examples=10, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

STEPS = (-1.0, 0.0, 1.0)


@pytest.fixture
def grid(any_api: Api) -> str:
    """270 vectors of which ten each are equal, and many more lie equally far from a query: ties are everywhere."""
    address = any_api.collection("vector-search", dimension=3, metric="L2", fields={"n": "integer"})
    vectors = [[x, y, z] for x in STEPS for y in STEPS for z in STEPS] * 10
    any_api.records(address, [{"vector": one, "id": str(n), "metadata": {"n": n}} for n, one in enumerate(vectors)])
    return address


def paged(api: Api, address: str, size: int, query: dict[str, Any]) -> list[tuple[str, float]]:
    """Every hit, page after page."""
    found: list[tuple[str, float]] = []
    cursor = None
    while True:
        page = api.search(address, **query, limit=size, cursor=cursor)
        assert [hit["rank"] for hit in page["hits"]] == list(range(len(found) + 1, len(found) + 1 + len(page["hits"])))
        found += [(hit["item"]["key"], hit["score"]) for hit in page["hits"]]
        cursor = page["next_cursor"]
        if cursor is None:
            assert not page["beyond"]
            return found


def test_any_page_is_a_slice_of_the_whole_with_ties_everywhere(any_api: Api, grid: str) -> None:
    @many
    @given(
        st.lists(st.sampled_from(STEPS), min_size=3, max_size=3),
        # Pages around the windows that a search fetches first.
        st.sampled_from([7, 16, 17, 32, 33, 128, 150]),
        st.none() | st.integers(0, 270),
        st.none() | st.sampled_from([1.0, 2.0, 5.0]),
    )
    def holds(vector: list[float], size: int, below: int | None, farthest: float | None) -> None:
        query = {"vector": vector, "min_score": farthest, "filter": None if below is None else f"n < {below}"}
        whole = paged(any_api, grid, 1000, query)
        squared = np.array([[x, y, z] for x in STEPS for y in STEPS for z in STEPS] * 10) - vector
        distances = (squared**2).sum(axis=1)[: 270 if below is None else below]
        wanted = sorted(one for one in distances if farthest is None or one <= farthest)
        assert [score for _, score in whole] == wanted
        assert paged(any_api, grid, size, query) == whole

    holds()


def test_ingesting_twice_is_ingesting_once(any_api: Api) -> None:
    address = any_api.collection("vector-search", dimension=2, fields={"run": "integer", "value": "integer"})
    runs = count()
    batch = st.lists(st.tuples(st.integers(0, 5), st.integers(1, 9)), min_size=1, max_size=6)

    @many
    @given(st.lists(st.tuples(batch, st.sampled_from(["skip", "update"])), min_size=1, max_size=4))
    def holds(batches: list[tuple[list[tuple[int, int]], str]]) -> None:
        run, wanted = next(runs), dict[str, int]()
        for pairs, on_duplicate in batches:
            records = [
                {"id": f"{run}-{key}", "vector": [1.0, value], "metadata": {"run": run, "value": value}}
                for key, value in pairs
            ]
            job = any_api.records(address, records, on_duplicate=on_duplicate)
            assert (job["state"], job["done"] + job["skipped"]) == ("succeeded", len(records))
            for record in records:
                if on_duplicate == "update" or record["id"] not in wanted:
                    wanted[record["id"]] = record["metadata"]["value"]
        listed = any_api.http.get(f"{address}/items", params={"filter": f"run == {run}", "limit": 100}).json()
        assert {item["key"]: item["metadata"]["value"] for item in listed["items"]} == wanted
        assert listed["total"] == len(wanted)
        # Milvus has the same: each once, with the vector and the fields of the last write.
        for value in set(wanted.values()):
            where = f"run == {run} and value == {value}"
            hits = any_api.search(address, vector=[1.0, value], filter=where, limit=50)["hits"]
            assert sorted(hit["item"]["key"] for hit in hits) == sorted(k for k, v in wanted.items() if v == value)
            assert all(hit["score"] == pytest.approx(1.0, abs=1e-5) for hit in hits)

    holds()
