"""Image search over HTTP, as a user meets it, on every engine."""

from __future__ import annotations

import hashlib
import threading
from typing import Any

import pytest

from findalike.encoders.prepare import prepare
from server_api import Api, drawn, picture

COLOURS = ("red", "green", "blue", "yellow", "white", "black")


def test_a_picture_finds_itself_and_words_find_colours(any_api: Api) -> None:
    address = any_api.collection("image-search")
    job = any_api.add(address, {f"{colour}.png": picture(colour) for colour in COLOURS})
    assert (job["state"], job["done"], job["total"]) == ("succeeded", 6, 6)

    assert any_api.names(address, text="blue", group=False)[0] == "blue.png"
    stored = any_api.http.post("/api/v1/media", files={"file": ("query.png", picture("yellow"))}).json()
    found = any_api.search(address, media_id=stored["media_id"], limit=2)
    best = found["hits"][0]
    assert best["item"]["name"] == "yellow.png"
    assert best["item"]["id"] == hashlib.sha256(picture("yellow")).hexdigest()
    assert best["score"] > 0.999
    assert best["item"]["metadata"] == {"width": 64, "height": 48, "format": "PNG"}
    assert found["took"]["total_ms"] > 0


def test_more_like_this_and_mixes(any_api: Api) -> None:
    address = any_api.collection("image-search")
    files = {f"{n}.png": drawn(n) for n in range(8)}
    any_api.add(address, files)
    ids = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    alike = any_api.search(address, item_id=ids["3.png"])["hits"]
    assert "3.png" not in [hit["item"]["name"] for hit in alike]
    mix = [{"item_id": ids["3.png"]}, {"item_id": ids["5.png"], "weight": -1.0}]
    assert any_api.names(address, parts=mix)[-1] == "5.png"


def test_deleting_changing_and_adding_one_work_at_once(any_api: Api) -> None:
    address = any_api.collection("image-search", fields={"place": "text"})
    any_api.add(address, {f"{colour}.png": picture(colour) for colour in COLOURS})
    red = hashlib.sha256(picture("red")).hexdigest()
    changed = any_api.http.patch(f"{address}/items/{red}", json={"metadata": {"place": "Lisbon", "width": None}})
    assert changed.json()["metadata"]["place"] == "Lisbon"
    assert any_api.names(address, text="green", filter='place == "Lisbon"') == ["red.png"]
    assert "red.png" not in any_api.names(address, text="red", filter="width >= 1")
    assert any_api.http.delete(f"{address}/items/{red}").status_code == 204
    assert "red.png" not in any_api.names(address, text="red")
    any_api.add(address, {"again.png": picture("red")})
    assert any_api.names(address, text="red")[0] == "again.png"


def test_a_query_is_prepared_beside_the_event_loop(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    address = api.collection("image-search")
    threads: list[str] = []

    def watched(*arguments: Any, **options: Any) -> Any:
        threads.append(threading.current_thread().name)
        return prepare(*arguments, **options)

    monkeypatch.setattr("findalike.pipelines.queries.prepare", watched)
    api.search(address, text="blue")
    assert len(threads) == 1
    assert threads[0].startswith("search")


def test_several_unwanted_pictures_count_as_their_mean(api: Api) -> None:
    address = api.collection("image-search")
    files = {f"{n}.png": drawn(n) for n in range(4)}
    api.add(address, files)
    ids = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    parts = [{"text": "green"}, *({"item_id": ids[name], "weight": -1.0} for name in ("1.png", "2.png"))]
    hits = {hit["item"]["name"]: hit["scores"] for hit in api.search(address, parts=parts)["hits"]}
    plain = [{"text": "green"}, {"item_id": ids["1.png"], "weight": -1.0}]
    alone = {hit["item"]["name"]: hit["scores"] for hit in api.search(address, parts=plain)["hits"]}
    assert hits["1.png"]["visual"] == pytest.approx(hits["2.png"]["visual"], abs=1e-5)
    assert alone["1.png"]["visual"] == pytest.approx(1.0, abs=1e-5)
    assert hits["0.png"]["words"] == alone["0.png"]["words"]
