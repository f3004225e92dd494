"""A collection's items in a real browser: listing, the keyboard, changing and deleting many."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from accessibility import serious
from browsing import photograph
from playwright.sync_api import Locator, Page, Route, expect

from findalike.client import Client
from support import eventually, server_in

pytestmark = pytest.mark.slow

MANY = 600


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with a collection of many vectors."""
    folder = tmp_path_factory.mktemp("items")
    with server_in(folder) as url:
        with Client(url) as client:
            client.create_collection("vector-search", "many", dimension=2, fields={"n": "integer"})
            records = [{"id": f"item {n}", "vector": [1.0, n], "metadata": {"n": n}} for n in range(MANY)]
            assert client.wait(client.add_records("vector-search", "many", records).id).done == MANY
        yield url


@pytest.fixture
def few(url: str, request: pytest.FixtureRequest) -> str:
    """The name of a new collection of six items: three have a size, and all a note that looks like a number."""
    name = str(request.node.name).replace("_", "-")[5:60]
    with Client(url) as client:
        client.create_collection("vector-search", name, dimension=2, fields={"place": "text", "year": "integer"})
        records = [
            {"id": f"item {n}", "vector": [1.0, n], "metadata": {"note": "007", **({"size": n} if n < 3 else {})}}
            for n in range(6)
        ]
        client.wait(client.add_records("vector-search", name, records).id)
    return name


def metadata(url: str, collection: str) -> dict[str | None, dict[str, object]]:
    with Client(url) as client:
        return {item.key: item.metadata for item in client.items("vector-search", collection)}


def cards(page: Page) -> Locator:
    return page.get_by_role("grid", name="Items").get_by_role("gridcell")


def card(page: Page, name: str) -> Locator:
    return page.get_by_role("gridcell", name=re.compile(f"^{name}( |$)"))


def open_items(page: Page, url: str, collection: str) -> None:
    page.goto(f"{url}/apps/vector-search/{collection}/items?order=number")
    expect(cards(page).first).to_have_accessible_name(re.compile("^item 0 "))


def selected(page: Page) -> list[str]:
    chosen = page.get_by_role("gridcell", selected=True)
    return [name.split()[1] for name in chosen.evaluate_all("all => all.map(one => one.ariaLabel)")]


def test_the_keyboard_moves_selects_and_opens(page: Page, url: str, shots: Path | None) -> None:
    page.set_viewport_size({"width": 900, "height": 700})
    open_items(page, url, "many")
    columns = int(page.get_by_role("grid", name="Items").get_attribute("aria-colcount") or 0)
    page.get_by_role("button", name="Select all shown").focus()
    # One step of the tabulator leads into the grid, and one out of it.
    page.keyboard.press("Tab")
    expect(card(page, "item 0")).to_be_focused()
    for key, name in {
        "ArrowRight": "item 1",
        "ArrowDown": f"item {columns + 1}",
        "ArrowLeft": f"item {columns}",
        "End": f"item {2 * columns - 1}",
        "Home": f"item {columns}",
        "ArrowUp": "item 0",
        "Control+Home": "item 0",
    }.items():
        page.keyboard.press(key)
        expect(card(page, name)).to_be_focused()
    page.keyboard.press("PageDown")
    expect(card(page, "item 0")).not_to_be_focused()
    page.keyboard.press("PageUp")
    expect(card(page, "item 0")).to_be_focused()

    page.keyboard.press("Space")
    for _ in range(3):
        page.keyboard.press("Shift+ArrowRight")
    expect(page.get_by_text("4 selected")).to_be_visible()
    page.keyboard.press("Shift+ArrowLeft")
    expect(page.get_by_text("3 selected")).to_be_visible()
    assert selected(page) == ["0", "1", "2"]
    photograph(page, shots, "items-selected")
    page.set_viewport_size({"width": 900, "height": 700})
    page.keyboard.press("Control+a")
    expect(page.get_by_text(re.compile(r"^\d{3} selected"))).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_text(f"{MANY} items", exact=True).last).to_be_visible()

    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="item 2")
    expect(dialog).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("dialog", name="item 3")).to_be_visible()
    page.keyboard.press("Escape")
    expect(card(page, "item 3")).to_be_focused()
    # What the keyboard is at stays in the document, however far one scrolls.
    page.mouse.move(400, 400)
    page.mouse.wheel(0, 4000)
    expect(card(page, f"item {2 * columns}")).to_have_count(0)
    page.keyboard.press("ArrowRight")
    expect(card(page, "item 4")).to_be_focused()
    expect(card(page, "item 4")).to_be_in_viewport()
    assert serious(page) == []


def test_going_back_never_opens_what_was_closed(page: Page, url: str) -> None:
    listed = f"{url}/apps/vector-search/many/items"
    dialog = page.get_by_role("dialog")

    def closed() -> None:
        expect(page).to_have_url(listed)
        expect(dialog).to_have_count(0)

    page.goto(f"{url}/apps/vector-search/many")
    page.get_by_role("navigation", name="Parts of the collection").get_by_role("link", name="Items").click()
    cards(page).first.click()
    expect(dialog).to_be_visible()
    opened = page.url
    page.keyboard.press("Escape")
    closed()
    page.go_back()
    expect(page).to_have_url(f"{url}/apps/vector-search/many")
    page.go_forward()
    closed()
    page.go_forward()
    expect(dialog).to_be_visible()
    page.go_back()
    closed()
    page.go_forward()
    dialog.get_by_role("button", name="More like this").click()
    expect(page.get_by_role("region", name="Results")).to_be_visible()
    page.go_back()
    closed()

    # What an address opened closes where it is.
    page.goto(opened)
    dialog.get_by_role("button", name="Close").click()
    closed()


def test_shift_and_control_select_with_the_pointer(page: Page, url: str) -> None:
    open_items(page, url, "many")
    card(page, "item 2").click(modifiers=["Control"])
    card(page, "item 5").click(modifiers=["Shift"])
    assert selected(page) == ["2", "3", "4", "5"]
    card(page, "item 3").click(modifiers=["Shift"])
    assert selected(page) == ["2", "3"]
    card(page, "item 0").click(modifiers=["Shift"])
    assert selected(page) == ["0", "1", "2"]
    page.get_by_role("checkbox", name="Select item 1", exact=True).click()
    assert selected(page) == ["0", "2"]
    page.get_by_role("button", name="Clear the selection").click()
    assert selected(page) == []


def test_arrows_move_among_the_parts(page: Page, url: str) -> None:
    open_items(page, url, "many")
    parts = page.get_by_role("navigation", name="Parts of the collection")
    parts.get_by_role("link", name="Items").focus()
    for key, name in {"ArrowRight": "Map", "Home": "Search", "ArrowLeft": "Map", "End": "Map"}.items():
        page.keyboard.press(key)
        expect(parts.get_by_role("link", name=name)).to_be_focused()


def test_many_are_changed_and_those_that_fail_are_named_and_tried_again(
    page: Page, url: str, few: str, shots: Path | None, complaints: list[str]
) -> None:
    open_items(page, url, few)
    refused: list[str] = []

    def refuse_one(route: Route) -> None:
        if route.request.method != "PATCH" or (refused and route.request.url not in refused) or len(refused) > 1:
            route.fallback()
            return
        refused.append(route.request.url)
        problem = {"title": "Unavailable", "status": 400, "detail": "This one cannot be written just now."}
        route.fulfill(status=400, content_type="application/problem+json", body=json.dumps(problem))

    page.get_by_role("button", name="Select all shown").click()
    page.get_by_role("button", name="Edit metadata").click()
    dialog = page.get_by_role("dialog", name="Metadata of 6 items")
    expect(dialog.get_by_label("note", exact=True)).to_have_value("007")
    expect(dialog.get_by_label("size", exact=True)).to_have_attribute("placeholder", "Different values")
    dialog.get_by_label("year", exact=True).fill("soon")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_text("Give a whole number")).to_be_visible()
    dialog.get_by_label("year", exact=True).fill("2026")
    dialog.get_by_role("button", name="Remove size").click()
    expect(dialog.get_by_text("Will be removed")).to_be_visible()
    dialog.get_by_role("button", name="Add a value").click()
    dialog.get_by_label("Name", exact=True).fill("phone")
    dialog.get_by_label("Value", exact=True).fill("0031")
    dialog.get_by_role("button", name="Add a value").click()
    dialog.get_by_label("Name", exact=True).last.fill("price")
    dialog.get_by_label("Value", exact=True).last.fill("12.50")
    dialog.get_by_label("Type", exact=True).last.select_option("Number")
    photograph(page, shots, "items-editing")
    page.route("**/api/v1/**", refuse_one)
    dialog.get_by_role("button", name="Save").click()
    alert = dialog.get_by_role("alert")
    expect(alert).to_contain_text("It failed for 1 item")
    expect(alert).to_contain_text("This one cannot be written just now.")
    expect(dialog.get_by_role("button", name="Try 1 again")).to_be_visible()
    photograph(page, shots, "items-editing-failed")
    assert serious(page) == []
    assert sum("year" in one for one in metadata(url, few).values()) == 5
    refused.append("no more")
    dialog.get_by_role("button", name="Try 1 again").click()
    expect(dialog).to_have_count(0)
    expect(page.get_by_text("6 items changed.")).to_be_visible()
    wanted = {"note": "007", "year": 2026, "phone": "0031", "price": 12.5}
    assert metadata(url, few) == {f"item {n}": wanted for n in range(6)}
    # The browser itself reports the 400.
    complaints.clear()


def test_text_that_looks_like_a_number_stays_text(page: Page, url: str, few: str) -> None:
    open_items(page, url, few)
    card(page, "item 1").click()
    page.get_by_role("dialog").get_by_role("button", name="Edit metadata").click()
    dialog = page.get_by_role("dialog", name="Metadata")
    dialog.get_by_label("note", exact=True).fill("12")
    dialog.get_by_label("size", exact=True).fill("40")
    dialog.get_by_label("place", exact=True).fill("1998")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0)
    assert metadata(url, few)["item 1"] == {"note": "12", "size": 40, "place": "1998"}
    expect(card(page, "item 1")).to_contain_text("Note 12")


def test_many_are_deleted_and_those_that_fail_stay(
    page: Page, url: str, few: str, shots: Path | None, complaints: list[str]
) -> None:
    open_items(page, url, few)
    down = True

    def away(route: Route) -> None:
        if route.request.method == "DELETE" and down:
            problem = {"title": "Unavailable", "status": 400, "detail": "The disk is full: free some space."}
            route.fulfill(status=400, content_type="application/problem+json", body=json.dumps(problem))
        else:
            route.fallback()

    page.route("**/api/v1/**", away)
    card(page, "item 1").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Delete")
    dialog = page.get_by_role("dialog", name="Delete 2 items?")
    dialog.get_by_role("button", name="Delete").click()
    expect(dialog.get_by_role("alert")).to_contain_text("It failed for 2 items")
    expect(dialog.get_by_role("alert")).to_contain_text("The disk is full")
    photograph(page, shots, "items-deleting-failed")
    down = False
    dialog.get_by_role("button", name="Try 2 again").click()
    expect(page.get_by_text("2 items deleted.")).to_be_visible()
    expect(dialog).to_have_count(0)
    expect(cards(page)).to_have_count(4)
    expect(page.get_by_role("heading", level=1).locator("..").locator("..").get_by_text("4 items")).to_be_visible()
    # The keyboard is where they were.
    expect(card(page, "item 3")).to_be_focused()
    assert sorted(str(key) for key in metadata(url, few)) == ["item 0", "item 3", "item 4", "item 5"]
    # The browser itself reports the 400s.
    complaints.clear()


def test_deleting_can_be_stopped(page: Page, url: str, few: str) -> None:
    open_items(page, url, few)
    held: list[Route] = []

    def hold(route: Route) -> None:
        if route.request.method == "DELETE":
            held.append(route)
        else:
            route.fallback()

    page.route("**/api/v1/**", hold)
    page.get_by_role("button", name="Select all shown").click()
    page.get_by_role("button", name="Delete").click()
    dialog = page.get_by_role("dialog", name="Delete 6 items?")
    dialog.get_by_role("button", name="Delete").click()
    expect(dialog.get_by_text("Deleting 0 of 6")).to_be_visible()
    dialog.get_by_role("button", name="Stop").click()
    # What is under way is still done.
    for route in held:
        route.fallback()
    expect(dialog).to_have_count(0)
    expect(page.get_by_text(f"{len(held)} items deleted.")).to_be_visible()
    assert len(held) == 4
    assert len(metadata(url, few)) == 2


def test_what_is_wrong_with_filter_and_order_is_said_at_their_fields(
    page: Page, url: str, shots: Path | None, complaints: list[str]
) -> None:
    page.goto(f"{url}/apps/vector-search/many/items?filter=colour+%3D%3D+1")
    field, order = page.get_by_label("Filter", exact=True), page.get_by_label("Order", exact=True)
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description(re.compile("colour"))
    expect(order).not_to_have_attribute("aria-invalid", "true")
    photograph(page, shots, "items-wrong-filter")
    page.goto(f"{url}/apps/vector-search/many/items?order=colour")
    expect(order).to_have_attribute("aria-invalid", "true")
    expect(order).to_have_accessible_description(re.compile("cannot be ordered by 'colour'"))
    expect(field).not_to_have_attribute("aria-invalid", "true")
    order.select_option("Newest first")
    expect(cards(page).first).to_have_accessible_name(re.compile(f"^item {MANY - 1} "))
    # The browser itself reports the 422s.
    complaints.clear()


def test_many_items_are_in_the_document_only_near_the_window_and_no_page_is_asked_for_twice(
    page: Page, url: str, shots: Path | None
) -> None:
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url) if "limit=200" in one.url else None)
    open_items(page, url, "many")
    photograph(page, shots, "items-many")
    page.set_viewport_size({"width": 1400, "height": 900})
    page.mouse.move(700, 600)
    most = 0

    def at_the_end() -> bool:
        nonlocal most
        page.mouse.wheel(0, 1500)
        most = max(most, cards(page).count())
        return card(page, f"item {MANY - 1}").count() == 1

    eventually(at_the_end)
    # Eight rows in the window and cut by it, three above and below, and the one that the keyboard would come to.
    assert most <= 16 * int(page.get_by_role("grid").get_attribute("aria-colcount") or 0)
    assert len(asked) == len(set(asked)) == 3


def test_a_page_that_does_not_come_is_asked_for_again_by_hand(page: Page, url: str, complaints: list[str]) -> None:
    broken = True

    def fail_later_pages(route: Route) -> None:
        if "cursor=" in route.request.url and broken:
            problem = {"title": "Internal error", "status": 500, "detail": "Something went wrong."}
            route.fulfill(status=500, content_type="application/problem+json", body=json.dumps(problem))
        else:
            route.fallback()

    page.route("**/items?*", fail_later_pages)
    open_items(page, url, "many")
    cards(page).first.focus()
    page.keyboard.press("Control+End")
    expect(page.get_by_role("alert")).to_contain_text("Something went wrong.")
    # What is here stays here.
    expect(card(page, "item 199")).to_be_focused()
    broken = False
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("alert")).to_have_count(0)
    card(page, "item 199").focus()
    page.keyboard.press("ArrowRight")
    expect(card(page, "item 200")).to_be_focused()
    # The browser itself reports the 500.
    complaints.clear()


def test_a_job_is_found_again_after_a_reload_and_in_a_second_tab(page: Page, url: str, few: str) -> None:
    """An open job runs until somebody closes it."""
    with Client(url) as client:
        job = client.add_records("vector-search", few, [{"id": "late", "vector": [0.0, 1.0]}], keep_open=True)
        page.goto(f"{url}/apps/vector-search/{few}/items")
        running = page.get_by_role("region", name="Uploads and jobs").get_by_role("article")
        expect(running).to_be_visible()
        page.reload()
        expect(running).to_be_visible()
        client.close_job(job.id)
        expect(running.get_by_text("Finished", exact=True)).to_be_visible()


def test_a_collection_is_described_and_deleted(page: Page, url: str, few: str) -> None:
    page.goto(f"{url}/apps/vector-search/{few}")
    page.get_by_role("button", name="Manage the collection").click()
    page.get_by_role("menuitem", name="Edit the description").click()
    page.get_by_role("textbox", name="Description").fill("Only for a while.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Only for a while.")).to_be_visible()
    page.get_by_role("button", name="Manage the collection").click()
    page.get_by_role("menuitem", name="Delete the collection").click()
    confirm = page.get_by_role("dialog").get_by_role("button", name="Delete the collection")
    expect(confirm).to_be_disabled()
    page.get_by_label(re.compile("to confirm")).fill(few)
    confirm.click()
    expect(page).to_have_url(f"{url}/")
