"""The pages in a real browser: they work under their own policies and ask nothing of other hosts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from support import server_in

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("browser")
    with server_in(folder) as url:
        yield url


def test_an_operation_can_be_tried_in_the_documentation(page: Page, url: str, tmp_path: Path) -> None:
    page.goto(f"{url}/docs")
    expect(page.get_by_role("heading", level=1)).to_contain_text("findalike")
    operation = page.locator("#operations-Server-list_apps")
    page.locator("#operations-tag-Server").click()
    operation.locator(".opblock-summary-control").click()
    operation.get_by_role("button", name="Try it out").click()
    operation.get_by_role("button", name="Execute").click()
    expect(operation.locator(".live-responses-table .response .response-col_status").first).to_contain_text("200")
    expect(operation.locator(".live-responses-table").first).to_contain_text("image-search")
    page.screenshot(path=tmp_path / "docs.png")


def test_redoc_shows_every_application(page: Page, url: str) -> None:
    page.goto(f"{url}/redoc")
    # It draws all operations of all applications at once.
    for title in ("Reverse image search", "Vector search"):
        expect(page.get_by_role("menuitem", name=title).first).to_be_visible(timeout=180_000)
