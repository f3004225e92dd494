"""Text search in a real browser, with the real model: typing, passages, and reading where they were found."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from accessibility import serious
from browsing import photograph
from playwright.sync_api import Browser, Locator, Page, Route, expect
from reportlab.lib.pagesizes import A5
from reportlab.pdfgen.canvas import Canvas

from findalike.client import Client
from findalike.settings import Settings
from support import eventually, server_in

pytestmark = [pytest.mark.slow, pytest.mark.models]

TOPICS = {
    "The lamp": "The oil must be strained before it is poured, or the wick will smoke and blacken the glass.",
    "Fog": "When fog comes in, sound the horn for five seconds in every minute until the far buoy is seen again.",
    "Storms": "Before a storm the shutters are closed, the boat is hauled up, and the rain barrels are emptied.",
    "Visitors": "Visitors may climb the tower on Sundays, four at a time, and never while the lamp is lit.",
    "The garden": "Potatoes and kale grow behind the wall, where the salt wind does not reach them.",
    "Supplies": "The tender brings flour, coal and letters on the first calm Tuesday of the month.",
}
YEARS = range(1901, 1911)
CLAIM = "A puffin 🐧 nested in the tool shed 🛠 in the spring, and the keeper moved out his hammers for it."


def handbook() -> str:
    """A long document: six topics in each of ten years, each its own section, and one thing that is said once."""
    lines = ["# The keeper's handbook", "", "Notes for whoever keeps the light at Stony Head."]
    for year in YEARS:
        lines += ["", f"## Notes of {year}"]
        for topic, rule in TOPICS.items():
            lines += ["", f"### {topic}", "", f"{rule} So it was done in {year}, and so it shall be done again."]
            lines += ["", f"Whoever reads this after {year} may add what was learned, in ink, with a date."]
            if (year, topic) == (1906, "Supplies"):
                lines += ["", CLAIM]
    return "\n".join(lines)


BREAD = """Bread at home

Flour, water, salt and patience are all that a loaf of bread needs. The dough
rests over night in a cool place, and is folded three times before it goes into
the oven in the morning.

    def dough(flour, hydration=0.72):
        water = flour * hydration
        return {"flour": flour, "water": water, "salt": flour * 0.02}

- 500 g of flour
- 360 g of water
- 10 g of salt
"""
TRICK = """<!doctype html><html lang="en"><title>Notes on markup</title><body><h1>Notes on markup</h1>
<p>Whoever writes <code>&lt;img src=x onerror="document.title='stolen'"&gt;</code> into a page wants to steal
cookies.</p>
<script>document.title = "stolen"</script></body></html>"""
RECORDS = [
    {"id": f"review-{n}", "title": title, "text": text, "metadata": {"stars": stars}}
    for n, (title, text, stars) in enumerate(
        [
            ("Quiet nights", "The hotel by the harbour was clean, and we slept with the window open.", 5),
            ("Never again", "The room smelled of smoke and the breakfast was cold.", 1),
            ("Good value", "Small rooms, friendly people, and the ferry leaves from the door.", 4),
        ]
    )
]


def pdf(pages: list[str]) -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A5)
    canvas.setTitle("Tides and moons")
    canvas.setAuthor("A. Mariner")
    for page in pages:
        lines = canvas.beginText(40, 520)
        lines.textLines(page)
        canvas.drawText(lines)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


TIDES = [
    "The sea rises and falls twice a day, because the moon\npulls at the water that is nearest to it.",
    "Spring tides come with the full and the new moon,\nwhen sun and moon pull along one line.",
    "A tide table says for each harbour when the water is high.\nA pilot who lost his table asks the fishermen.",
]


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with five documents and three records."""
    folder = tmp_path_factory.mktemp("texts")
    files = {
        "handbook.md": handbook().encode(),
        "bread.txt": BREAD.encode(),
        "markup.html": TRICK.encode(),
        "tides.pdf": pdf(TIDES),
        "nothing-much.txt": b"Nothing much.",
    }
    with server_in(folder, cache_dir=Settings().cache_dir) as url:
        with Client(url) as client:
            client.create_collection("text-search", "library", fields={"stars": "integer"})
            for name, content in files.items():
                (folder / name).write_bytes(content)
            job = client.add_files("text-search", "library", [folder / name for name in files])
            client.wait(job.id)
            client.wait(client.add_records("text-search", "library", RECORDS).id)
        yield url


def start(page: Page, url: str, query: str = "") -> None:
    page.goto(f"{url}/apps/text-search/library{query and '?' + query}")
    expect(words(page)).to_be_visible()


def words(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Ask a question")


def hits(page: Page) -> Locator:
    return page.get_by_role("region", name="Results").get_by_role("article")


def first(page: Page, name: str) -> None:
    expect(hits(page).first).to_have_accessible_name(name)


def marked(where: Locator) -> list[str]:
    """The words that are marked, once some are."""
    expect(where.locator("mark").first).to_be_visible()
    return where.locator("mark").all_inner_texts()


def read(page: Page, name: str) -> Locator:
    """Open the first hit, which must be this document."""
    first(page, name)
    hits(page).first.get_by_role("button", name=f"Read {name}").click()
    dialog = page.get_by_role("dialog", name=name)
    expect(dialog).to_be_visible()
    return dialog


def found(dialog: Locator) -> Locator:
    """The passage that a document was opened at; it may be several blocks."""
    return dialog.locator("[aria-current=true]")


def asked(page: Page, *names: str) -> dict[str, str]:
    """The query in the page's address, once it has exactly these names."""
    page.wait_for_url(lambda address: set(query_of(address)) == set(names))
    return query_of(page.url)


def query_of(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def test_passages_are_found_while_one_types(page: Page, url: str, shots: Path | None) -> None:
    sockets: list[str] = []
    page.on("websocket", lambda socket: sockets.append(socket.url))
    start(page, url)
    expect(page.get_by_role("button", name="The keeper's handbook")).to_be_visible()
    assert serious(page) == []
    photograph(page, shots, "text-start")
    words(page).press_sequentially("what to do in fog")
    first(page, "The keeper's handbook")
    assert asked(page, "text") == {"text": "what to do in fog"}
    assert len(sockets) == 1
    best = hits(page).first
    expect(best).to_contain_text(re.compile(r"Notes of 19\d\d › Fog"))
    expect(best).to_contain_text("sound the horn for five seconds")
    assert set(marked(best)) == {"fog"}
    expect(best.locator("[data-nearest]")).to_contain_text("When fog comes in, sound the horn")
    # What the score is made of, and what else of the document was found.
    best.get_by_role("button", name="Score").click()
    expect(best.get_by_role("term")).to_have_text(["Meaning", "Words"])
    best.get_by_role("button", name="4 more passages").click()
    expect(best.get_by_role("listitem")).to_have_count(4)
    assert serious(page) == []
    photograph(page, shots, "text-hits")
    # One hit a passage.
    page.get_by_role("checkbox", name="One hit a document").uncheck()
    asked(page, "text", "group")
    expect(hits(page).nth(3)).to_have_accessible_name("The keeper's handbook")
    page.keyboard.press("End")
    expect(hits(page).nth(40)).to_be_visible()


def test_words_and_meaning_are_two_ways(page: Page, url: str, complaints: list[str]) -> None:
    start(page, url, "text=moon+pilot")
    first(page, "Tides and moons")
    page.get_by_role("radio", name="Words").check()
    assert asked(page, "text", "mode")["mode"] == "keywords"
    expect(hits(page)).to_have_count(1)
    expect(hits(page).first).to_contain_text("page 1")
    words(page).fill("zeppelin")
    expect(page.get_by_text("Nothing matches")).to_be_visible()
    page.get_by_role("radio", name="Meaning").check()
    assert asked(page, "text", "mode")["mode"] == "meaning"
    expect(hits(page).first).to_be_visible()
    page.go_back()
    expect(page.get_by_role("radio", name="Words")).to_be_checked()

    def without_words(route: Route) -> None:
        answer = route.fetch()
        collection = answer.json()
        del collection["vectors"]["keywords"]
        route.fulfill(response=answer, json=collection)

    page.route("**/collections/library", without_words)
    start(page, url, "text=moon")
    expect(page.get_by_text("Searching by meaning only")).to_be_visible()
    expect(page.get_by_role("radio")).to_have_count(0)
    page.unroute("**/collections/library")
    page.route("**/search", lambda route: route.fulfill(status=500, json={"detail": "It broke."}))
    start(page, url, "text=anything")
    expect(page.get_by_role("alert")).to_contain_text("It broke.")
    page.unroute("**/search")
    page.get_by_role("button", name="Try again").click()
    expect(hits(page).first).to_be_visible()
    assert all("500" in one for one in complaints)
    complaints.clear()


def test_a_document_opens_where_it_was_found(page: Page, browser: Browser, url: str, shots: Path | None) -> None:
    held: list[Route] = []
    begun: list[Route] = []

    def hold(route: Route) -> None:
        """All but the first part of the text."""
        (held if begun else begun).append(route)
        if not held:
            route.continue_()

    page.route("**/segments?*", hold)
    start(page, url, "text=puffin+hammers")
    dialog = read(page, "The keeper's handbook")
    assert set(asked(page, "text", "item", "at")) == {"text", "item", "at"}
    passage = found(dialog).filter(has_text="puffin")
    expect(passage).to_be_in_viewport()
    expect(passage).to_have_text(CLAIM)
    # Characters of two units stand before them.
    assert marked(passage) == ["puffin", "hammers"]
    expect(passage.locator("[data-nearest]")).to_have_text(CLAIM)

    # It is in the middle of the document; what comes before it does not move it away.
    dialog.get_by_role("button", name="Show what stands before").focus()
    shown = dialog.locator("[data-passage]").first
    number, before = shown.get_attribute("data-passage"), shown.bounding_box()
    earlier = dialog.get_by_role("heading", name="Notes of 1903")
    expect(earlier).to_have_count(0)
    eventually(lambda: page.title() and held)
    for one in held:
        one.continue_()
    page.unroute("**/segments?*")
    expect(earlier).to_be_attached()
    after = dialog.locator(f'[data-passage="{number}"]').first.bounding_box()
    assert before
    assert after
    assert after["y"] == pytest.approx(before["y"], abs=2)
    passage.scroll_into_view_if_needed()
    assert serious(page) == []
    photograph(page, shots, "text-document")

    # The address is enough to come back to it, also for others.
    other = browser.new_context()
    friend = other.new_page()
    friend.goto(page.url)
    expect(friend.get_by_role("dialog").locator("[aria-current=true]", has_text="puffin")).to_be_in_viewport()
    other.close()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    assert set(asked(page, "text")) == {"text"}


def test_matches_and_hits_are_gone_through(page: Page, url: str) -> None:
    start(page, url, "text=fog+horn")
    dialog = read(page, "The keeper's handbook")
    matches = dialog.get_by_role("navigation", name="5 matches")
    at = int(asked(page, "text", "item", "at")["at"])
    expect(matches.get_by_role("status")).to_have_text(re.compile("^Match . of 5$"))
    place = int(matches.get_by_role("status").inner_text().split()[1])
    way = "Previous" if place > 1 else "Next"
    matches.get_by_role("button", name=f"{way} match in this text").click()
    expect(matches.get_by_role("status")).to_have_text(f"Match {place - 1 if place > 1 else 2} of 5")
    assert int(asked(page, "text", "item", "at")["at"]) != at
    expect(found(dialog).first).to_be_in_viewport()
    # The next document of the results.
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("dialog")).not_to_have_accessible_name("The keeper's handbook")
    page.get_by_role("dialog").get_by_role("button", name="More like this").click()
    asked(page, "item_id")
    expect(page.get_by_role("search").get_by_text(re.compile("^Like “"))).to_be_visible()
    expect(hits(page).first).to_be_visible()
    page.get_by_role("button", name="Ask with words instead").click()
    expect(page.get_by_role("heading", name="Or begin reading")).to_be_visible()


def test_texts_are_set_as_they_are_and_never_run(page: Page, url: str, shots: Path | None) -> None:
    start(page, url, "text=dough+hydration")
    dialog = read(page, "bread.txt")
    expect(dialog.locator("pre")).to_contain_text("water = flour * hydration\n")
    # Lines that were wrapped flow, those of a list do not.
    prose = dialog.get_by_text(re.compile("^Flour, water, salt and patience"))
    assert prose.evaluate("(one) => getComputedStyle(one.closest('p')).whiteSpaceCollapse") == "collapse"
    expect(dialog.get_by_text("- 360 g of water")).to_have_css("white-space-collapse", "preserve")
    photograph(page, shots, "text-short")
    start(page, url, "text=steal+cookies")
    dialog = read(page, "Notes on markup")
    expect(found(dialog).last).to_contain_text("<img src=x onerror=")
    expect(dialog.locator("img, script")).to_have_count(0)
    assert page.title() != "stolen"
    start(page, url, "text=was+breakfast+cold&filter=stars+<+3")
    dialog = read(page, "Never again")
    expect(found(dialog)).to_have_text("The room smelled of smoke and the breakfast was cold.")
    expect(dialog.get_by_role("link", name="Original")).to_have_count(0)


def test_a_text_that_does_not_come_is_asked_for_again(page: Page, url: str, complaints: list[str]) -> None:
    page.route("**/segments?*", lambda route: route.fulfill(status=500, json={"detail": "The disk is gone."}))
    start(page, url, "text=tide+table")
    dialog = read(page, "Tides and moons")
    expect(dialog.get_by_role("alert")).to_contain_text("The disk is gone.")
    page.unroute("**/segments?*")
    dialog.get_by_role("button", name="Try again").click()
    expect(found(dialog).last).to_contain_text("A tide table")
    assert all("500" in one for one in complaints)
    complaints.clear()


def test_items_show_how_texts_begin(page: Page, url: str, shots: Path | None) -> None:
    page.goto(f"{url}/apps/text-search/library/items")
    cell = page.get_by_role("gridcell", name="Tides and moons")
    expect(cell).to_contain_text("The sea rises and falls twice a day")
    assert serious(page) == []
    photograph(page, shots, "text-items")
    cell.click()
    dialog = page.get_by_role("dialog", name="Tides and moons")
    expect(dialog).to_contain_text("A pilot who lost his table asks the fishermen.")
    expect(dialog).to_contain_text("A. Mariner")
    assert serious(page) == []
