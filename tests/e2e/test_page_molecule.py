"""Molecule search in a real browser: typing, drawing, what structures share, sliders, predictions."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from accessibility import serious
from browsing import photograph
from PIL import Image
from playwright.sync_api import Locator, Page, Route, expect

from findalike.client import Client
from support import eventually, server_in

pytestmark = [pytest.mark.slow]

DRUGS = {
    "aspirin": "CC(=O)Oc1ccccc1C(=O)O",
    "salicylic acid": "O=C(O)c1ccccc1O",
    "methyl salicylate": "COC(=O)c1ccccc1O",
    "paracetamol": "CC(=O)Nc1ccc(O)cc1",
    "phenacetin": "CCOc1ccc(NC(C)=O)cc1",
    "ibuprofen": "CC(C)Cc1ccc(C(C)C(=O)O)cc1",
    "naproxen": "COc1ccc2cc([C@H](C)C(=O)O)ccc2c1",
    "caffeine": "Cn1c(=O)c2c(ncn2C)n(C)c1=O",
    "theophylline": "Cn1c(=O)c2[nH]cnc2n(C)c1=O",
    "diazepam": "CN1C(=O)CN=C(c2ccccc2)c2cc(Cl)ccc21",
    "morphine": "CN1CC[C@]23c4c5ccc(O)c4O[C@H]2[C@@H](O)C=C[C@H]3[C@H]1C5",
    "codeine": "COc1ccc2c3c1O[C@H]1[C@@H](O)C=C[C@H]4[C@@H](C2)N(C)CC[C@@]341",
    "penicillin G": "CC1(C)S[C@@H]2[C@H](NC(=O)Cc3ccccc3)C(=O)N2[C@H]1C(=O)O",
    "phenol": "Oc1ccccc1",
    "benzene": "c1ccccc1",
    "ethanol": "CCO",
}
MELTING = {"aspirin": 135.0, "salicylic acid": 158.6, "paracetamol": 170.0, "phenacetin": 134.5, "ibuprofen": 76.0}


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with server_in(tmp_path_factory.mktemp("server")) as url, Client(url) as client:
        client.create_collection("molecule-search", "cabinet", fields={"melting": "number"})
        records = [
            {"id": name, "name": name, "smiles": smiles}
            | ({"metadata": {"melting": MELTING[name], "first_use": 1900}} if name in MELTING else {})
            for name, smiles in DRUGS.items()
        ]
        assert client.wait(client.add_records("molecule-search", "cabinet", records).id).done == len(DRUGS)
        yield url


def asked(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def opened(page: Page, url: str, query: str = "") -> Page:
    page.goto(f"{url}/apps/molecule-search/cabinet{query}")
    expect(page.get_by_label("A structure as SMILES, or a name")).to_be_visible()
    return page


def names(page: Page) -> list[str]:
    expect(page.get_by_role("heading", name="Results")).to_be_visible()
    expect(page.locator("article").first).to_be_visible()
    return [str(one.get_attribute("aria-label")) for one in page.locator("article").all()]


def test_a_structure_is_typed_or_pasted_and_a_name_is_found_while_typing(page: Page, url: str) -> None:
    opened(page, url)
    box = page.get_by_label("A structure as SMILES, or a name")
    box.fill("salic")
    expect(page.locator("article").first).to_have_attribute("aria-label", "salicylic acid")
    page.wait_for_url(lambda url: "name=salic" in url)
    box.fill("c1ccccc1O")
    # What the name had found is no answer to the structure, which waits for Enter.
    expect(page.locator("article")).to_have_count(0)
    page.wait_for_url(lambda url: "name=" not in url)
    expect(box).to_have_value("c1ccccc1O")
    box.press("Enter")
    page.wait_for_url(lambda url: "smiles=" in url)
    expect(page.locator("article").first).to_have_attribute("aria-label", "phenol")
    box.fill("")
    page.evaluate("navigator.clipboard.writeText('CCO')")
    box.press("ControlOrMeta+V")
    page.wait_for_url(lambda url: parse_qs(urlsplit(url).query).get("smiles") == ["CCO"])
    expect(page.locator("article").first).to_have_attribute("aria-label", "ethanol")


def test_what_contains_a_structure_is_shown_with_the_part_marked(page: Page, url: str) -> None:
    opened(page, url, "?smiles=c1ccccc1O")
    page.get_by_text("Containing it").click()
    page.wait_for_url(lambda url: "mode=substructure" in url)
    expect(page.locator("article").first).to_contain_text("Share of its atoms")
    assert names(page)[0] == "phenol"
    drawing = page.locator("article", has_text="paracetamol").locator("img")
    expect(drawing).to_have_attribute("src", re.compile("^data:image/svg"))
    assert "%238CCCF9" in (drawing.get_attribute("src") or "")
    assert drawing.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0


def test_sliders_narrow_by_properties(page: Page, url: str) -> None:
    opened(page, url, "?smiles=c1ccccc1O&mode=substructure")
    expect(page.locator("article", has_text="morphine")).to_be_visible()
    slider = page.get_by_label("Molecular weight, at most")
    before = slider.bounding_box()
    slider.fill("200")
    slider.press("ArrowLeft")
    page.wait_for_url(lambda url: "molecular_weight" in url)
    expect(page.locator("article", has_text="morphine")).to_have_count(0)
    assert asked(page)["filter"] == ["molecular_weight <= 190"]
    # Whoever moves it by keyboard goes on.
    expect(slider).to_be_focused()
    # What undoes it has its place already: no slider moves or shrinks for it.
    assert slider.bounding_box() == before
    page.get_by_role("button", name="Show all").press("Enter")
    page.wait_for_url(lambda url: "molecular_weight" not in url)
    expect(page.get_by_label("Molecular weight, at least")).to_be_focused()
    expect(page.get_by_role("button", name="Show all")).to_be_disabled()


def test_old_hits_look_old_while_new_ones_are_awaited(page: Page, url: str) -> None:
    opened(page, url, "?smiles=c1ccccc1O")
    hits = page.get_by_role("region", name="Results").get_by_role("list").first
    expect(hits).to_have_css("opacity", "1")
    held: list[Route] = []
    page.route("**/search", lambda route: held.append(route))
    page.locator("article", has_text="benzene").get_by_role("button", name="More like this").click()
    expect(page.get_by_role("region", name="Results")).to_have_attribute("aria-busy", "true")
    expect(hits).to_have_css("opacity", "0.45")
    # An answer that comes at once finds nothing dimmed.
    expect(hits).to_have_css("transition-delay", "0.3s")
    held.pop().continue_()
    expect(hits).to_have_css("opacity", "1")
    expect(page.get_by_role("region", name="Results")).to_have_attribute("aria-busy", "false")


def test_grouping_is_offered_where_the_server_groups(page: Page, url: str) -> None:
    opened(page, url, "?smiles=c1ccccc1O")
    expect(page.get_by_role("checkbox", name="One hit a structure")).to_be_visible()
    page.get_by_text("Containing it").click()
    expect(page.locator("article").first).to_contain_text("Share of its atoms")
    expect(page.get_by_role("checkbox", name="One hit a structure")).to_have_count(0)


def test_what_contains_loose_parts_is_drawn_whole(page: Page, url: str) -> None:
    drawn: list[str] = []
    page.on("request", lambda one: drawn.append(one.post_data or "") if one.url.endswith("/draw") else None)
    opened(page, url, "?smiles=CO.c1ccccc1&mode=substructure")
    assert "aspirin" in names(page)
    expect(page.locator("article img").first).to_have_attribute("src", re.compile("^data:"))
    # The hits are compared with all of it, and what is asked with is drawn as it is.
    assert {json.loads(one)["smiles"] for one in drawn} == {"CO.c1ccccc1"}


def middle(canvas: Locator) -> float:
    """Where the middle of what is drawn is: 0 at the left, 1 at the right."""
    grey = np.asarray(Image.open(io.BytesIO(canvas.screenshot())).convert("L"))
    drawn = np.flatnonzero((grey < 200).any(axis=0))
    return float(drawn[[0, -1]].mean() / grey.shape[1]) if drawn.size else 0.0


def test_a_structure_is_drawn(page: Page, url: str) -> None:
    opened(page, url, "?smiles=CC(=O)Oc1ccccc1C(=O)O")
    page.get_by_role("button", name="Draw").click()
    dialog = page.get_by_role("dialog")
    canvas = dialog.get_by_role("application").locator("canvas").first
    expect(canvas).to_be_visible()
    page.set_viewport_size({"width": 500, "height": 800})
    eventually(lambda: 0.4 < middle(dialog.get_by_role("application").locator("canvas").last) < 0.6)
    box = dialog.get_by_role("application").bounding_box()
    assert box
    # An atom more: a click beside the structure with the tool that is chosen at first.
    page.mouse.click(box["x"] + 0.9 * box["width"], box["y"] + 0.9 * box["height"])
    dialog.get_by_role("button", name="Search for it").click()
    page.wait_for_url(lambda url: "smiles=" in url)
    expect(page.locator("article").first).to_have_attribute("aria-label", "aspirin")


def test_a_molecule_in_detail_with_what_its_neighbours_say(page: Page, url: str) -> None:
    opened(page, url, "?smiles=CC(=O)Nc1ccc(O)cc1")
    page.locator("article").first.get_by_role("button", name="paracetamol", exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("C8H9NO2")).to_be_visible()
    expect(dialog.get_by_label("Property")).to_have_value("melting")
    expect(dialog.get_by_role("term").filter(has_text=re.compile("^First use$"))).to_be_visible()
    expect(dialog.get_by_role("term").filter(has_text=re.compile(r"^logP \(Crippen\)$"))).to_be_visible()
    assert "Melting" in dialog.get_by_label("Property").get_by_role("option").all_inner_texts()
    expect(dialog.get_by_role("status")).to_contain_text("135, from one molecule")
    expect(dialog.get_by_role("status")).to_contain_text("Its own value: 170")
    dialog.get_by_role("button", name=re.compile("phenacetin")).click()
    expect(dialog.get_by_text("C10H13NO2")).to_be_visible()


def test_a_collection_may_keep_structures_as_they_are_drawn(page: Page, url: str) -> None:
    page.goto(f"{url}/apps/molecule-search")
    page.get_by_role("button", name="New collection").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name", exact=True).fill("salts")
    box = dialog.get_by_role("checkbox", name="Standardise structures")
    expect(box).to_be_checked()
    box.uncheck()
    dialog.get_by_role("button", name="Create collection").click()
    page.wait_for_url(lambda url: url.endswith("/apps/molecule-search/salts"))
    with Client(url) as client:
        assert client.get_collection("molecule-search", "salts").options == {"standardise": False}


def test_what_is_no_structure_is_explained(page: Page, url: str, complaints: list[str]) -> None:
    opened(page, url)
    box = page.get_by_label("A structure as SMILES, or a name")
    box.fill("C1CC")
    box.press("Enter")
    # Once, where it was written; to try the same again would change nothing.
    expect(page.get_by_role("alert")).to_contain_text("unclosed ring")
    expect(page.get_by_text("unclosed ring")).to_have_count(1)
    expect(page.get_by_role("button", name="Try again")).to_have_count(0)
    complaints[:] = [one for one in complaints if "422" not in one]


def test_it_looks_right_at_every_width(page: Page, url: str, shots: Path | None) -> None:
    opened(page, url)
    expect(page.get_by_role("button", name="Find molecules like aspirin")).to_be_visible()
    photograph(page, shots, "molecule-start")
    opened(page, url, "?smiles=CC(=O)Nc1ccc(O)cc1")
    assert names(page)[0] == "paracetamol"
    expect(page.locator("article img").first).to_have_attribute("src", re.compile("^data:"))
    photograph(page, shots, "molecule-results")
    assert serious(page) == []
    page.get_by_role("button", name="Draw").click()
    expect(page.get_by_role("application").locator("canvas").first).to_be_visible()
    photograph(page, shots, "molecule-draw")
    page.keyboard.press("Escape")
    page.locator("article").first.get_by_role("button", name="paracetamol", exact=True).click()
    expect(page.get_by_role("dialog").get_by_role("status")).to_contain_text("135")
    photograph(page, shots, "molecule-item")
    assert serious(page) == []
