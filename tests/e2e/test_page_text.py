"""Text search in a real browser, with the real model: typing, passages, and reading where they were found."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect
from reportlab.lib.pagesizes import A5
from reportlab.pdfgen.canvas import Canvas

from findalike.client import Client
from findalike.settings import Settings
from support import server_in

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
<p>Whoever writes <code>&lt;img src=x onerror="document.title='stolen'"&gt;</code> into a page wants to steal cookies.</p>
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
