"""The map of a collection in a real browser: made through the page, moved, asked, and left for the list."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from browsing import photograph
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from findalike.client import Client
from support import eventually, server_in

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with vectors in three heaps, twice: `fresh` has sixty and no map, `heaps` has fifteen and a map."""
    folder = tmp_path_factory.mktemp("map")
    with server_in(folder) as url:
        with Client(url) as client:
            # Less than sixteen are laid out without t-SNE, in a moment.
            for name, many in (("fresh", 60), ("heaps", 15)):
                client.create_collection("vector-search", name, dimension=3, fields={"heap": "integer"})
                records = [
                    {
                        "id": f"item {n}",
                        "vector": [float(n % 3 == heap) + n / 1000 for heap in range(3)],
                        "metadata": {"heap": n % 3},
                    }
                    for n in range(many)
                ]
                assert client.wait(client.add_records("vector-search", name, records).id).done == many
            client.wait(client.make_map("vector-search", "heaps").id)
        yield url


def test_a_map_is_made_and_marks_what_was_asked(page: Page, url: str, shots: Path | None) -> None:
    page.goto(f"{url}/apps/vector-search/fresh/map")
    page.get_by_role("button", name=re.compile("Make the map")).click()
    surface = page.get_by_role("application")
    expect(surface).to_be_visible()
    photograph(page, shots, "map")
    page.set_viewport_size({"width": 1400, "height": 900})
    surface.focus()
    before = page.screenshot()
    page.keyboard.press("+")
    page.keyboard.press("+")
    page.keyboard.press("ArrowLeft")
    eventually(lambda: page.screenshot() != before)

    page.goto(f"{url}/apps/vector-search/fresh/map?vector=1%2C0%2C0")
    hits = page.get_by_role("region", name="Hits on the map")
    found = hits.get_by_role("listitem")
    expect(found.first).to_contain_text("item 0")
    expect(page.get_by_role("list", name="Legend")).to_be_visible()
    found.first.get_by_role("button").first.click()
    expect(page.get_by_role("dialog", name="item 0")).to_be_visible()
    page.keyboard.press("Escape")
    photograph(page, shots, "map-asked")
    page.get_by_role("link", name="Search", exact=True).click()
    expect(page).to_have_url(re.compile("vector=1"))
    expect(page.get_by_role("region", name="Results").get_by_role("listitem").first).to_contain_text("item 0")


def test_a_point_shows_its_item_and_opens_it(page: Page, url: str) -> None:
    with Client(url) as client:
        placed = client.map("vector-search", "heaps")
        names = {item.id: item.name for item in client.items("vector-search", "heaps")}
    page.set_viewport_size({"width": 400, "height": 900})
    page.goto(f"{url}/apps/vector-search/heaps/map")
    surface = page.get_by_role("application", name=f"Map of {len(placed.ids)} items")
    surface.focus()
    # The keyboard finds a point wherever the camera is, and says which; the mouse would have to aim.
    page.keyboard.press("Shift+ArrowUp")
    page.keyboard.press("Shift+ArrowDown")
    card = page.get_by_test_id("point")
    expect(card).to_be_visible()
    said = card.get_by_role("status")
    expect(said).to_have_text(re.compile("^item "))
    name = said.inner_text()
    assert name in names.values()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name=name)
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="More like this").click()
    expect(dialog).to_be_hidden()
    # A fifth of the collection would be three; no map marks fewer than ten.
    hits = page.get_by_role("region", name="Hits on the map")
    expect(hits.get_by_role("listitem")).to_have_count(10)
    expect(hits.get_by_role("status")).to_have_text("First 10 hits")
    expect(page.get_by_text("Your query, at its item")).to_be_visible()


def test_the_mouse_finds_a_point_and_opens_it(page: Page, url: str) -> None:
    with Client(url) as client:
        client.create_collection("vector-search", "two", dimension=2)
        records = [{"id": f"end {n}", "vector": [float(n), 1.0 - n]} for n in range(2)]
        assert client.wait(client.add_records("vector-search", "two", records).id).done == 2
        client.wait(client.make_map("vector-search", "two").id)
        placed = client.map("vector-search", "two")
        names = {item.id: item.name for item in client.items("vector-search", "two")}
    page.set_viewport_size({"width": 1400, "height": 900})
    page.goto(f"{url}/apps/vector-search/two/map")
    box = page.get_by_role("application").bounding_box()
    assert box
    # The map of two points is fitted to the frame: 88 per cent of the side that limits it.
    across, down = max(placed.x) - min(placed.x), max(placed.y) - min(placed.y)
    scale = 0.88 * min(box["width"] / max(across, 66), box["height"] / max(down, 66))
    x = box["x"] + box["width"] / 2 + (placed.x[0] - (max(placed.x) + min(placed.x)) / 2) * scale
    y = box["y"] + box["height"] / 2 + (placed.y[0] - (max(placed.y) + min(placed.y)) / 2) * scale
    page.mouse.move(x, y)
    card = page.get_by_test_id("point")
    expect(card).to_be_visible()
    expect(card).to_contain_text(names[placed.ids[0]])
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(card).to_have_count(0)
    page.mouse.move(x, y)
    expect(card).to_be_visible()
    page.mouse.click(x, y)
    expect(page.get_by_role("dialog", name=re.compile("^end "))).to_be_visible()


def test_the_wheel_scrolls_the_page_until_the_map_is_meant(page: Page, url: str) -> None:
    page.set_viewport_size({"width": 1400, "height": 500})
    page.goto(f"{url}/apps/vector-search/heaps/map")
    surface = page.get_by_role("application")
    expect(surface).to_be_visible()
    # The names at the points come last.
    expect(page.get_by_text(re.compile("^item "), exact=True).first).to_be_visible()
    surface.hover(position={"x": 20, "y": 20})
    page.mouse.wheel(0, 120)
    hint = page.get_by_text("To zoom with the wheel")
    expect(hint).to_be_visible()
    page.wait_for_function("() => window.scrollY === 120")
    expect(hint).to_have_count(0)
    before = surface.screenshot()
    page.keyboard.down("Control")
    page.mouse.wheel(0, -120)
    page.keyboard.up("Control")
    eventually(lambda: surface.screenshot() != before)
    zoomed = surface.screenshot()
    surface.focus()
    scrolled = page.evaluate("window.scrollY")
    page.mouse.wheel(0, 120)
    eventually(lambda: surface.screenshot() != zoomed)
    assert page.evaluate("window.scrollY") == scrolled


def test_the_address_says_how_the_map_is_shown(page: Page, url: str) -> None:
    page.goto(f"{url}/apps/vector-search/heaps/map?vector=1%2C0%2C0")
    legend = page.get_by_role("list", name="Legend")
    expect(legend).to_contain_text("Other items")
    page.get_by_label("Colour by").select_option("heap")
    page.wait_for_url(lambda address: "map-colour=heap" in address and "vector=1" in address)
    expect(legend.get_by_role("listitem").filter(has_text=re.compile("^2 ?5$"))).to_be_visible()
    page.reload()
    expect(page.get_by_label("Colour by")).to_have_value("heap")
    expect(legend.get_by_role("listitem").filter(has_text=re.compile("^2 ?5$"))).to_be_visible()
    page.get_by_role("button", name="Forget the query").click()
    page.wait_for_url(lambda address: address.endswith("/map?map-colour=heap"))


def test_the_map_follows_what_is_added(page: Page, url: str) -> None:
    with Client(url) as client:
        client.create_collection("vector-search", "growing", dimension=3)
        records = [{"id": f"old {n}", "vector": [1.0, n / 12, 0.0]} for n in range(12)]
        assert client.wait(client.add_records("vector-search", "growing", records).id).done == 12
        client.wait(client.make_map("vector-search", "growing").id)
        page.goto(f"{url}/apps/vector-search/growing/map")
        expect(page.get_by_role("application", name="Map of 12 items")).to_be_visible()
        client.wait(client.add_records("vector-search", "growing", [{"id": "new", "vector": [1.0, 0.5, 0.1]}]).id)
        # The server updates the map by itself after what adds items.
        eventually(lambda: len(client.map("vector-search", "growing").ids) == 13)
    page.reload()
    expect(page.get_by_role("application", name="Map of 13 items")).to_be_visible()


def points(surface: Locator) -> int:
    """How much of a map is coloured as points are, in pixels."""
    red, green, _ = np.asarray(Image.open(io.BytesIO(surface.screenshot())).convert("RGB"), np.int16).transpose(2, 0, 1)
    return int((green - red > 60).sum())


def test_a_context_that_was_lost_comes_back(page: Page, url: str) -> None:
    page.goto(f"{url}/apps/vector-search/heaps/map")
    surface = page.get_by_role("application")
    expect(surface).to_be_visible()
    eventually(lambda: points(surface) > 100)
    page.evaluate(
        """() => {
            const gl = document.querySelector("[role=application] canvas").getContext("webgl2");
            window.lent = gl.getExtension("WEBGL_lose_context");
            window.lent.loseContext();
        }"""
    )
    expect(page.get_by_text("The graphics card was reset")).to_be_visible()
    assert points(surface) == 0
    page.evaluate("window.lent.restoreContext()")
    expect(page.get_by_text("The graphics card was reset")).to_have_count(0)
    eventually(lambda: points(surface) > 100)
