"""Recommendation: events, training, recommending, cold start, and what a restart or a cancellation leaves."""

from __future__ import annotations

import base64
import random
import threading
from multiprocessing.connection import Connection
from typing import Any

import pytest

from findalike.server.state import State
from server_api import Api, Start, picture
from support import eventually

APP = "recommendation"
MODELS = {"content": "tiny"}
KINDS = {"space": "rocket stars orbit planet", "love": "heart kiss wedding spring"}


def titles(kind: str) -> list[dict[str, Any]]:
    return [
        {
            "id": f"{kind}-{n}",
            "title": f"{kind} number {n}",
            "text": KINDS[kind],
            "categories": [kind],
            "metadata": {"year": 1990 + n},
        }
        for n in range(12)
    ]


def ratings() -> str:
    """Users like one kind each, eight titles of it, more often the first ones."""
    chance = random.Random(1)
    rows = ["user,item,value,time"]
    for user in range(40):
        kind = ("space", "love")[user % 2]
        liked = sorted(chance.sample(range(10), 6), key=lambda n: chance.random())
        rows += [f"u{user},{kind}-{n},{chance.randint(3, 5)},{1_700_000_000 + 3600 * (user + n)}" for n in liked]
    return "\n".join(rows)


def state(api: Api) -> State:
    found: State = api.http.app.state.findalike  # type: ignore[attr-defined]
    return found


def call(api: Api, address: str, operation: str, status: int = 200, **body: Any) -> dict[str, Any]:
    answer = api.http.post(f"{address}/{operation}", json=body)
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.json()
    return found


def names(found: dict[str, Any]) -> list[str]:
    return [one["key"] for one in found["recommendations"]]


def trained(api: Api, address: str) -> None:
    """Wait for the end of the training that begins by itself."""

    def ended() -> bool:
        found = api.http.get("/api/v1/jobs", params={"application": APP}).json()["jobs"]
        jobs = [job for job in found if job["kind"] == "train"]
        assert all(job["state"] != "failed" for job in jobs), jobs
        return bool(jobs) and all(job["state"] == "succeeded" for job in jobs)

    eventually(ended)


def shop(api: Api, *, fields: dict[str, str] | None = None) -> str:
    """A collection of two kinds of titles with ratings, trained."""
    address = api.collection(APP, models=MODELS, fields=fields or {"year": "integer"})
    assert api.records(address, titles("space") + titles("love"))["state"] == "succeeded"
    job = api.add(address, {"ratings.csv": ratings().encode()})
    assert (job["state"], job["done"], job["failed"]) == ("succeeded", 240, 0)
    trained(api, address)
    return address


def test_users_get_what_users_like_them_like(any_api: Api) -> None:
    address = shop(any_api)
    found = call(any_api, address, "recommend", user="u0", limit=3)
    seen = {one["name"] for one in call(any_api, address, "history", user="u0")["events"]}
    assert found["basis"] == "taste"
    assert all(name.startswith("space-") for name in names(found))
    assert not seen & {one["name"] for one in found["recommendations"]}
    first = found["recommendations"][0]
    assert first["because"][0]["name"] in seen
    assert 0.1 <= first["because"][0]["share"] <= 1
    scores = [one["score"] for one in found["recommendations"]]
    assert scores == sorted(scores, reverse=True)
    again = call(any_api, address, "recommend", user="u0", limit=24, repeat=True)
    assert seen < {one["name"] for one in again["recommendations"]}


def test_visitors_items_and_strangers(api: Api) -> None:
    address = shop(api)
    liking = call(api, address, "recommend", liked=[{"item": "love-1"}, {"item": "love-2", "weight": 2}], limit=3)
    assert all(name.startswith("love-") for name in names(liking))
    assert not {"love-1", "love-2"} & set(names(liking))
    assert {reason["name"] for reason in liking["recommendations"][0]["because"]} <= {"love number 1", "love number 2"}
    alike = call(api, address, "recommend", item="space-3", limit=3)
    assert all(name.startswith("space-") for name in names(alike))
    stranger = call(api, address, "recommend", user="nobody", limit=24)
    assert (stranger["basis"], stranger["events"]) == ("everybody", 0)
    assert len(stranger["recommendations"]) == 24
    unlike = call(api, address, "recommend", liked=[{"item": "love-1"}, {"item": "space-1", "weight": -3}], limit=5)
    assert all(name.startswith("love-") for name in names(unlike))
    assert call(api, address, "recommend", 404, liked=[{"item": "nothing"}])["detail"].startswith("There is no item")
    assert call(api, address, "recommend", 422, item="love-1", user="u1")


def test_filters_and_diversity(api: Api) -> None:
    address = shop(api)
    late = call(api, address, "recommend", user="u0", filter="year >= 1998", limit=10)
    assert late["recommendations"]
    assert all(one["metadata"]["year"] >= 1998 for one in late["recommendations"])
    plain = call(api, address, "recommend", user="u0", limit=6)
    mixed = call(api, address, "recommend", user="u0", limit=6, diversity=0.7)
    assert names(mixed)[0] == names(plain)[0]
    assert {name.split("-")[0] for name in names(plain)} == {"space"}
    assert {name.split("-")[0] for name in names(mixed)} == {"space", "love"}


def test_events_count_at_once_and_can_be_forgotten(api: Api) -> None:
    address = shop(api)
    before = call(api, address, "recommend", user="new", limit=4)
    assert before["basis"] == "everybody"
    events = [{"user": "new", "item": f"love-{n}", "value": 5} for n in (0, 1)]
    assert call(api, address, "events", events=events) == {"events": 2}
    after = call(api, address, "recommend", user="new", limit=4)
    assert all(name.startswith("love-") for name in names(after))
    assert not {"love-0", "love-1"} & set(names(after))
    # The newest opinion counts, whatever comes last.
    late = {"user": "new", "item": "love-0", "value": 1, "time": "2024-01-01T00:00:00Z"}
    call(api, address, "events", events=[late])
    assert [one["value"] for one in call(api, address, "history", user="new")["events"]] == [5, 5]
    assert call(api, address, "users", beginning="ne") == {"users": [{"user": "new", "events": 2}]}
    assert call(api, address, "forget", user="new") == {"events": 2}
    assert call(api, address, "users", beginning="ne") == {"users": []}
    assert call(api, address, "recommend", user="new", limit=4)["basis"] == "everybody"


def test_a_new_item_gets_its_place_from_what_it_is_about(any_api: Api) -> None:
    address = shop(any_api)
    fresh = {"id": "fresh", "title": "love number 3", "text": KINDS["love"], "categories": ["love"]}
    assert any_api.records(address, [fresh])["done"] == 1
    lovers = names(call(any_api, address, "recommend", user="u1", limit=30, repeat=True))
    others = names(call(any_api, address, "recommend", user="u0", limit=30, repeat=True))
    # Ten titles of each kind have ratings: whoever likes the other kind gets all of those before it.
    assert lovers.index("fresh") < 13
    assert all(name.startswith("space-") for name in others[: others.index("fresh")][:10])
    assert others.index("fresh") >= 10
    because = call(any_api, address, "recommend", liked=[{"item": "fresh"}], limit=3)
    assert all(name.startswith("love-") for name in names(because))


def test_before_anything_was_learned(api: Api) -> None:
    address = api.collection(APP, models=MODELS)
    api.records(address, titles("space") + titles("love"))
    found = call(api, address, "recommend", liked=[{"item": "love-1"}], limit=5)
    assert found["basis"] == "content"
    assert all(name.startswith("love-") for name in names(found))
    assert "POST …/train" in call(api, address, "recommend", 409, user="u0")["detail"]
    assert "no events" in call(api, address, "train", 422)["detail"]
    call(api, address, "events", events=[{"user": "a", "item": "not here"}])
    job = api.finished(call(api, address, "train", 202))
    assert (job["state"], "by the same ids" in job["detail"]) == ("failed", True)
    # The collection is as it was: asking for it again is no conflict, and nothing is being built.
    assert api.http.put(address, json={"models": MODELS}).status_code == 200


def test_training_again_takes_the_new_events_and_answers_meanwhile(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    address = shop(api)
    generation = call(api, address, "recommend", user="u0")["generation"]
    # Somebody joins both kinds: u0 and 19 others now love love-11, which nobody had rated.
    call(api, address, "events", events=[{"user": f"u{2 * n}", "item": "love-11", "value": 5} for n in range(20)])
    assert names(call(api, address, "recommend", user="u1", limit=1)) != ["love-11"]
    job = api.finished(call(api, address, "train", 202, factors=8))
    assert job["state"] == "succeeded", job
    assert (job["done"], job["total"]) == (48, 48)
    after = call(api, address, "recommend", liked=[{"item": "space-1"}, {"item": "space-2"}], limit=24)
    assert after["generation"] == generation + 1
    assert "love-11" in names(after)[:11]
    house = state(api).house
    tables = house.vectors.tables()
    wanted = [f"{generation + 1}_content", f"{generation + 1}_taste"]
    assert sorted(name.partition("_g")[2] for name in tables) == wanted
    assert api.http.put(address, json={"models": MODELS, "fields": {"year": "integer"}}).status_code == 200
    # A rebuild keeps what was learned.
    assert api.finished(api.http.post(f"{address}/rebuild").json())["state"] == "succeeded"
    rebuilt = call(api, address, "recommend", liked=[{"item": "space-1"}, {"item": "space-2"}], limit=24)
    assert names(rebuilt) == names(after)


def endless(results: Connection, *_: Any) -> None:
    """A computation that never ends."""
    results.send(0.5)
    threading.Event().wait()


def test_training_is_cancelled_at_once_and_leaves_what_was(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    address = shop(api)
    before = call(api, address, "recommend", user="u0")
    monkeypatch.setattr("findalike.pipelines.apart._work", endless)
    job = call(api, address, "train", 202)
    eventually(lambda: api.http.get(job["links"]["self"]).json()["done"] == 12)
    assert call(api, address, "train", 202)["id"] == job["id"]
    assert names(call(api, address, "recommend", user="u0")) == names(before)
    api.http.delete(job["links"]["self"])
    assert api.finished(job)["state"] == "cancelled"
    assert names(call(api, address, "recommend", user="u0")) == names(before)


def test_a_training_goes_on_after_a_restart(start: Start, lite_uri: str, monkeypatch: pytest.MonkeyPatch) -> None:
    first = start(lite_uri)
    address = shop(first)
    before = call(first, address, "recommend", user="u0")
    with monkeypatch.context() as patch:
        patch.setattr("findalike.pipelines.apart._work", endless)
        job = call(first, address, "train", 202)
        eventually(lambda: first.http.get(job["links"]["self"]).json()["done"] == 12)
        first.http.__exit__(None, None, None)
    second = start(lite_uri, data_dir=first.settings.data_dir)
    assert second.finished(job)["state"] == "succeeded"
    after = call(second, address, "recommend", user="u0")
    assert after["generation"] == before["generation"] + 1
    assert names(after) == names(before)


def test_evaluation(api: Api) -> None:
    address = shop(api)
    job = api.finished(call(api, address, "evaluate", 202))
    assert job["state"] == "succeeded", job
    found = job["result"]
    assert set(found["methods"]) == {"popularity", "item_knn", "tastes"}
    assert found["events_before"] + found["events_after"] == 240
    assert found["index"]["recall"] == 1.0
    assert found["methods"]["tastes"]["ndcg_at_10"] > found["methods"]["popularity"]["ndcg_at_10"]


def test_tables_say_what_is_wrong_with_a_row(api: Api) -> None:
    address = api.collection(APP, models=MODELS)
    table = b"userId,movieId,rating,timestamp\n1,10,4.5,964982703\n1,11,nan,964982703\n1,,3,964982703\n2,12,3,\n"
    job = api.add(address, {"ratings.csv": table})
    assert (job["done"], job["failed"]) == (2, 2)
    assert sorted(api.failures(job)) == ["ratings.csv, row 2", "ratings.csv, row 3"]
    history = call(api, address, "history", user="1")["events"]
    assert [(one["value"], one["time"]) for one in history] == [(4.5, "2000-07-30T18:45:03+00:00")]
    movies = b"movieId,title,genres,year\n10,Heat,Action|Crime,1995\n,,,\n"
    assert api.add(address, {"movies.csv": movies})["done"] == 1
    item = api.http.get(f"{address}/items").json()["items"][0]
    assert (item["key"], item["name"]) == ("10", "Heat")
    assert item["metadata"] == {"title": "Heat", "category": "Action", "categories": "Action, Crime", "year": "1995"}


def test_deleting_a_collection_deletes_its_events(api: Api) -> None:
    address = shop(api)
    collection = state(api).house.catalog.collections.get(APP, "things")
    api.http.delete(address)
    assert not state(api).house.catalog.events.any(collection.id)
    assert call(api, address, "recommend", 404, user="u0")


def test_items_have_pictures_where_they_bring_them(api: Api) -> None:
    address = api.collection(APP, models=MODELS)
    red = base64.b64encode(picture("red")).decode()
    records = [
        {"id": "red", "title": "Red", "picture": f"data:image/png;base64,{red}"},
        {"id": "plain", "title": "Plain"},
        {"id": "broken", "title": "Broken", "picture": base64.b64encode(b"no picture").decode()},
    ]
    job = api.records(address, records)
    assert (job["done"], job["failed"]) == (2, 1)
    assert "no picture that can be read" in api.failures(job)["Broken"]
    items = {item["key"]: item for item in api.http.get(f"{address}/items").json()["items"]}
    assert items["plain"]["links"]["preview"] is None
    shown = api.http.get(items["red"]["links"]["preview"], params={"size": 128})
    assert shown.headers["content-type"] == "image/webp"
    found = call(api, address, "recommend", liked=[{"item": "plain"}])["recommendations"]
    assert [(one["key"], one["metadata"].get("has_picture")) for one in found] == [("red", True)]
    refused = api.http.post(f"{address}/items", json={"records": [{"title": "x", "picture": "no base64!"}]})
    assert refused.status_code == 422
    assert "data: URL" in refused.json()["detail"]
    # An address is no picture: this server fetches nothing for it.
    table = f"id,title,picture\n1,One,https://example.org/1.png\n2,Two,{red}\n3,Three,\n"
    assert api.add(address, {"items.csv": table.encode()})["done"] == 3
    items = {item["key"]: item["metadata"] for item in api.http.get(f"{address}/items").json()["items"]}
    assert items["1"]["picture_url"] == "https://example.org/1.png"
    assert [items[key].get("has_picture") for key in "123"] == [None, True, None]
