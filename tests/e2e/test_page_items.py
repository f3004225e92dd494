"""A collection's items in a real browser: adding files, following the job, listing, changing and deleting."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import photograph
from playwright.sync_api import Page, expect

from findalike.client import Client
from server_api import TINY, drawn
from support import eventually, server_in

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with an empty collection of pictures, and one of 600 vectors."""
    folder = tmp_path_factory.mktemp("items")
    with server_in(folder) as url:
        with Client(url) as client:
            client.create_collection("image-search", "mine", fields={"place": "text", "year": "integer"}, **TINY)
            client.create_collection("vector-search", "many", dimension=2, fields={"n": "integer"})
            records = [{"id": f"item {n}", "vector": [1.0, n], "metadata": {"n": n}} for n in range(600)]
            assert client.wait(client.add_records("vector-search", "many", records).id).done == 600
        yield url


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """Six pictures, and a file that only says to be one."""
    for seed in range(6):
        (tmp_path / f"picture {seed}.png").write_bytes(drawn(seed))
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n and no more")
    return sorted(tmp_path.glob("*.png"))


def cards(page: Page) -> list[str]:
    found = page.get_by_role("group", name="Items").get_by_role("button", name=re.compile("^Open "))
    return [name.removeprefix("Open ") for name in found.evaluate_all("all => all.map(one => one.ariaLabel)")]


def test_files_are_added_followed_listed_changed_and_deleted(
    page: Page, url: str, files: list[Path], shots: Path
) -> None:
    page.goto(f"{url}/apps/image-search/mine/items")
    expect(page.get_by_role("heading", name="Nothing is in here yet")).to_be_visible()
    photograph(page, shots, "items-empty")
    page.locator("input[type=file]").first.set_input_files(files)
    job = page.get_by_role("region", name="Uploads and jobs")
    expect(job.get_by_text("Partly failed", exact=True)).to_be_visible()
    job.get_by_role("button", name=re.compile("^1 failure")).click()
    expect(job.get_by_text("broken.png")).to_be_visible()
    items = page.get_by_role("group", name="Items")
    expect(items.get_by_role("button", name=re.compile("^Open "))).to_have_count(6)
    photograph(page, shots, "items")

    page.get_by_label("Order").select_option("name")
    expect(items.get_by_role("button", name=re.compile("^Open ")).first).to_have_accessible_name("Open picture 0.png")
    assert cards(page) == [f"picture {n}.png" for n in range(6)]
    page.get_by_role("checkbox", name="Select picture 1.png").click()
    page.get_by_role("checkbox", name="Select picture 3.png").click(modifiers=["Shift"])
    expect(page.get_by_text("3 items selected")).to_be_visible()
    page.get_by_role("button", name="Edit metadata").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("year", exact=True).fill("soon")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_text("This does not fit")).to_be_visible()
    dialog.get_by_label("year", exact=True).fill("2026")
    dialog.get_by_label("place", exact=True).fill("Lisbon")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0)

    page.get_by_label("Filter", exact=True).fill('place == "Lisbon" and year == 2026')
    page.get_by_role("button", name="Filter", exact=True).click()
    expect(items.get_by_role("button", name=re.compile("^Open "))).to_have_count(3)
    page.reload()
    expect(items.get_by_role("button", name=re.compile("^Open "))).to_have_count(3)
    page.get_by_role("button", name="Select all shown").click()
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_role("heading", name="No item matches")).to_be_visible()
    page.go_back()
    expect(items.get_by_role("button", name=re.compile("^Open "))).to_have_count(3)


def test_a_wrong_filter_is_said_at_its_field(page: Page, url: str, complaints: list[str]) -> None:
    page.goto(f"{url}/apps/vector-search/many/items?filter=colour+%3D%3D+1")
    field = page.get_by_label("Filter", exact=True)
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_text(re.compile("colour"))).to_be_visible()
    # The browser itself reports the 422.
    complaints.clear()


def test_many_items_are_in_the_document_only_near_the_window(page: Page, url: str, shots: Path) -> None:
    page.goto(f"{url}/apps/vector-search/many/items?order=number")
    opened = page.get_by_role("group", name="Items").get_by_role("button", name=re.compile("^Open "))
    expect(opened.first).to_have_accessible_name("Open item 0")
    photograph(page, shots, "items-many")
    page.set_viewport_size({"width": 1400, "height": 900})

    def at_the_end() -> bool:
        page.keyboard.press("End")
        return opened.last.get_attribute("aria-label", timeout=1000) == "Open item 599"

    eventually(at_the_end, 20)
    assert opened.count() < 200


def test_a_job_is_found_again_after_a_reload_and_in_a_second_tab(page: Page, url: str) -> None:
    """An open job runs until somebody closes it."""
    with Client(url) as client:
        job = client.add_records("vector-search", "many", [{"id": "late", "vector": [0.0, 1.0]}], keep_open=True)
        page.goto(f"{url}/apps/vector-search/many/items")
        running = page.get_by_role("region", name="Uploads and jobs").get_by_role("article")
        expect(running).to_be_visible()
        page.reload()
        expect(running).to_be_visible()
        client.close_job(job.id)
        expect(running.get_by_text("Finished", exact=True)).to_be_visible()


def test_a_collection_is_described_and_deleted(page: Page, url: str) -> None:
    with Client(url) as client:
        client.create_collection("vector-search", "short-lived", dimension=2)
    page.goto(f"{url}/apps/vector-search/short-lived")
    page.get_by_role("button", name="Manage the collection").click()
    page.get_by_role("menuitem", name="Edit the description").click()
    page.get_by_role("textbox", name="Description").fill("Only for a while.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Only for a while.")).to_be_visible()
    page.get_by_role("button", name="Manage the collection").click()
    page.get_by_role("menuitem", name="Delete the collection").click()
    confirm = page.get_by_role("dialog").get_by_role("button", name="Delete the collection")
    expect(confirm).to_be_disabled()
    page.get_by_label(re.compile("to confirm")).fill("short-lived")
    confirm.click()
    expect(page).to_have_url(f"{url}/")


def test_what_is_dropped_anywhere_is_added(page: Page, url: str) -> None:
    with Client(url) as client:
        client.create_collection("vector-search", "dropped", dimension=2)
    page.goto(f"{url}/apps/vector-search/dropped/items")
    expect(page.get_by_role("heading", name="Nothing is in here yet")).to_be_visible()
    page.evaluate(
        """() => {
            const dataTransfer = new DataTransfer();
            const rows = `id,vector\na,"[1, 2]"\nb,"[2, 1]"\n`;
            dataTransfer.items.add(new File([rows], "table.csv", {type: "text/csv"}));
            for (const kind of ["dragenter", "dragover", "drop"])
                document.body.dispatchEvent(new DragEvent(kind, {dataTransfer, bubbles: true, cancelable: true}));
        }"""
    )
    expect(page.get_by_role("button", name="Open a")).to_be_visible()
    expect(page.get_by_role("button", name="Open b")).to_be_visible()
