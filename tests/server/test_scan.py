"""Scans on a whole server: every hit is reached, best first, page by page; and records as queries."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient
from numpy.typing import NDArray
from pydantic import BaseModel

from findalike.applications.base import Application, BaseRecord, SearchQuery
from findalike.applications.operations import Context, Operation
from findalike.applications.registry import Applications
from findalike.catalog.reading import Sketches
from findalike.domain import Segment, Source, Term, VectorSpec
from findalike.errors import InvalidInput
from findalike.server.app import create_app
from findalike.settings import Settings
from server_api import Api


class Number(BaseRecord):
    number: int


class NumberQuery(SearchQuery):
    multiple_of: int | None = None
    named: str | None = None
    near: int | None = None


@dataclass(frozen=True)
class Multiples:
    """Numbers that another divides, small ones first. Rating knows the last digit only."""

    divisor: int
    name, head = "smallness", 1

    def begin(self) -> int:
        if self.divisor < 1:
            raise InvalidInput("Nothing is divided by that.")
        if self.divisor == 666:
            time.sleep(60)
        return self.divisor

    def rate(self, begun: int, sketches: Sketches) -> NDArray[np.float32]:
        digits = sketches.heads[:, 0]
        possible = (digits % 2 == 0) if begun % 2 == 0 else np.ones(len(digits), bool)
        return np.where(possible, 1 / (1 + digits), np.nan).astype(np.float32)

    def confirm(self, data: Sequence[bytes]) -> list[bool]:
        return [int.from_bytes(one[1:], "big") % self.divisor == 0 for one in data]


@dataclass(frozen=True)
class Named:
    text: str
    name, head = "name", 0

    def begin(self) -> str:
        return self.text

    def rate(self, begun: str, sketches: Sketches) -> NDArray[np.float32]:
        return np.array([len(begun) / len(one) if begun in one else np.nan for one in sketches.names], np.float32)

    def confirm(self, data: Sequence[bytes]) -> list[bool]:
        return [True] * len(data)


class Ids(BaseModel):
    ids: list[str]


class Sum(BaseModel):
    sum: int


def total(numbers: list[int]) -> int:
    return sum(numbers)


async def add(context: Context, request: Ids) -> Sum:
    """Add the numbers of items."""
    items = await context.items(request.ids)
    return Sum(sum=await context.work(total, [(item.record or {})["number"] for item in items]))


class NumberSearch(Application):
    """Find numbers."""

    name, title = "numbers", "Numbers"
    vectors = {"value": VectorSpec(model="tiny-text")}
    fields = {"even": "boolean"}
    Query, Record = NumberQuery, Number
    operations = {"add": Operation(add, Ids, Sum, "Add")}

    def segments(self, source: Source) -> Iterable[Segment]:
        number = int(source.record["number"])
        yield Segment({"text": str(number)}, data=bytes([number % 10]) + number.to_bytes(4, "big"))

    def facts(self, source: Source) -> dict[str, Any]:
        return {"even": source.record["number"] % 2 == 0}

    def query(self, query: NumberQuery) -> list[Term]:
        return [Term("value", record={"number": query.near or 0})]

    def scan(self, query: NumberQuery) -> Multiples | Named | None:
        if query.multiple_of is not None:
            return Multiples(query.multiple_of)
        return Named(query.named) if query.named else None


@pytest.fixture(scope="module")
def numbers(tmp_path_factory: pytest.TempPathFactory, lite_uri: str) -> Iterator[tuple[Api, str]]:
    folder = tmp_path_factory.mktemp("numbers")
    settings = Settings(
        data_dir=folder / "data", cache_dir=folder / "cache", decoder_processes=1, decoder_timeout=2, search_depth=20
    )
    with TestClient(
        create_app(settings, lite_uri, Applications([NumberSearch()])), base_url="http://localhost"
    ) as http:
        api = Api(http, settings)
        address = api.collection("numbers")
        api.records(address, [{"id": f"n{number}", "number": number} for number in range(1, 1501)])
        yield api, address


def pages(api: Api, address: str, **query: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    cursor = None
    while True:
        answer = api.search(address, **query, cursor=cursor)
        assert answer["depth"] == 1500 or "filter" in query
        assert not answer["beyond"]
        found += answer["hits"]
        if (cursor := answer["next_cursor"]) is None:
            return found


def test_every_hit_is_reached_and_the_best_come_first(numbers: tuple[Api, str]) -> None:
    api, address = numbers
    hits = pages(api, address, multiple_of=6, limit=40)
    assert sorted(int(hit["item"]["key"][1:]) for hit in hits) == list(range(6, 1501, 6))
    assert [hit["rank"] for hit in hits] == list(range(1, 251))
    digits = [int(hit["item"]["key"][-1]) for hit in hits]
    assert digits == sorted(digits)
    assert hits[0]["scores"] == {"smallness": 1.0}
    assert [hit["item"]["key"] for hit in hits[:2]] == ["n30", "n60"]
    whole = api.search(address, multiple_of=6, limit=1000)
    assert [hit["item"]["id"] for hit in whole["hits"]] == [hit["item"]["id"] for hit in hits]


def test_filters_thresholds_and_changes(numbers: tuple[Api, str]) -> None:
    api, address = numbers
    odd = pages(api, address, multiple_of=7, filter="even == false", limit=1000)
    assert sorted(int(hit["item"]["key"][1:]) for hit in odd) == list(range(7, 1501, 14))
    assert {hit["item"]["key"][-1] for hit in pages(api, address, multiple_of=7, min_score=0.5, limit=50)} == {"0", "1"}
    assert api.search(address, multiple_of=2001)["hits"] == []
    api.records(address, [{"id": "late", "number": 2001}])
    late = api.search(address, multiple_of=2001)["hits"]
    assert [hit["item"]["key"] for hit in late] == ["late"]
    assert api.http.delete(f"{address}/items/{late[0]['item']['id']}").status_code == 204
    assert api.search(address, multiple_of=2001)["hits"] == []


def test_scans_go_by_names_too(numbers: tuple[Api, str]) -> None:
    api, address = numbers
    assert [hit["item"]["key"] for hit in pages(api, address, named="n15", limit=3)] == [
        "n15", *(f"n15{digit}" for digit in range(10)), "n1500",
    ]  # fmt: skip


def test_what_cannot_be_asked_is_refused(numbers: tuple[Api, str]) -> None:
    api, address = numbers
    refused = api.http.post(f"{address}/search", json={"multiple_of": 0})
    assert (refused.status_code, refused.json()["detail"]) == (422, "Nothing is divided by that.")
    slow = api.http.post(f"{address}/search", json={"multiple_of": 666})
    assert slow.status_code == 422
    assert "too much time" in slow.json()["detail"]
    other = api.search(address, multiple_of=3)["next_cursor"]
    assert api.http.post(f"{address}/search", json={"multiple_of": 5, "cursor": other}).status_code == 422


def test_a_record_is_looked_for_as_if_it_were_an_item(numbers: tuple[Api, str]) -> None:
    api, address = numbers
    assert api.search(address, near=1234)["hits"][0]["item"]["key"] == "n1234"


def test_operations_get_items_and_a_process_to_work_in(numbers: tuple[Api, str]) -> None:
    api, address = numbers
    ids = [hit["item"]["id"] for hit in api.search(address, multiple_of=500)["hits"]]
    assert api.http.post(f"{address}/add", json={"ids": [*ids, "0" * 64]}).json() == {"sum": 3000}
