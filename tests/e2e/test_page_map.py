"""The map of a collection in a real browser: made through the page, moved, asked, and left for the list."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import photograph
from playwright.sync_api import Page, expect

from findalike.cli.running import ensure_server
from findalike.client import Client
from findalike.settings import Settings
from support import eventually

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with sixty vectors in three heaps."""
    folder = tmp_path_factory.mktemp("map")
    settings = Settings(data_dir=folder / "data", cache_dir=folder / "cache")
    with ensure_server(settings, folder / "server.log") as url:
        with Client(url) as client:
            client.create_collection("vector-search", "heaps", dimension=3, fields={"heap": "integer"})
            records = [
                {
                    "id": f"item {n}",
                    "vector": [float(n % 3 == heap) + n / 1000 for heap in range(3)],
                    "metadata": {"heap": n % 3},
                }
                for n in range(60)
            ]
            assert client.wait(client.add_records("vector-search", "heaps", records).id).done == 60
        yield url


def test_a_map_is_made_and_marks_what_was_asked(page: Page, url: str, shots: Path, complaints: list[str]) -> None:
    page.goto(f"{url}/apps/vector-search/heaps/map")
    page.get_by_role("button", name=re.compile("Make the map")).click()
    surface = page.get_by_role("application")
    expect(surface).to_be_visible()
    # The browser itself reports the 404 before there was a map.
    complaints[:] = [one for one in complaints if "404" not in one]
    photograph(page, shots, "map")
    page.set_viewport_size({"width": 1400, "height": 900})
    surface.focus()
    before = page.screenshot()
    page.keyboard.press("+")
    page.keyboard.press("+")
    page.keyboard.press("ArrowLeft")
    eventually(lambda: page.screenshot() != before, 20)

    page.goto(f"{url}/apps/vector-search/heaps/map?vector=1%2C0%2C0")
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
