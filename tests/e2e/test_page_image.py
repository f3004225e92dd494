"""Image search in a real browser, with the real models and the sample pictures: every way to ask, and what follows."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from browsing import photograph
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

from findalike.client import Client
from findalike.settings import Settings
from support import eventually, server_in

pytestmark = [pytest.mark.slow, pytest.mark.models]

CAT = "chelsea.png"


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with the sample pictures."""
    folder = tmp_path_factory.mktemp("images")
    with server_in(folder, cache_dir=Settings().cache_dir) as url:
        with Client(url) as client:
            job = client.wait(client.load_sample("image-search").id)
            assert (job.state, job.done) == ("succeeded", 54)
        yield url


@pytest.fixture(scope="module")
def cat(url: str) -> bytes:
    """The sample's cat, as a smaller JPEG: a file that the server has not."""
    with Client(url) as client:
        item = next(one for one in client.items("image-search", "sample") if one.name == CAT)
        assert item.links.content
        original = httpx.get(url + item.links.content).raise_for_status().content
    buffer = io.BytesIO()
    Image.open(io.BytesIO(original)).convert("RGB").resize((300, 200)).save(buffer, "JPEG", quality=70)
    return buffer.getvalue()


def start(page: Page, url: str, query: str = "") -> None:
    page.goto(f"{url}/apps/image-search/sample{query and '?' + query}")
    expect(page.get_by_role("textbox", name="Describe a picture")).to_be_visible()


def words(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Describe a picture")


def hits(page: Page) -> Locator:
    return page.get_by_role("region", name="Results").get_by_role("article")


def names(page: Page) -> list[str]:
    found: list[str] = hits(page).evaluate_all("all => all.map((one) => one.getAttribute('aria-label'))")
    return found


def first(page: Page, name: str) -> None:
    expect(hits(page).first).to_have_accessible_name(name)


def chips(page: Page) -> Locator:
    return page.get_by_role("list", name="What is asked").get_by_role("listitem")


def asked(page: Page, *names: str) -> dict[str, str]:
    """The query in the page's address, once it has exactly these names."""
    page.wait_for_url(lambda address: set(query_of(address)) == set(names))
    return query_of(page.url)


def query_of(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def give(page: Page, cat: bytes) -> None:
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose a picture").click()
    chooser.value.set_files({"name": "my-cat.jpg", "mimeType": "image/jpeg", "buffer": cat})
    expect(chips(page).first).to_contain_text("my-cat.jpg")


def choose(page: Page, hit: Locator, action: str) -> None:
    """Something of a hit's menu."""
    hit.hover()
    hit.get_by_role("button", name=re.compile("^More for")).click()
    page.get_by_role("menuitem", name=action).click()


def test_words_are_searched_while_they_are_typed(page: Page, url: str, shots: Path | None) -> None:
    sockets: list[str] = []
    page.on("websocket", lambda socket: sockets.append(socket.url))
    start(page, url)
    expect(page.get_by_role("heading", name="Or begin with one of these")).to_be_visible()
    photograph(page, shots, "image-start")
    before = page.evaluate("history.length")
    words(page).press_sequentially("a cat")
    first(page, CAT)
    expect(page.get_by_text(re.compile(r"encoding .* ms, search .* ms"))).to_be_visible()
    page.wait_for_url(re.compile(r"\?text=a\+cat$"))
    assert len(sockets) == 1
    assert "/api/v1/live/image-search/sample" in sockets[0]
    # Five keys are one step to go back.
    assert page.evaluate("history.length") == before + 1
    photograph(page, shots, "image-words")
    page.go_back()
    expect(words(page)).to_have_value("")
    expect(page.get_by_role("heading", name="Or begin with one of these")).to_be_visible()
    page.go_forward()
    expect(words(page)).to_have_value("a cat")
    first(page, CAT)


def test_without_a_socket_it_searches_all_the_same(page: Page, url: str) -> None:
    page.route_web_socket(re.compile("/api/v1/live/"), lambda socket: socket.close())
    start(page, url)
    words(page).press_sequentially("coffee")
    first(page, "coffee.png")
    page.wait_for_url(re.compile(r"\?text=coffee$"))


def test_a_picture_is_asked_with_and_a_part_of_it(page: Page, url: str, cat: bytes, shots: Path | None) -> None:
    start(page, url)
    give(page, cat)
    first(page, CAT)
    asked(page, "media_id")
    # A reload shows it again, though the server does not give it back.
    page.reload()
    expect(chips(page).first).to_contain_text("my-cat.jpg")
    expect(chips(page).first.locator("img")).to_be_visible()

    page.get_by_role("button", name="Choose a part of my-cat.jpg").click()
    picker = page.get_by_role("button", name=re.compile("^The whole picture. "))
    box = picker.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] * 0.2, box["y"] + box["height"] * 0.1)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.9, box["y"] + box["height"] * 0.8, steps=4)
    page.mouse.up()
    picker = page.get_by_role("button", name=re.compile("^A part of 70"))
    photograph(page, shots, "image-region")
    picker.press("Shift+ArrowRight")
    picker = page.get_by_role("button", name=re.compile("^A part of 72 % by 70 %"))
    picker.press("ArrowLeft")
    page.get_by_role("button", name="Search this part").click()
    expect(chips(page).first).to_contain_text("part of it")
    region = json.loads(asked(page, "media_id", "region")["region"])
    assert region == pytest.approx({"x": 0.18, "y": 0.1, "width": 0.72, "height": 0.7}, abs=0.01)
    first(page, CAT)


def test_a_picture_is_dropped_or_pasted(page: Page, url: str, cat: bytes) -> None:
    start(page, url)
    give_by = """([kind, bytes]) => {
        const carried = new DataTransfer();
        carried.items.add(new File([new Uint8Array(bytes)], kind + ".jpg", { type: "image/jpeg" }));
        const event = kind === "drop"
            ? new DragEvent("drop", { dataTransfer: carried, bubbles: true, cancelable: true })
            : new ClipboardEvent("paste", { clipboardData: carried, bubbles: true, cancelable: true });
        document.body.dispatchEvent(event);
    }"""
    for kind in ("drop", "paste"):
        page.evaluate(give_by, [kind, list(cat)])
        expect(chips(page).first).to_contain_text(f"{kind}.jpg")
        first(page, CAT)
        asked(page, "media_id")
    # A picture takes the place of the one before; words stay.
    words(page).fill("coffee")
    page.wait_for_url(re.compile("text=coffee"))
    page.evaluate(give_by, ["drop", list(cat)])
    expect(chips(page).first).to_contain_text("drop.jpg")
    query = asked(page, "parts", "text")
    assert (query["text"], len(json.loads(query["parts"]))) == ("coffee", 1)


def test_a_mix_has_plus_and_minus(page: Page, url: str, cat: bytes, shots: Path | None) -> None:
    start(page, url)
    give(page, cat)
    first(page, CAT)
    words(page).fill("coffee")
    page.wait_for_url(re.compile("text=coffee"))
    assert json.loads(asked(page, "parts", "text")["parts"])[0]["weight"] == 1
    page.get_by_role("button", name="Avoid my-cat.jpg").click()
    first(page, "coffee.png")
    page.get_by_role("button", name="Weight of my-cat.jpg: 1").click()
    page.get_by_role("textbox", name="Exact weight").fill("0.25")
    page.wait_for_url(re.compile("-0.25"))
    page.keyboard.press("Escape")

    # Words as a part of their own, then a hit less, then nothing of the picture.
    page.get_by_role("button", name="Add these words to the mix").click()
    page.get_by_role("menuitem", name="More “coffee”").click()
    expect(words(page)).to_have_value("")
    first(page, "coffee.png")
    choose(page, hits(page).nth(1), "Less like this")
    expect(chips(page)).to_have_count(4)  # With the button that adds a picture.
    photograph(page, shots, "image-mix")
    page.get_by_role("button", name="Remove my-cat.jpg").click()
    expect(chips(page)).to_have_count(3)
    parts = json.loads(asked(page, "parts")["parts"])
    assert [(part.get("text"), part["weight"]) for part in parts] == [("coffee", 1), (None, -0.5)]


def test_an_address_is_shared_and_a_lost_picture_is_said(
    page: Page, browser: Browser, url: str, cat: bytes, complaints: list[str]
) -> None:
    start(page, url)
    give(page, cat)
    first(page, CAT)
    choose(page, hits(page).nth(1), "Add to the mix")
    expect(chips(page)).to_have_count(3)
    other = browser.new_context()
    friend = other.new_page()
    friend.goto(page.url)
    expect(chips(friend)).to_have_count(3)
    expect(hits(friend).nth(20)).to_be_visible()
    eventually(lambda: names(friend)[:20] == names(page)[:20])
    other.close()

    start(page, url, "media_id=gone")
    expect(page.get_by_role("alert")).to_contain_text("no longer on the server")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose again").click()
    chooser.value.set_files({"name": "again.jpg", "mimeType": "image/jpeg", "buffer": cat})
    first(page, CAT)
    expect(page.get_by_role("alert")).to_have_count(0)
    assert all("404" in one for one in complaints)
    complaints.clear()


def test_hits_are_narrowed_and_what_narrows_them_goes_back(page: Page, url: str) -> None:
    start(page, url, "text=a+cat")
    first(page, CAT)
    # More come as one scrolls, to the end.
    expect(page.get_by_text(re.compile("^First 24 hits"))).to_be_visible()
    # Before they have their heights there is no end to scroll to.
    page.wait_for_function("document.documentElement.scrollHeight > 2 * innerHeight")
    page.keyboard.press("End")
    expect(page.get_by_text(re.compile("^First 48 hits"))).to_be_visible()
    page.keyboard.press("End")
    expect(page.get_by_text("These are all matches.")).to_be_visible()
    all_hits = hits(page).count()
    assert all_hits > 40

    slider = page.get_by_role("slider", name="Lowest score")
    slider.focus()
    for _ in range(3):
        page.keyboard.press("PageUp")
    # Each of the three steps goes into the address by itself; the slider already stands at the last.
    least = float(slider.input_value())
    page.wait_for_url(lambda address: abs(float(query_of(address).get("min_score", "0")) - least) < 0.0005)
    expect(page.get_by_role("textbox", name="Exact threshold")).to_have_value(f"{least:.3f}")

    def scores() -> list[float]:
        found: list[float] = hits(page).evaluate_all(
            "all => all.map((one) => Number(one.textContent.match(/[\\d.]+$/)[0]))"
        )
        return found

    # The hits of the steps before may still stand there.
    eventually(lambda: min(scores()) >= least - 0.001)
    assert scores() == sorted(scores(), reverse=True)
    assert len(scores()) < all_hits
    page.get_by_role("textbox", name="Exact threshold").fill("0.42")
    page.keyboard.press("Enter")
    expect(hits(page)).to_have_count(2)

    page.get_by_role("button", name="Fields to filter by").click()
    page.get_by_role("menuitem", name="format (text)").click()
    page.keyboard.type('== "PNG"')
    page.keyboard.press("Enter")
    expect(hits(page)).to_have_count(1)
    page.get_by_role("checkbox", name="Fold near-duplicates").uncheck()
    query = asked(page, "text", "min_score", "filter", "group")
    assert query == {"text": "a cat", "min_score": "0.42", "filter": 'format == "PNG"', "group": "false"}
    page.go_back()
    expect(page.get_by_role("checkbox", name="Fold near-duplicates")).to_be_checked()
    page.go_back()
    expect(page.get_by_role("textbox", name="Filter")).to_have_value("")
    expect(hits(page)).to_have_count(2)


def test_near_duplicates_unfold(page: Page, url: str, cat: bytes, tmp_path: Path) -> None:
    copy = tmp_path / "copy.jpg"
    copy.write_bytes(cat)
    with Client(url) as client:
        client.wait(client.add_files("image-search", "sample", [copy]).id)
        start(page, url, "text=a+cat")
        page.get_by_role("button", name="Show 1 near-duplicate").click()
        dialog = page.get_by_role("dialog", name="2 nearly equal pictures")
        dialog.get_by_role("button", name="Open picture 2").click()
        expect(page.get_by_role("dialog", name=re.compile("copy.jpg|chelsea.png"))).to_be_visible()
        found = next(one for one in client.items("image-search", "sample") if one.name == "copy.jpg")
        client.delete_item("image-search", "sample", found.id)


def test_an_item_is_shown_with_its_neighbours(page: Page, url: str, shots: Path | None) -> None:
    start(page, url, "text=a+cat")
    page.get_by_role("button", name=f"Open {CAT}").click()
    dialog = page.get_by_role("dialog", name=CAT)
    expect(dialog.get_by_text("451 × 300 pixels")).to_be_visible()
    expect(dialog.get_by_role("listitem")).to_have_count(12)
    photograph(page, shots, "image-item")
    page.keyboard.press("ArrowRight")
    expect(dialog).to_be_hidden()
    expect(page.get_by_text("Hit 2 of the first 24")).to_be_visible()
    page.keyboard.press("ArrowLeft")
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="Search a part").click()
    dialog.get_by_role("button", name=re.compile("^The whole picture. ")).press("ArrowRight")
    dialog.get_by_role("button", name="Search this part").click()
    expect(dialog).to_be_hidden()
    first(page, CAT)
    asked(page, "item_id", "region")
    page.go_back()
    expect(words(page)).to_have_value("a cat")
    expect(dialog).to_be_hidden()


def test_a_search_is_copied_and_does_the_same_elsewhere(page: Page, url: str) -> None:
    start(page, url, "text=a+cat&parts=" + json.dumps([{"text": 'the kitten\'s "hat"', "weight": 0.5}]))
    first(page, CAT)
    for label, command in (("curl", ["sh", "-c"]), ("Python", [sys.executable, "-c"])):
        page.get_by_role("button", name="Copy this search").click()
        page.get_by_role("menuitem", name=f"Copy as {label}").click()
        expect(page.get_by_text(re.compile(f"copied as .*{label}"))).to_be_visible()
        recipe = page.evaluate("navigator.clipboard.readText()")
        done = subprocess.run([*command, recipe], capture_output=True, text=True, timeout=60, check=True)
        assert re.search(r"\w+\.(png|jpg)", done.stdout), done.stdout
        assert re.findall(r"[\w-]+\.(?:png|jpg)", done.stdout)[0] == CAT


def test_the_camera_takes_pictures_and_searches_live(page: Page, url: str, shots: Path | None) -> None:
    start(page, url)
    page.get_by_role("button", name="Camera", exact=True).click()
    # Nobody allowed it.
    expect(page.get_by_text("does not let this page use the camera")).to_be_visible()
    page.get_by_role("button", name="Close the camera").click()

    page.context.grant_permissions(["camera"])
    page.get_by_role("button", name="Camera", exact=True).click()
    page.get_by_role("button", name="Search live").click()
    expect(hits(page).first).to_be_visible()
    expect(page.get_by_text("Live", exact=True)).to_be_visible()
    asked(page)
    photograph(page, shots, "image-camera")
    page.evaluate("""() => {
        Object.defineProperty(document, "hidden", { value: true });
        document.dispatchEvent(new Event("visibilitychange"));
    }""")
    expect(page.get_by_text("Live search stopped")).to_be_visible()
    page.get_by_role("button", name="Take a picture").click()
    expect(chips(page).first).to_contain_text("camera.jpg")
    asked(page, "media_id")
    expect(hits(page).first).to_be_visible()


def test_a_phone_shows_what_counts_first(page: Page, url: str) -> None:
    page.set_viewport_size({"width": 400, "height": 800})
    start(page, url, "text=a+cat")
    first(page, CAT)
    expect(hits(page).first).to_be_in_viewport()
    expect(page.get_by_role("slider", name="Lowest score")).to_be_hidden()
    page.get_by_role("button", name="Refine").click()
    expect(page.get_by_role("slider", name="Lowest score")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
