"""The page's frame in a real browser: gallery, samples, the view that any application gets, addresses, keyboard."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from browsing import drag, photograph
from playwright.sync_api import Page, expect

from findalike.client import Client
from findalike.server.page import BUILT
from support import server_in

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with one collection of vectors: forty points on a quarter of a circle."""
    folder = tmp_path_factory.mktemp("page")
    assert (BUILT / "index.html").exists(), "the page is not built: install findalike anew"
    with server_in(folder) as url:
        with Client(url) as client:
            client.create_collection("vector-search", "points", dimension=2, metric="L2", fields={"number": "integer"})
            records = [
                {"id": f"point-{number:02}", "vector": [float(number), 1.0], "metadata": {"number": number}}
                for number in range(40)
            ]
            job = client.wait(client.add_records("vector-search", "points", records).id)
            assert job.done == 40
        yield url


def test_the_gallery_shows_every_application_and_its_collections(page: Page, url: str, shots: Path | None) -> None:
    page.goto(url)
    for title in ("Reverse image search", "Vector search"):
        expect(page.get_by_role("article", name=title)).to_be_visible()
    card = page.get_by_role("article", name="Vector search")
    expect(card.get_by_role("link", name=re.compile("points.*40 items"))).to_be_visible()
    photograph(page, shots, "gallery")


def test_a_file_that_is_dropped_where_nobody_takes_it_is_not_opened(page: Page, url: str, tmp_path: Path) -> None:
    (tmp_path / "plain.txt").write_text("Not a page.")
    page.goto(url)
    expect(page.get_by_role("article", name="Vector search")).to_be_visible()
    drag(page, tmp_path / "plain.txt")()
    page.get_by_role("link", name=re.compile("points")).click()
    expect(page.get_by_role("heading", level=1, name="points")).to_be_visible()


def test_the_generic_view_searches_pages_and_goes_back(page: Page, url: str, shots: Path | None) -> None:
    page.goto(url)
    page.get_by_role("link", name=re.compile("points")).click()
    expect(page.get_by_role("heading", level=1, name="points")).to_be_visible()
    page.get_by_label("Vector", exact=True).fill("7 1")
    page.get_by_role("button", name="Search").click()
    results = page.get_by_role("region", name="Results")
    hits = results.get_by_role("listitem")
    # The first page does not fill the window, so the next one comes by itself.
    expect(hits.first).to_contain_text("point-07")
    expect(hits).to_have_count(40)
    expect(page.get_by_role("slider", name="Greatest distance")).to_be_visible()
    photograph(page, shots, "search")

    hits.first.get_by_role("button").click()
    dialog = page.get_by_role("dialog", name="point-07")
    expect(dialog.get_by_text("Number", exact=True)).to_be_visible()
    photograph(page, shots, "item")
    shared = page.url
    dialog.get_by_role("button", name="More like this").click()
    expect(dialog).to_be_hidden()
    expect(page.get_by_label("Item id")).not_to_have_value("")
    page.go_back()
    expect(page.get_by_label("Vector", exact=True)).to_have_value("7, 1")
    expect(dialog).to_be_hidden()

    # Who is sent the address sees the same.
    page.goto(shared)
    expect(page.get_by_role("dialog", name="point-07")).to_be_visible()


def test_what_the_server_refuses_is_said_at_the_field(page: Page, url: str, complaints: list[str]) -> None:
    page.goto(f"{url}/apps/vector-search/points?vector=%5B1%2C1%5D&filter=colour+%3D%3D+1")
    expect(page.get_by_role("alert")).to_contain_text("colour")
    expect(page.get_by_role("textbox", name="Filter")).to_have_attribute("aria-invalid", "true")
    assert all("422" in one for one in complaints)
    complaints.clear()


def test_a_collection_is_made_and_opened(page: Page, url: str, shots: Path | None) -> None:
    page.goto(url)
    page.get_by_role("article", name="Vector search").get_by_role("button", name="New collection").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name", exact=True).fill("Not A Name")
    dialog.get_by_role("button", name="Create collection").click()
    expect(dialog.get_by_text("Use small letters")).to_be_visible()
    dialog.get_by_label("Name", exact=True).fill("made-here")
    dialog.get_by_label("Dimension").fill("3")
    dialog.get_by_label("Compared by").select_option("IP")
    dialog.get_by_role("button", name="Add a field").click()
    dialog.get_by_label("Field name").fill("year")
    dialog.get_by_label("Type").select_option("integer")
    photograph(page, shots, "new-collection")
    dialog.get_by_role("button", name="Create collection").click()
    expect(page.get_by_role("heading", level=1, name="made-here")).to_be_visible()
    made = httpx.get(f"{url}/api/v1/apps/vector-search/collections/made-here").json()
    assert made["fields"] == {"year": "integer"}
    assert made["vectors"]["embedding"] == {"model": None, "dimension": 3, "metric": "IP", "index": "AUTO"}


@pytest.mark.models
def test_the_sample_is_loaded_and_opened(page: Page, url: str) -> None:
    page.goto(url)
    page.get_by_role("article", name="Vector search").get_by_role("button", name="Try the sample").click()
    expect(page.get_by_role("heading", level=1, name="sample")).to_be_visible(timeout=120_000)
    expect(page.get_by_text("1,797 items", exact=True)).to_be_visible()


def test_an_unknown_address_is_the_page_s_but_an_unknown_route_of_the_api_is_not(
    page: Page, url: str, shots: Path | None
) -> None:
    page.goto(f"{url}/nowhere/at/all")
    expect(page.get_by_role("heading", name="There is nothing here")).to_be_visible()
    photograph(page, shots, "not-found")
    page.get_by_role("link", name="To the gallery").click()
    expect(page.get_by_role("article", name="Vector search")).to_be_visible()
    for path in ("/api/v1/nothing", "/assets/nothing.js", "/static/nothing.js"):
        answer = httpx.get(url + path)
        assert answer.status_code == 404, path
        assert answer.headers["content-type"] == "application/problem+json", path


def test_everything_in_the_gallery_is_reached_by_keyboard(page: Page, url: str) -> None:
    page.goto(url)
    expect(page.get_by_role("link", name=re.compile("points"))).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    reached: list[str] = []
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.textContent"))
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        if page.evaluate("document.activeElement !== document.body"):
            assert outline != "none", reached[-1]
    for wanted in ("New collection", "Try the sample"):
        assert wanted in reached
    assert any(one.startswith("points") for one in reached)
    page.get_by_role("link", name=re.compile("points")).press("Enter")
    expect(page.get_by_role("heading", level=1, name="points")).to_be_visible()
    expect(page.locator("main")).to_be_focused()


def test_the_theme_is_chosen_by_keyboard_and_kept(page: Page, url: str) -> None:
    page.goto(url)
    page.get_by_role("button", name="Appearance").press("Enter")
    page.get_by_role("menuitemradio", name="Like the system").press("ArrowUp")
    page.get_by_role("menuitemradio", name="Dark").press("Enter")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_files_with_a_hash_are_kept_for_ever_and_travel_compressed(url: str) -> None:
    index = httpx.get(url, headers={"Accept": "text/html"})
    assert index.headers["cache-control"] == "no-cache"
    assert "script-src 'self'" in index.headers["content-security-policy"]
    assert httpx.get(url, headers={"If-None-Match": index.headers["etag"]}).status_code == 304
    scripts = re.findall(r'(/assets/[^"]+\.js)"', index.text)
    size = 0
    for path in scripts:
        answer = httpx.get(url + path, headers={"Accept-Encoding": "gzip"})
        assert answer.headers["content-encoding"] == "gzip"
        assert "immutable" in answer.headers["cache-control"]
        size += int(answer.headers["content-length"])
    assert 0 < size <= 200 * 1024
