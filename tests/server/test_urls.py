"""Taking items in from addresses, end to end, and what is refused on the way."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import pytest
from test_intake import zipped

from findalike.media.fetch import fetch
from server_api import Start, drawn
from support import serving


class _Pictures(BaseHTTPRequestHandler):
    content: ClassVar = {"/a.png": drawn(1), "/b.zip": zipped({"x.png": drawn(2), "y.txt": b"words"}), "/p": b"words"}
    asked: ClassVar[list[str]]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        body = self.content.get(self.path, b"")
        self.send_response(302 if self.path == "/inside" else 200 if body else 404)
        if self.path == "/inside":
            self.send_header("Location", "http://10.0.0.1/secret.png")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def pictures() -> Iterator[ThreadingHTTPServer]:
    class Handler(_Pictures):
        asked: ClassVar = []

    with serving(Handler) as server:
        yield server


def test_addresses_become_items_and_bad_ones_a_line_in_the_errors(
    start: Start, lite_uri: str, pictures: ThreadingHTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As if this machine's own address were public; all others stay what they are.
    monkeypatch.setattr("findalike.pipelines.expand.fetch", partial(fetch, allowed=lambda address: address.is_loopback))
    api = start(lite_uri, fetch_urls=True)
    address = api.collection("image-search", fields={"place": "text"})
    host = f"http://127.0.0.1:{pictures.server_port}"
    urls = [f"{host}/{path}" for path in ("a.png", "b.zip", "p", "missing", "inside")] + ["http://10.0.0.1/x.png"]
    answer = api.http.post(f"{address}/items", json={"urls": urls, "metadata": {"place": "Lisbon"}})
    assert answer.status_code == 202
    job = api.finished(answer.json())
    assert (job["state"], job["done"], job["failed"]) == ("succeeded", 2, 5)
    failures = api.failures(job)
    assert set(failures) == {"b.zip/y.txt", *urls[2:]}
    assert "does not take plain text" in failures[f"{host}/p"]
    assert "status 404" in failures[f"{host}/missing"]
    assert "10.0.0.1 is not on the public internet" in failures[f"{host}/inside"]
    assert "10.0.0.1 is not on the public internet" in failures["http://10.0.0.1/x.png"]
    items = {item["name"]: item for item in api.http.get(f"{address}/items").json()["items"]}
    assert set(items) == {"a.png", "b.zip/x.png"}
    assert items["a.png"]["metadata"]["url"] == f"{host}/a.png"
    assert items["b.zip/x.png"]["metadata"]["url"] == f"{host}/b.zip"
    found = api.search(address, item_id=items["a.png"]["id"], filter='place == "Lisbon"')["hits"]
    assert [hit["item"]["name"] for hit in found] == ["b.zip/x.png"]


def test_this_machine_is_out_of_reach(start: Start, lite_uri: str, pictures: ThreadingHTTPServer) -> None:
    api = start(lite_uri, fetch_urls=True)
    address = api.collection("image-search")
    url = f"http://127.0.0.1:{pictures.server_port}/a.png"
    job = api.finished(api.http.post(f"{address}/items", json={"urls": [url]}).json())
    assert (job["done"], job["failed"]) == (0, 1)
    assert "not on the public internet" in api.failures(job)[url]
    assert pictures.RequestHandlerClass.asked == []  # type: ignore[attr-defined]
