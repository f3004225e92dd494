"""Text search over HTTP: documents and tables to passages, by meaning, by words and by both, on both engines."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import delete, func, select

from findalike.catalog.schema import collections, items, segments, sentences
from server_api import Api

TINY_TEXT = {"models": {"meaning": "tiny-text"}}
CATS = """# All about cats

Cats are small animals that people keep at home.

## Sleep

A cat sleeps for most of the day. Kittens sleep even longer, because they grow.

## Food

Cats eat meat. Many of them also like fish, and none of them needs sugar.
"""
ROCKETS = """# Rockets

A rocket carries satellites into orbit around the earth.

## Engines

Liquid fuel engines burn kerosene and oxygen. Solid boosters help at the start.
"""
RECORDS = [
    {"id": "bread", "title": "Bread", "text": "Flour, water and salt are baked.", "metadata": {"year": 2020}},
    {"id": "wine", "title": "Wine", "text": "Grapes ferment in a barrel.", "metadata": {"year": 2024}},
]


def names(answer: dict[str, Any]) -> list[str]:
    return [hit["item"]["key"] or hit["item"]["name"] for hit in answer["hits"]]


def library(api: Api, name: str = "things", **settings: Any) -> str:
    """A collection with two documents and two records."""
    address = api.collection("text-search", name, **{**TINY_TEXT, **settings})
    job = api.add(address, {"cats.md": CATS.encode(), "rockets.md": ROCKETS.encode()})
    assert (job["done"], api.failures(job)) == (2, {})
    assert api.records(address, RECORDS)["done"] == 2
    return address


@pytest.fixture(scope="module")
def api(shared: Api) -> Api:
    return shared


@pytest.fixture(scope="module")
def books(api: Api) -> str:
    """A library that no test changes."""
    return library(api, "books")


@pytest.fixture
def empty(api: Api, request: pytest.FixtureRequest) -> str:
    """A collection of a test's own."""
    return api.collection("text-search", request.node.originalname[-40:].strip("_"), **TINY_TEXT)


def test_passages_are_found_and_say_where_they_stand(any_api: Api) -> None:
    address = library(any_api, fields={"year": "integer"})
    found = any_api.search(address, text="how long do kittens sleep")
    best = found["hits"][0]
    assert best["item"]["name"] == "cats.md"
    assert best["item"]["metadata"]["title"] == "All about cats"
    passage = best["segment"]
    assert passage["place"]["headings"] == ["All about cats", "Sleep"]
    words = [passage["text"][start:end] for start, end in passage["highlights"]]
    assert words == ["Sleep", "sleeps", "Kittens", "sleep"] or words == ["sleeps", "Kittens", "sleep"]
    # One hit a document; what else of it matched is named beside it.
    assert len(names(found)) == len(set(names(found)))
    apart = any_api.search(address, text="how long do kittens sleep", group=False)
    assert names(apart)[0] == "cats.md"
    assert names(apart).count("cats.md") > 1
    assert [hit["others"] for hit in apart["hits"]] == [[] for _ in apart["hits"]]
    assert {one["ordinal"] for one in best["others"]} <= {0, 1, 2}
    narrowed = any_api.search(address, text="baked flour", filter="year >= 2024")
    assert names(narrowed) == ["wine"]


def kept_sentences(api: Api, collection: str) -> dict[int, int]:
    """How many segments of a collection have vectors of their sentences, by generation."""
    counted = (
        select(sentences.c.generation, func.count())
        .select_from(sentences.join(segments).join(items).join(collections))
        .where(collections.c.name == collection)
        .group_by(sentences.c.generation)
    )
    with api.http.app.state.findalike.house.catalog.database.read() as connection:  # type: ignore[attr-defined]
        return dict(connection.execute(counted).all())


def test_the_nearest_sentence_is_named(api: Api) -> None:
    address = library(api, "sentences")

    def nearest(text: str, mode: str = "meaning") -> tuple[str, list[str]]:
        segment = api.search(address, text=text, mode=mode)["hits"][0]["segment"]
        start, end = segment["sentence"]
        return segment["text"][start:end], [segment["text"][one:other] for one, other in segment["highlights"]]

    # The tiny encoder goes by letters: it finds where no word is the same.
    sugar = "Many of them also like fish, and none of them needs sugar."
    assert nearest("sugary fishes likely") == (sugar, ["like", "fish"])
    assert nearest("likefish noneofthem needssugar") == (sugar, [])
    assert nearest("meat", mode="keywords") == ("Cats eat meat.", ["meat"])
    only = api.search(address, text="flour", mode="meaning")["hits"][0]["segment"]
    assert (only["text"], only["sentence"]) == ("Flour, water and salt are baked.", None)
    assert nearest("kerosine oxygene") == ("Liquid fuel engines burn kerosene and oxygen.", ["oxygen"])

    # A collection that was made before there were vectors of sentences: words say which is near, until it is rebuilt.
    database = api.http.app.state.findalike.house.catalog.database  # type: ignore[attr-defined]
    passages = kept_sentences(api, "sentences")[1]
    with database.write() as connection:
        connection.execute(delete(sentences))
    assert nearest("meat") == ("Cats eat meat.", ["meat"])
    assert api.finished(api.http.post(f"{address}/rebuild").json())["state"] == "succeeded"
    assert kept_sentences(api, "sentences") == {2: passages}
    assert nearest("likefish noneofthem needssugar") == (sugar, [])
    # What is put in again, or removed, leaves nothing behind.
    api.records(address, [{"id": "bread", "text": "Eggs are boiled. Milk is warmed."}], on_duplicate="update")
    assert nearest("the milk is warmed")[0] == "Milk is warmed."
    for item in api.http.get(f"{address}/items").json()["items"]:
        api.http.delete(f"{address}/items/{item['id']}")
    assert kept_sentences(api, "sentences") == {}


def test_the_same_passage_elsewhere_is_folded(api: Api) -> None:
    address = library(api, "folded")
    api.add(address, {"again.txt": b"A rocket carries satellites into orbit\naround the Earth."})
    rockets = api.search(address, text="A rocket carries satellites into orbit around the earth", mode="meaning")
    both = api.search(address, text="satellites into orbit", group=False)
    assert {"again.txt", "rockets.md"} <= set(names(both)[:2])
    assert len({"again.txt", "rockets.md"} & set(names(rockets))) == 2  # There is a heading in the other.
    api.add(address, {"copy.txt": b"A rocket carries satellites into orbit around the earth!"})
    folded = api.search(address, text="A rocket carries satellites into orbit around the earth", mode="meaning")
    best = folded["hits"][0]
    assert len(best["similar"]) == 1
    assert {best["item"]["name"]} <= {"again.txt", "copy.txt"}


def test_the_document_is_its_passages_in_order(api: Api, books: str) -> None:
    (item,) = (one for one in api.http.get(f"{books}/items").json()["items"] if one["name"] == "cats.md")
    path = f"{books}/items/{item['id']}/segments"
    whole = api.http.get(path).json()
    assert whole["next"] is None
    texts = [segment["text"] for segment in whole["segments"]]
    assert "".join("".join(texts).split()) == "".join(CATS.replace("#", "").split())
    places = [(segment["place"]["start"], segment["place"]["end"]) for segment in whole["segments"]]
    assert all(end - start == len(text) for (start, end), text in zip(places, texts, strict=True))
    first = api.http.get(path, params={"limit": 2}).json()
    rest = api.http.get(path, params={"start": first["next"]}).json()
    assert first["segments"] + rest["segments"] == whole["segments"]


def test_passages_are_told_alike_past_fastapi_and_by_it(api: Api, books: str) -> None:
    told = [
        api.http.post(
            f"{books}/search", content='{"text": "kittens sleep", "limit": 5}', headers={"Content-Type": kind}
        ).json()
        for kind in ("application/json", "application/json; charset=utf-8")
    ]
    assert told[0]["hits"][0]["segment"]["highlights"]
    assert {**told[0], "took": None} == {**told[1], "took": None}


def test_words_find_what_meaning_cannot_know(api: Api, books: str) -> None:
    by_words = api.search(books, text="kerosene", mode="keywords")
    assert names(by_words) == ["rockets.md"]
    assert by_words["hits"][0]["score"] > 0
    both = api.search(books, text="kerosene")
    assert names(both)[0] == "rockets.md"
    assert set(both["hits"][0]["scores"]) == {"meaning", "keywords"}
    assert set(api.search(books, text="kerosene", mode="meaning")["hits"][0]["scores"]) == {"meaning"}
    # Only stop words: there is nothing to find by words, and the meaning is left.
    assert api.search(books, text="to be or not to be", mode="keywords")["hits"] == []
    assert api.search(books, text="to be or not to be")["hits"]


def test_an_engine_without_bm25_answers_by_meaning(any_api: Api) -> None:
    address = library(any_api)
    has_words = "keywords" in any_api.http.get(address).json()["vectors"]
    assert any_api.search(address, text="liquid fuel engines")["hits"][0]["item"]["name"] == "rockets.md"
    answer = any_api.http.post(f"{address}/search", json={"text": "fuel", "mode": "keywords"})
    assert answer.status_code == (200 if has_words else 422)
    if not has_words:
        assert "keywords" in answer.json()["detail"]


def test_more_like_an_item(api: Api) -> None:
    address = library(api, "alike")
    api.records(address, [{"id": "cake", "title": "Cake", "text": "Flour, water, salt and sugar are baked."}])
    bread = next(one for one in api.http.get(f"{address}/items").json()["items"] if one["key"] == "bread")
    assert names(api.search(address, item_id=bread["id"]))[0] == "cake"


def test_any_page_is_a_slice_of_the_whole(api: Api, empty: str) -> None:
    texts = [f"Text number {n} is about {'apples' if n % 3 else 'pears'} and item{n}." for n in range(40)]
    api.records(empty, [{"id": f"t{n}", "text": text} for n, text in enumerate(texts)])
    whole = names(api.search(empty, text="about pears", limit=40))
    assert len(whole) == 40
    assert set(whole[:14]) == {f"t{n}" for n in range(0, 40, 3)}
    paged: list[str] = []
    cursor = None
    while True:
        page = api.search(empty, text="about pears", limit=7, cursor=cursor)
        paged += names(page)
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert paged == whole


def test_tables_are_guessed_or_told(api: Api) -> None:
    address = api.collection("text-search", "guessed", **TINY_TEXT, fields={"stars": "integer"})
    table = b"headline,review,stars\nGreat,The hotel was clean and quiet.,5\nPoor,The room smelled of smoke.,1\n,,3\n"
    job = api.add(address, {"reviews.csv": table})
    assert job["done"] == 2
    assert list(api.failures(job)) == ["reviews.csv, row 3"]
    best = api.search(address, text="smoke", filter="stars < 3")["hits"][0]
    assert best["segment"]["text"] == "The room smelled of smoke."
    assert best["item"]["metadata"] == {"title": "Poor", "stars": 1} | {
        key: value for key, value in best["item"]["metadata"].items() if key == "language"
    }
    told = api.collection("text-search", "told", **TINY_TEXT)
    api.add(told, {"reviews.csv": table}, column=["text=headline", "text=review", "title=stars"])
    great = api.search(told, text="great hotel")["hits"][0]
    assert great["segment"]["text"] == "Great\n\nThe hotel was clean and quiet."
    assert great["item"]["metadata"]["title"] == "5"


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({}, "text"),
        ({"text": "a", "item_id": "b"}, "text"),
        ({"text": ""}, "text"),
        ({"item_id": "0" * 64, "mode": "keywords"}, "mode"),
        ({"text": "a", "mode": "sparse"}, "mode"),
    ],
)
def test_wrong_queries_are_explained(api: Api, books: str, query: dict[str, Any], field: str) -> None:
    answer = api.http.post(f"{books}/search", json=query)
    assert answer.status_code == 422
    assert field in answer.text


def test_broken_documents_are_lines_in_the_errors(api: Api, empty: str) -> None:
    files = {"broken.pdf": b"%PDF-1.7\nno more", "empty.txt": b"", "spaces.txt": b" \n ", "good.txt": b"A good text."}
    job = api.add(empty, files)
    assert job["done"] == 1
    assert set(api.failures(job)) == {"broken.pdf", "empty.txt", "spaces.txt"}
    assert names(api.search(empty, text="good text")) == ["good.txt"]
