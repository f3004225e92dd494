"""The 2-D map: laid out, kept, updated, and answered."""

from __future__ import annotations

import threading
from multiprocessing.connection import Connection
from typing import Any

import numpy as np
import pytest

from findalike.server.state import State
from server_api import Api, Start, drawn
from support import eventually


def state(api: Api) -> State:
    found: State = api.http.app.state.findalike  # type: ignore[attr-defined]
    return found


def clusters(count: int, each: int, seed: int = 0) -> list[dict[str, Any]]:
    """Records around `count` centres in 16 dimensions; the id begins with the centre's number."""
    random = np.random.default_rng(seed)
    centres = 4 * np.random.default_rng(1).normal(size=(count, 16))
    return [
        {"id": f"{centre}-{seed}-{n}", "vector": (centres[centre] + random.normal(size=16)).tolist()}
        for centre in range(count)
        for n in range(each)
    ]


def endless(results: Connection, *_: Any) -> None:
    """A layout that never ends."""
    results.send(0.5)
    threading.Event().wait()


def make(api: Api, address: str, **body: Any) -> dict[str, Any]:
    """Make the map, wait for it: the job."""
    answer = api.http.post(f"{address}/map", json=body)
    assert answer.status_code == 202, answer.text
    assert answer.headers["location"] == answer.json()["links"]["self"]
    return api.finished(answer.json())


def read(api: Api, address: str, **params: Any) -> dict[str, Any]:
    answer = api.http.get(f"{address}/map", params=params)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def places(api: Api, address: str) -> dict[str, tuple[int, int]]:
    """Where the items lie, by their keys."""
    found = read(api, address)
    keys = {item["id"]: item["key"] for item in api.http.get(f"{address}/items?limit=1000").json()["items"]}
    return {keys[id]: (x, y) for id, x, y in zip(found["ids"], found["x"], found["y"], strict=True)}


def purity(where: dict[str, tuple[int, int]]) -> float:
    """How many points have a point of their own cluster as the nearest."""
    keys, points = list(where), np.array(list(where.values()), dtype=float)
    distances = ((points[:, None] - points[None]) ** 2).sum(axis=2)
    np.fill_diagonal(distances, np.inf)
    nearest = distances.argmin(axis=1)
    return float(np.mean([keys[a].split("-")[0] == keys[b].split("-")[0] for a, b in enumerate(nearest)]))


def test_items_that_are_alike_lie_together(any_api: Api) -> None:
    address = any_api.collection("vector-search", dimension=16)
    any_api.records(address, clusters(6, 30))
    job = make(any_api, address)
    assert (job["kind"], job["state"], job["done"], job["total"]) == ("map", "succeeded", 100, 100)
    found = read(any_api, address)
    assert (found["vector"], found["generation"], found["scale"]) == ("embedding", 1, 65535)
    assert len(found["ids"]) == len(set(found["ids"])) == 180
    assert found["stale"] == {"added": 0, "removed": 0, "changed": 0, "generation": False, "updating": None}
    columns = np.array([found["x"], found["y"]])
    assert columns.min() == 0
    assert columns.max() == 65535
    assert all(abs(side.min() + side.max() - 65535) <= 1 for side in columns)
    assert purity(places(any_api, address)) > 0.98


def test_a_job_and_the_collection_name_the_vector_of_a_map(api: Api) -> None:
    address = api.collection("image-search")
    added = api.add(address, {f"{n}.png": drawn(n) for n in range(3)})
    assert (added["vector"], api.http.get(address).json()["maps"]) == (None, [])
    assert make(api, address, vector="words")["vector"] == "words"
    assert api.http.get(address).json()["maps"] == ["words"]
    assert make(api, address)["vector"] == "visual"
    assert api.http.get(address).json()["maps"] == ["visual", "words"]


def test_without_a_map_the_answer_says_how_to_get_one(api: Api) -> None:
    address = api.collection("vector-search", dimension=16)
    answer = api.http.get(f"{address}/map")
    assert (answer.status_code, "POST" in answer.json()["detail"]) == (404, True)
    assert api.http.get(f"{address}/map?vector=smell").status_code == 422
    assert api.http.post(f"{address}/map", json={"vector": "smell"}).status_code == 422
    assert api.http.post(f"{address[:-1]}/map").status_code == 404


@pytest.mark.parametrize("count", [0, 1, 2, 3, 10, 15, 16, 17])
def test_small_collections_have_maps(api: Api, count: int) -> None:
    address = api.collection("vector-search", dimension=16)
    if count:
        api.records(address, clusters(1, count))
    assert make(api, address)["state"] == "succeeded"
    found = read(api, address)
    assert len(found["ids"]) == len(found["x"]) == len(found["y"]) == count
    assert len(set(zip(found["x"], found["y"], strict=True))) == count


def test_equal_vectors_have_a_map(api: Api) -> None:
    address = api.collection("vector-search", dimension=2)
    api.records(address, [{"id": f"{n}", "vector": [1, 2]} for n in range(40)])
    assert make(api, address)["state"] == "succeeded"
    assert len(read(api, address)["ids"]) == 40


def test_the_same_collection_has_the_same_map(api: Api) -> None:
    address = api.collection("vector-search", dimension=16)
    api.records(address, clusters(3, 20))
    make(api, address)
    first = places(api, address)
    make(api, address, afresh=True)
    assert places(api, address) == first


def test_a_map_is_kept_up_to_date(api: Api) -> None:
    address = api.collection("vector-search", dimension=16)
    api.records(address, clusters(6, 30))
    make(api, address)
    first = places(api, address)
    api.records(address, clusters(6, 2, seed=5))
    eventually(lambda: read(api, address)["stale"]["added"] == 0)
    second = places(api, address)
    assert {key: second[key] for key in first} == first
    assert len(second) == 192
    assert purity(second) > 0.98
    api.records(address, clusters(8, 20, seed=6))
    eventually(lambda: len(read(api, address)["ids"]) == 192 + 160)
    third = places(api, address)
    assert third["0-0-0"] != first["0-0-0"], "so much is new that it is laid out again"
    assert purity(third) > 0.98


def test_what_is_like_nothing_on_the_map_lays_it_out_again(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("findalike.pipelines.map._CANDIDATES", 3)
    address = api.collection("vector-search", dimension=16)
    api.records(address, clusters(3, 20))
    make(api, address)
    first = places(api, address)
    strange = [{"id": f"9-{n}", "vector": [50.0 + n, *[-50.0] * 15]} for n in range(6)]
    api.records(address, strange)
    eventually(lambda: len(read(api, address)["ids"]) == 66)
    second = places(api, address)
    assert {key: second[key] for key in first} != first
    assert purity(second) > 0.98


def test_deleted_and_changed_items(api: Api) -> None:
    address = api.collection("vector-search", dimension=16)
    api.records(address, clusters(3, 20))
    make(api, address)
    gone, changed, *_ = read(api, address)["ids"]
    api.http.delete(f"{address}/items/{gone}")
    api.http.patch(f"{address}/items/{changed}", json={"metadata": {"a": 1}})
    found = read(api, address)
    assert gone not in found["ids"]
    assert changed in found["ids"]
    assert (found["stale"]["removed"], found["stale"]["changed"]) == (1, 1)
    make(api, address)
    assert read(api, address)["stale"] == {
        "added": 0, "removed": 0, "changed": 0, "generation": False, "updating": None,
    }  # fmt: skip


def test_a_validator_saves_the_transfer(api: Api) -> None:
    address = api.collection("vector-search", dimension=16)
    api.records(address, clusters(3, 10))
    make(api, address)
    first = api.http.get(f"{address}/map")
    tag = {"If-None-Match": first.headers["etag"]}
    assert (first.headers["content-encoding"], first.headers["cache-control"]) == ("gzip", "private, no-cache")
    same = api.http.get(f"{address}/map", headers=tag)
    assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", first.headers["etag"])
    api.http.delete(f"{address}/items/{first.json()['ids'][0]}")
    assert api.http.get(f"{address}/map", headers=tag).status_code == 200
    plain = api.http.get(f"{address}/map", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert len(plain.json()["ids"]) == 29


def test_each_vector_has_a_map_and_a_rebuild_makes_it_anew(api: Api) -> None:
    address = api.collection("image-search")
    api.add(address, {f"{n}.png": drawn(n) for n in range(8)})
    make(api, address, vector="words")
    assert read(api, address, vector="words")["vector"] == "words"
    assert api.http.get(f"{address}/map").status_code == 404
    api.finished(api.http.post(f"{address}/rebuild").json())
    eventually(lambda: read(api, address, vector="words")["generation"] == 2)
    assert read(api, address, vector="words")["stale"]["generation"] is False


def test_asking_twice_starts_one_job(start: Start, lite_uri: str) -> None:
    api = start(lite_uri)
    address = api.collection("vector-search", dimension=16)
    api.records(address, clusters(1, 20))
    state(api).worker.stop()
    first = api.http.post(f"{address}/map").json()
    assert api.http.post(f"{address}/map").json()["id"] == first["id"]
    second = start(lite_uri)
    assert second.finished(first)["state"] == "succeeded", "after a kill it begins again"


def test_a_map_can_be_cancelled_and_dropped_under_way(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("findalike.pipelines.apart._work", endless)
    address = api.collection("vector-search", dimension=16)
    api.records(address, clusters(3, 20))
    for end in (lambda job: api.http.delete(job["links"]["self"]), lambda _: api.http.delete(address)):
        job = api.http.post(f"{address}/map").json()
        eventually(lambda job=job: api.http.get(job["links"]["self"]).json()["done"] > 10)  # type: ignore[misc]
        end(job)
        assert api.finished(job, 5)["state"] == "cancelled"
    assert api.http.get(f"{address}/map").status_code == 404
