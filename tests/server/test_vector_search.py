"""Vector search over HTTP: metrics, filters, paging; answers that do not depend on how one asks."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

from findalike.errors import Conflict, Unavailable
from server_api import Api
from support import eventually

rng = np.random.default_rng(7)
VECTORS = rng.normal(size=(300, 8)).astype(np.float32)
VECTORS[200:220] = VECTORS[10]
RECORDS = [
    {
        "id": f"v{n}",
        "vector": vector.tolist(),
        "metadata": {"n": n, "even": n % 2 == 0, "half": n / 2, "word": f"w{n % 7}"},
    }
    for n, vector in enumerate(VECTORS)
]
FIELDS = {"n": "integer", "even": "boolean", "half": "number", "word": "text"}


@pytest.mark.parametrize("metric", ["COSINE", "IP", "L2"])
def test_answers_are_those_of_brute_force(any_api: Api, metric: str) -> None:
    address = any_api.collection("vector-search", dimension=8, metric=metric, fields=FIELDS)
    assert any_api.records(address, RECORDS)["done"] == 300
    query = rng.normal(size=8).astype(np.float32)
    found = any_api.search(address, vector=query.tolist(), limit=15)["hits"]
    if metric == "L2":
        scores = ((VECTORS - query) ** 2).sum(axis=1)
        order = np.argsort(scores, kind="stable")
    else:
        scores = VECTORS @ query
        if metric == "COSINE":
            scores = scores / np.linalg.norm(VECTORS, axis=1) / np.linalg.norm(query)
        order = np.argsort(-scores, kind="stable")
    assert [hit["score"] for hit in found] == pytest.approx(scores[order[:15]].tolist(), abs=1e-4)
    filtered = any_api.search(address, vector=query.tolist(), limit=300, filter="n >= 100 and even == true")["hits"]
    assert {hit["item"]["metadata"]["n"] for hit in filtered} == set(range(100, 300, 2))
    some = any_api.search(address, vector=query.tolist(), limit=300, filter='word in ["w1", "w3"] and not half < 20')
    assert {hit["item"]["metadata"]["n"] for hit in some["hits"]} == {n for n in range(40, 300) if n % 7 in (1, 3)}


def test_a_table_says_which_column_is_which_part_of_a_record(api: Api) -> None:
    address = api.collection("vector-search", dimension=2, fields={"id": "text"})
    table = b'{"name": "x", "town": "Rome", "id": "7", "point": [1, 0]}\n{"name": "y", "town": null, "point": [0, 1]}\n'
    columns = ["id=name", "id=town", "vector=point"]
    job = api.add(address, {"points.ndjson": table}, column=columns)
    assert (job["done"], api.failures(job)) == (2, {})
    first, second = api.search(address, vector=[1, 0.1])["hits"]
    # What a column has taken the place of is lost; several columns are one text.
    assert (first["item"]["key"], first["item"]["metadata"]) == ("x\n\nRome", {})
    assert second["item"]["key"] == "y"
    job = api.add(address, {"points.ndjson": table}, column=["id=nickname", "vector=point"])
    assert api.failures(job)["points.ndjson, row 1"].startswith("There is no column 'nickname'; there are 'name'")
    job = api.add(address, {"points.csv": b"name\nx\ny\n"}, column=["id=nickname"])
    assert api.failures(job) == {"points.csv": "There is no column 'nickname'; there are 'name'."}
    for wrong in ("metadata=town", "colour=town", "id", "id="):
        answer = api.http.post(f"{address}/items", files=[("file", ("t.csv", b"a,b"))], params={"column": wrong})
        assert (answer.status_code, "PART is one of id, vector" in answer.json()["detail"]) == (422, True)


def test_coalesced_answers_are_those_of_lone_ones(any_api: Api) -> None:
    address = any_api.collection("vector-search", dimension=8)
    any_api.records(address, [{key: record[key] for key in ("id", "vector")} for record in RECORDS[:200]])
    # Pages of several sizes, and items that are not to find themselves, are read together.
    queries: list[dict[str, Any]] = [
        {"vector": vector, "limit": 1 + n % 9} for n, vector in enumerate(rng.normal(size=(40, 8)).tolist())
    ]
    queries += [{"item_id": item["id"]} for item in any_api.http.get(f"{address}/items?limit=8").json()["items"]]

    def ask(query: dict[str, Any]) -> list[tuple[str, float]]:
        return [(hit["item"]["key"], hit["score"]) for hit in any_api.search(address, **query)["hits"]]

    alone = [ask(query) for query in queries]
    with ThreadPoolExecutor(20) as threads:
        together = list(threads.map(ask, queries))
    for one, other in zip(alone, together, strict=True):
        assert [id for id, _ in one] == [id for id, _ in other]
        assert [score for _, score in one] == pytest.approx([score for _, score in other], abs=1e-5)


def test_items_are_listed_by_filter_order_and_page(api: Api) -> None:
    address = api.collection("vector-search", dimension=8, fields=FIELDS)
    api.records(address, RECORDS[:50])
    listed: list[int] = []
    params: dict[str, Any] = {"filter": "n >= 5", "order": "-half", "limit": 7}
    while True:
        page = api.http.get(f"{address}/items", params=params).json()
        listed += [item["metadata"]["n"] for item in page["items"]]
        assert page["total"] == 45
        if page["next_cursor"] is None:
            break
        params["cursor"] = page["next_cursor"]
    assert listed == list(range(49, 4, -1))
    wrong = api.http.get(f"{address}/items", params={**params, "order": "n"})
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "cursor")
    assert api.http.get(f"{address}/items", params={"order": "nothing"}).status_code == 422
    assert api.http.get(f"{address}/items", params={"filter": "nothing == 1"}).status_code == 422


def test_more_like_an_item_leaves_it_out(any_api: Api) -> None:
    address = any_api.collection("vector-search", dimension=8)
    any_api.records(address, [{key: record[key] for key in ("id", "vector")} for record in RECORDS[:220]])
    first = any_api.search(address, vector=VECTORS[10].tolist(), limit=1)["hits"][0]["item"]
    alike = any_api.search(address, item_id=first["id"], limit=20)["hits"]
    assert first["id"] not in {hit["item"]["id"] for hit in alike}
    assert all(hit["score"] == pytest.approx(1.0, abs=1e-5) for hit in alike)


def test_wrong_questions_are_answered_with_what_to_do(api: Api) -> None:
    address = api.collection("vector-search", dimension=3)
    for query, part in [
        ({"vector": [1.0, 2.0]}, "2 dimensions"),
        ({"vector": [0.0, 0.0, 0.0]}, "all zeros"),
        ({}, "either vector or item_id"),
        ({"vector": [1, 2, 3], "filter": "n >"}, ""),
        ({"vector": [1, 2, 3], "cursor": "x"}, "cursor"),
        ({"vector": [1, 2, 3], "limit": 0}, "limit"),
        ({"vector": [1, 2, 3], "surprise": 1}, "surprise"),
    ]:
        answer = api.http.post(f"{address}/search", json=query)
        assert answer.status_code == 422
        assert part in answer.json()["detail"]
    missing = api.http.post(f"{address}/search", json={"item_id": "0" * 64})
    assert missing.status_code == 404
    assert api.http.post(f"{address}x/search", json={"vector": [1, 2, 3]}).status_code == 404
    again = api.http.put(address, json={"dimension": 4})
    assert again.status_code == 409
    assert api.http.put(address, json={"dimension": 3}).status_code == 200
    assert api.http.put(f"{address}2", json={"dimension": 3, "index": "DISKANN"}).status_code == 422
    assert api.http.put(f"{address}2", json={}).status_code == 422


def test_an_empty_id_is_refused_and_a_missing_one_is_made(api: Api) -> None:
    """An empty key must not become an item of its own that every other such record replaces."""
    address = api.collection("vector-search", dimension=2)
    refused = api.http.post(f"{address}/items", json={"records": [{"id": "", "vector": [1, 2]}]})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "records.0.id")
    lines = b'{"id": "", "vector": [1, 2]}\n{"vector": [1, 3]}\n{"id": null, "vector": [1, 4]}\n'
    job = api.add(address, {"v.ndjson": lines, "v.csv": b'id,vector\n,"[1, 5]"\n'})
    assert (job["done"], job["failed"]) == (3, 1)
    assert "id" in api.failures(job)["v.ndjson, row 1"]
    assert [item["key"] for item in api.http.get(f"{address}/items").json()["items"]] == [None] * 3


def test_nothing_lies_beyond_a_threshold(api: Api) -> None:
    address = api.collection("vector-search", dimension=8)
    api.records(address, [{key: record[key] for key in ("id", "vector")} for record in RECORDS])
    found = api.search(address, vector=VECTORS[10].tolist(), min_score=0.9999, limit=50)
    assert (len(found["hits"]), found["next_cursor"], found["beyond"]) == (21, None, False)


def test_a_search_goes_on_through_a_swap_but_its_cursor_does_not(api: Api) -> None:
    """The rebuild drops what was to be searched after the search has read the collection."""
    address = api.collection("vector-search", dimension=8)
    api.records(address, [{key: record[key] for key in ("id", "vector")} for record in RECORDS[:20]])
    house = api.http.app.state.findalike.house  # type: ignore[attr-defined]
    before = house.catalog.collections.get("vector-search", "things")
    page = api.search(address, vector=VECTORS[3].tolist(), limit=5)
    assert api.finished(api.http.post(f"{address}/rebuild").json())["state"] == "succeeded"
    application = house.applications.get("vector-search")

    def search(**query: Any) -> Any:
        asked = application.Query(vector=VECTORS[3].tolist(), limit=5, **query)
        searcher = api.http.app.state.findalike.searcher  # type: ignore[attr-defined]
        assert api.http.portal
        return api.http.portal.call(searcher.search, application, before, asked)

    answer = search()
    assert (answer.generation, answer.hits[0].item.key) == (2, "v3")
    with pytest.raises(Conflict, match="begin again"):
        search(cursor=page["next_cursor"])


def test_metadata_changed_while_milvus_is_away_is_found_when_it_is_back(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = api.collection("vector-search", dimension=8, fields={"word": "text"})
    api.records(address, [{key: record[key] for key in ("id", "vector")} for record in RECORDS[:5]])
    state = api.http.app.state.findalike  # type: ignore[attr-defined]
    item = api.search(address, vector=VECTORS[3].tolist(), limit=1)["hits"][0]["item"]

    def away(*_: Any) -> None:
        raise Unavailable("It is away.", retry_after=1)

    with monkeypatch.context() as patched:
        patched.setattr(state.house.vectors, "upsert", away)
        changed = api.http.patch(item["links"]["self"], json={"metadata": {"word": "new"}})
    assert (changed.status_code, changed.json()["metadata"]) == (200, {"word": "new"})
    state.sweeper.regular()
    query = {"vector": VECTORS[3].tolist(), "filter": 'word == "new"'}
    eventually(lambda: [hit["item"]["key"] for hit in api.search(address, **query)["hits"]] == ["v3"])


@pytest.mark.parametrize(
    "body",
    [
        '{"vector": [1, 0]}',
        '{"vector": [1, 0], "limit": 1, "filter": "n > 0", "min_score": -1}',
        '{"vector": [1, 0], "limit": "1"}',
        '{"vector": [1, 0], "limit": 0}',
        '{"vector": ["1", true]}',
        '{"vector": [NaN, 1]}',
        '{"vector": [1e400, 1]}',
        '{"vector": [1, 0], "limit": 1, "limit": 2}',
        '{"vector": [1, 0], "filter": "\\ud800"}',
        '{"vector": [1, 0], "colour": "red"}',
        '{"vector": [1, 0, 0]}',
        "{}",
        "",
        "[",
        '"text"',
    ],
)
def test_a_query_is_answered_alike_past_fastapi_and_by_it(api: Api, body: str) -> None:
    address = api.collection("vector-search", "twice", dimension=2, fields={"n": "integer"})
    api.records(address, [{"id": "a", "vector": [1, 0], "metadata": {"n": 1}}, {"id": "b", "vector": [0, 1]}])

    def answered(kind: str) -> tuple[int, dict[str, Any]]:
        answer = api.http.post(f"{address}/search", content=body, headers={"Content-Type": kind})
        return answer.status_code, {name: value for name, value in answer.json().items() if name != "took"}

    # What has a parameter goes FastAPI's way.
    assert answered("application/json") == answered("application/json; charset=utf-8")


def test_a_body_in_pieces_is_a_query_too(api: Api) -> None:
    address = api.collection("vector-search", "pieces", dimension=2)
    api.records(address, [{"id": "a", "vector": [1, 0]}])
    kind = {"Content-Type": "application/json"}
    # Without a length, and with one.
    loose = api.http.post(f"{address}/search", content=iter([b'{"vector": ', b"[1, 0]}"]), headers=kind)
    known = api.http.post(
        f"{address}/search", content=iter([b'{"vector": ', b"[1, 0]}"]), headers={**kind, "Content-Length": "18"}
    )
    assert loose.json()["hits"] == known.json()["hits"]
    assert [hit["item"]["key"] for hit in known.json()["hits"]] == ["a"]
