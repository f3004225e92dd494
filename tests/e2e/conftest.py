"""A browser for the tests of the page. Each file has a `url` of its own: the server that it looks at."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import CHROMIUM, FLAGS
from playwright.sync_api import Browser, Page, expect, sync_playwright


# Not of the session: while it is open its thread runs an event loop, and other tests could not start theirs there.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        assert "CI" not in os.environ, "CI installs chromium and skips nothing"
        pytest.skip("chromium is not installed: `apt-get install chromium`")
    # What these servers do is real work, and the machine may be busy.
    expect.set_options(timeout=60_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def complaints() -> list[str]:
    """What the browser complained of, or whom it asked beside the server; a test that expects some removes it."""
    return []


@pytest.fixture
def page(browser: Browser, url: str, complaints: list[str]) -> Iterator[Page]:
    """A fresh page, which must have complained of nothing when the test is over."""
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"], reduced_motion="reduce")
    page = context.new_page()
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda one: None if one.url.startswith((url, "data:", "blob:")) else complaints.append(one.url))
    yield page
    context.close()
    assert complaints == []


@pytest.fixture(scope="session")
def shots() -> Path | None:
    """Where screenshots go, if anybody wants them: CI does."""
    wanted = os.environ.get("FINDALIKE_SCREENSHOTS")
    if wanted is None:
        return None
    folder = Path(wanted)
    folder.mkdir(parents=True, exist_ok=True)
    return folder
