"""DNA classification in a real browser: a pasted sequence, its class, and its neighbours aligned."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from accessibility import serious
from browsing import photograph
from playwright.sync_api import Page, expect

from evolution import Evolution
from findalike.client import Client
from findalike.decoders.sequences import reverse_complement
from support import server_in

pytestmark = [pytest.mark.slow]

EVOLUTION = Evolution(7)
ANCESTORS = {
    "beta-lactam": EVOLUTION.ancestor(860),
    "tetracycline": EVOLUTION.ancestor(1200),
    "quinolone": EVOLUTION.ancestor(650),
}
GENES = {"beta-lactam": "bla", "tetracycline": "tet", "quinolone": "qnr"}
ASKED = EVOLUTION.descendant(ANCESTORS["beta-lactam"], 0.04)
STRANGER = EVOLUTION.ancestor(900)


def records() -> list[dict[str, Any]]:
    genes = [
        {
            "id": f"{GENES[label]}{member}",
            "name": f"{GENES[label]}{chr(65 + member)}",
            "description": f"{label} resistance protein {GENES[label].title()}{chr(65 + member)}",
            "label": label,
            "sequence": EVOLUTION.descendant(ancestor, 0.03 + 0.03 * member),
        }
        for label, ancestor in ANCESTORS.items()
        for member in range(5)
    ]
    inside = EVOLUTION.descendant(ANCESTORS["beta-lactam"], 0.01)
    contig = EVOLUTION.ancestor(2500) + reverse_complement(inside) + EVOLUTION.ancestor(2000)
    return [*genes, {"id": "contig", "name": "contig 12", "description": "of a genome", "sequence": contig}]


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with server_in(tmp_path_factory.mktemp("server")) as url, Client(url) as client:
        client.create_collection("dna-classification", "genes")
        assert client.wait(client.add_records("dna-classification", "genes", records()).id).done == 16
        yield url


def opened(page: Page, url: str, query: str = "") -> Page:
    page.goto(f"{url}/apps/dna-classification/genes{query}")
    expect(page.get_by_label("Sequence", exact=True)).to_be_visible()
    return page


def asked(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def test_a_pasted_sequence_has_a_class_and_neighbours_aligned(page: Page, url: str) -> None:
    opened(page, url)
    box = page.get_by_label("Sequence", exact=True)
    lines = "\n".join(ASKED[start : start + 60].lower() for start in range(0, len(ASKED), 60))
    box.fill(f">unknown gene\n{lines}\n")
    expect(page.get_by_text(f"{len(ASKED)} letters", exact=True).first).to_be_visible()
    page.get_by_role("button", name="Search", exact=True).click()
    page.wait_for_url(lambda url: "sequence=" in url)
    assert asked(page)["sequence"] == [ASKED]
    answer = page.get_by_role("region", name="Class")
    expect(answer.get_by_role("status")).to_contain_text("beta-lactam")
    expect(answer.get_by_role("status")).to_contain_text(re.compile(r"(9\d|100) ?%"))
    first = page.locator("article").first
    expect(first).to_contain_text("% identical")
    expect(first).to_contain_text("|||||")
    # What was pasted stays as it was, header and all.
    expect(box).to_have_value(re.compile("^>unknown gene"))
    contig = page.locator("article", has_text="contig 12")
    expect(contig).to_contain_text("on the other strand")
    page.reload()
    expect(answer.get_by_role("status")).to_contain_text("beta-lactam")
    expect(page.get_by_label("Sequence", exact=True)).to_have_value(ASKED)


def test_what_is_like_nothing_is_unknown(page: Page, url: str) -> None:
    opened(page, url, f"?sequence={STRANGER}")
    answer = page.get_by_role("region", name="Class").get_by_role("status")
    expect(answer).to_contain_text("Unknown")
    expect(answer).to_contain_text("like nothing here")


def test_what_is_no_sequence_is_explained(page: Page, url: str, complaints: list[str]) -> None:
    opened(page, url)
    page.get_by_label("Sequence", exact=True).fill("MKVLAAGE")
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("none of IUPAC's")
    expect(page.get_by_text("none of IUPAC's")).to_have_count(1)
    expect(page.get_by_role("button", name="Try again")).to_have_count(0)
    complaints[:] = [one for one in complaints if "422" not in one]


def test_what_is_missing_and_what_is_left_out_is_said(page: Page, url: str) -> None:
    opened(page, url)
    box = page.get_by_label("Sequence", exact=True)
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Paste a sequence here first")
    expect(box).to_be_focused()
    box.fill(">only a header")
    expect(page.get_by_role("alert")).to_have_count(0)
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("a header here, but no sequence")
    assert "sequence" not in asked(page)
    box.fill(f">gene one\n{ASKED}\n>gene two\n{STRANGER}\n")
    expect(page.get_by_text("2 sequences were pasted; the first, gene one, is searched.")).to_be_visible()
    page.get_by_role("button", name="Search", exact=True).click()
    page.wait_for_url(lambda url: "sequence=" in url)
    assert asked(page)["sequence"] == [ASKED]


def test_a_card_keeps_its_button_in_its_corner_on_a_phone(page: Page, url: str) -> None:
    page.set_viewport_size({"width": 400, "height": 900})
    opened(page, url, f"?sequence={ASKED}")
    card = page.locator("article").first
    expect(card).to_contain_text("% identical")
    # At one moment: the class above comes later, and moves what is below it.
    whole, title, button = card.evaluate(
        """(card) => {
            const parts = [card, card.querySelector("h3"), card.querySelector("[aria-label='More like this']")];
            return parts.map((one) => {
                const { top, bottom, right } = one.getBoundingClientRect();
                return { top, bottom, right };
            });
        }"""
    )
    assert button["top"] <= (title["top"] + title["bottom"]) / 2 <= button["bottom"]
    assert button["right"] > whole["right"] - 24


def test_a_sequence_in_detail_and_what_is_like_it(page: Page, url: str) -> None:
    opened(page, url, f"?sequence={ASKED}")
    # The first is the contig, which has no class.
    page.locator("article", has_text="beta-lactam").first.get_by_role("button").first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("group", name=re.compile("Alignment"))).to_be_visible()
    dialog.get_by_role("button", name="More like this").click()
    page.wait_for_url(lambda url: "item_id=" in url)
    expect(page.locator("article").first).to_contain_text("beta-lactam")


def test_it_looks_right_at_every_width(page: Page, url: str, shots: Path | None) -> None:
    opened(page, url)
    expect(page.get_by_role("button", name="blaA")).to_be_visible()
    photograph(page, shots, "dna-start")
    assert serious(page) == []
    opened(page, url, f"?sequence={ASKED}")
    expect(page.get_by_role("region", name="Class").get_by_role("status")).to_contain_text("beta-lactam")
    expect(page.locator("article").first).to_contain_text("% identical")
    photograph(page, shots, "dna-results")
    assert serious(page) == []
    page.locator("article").first.get_by_role("button").first.click()
    expect(page.get_by_role("dialog").get_by_role("group", name=re.compile("Alignment"))).to_be_visible()
    photograph(page, shots, "dna-item")
    assert serious(page) == []
