"""Previews show what an item is now, also when its record was replaced."""

from __future__ import annotations

from fastapi.testclient import TestClient
from notes import NoteSearch

from findalike.applications.registry import Applications
from findalike.server.app import create_app
from findalike.settings import Settings
from server_api import Api


def test_the_preview_of_a_record_changes_with_it(settings: Settings, lite_uri: str) -> None:
    app = create_app(settings, lite_uri, Applications([NoteSearch()]))
    with TestClient(app, base_url="http://localhost") as http:
        api = Api(http, settings)
        first, second = (api.collection("notes", name) for name in ("first", "second"))
        api.records(first, [{"id": "a", "number": 1}])
        api.records(second, [{"id": "a", "number": 2}])
        links = http.get(f"{first}/items").json()["items"][0]["links"]
        item = links["self"]
        assert (links["content"], links["preview"]) == (None, f"{item}/preview")
        shown = http.get(links["preview"])
        assert (shown.text, shown.headers["cache-control"]) == ("1", "private, no-cache")
        assert http.get(f"{item.replace('first', 'second')}/preview").text == "2"
        known = {"If-None-Match": shown.headers["etag"]}
        assert http.get(f"{item}/preview", headers=known).status_code == 304
        api.records(first, [{"id": "a", "number": 3}], on_duplicate="update")
        assert http.get(f"{item}/preview", headers=known).text == "3"


def test_items_of_an_application_without_previews_link_to_none(api: Api) -> None:
    address = api.collection("vector-search", dimension=2)
    api.records(address, [{"id": "a", "vector": [1, 2]}])
    assert api.http.get(f"{address}/items").json()["items"][0]["links"]["preview"] is None
    assert api.search(address, vector=[1, 2])["hits"][0]["item"]["links"]["preview"] is None
