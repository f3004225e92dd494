"""Files on their way into a collection, in a real browser: dropped, pasted, chosen, interrupted."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from accessibility import serious
from browsing import drag, photograph
from playwright.sync_api import Dialog, Locator, Page, Route, expect

from findalike.cli.running import ensure_server
from findalike.client import Client
from findalike.settings import Settings
from server_api import TINY, drawn

pytestmark = pytest.mark.slow

PARCEL = 50
"""How many files the page sends in one request."""


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("adding")
    settings = Settings(data_dir=folder / "data", cache_dir=folder / "cache")
    with ensure_server(settings, folder / "server.log") as url:
        yield url


@pytest.fixture
def empty(url: str, request: pytest.FixtureRequest) -> str:
    """The name of a new collection of pictures, with nothing in it."""
    name = str(request.node.name).replace("_", "-")[5:60]
    with Client(url) as client:
        client.create_collection("image-search", name, fields={"place": "text", "year": "integer"}, **TINY)
    return name


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a picture, another folder with two, and what a system left there."""
    inner = tmp_path / "holiday" / "beach"
    inner.mkdir(parents=True)
    (inner.parent / "one.png").write_bytes(drawn(1))
    (inner / "two.png").write_bytes(drawn(2))
    (inner / "three.png").write_bytes(drawn(3))
    (inner / ".DS_Store").write_bytes(b"\0")
    return inner.parent


IN_FOLDER = ["holiday/beach/three.png", "holiday/beach/two.png", "holiday/one.png"]


def names(url: str, collection: str) -> list[str]:
    with Client(url) as client:
        return sorted(item.name for item in client.items("image-search", collection))


def cards(page: Page) -> Locator:
    return page.get_by_role("grid", name="Items").get_by_role("gridcell")


def show(page: Page, url: str, collection: str) -> None:
    page.goto(f"{url}/apps/image-search/{collection}/items")
    expect(page.get_by_role("heading", name="Nothing is in here yet")).to_be_visible()


def test_files_are_added_followed_and_listed(
    page: Page, url: str, empty: str, tmp_path: Path, shots: Path | None
) -> None:
    for seed in range(6):
        (tmp_path / f"picture {seed}.png").write_bytes(drawn(seed))
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n and no more")
    show(page, url, empty)
    page.get_by_label("Add files").set_input_files(sorted(tmp_path.glob("*.png")))
    job = page.get_by_role("region", name="Uploads and jobs")
    expect(job.get_by_text("Partly failed", exact=True)).to_be_visible()
    job.get_by_role("button", name=re.compile("^1 failure")).click()
    expect(job.get_by_text("broken.png")).to_be_visible()
    expect(cards(page)).to_have_count(6)
    photograph(page, shots, "items")
    page.get_by_label("Order").select_option("name")
    expect(cards(page).first).to_have_accessible_name("picture 0.png")
    found = cards(page).evaluate_all("all => all.map(one => one.ariaLabel)")
    assert found == [f"picture {n}.png" for n in range(6)]

    page.get_by_role("checkbox", name="Select picture 1.png").click()
    page.get_by_role("checkbox", name="Select picture 3.png").click(modifiers=["Shift"])
    page.get_by_role("button", name="Edit metadata").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("year", exact=True).fill("2026")
    dialog.get_by_label("place", exact=True).fill("Lisbon")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0)
    page.get_by_label("Filter", exact=True).fill('place == "Lisbon" and year == 2026')
    page.get_by_role("button", name="Filter", exact=True).click()
    expect(cards(page)).to_have_count(3)
    page.reload()
    expect(cards(page)).to_have_count(3)
    page.get_by_role("button", name="Select all shown").click()
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_role("heading", name="No item matches")).to_be_visible()
    page.get_by_role("button", name="Clear the filter").click()
    expect(cards(page)).to_have_count(3)


def test_an_empty_collection_invites(page: Page, url: str, empty: str, shots: Path | None) -> None:
    for part, name in {"/items": "items-empty", "": "search-empty"}.items():
        page.goto(f"{url}/apps/image-search/{empty}{part}")
        expect(page.get_by_role("heading", name="Nothing is in here yet")).to_be_visible()
        for button in ("Add files", "Add a folder", "Try the sample"):
            expect(page.get_by_role("button", name=button)).to_be_visible()
        photograph(page, shots, name)
        assert serious(page) == []
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Add files").click()
    chooser.value.set_files([{"name": "first.png", "mimeType": "image/png", "buffer": drawn(1)}])
    expect(page.get_by_role("button", name="More like first.png")).to_be_visible()


def test_a_folder_is_dropped(page: Page, url: str, empty: str, folder: Path, shots: Path | None) -> None:
    show(page, url, empty)
    drop = drag(page, folder)
    expect(page.get_by_text(f"Drop to add to {empty}")).to_be_visible()
    photograph(page, shots, "items-dropping")
    drop()
    expect(cards(page)).to_have_count(3)
    assert names(url, empty) == IN_FOLDER


def test_a_folder_is_chosen(page: Page, url: str, empty: str, folder: Path) -> None:
    show(page, url, empty)
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Add a folder").click()
    chooser.value.set_files(folder)
    expect(cards(page)).to_have_count(3)
    assert names(url, empty) == IN_FOLDER


def test_a_picture_is_pasted(page: Page, url: str, empty: str) -> None:
    show(page, url, empty)
    page.evaluate(
        """async (encoded) => {
            const content = Uint8Array.from(atob(encoded), (one) => one.charCodeAt(0));
            const type = "image/png";
            await navigator.clipboard.write([new ClipboardItem({[type]: new Blob([content], {type})})]);
        }""",
        base64.b64encode(drawn(1)).decode(),
    )
    page.keyboard.press("Control+v")
    expect(cards(page)).to_have_count(1)
    assert names(url, empty) == ["image.png"]


def test_a_table_is_dropped_where_records_are_taken(page: Page, url: str) -> None:
    with Client(url) as client:
        client.create_collection("vector-search", "dropped", dimension=2)
    page.goto(f"{url}/apps/vector-search/dropped/items")
    expect(page.get_by_text("each row becomes an item")).to_be_visible()
    page.evaluate(
        """() => {
            const dataTransfer = new DataTransfer();
            const rows = `id,vector\\na,"[1, 2]"\\nb,"[2, 1]"\\n`;
            dataTransfer.items.add(new File([rows], "table.csv", {type: "text/csv"}));
            for (const kind of ["dragenter", "dragover", "drop"])
                document.body.dispatchEvent(new DragEvent(kind, {dataTransfer, bubbles: true, cancelable: true}));
        }"""
    )
    expect(page.get_by_role("gridcell", name="a", exact=True)).to_be_visible()
    expect(page.get_by_role("gridcell", name="b", exact=True)).to_be_visible()


def test_closing_while_files_leave_is_warned_about_and_the_rest_is_sent_later(
    page: Page, url: str, empty: str, tmp_path: Path, shots: Path | None
) -> None:
    files = []
    for seed in range(PARCEL + 10):
        files.append(tmp_path / f"{seed:02}.png")
        files[-1].write_bytes(drawn(seed))
    sent: list[int] = []
    warned: list[str] = []

    def only_the_first(route: Route) -> None:
        if route.request.method != "POST":
            route.fallback()
            return
        sent.append((route.request.post_data_buffer or b"").count(b"filename="))
        if len(sent) != 2:
            route.fallback()

    def answer(dialog: Dialog) -> None:
        warned.append(dialog.type)
        dialog.accept()

    page.route("**/items?*", only_the_first)
    page.on("dialog", answer)
    show(page, url, empty)
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Add files").click()
    chooser.value.set_files(files)
    jobs = page.get_by_role("region", name="Uploads and jobs")
    expect(jobs.get_by_role("heading", name="Uploading 60 files")).to_be_visible()
    expect(page.get_by_text(f"{PARCEL} items", exact=True).last).to_be_visible()
    expect(cards(page).first).to_be_visible()
    photograph(page, shots, "items-uploading")
    page.reload()
    assert warned == ["beforeunload"]
    expect(jobs.get_by_role("heading", name="An upload was interrupted")).to_be_visible()
    expect(jobs.get_by_text(f"{PARCEL} of {len(files)} files had arrived")).to_be_visible()
    expect(jobs.get_by_text("Waits for more", exact=True)).to_be_visible()
    photograph(page, shots, "items-interrupted")
    assert serious(page) == []
    with page.expect_file_chooser() as chooser:
        jobs.get_by_role("button", name="Add files").click()
    chooser.value.set_files(files)
    expect(jobs.get_by_text("Finished", exact=True)).to_be_visible()
    # What had arrived is not sent again, and goes into the same job.
    assert sent == [PARCEL, 10, 10]
    assert names(url, empty) == [one.name for one in files]
    with Client(url) as client:
        assert [(job.done, job.skipped) for job in client.jobs(collection=empty)] == [(len(files), 0)]
    # Nothing is under way any more, as the browser knows a moment after the server: nobody is warned.
    page.wait_for_function("() => window.dispatchEvent(new Event('beforeunload', { cancelable: true }))")
    page.reload()
    expect(jobs).to_have_count(0)
    assert warned == ["beforeunload"]
