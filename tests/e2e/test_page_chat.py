"""The chat of question answering in a real browser: the real encoder, and a stand-in for a language model."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from accessibility import serious
from browsing import photograph
from playwright.sync_api import Browser, Locator, Page, Route, expect

from findalike.client import Client
from findalike.settings import Settings
from model_server import ModelServer, model_server
from support import server_in

pytestmark = [pytest.mark.slow, pytest.mark.models]

FAQ = {
    "May I return an opened parcel?": "Yes, within 30 days of delivery.\n\nPack it well and enclose the invoice.",
    "How do I send a parcel back?": "Print the label from your account and bring the parcel to any post office.",
    "What does shipping cost?": "Nothing above 50 euros; below that 4.90 euros.",
    "How long does delivery take?": "Two to four working days within the country.",
    "Do you ship to islands?": "Yes, but it takes two days longer.",
    "Can I pay by invoice?": "Yes, from the second order on.",
    "How do I change my password?": "Under Account, then Security, then Password.",
    "Where is my invoice?": "It is attached to the mail that confirms the order.",
}
MANUAL = """# The kettle

## Cleaning

Fill the kettle with equal parts of water and vinegar, boil it once, and rinse it three times afterwards.

## Safety

Never open the lid while the water boils. Children may use it from the age of eight, under supervision.

## Guarantee

The guarantee lasts for three years from the day of purchase and does not cover lime.
"""


@pytest.fixture(scope="module")
def model() -> Iterator[tuple[type[ModelServer], str]]:
    with model_server() as (model, url):
        yield model, url


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory, model: tuple[type[ModelServer], str]) -> Iterator[str]:
    """A server with questions and a manual, and a language model to ask."""
    folder = tmp_path_factory.mktemp("chat")
    (folder / "kettle.md").write_text(MANUAL)
    records = [{"question": question, "answer": answer} for question, answer in FAQ.items()]
    with server_in(folder, cache_dir=Settings().cache_dir, llm_base_url=model[1]) as url:
        with Client(url) as client:
            client.create_collection("question-answering", "shop")
            client.wait(client.add_files("question-answering", "shop", [folder / "kettle.md"]).id)
            client.wait(client.add_records("question-answering", "shop", records).id)
        yield url


@pytest.fixture
def says(model: tuple[type[ModelServer], str]) -> type[ModelServer]:
    """The language model, which behaves well at first."""
    kind = model[0]
    kind.manner, kind.pieces = "good", ("Yes, within 30 days", " [1].")
    kind.gone.clear()
    return kind


def start(page: Page, url: str) -> None:
    page.goto(f"{url}/apps/question-answering/shop")
    expect(box(page)).to_be_focused()


def box(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Your question")


def ask(page: Page, question: str) -> None:
    # While an answer is written there is a button to stop it, and the next question waits.
    expect(page.get_by_role("button", name="Ask", exact=True)).to_be_visible()
    box(page).fill(question)
    box(page).press("Enter")


def answers(page: Page) -> Locator:
    return page.get_by_role("article", name="Answer")


def history(page: Page) -> Locator:
    return page.get_by_role("complementary", name="Conversations")


def quoting(page: Page) -> None:
    """Ask for sentences word for word from now on, as a server without a language model would."""

    def word_for_word(route: Route) -> None:
        route.continue_(post_data=json.dumps({**route.request.post_data_json, "form": "extractive"}))

    page.route("**/ask", word_for_word)


def conversation(page: Page) -> str:
    """The one in the address, once there is one."""
    page.wait_for_url(re.compile("conversation=[0-9a-f]{32}"))
    return parse_qs(urlsplit(page.url).query)["conversation"][0]


def test_an_answer_is_written_with_its_sources(
    page: Page, browser: Browser, url: str, says: type[ModelServer], shots: Path | None
) -> None:
    says.pieces = (
        "You may **return** it", " [1]:\n\n", "1. Print the label [2]\n2. Bring it to a *post office*\n\n",
        "| within | cost |\n|---|---|\n| 30 days | nothing [1][2] |\n\n",
        "<b>Bold</b> <img src=x onerror=alert(1)> [home](javascript:alert(1))",
    )  # fmt: skip
    start(page, url)
    expect(page.get_by_role("heading", name="Ask shop")).to_be_visible()
    expect(page.get_by_role("button", name="How long does delivery take?")).to_be_visible()
    assert serious(page) == []
    photograph(page, shots, "chat-start")
    box(page).press_sequentially("return an opened")
    similar = page.get_by_role("region", name="Similar questions")
    expect(similar.get_by_role("button").first).to_have_text("May I return an opened parcel?")
    photograph(page, shots, "chat-similar")
    ask(page, "May I return an opened parcel, and how?")
    answer = answers(page)
    expect(answer.get_by_text("Written by a language model")).to_be_visible()
    id = conversation(page)
    expect(answer.locator("strong")).to_have_text("return")
    expect(answer.locator("ol").first.get_by_role("listitem")).to_have_count(2)
    expect(answer.get_by_role("cell", name="nothing")).to_be_visible()
    # Nothing that it says is taken for HTML, or leads anywhere.
    expect(answer).to_contain_text("<b>Bold</b> <img src=x onerror=alert(1)> home")
    expect(answer.locator("b, img, a")).to_have_count(0)
    expect(answer.get_by_role("button", name="Source 1: May I return an opened parcel?")).to_have_count(2)
    assert serious(page) == []
    photograph(page, shots, "chat-answer")

    answer.get_by_role("button", name="Copy the answer").click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "You may **return** it [1]" in copied
    assert copied.endswith("Sources:\n[1] May I return an opened parcel?\n[2] How do I send a parcel back?")
    answer.get_by_role("button", name="Source 2").first.click()
    expect(page.get_by_role("dialog", name="How do I send a parcel back?")).to_contain_text("Print the label from your")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    # The address is enough to come back to it, on this server also for others: it knows no keys.
    other = browser.new_context()
    friend = other.new_page()
    friend.goto(f"{url}/apps/question-answering/shop?conversation={id}")
    expect(answers(friend).locator("strong")).to_have_text("return")
    other.close()


def test_a_document_is_quoted_and_opens_at_the_passage(page: Page, url: str, shots: Path | None) -> None:
    quoting(page)
    start(page, url)
    ask(page, "How long does the guarantee last?")
    answer = answers(page).first
    expect(answer).to_contain_text("The guarantee lasts for three years")
    expect(answer).to_contain_text("Quoted word for word")
    id = conversation(page)
    answer.get_by_role("button", name="Source 1: The kettle").click()
    dialog = page.get_by_role("dialog", name="The kettle")
    expect(dialog.locator("[aria-current=true]").last).to_contain_text("does not cover lime")
    assert conversation(page) == id
    photograph(page, shots, "chat-source")
    page.keyboard.press("Escape")
    # A question that is offered is asked in the same conversation.
    related = page.get_by_role("heading", name="Related questions").locator("..").get_by_role("button").first
    question = related.inner_text()
    related.click()
    expect(answers(page)).to_have_count(2)
    expect(answers(page).last).to_contain_text(FAQ[question].split("\n")[0])
    assert conversation(page) == id
    ask(page, "What is the airspeed of an unladen swallow?")
    expect(answers(page).last).to_contain_text("I found nothing on this.")
    expect(answers(page).last.get_by_role("heading", name="The nearest passages")).to_be_visible()
    page.reload()
    expect(answers(page)).to_have_count(3)


def test_an_answer_is_stopped_and_asked_for_again(page: Page, url: str, says: type[ModelServer]) -> None:
    says.manner = "endless"
    start(page, url)
    ask(page, "What does shipping cost?")
    expect(answers(page)).to_contain_text("more more more")
    page.get_by_role("button", name="Stop").click()
    expect(answers(page)).to_contain_text("Stopped before its end.")
    assert says.gone.wait(10), "the server let the model go on"
    says.manner = "good"
    page.get_by_role("button", name="Ask again").click()
    expect(answers(page)).to_have_count(2)
    expect(answers(page).last).to_contain_text("Yes, within 30 days")
    expect(answers(page).last).to_contain_text("Written by a language model")
    expect(box(page)).to_be_enabled()


def test_what_goes_wrong_is_said(page: Page, url: str, says: type[ModelServer], complaints: list[str]) -> None:
    says.manner = "500"
    start(page, url)
    ask(page, "Do you ship to islands?")
    expect(page.get_by_role("alert")).to_contain_text("language model")
    says.manner = "good"
    page.get_by_role("button", name="Ask again").click()
    expect(answers(page).last).to_contain_text("Yes, within 30 days")
    expect(page.get_by_role("alert")).to_have_count(0)
    page.route("**/ask", lambda route: route.fulfill(status=429, json={"detail": "Too many questions."}))
    ask(page, "And now?")
    expect(page.get_by_role("alert")).to_contain_text("Too many questions.")
    page.unroute("**/ask")
    page.get_by_role("button", name="Ask again").click()
    expect(answers(page)).to_have_count(3)
    page.goto(f"{url}/apps/question-answering/shop?conversation={'0' * 32}")
    expect(page.get_by_text("This conversation could not be shown")).to_be_visible()
    assert all("429" in one or "404" in one for one in complaints)
    complaints.clear()


def test_conversations_are_renamed_and_deleted(
    page: Page, url: str, says: type[ModelServer], shots: Path | None
) -> None:
    start(page, url)
    ask(page, "Where is my invoice, please?")
    expect(answers(page)).to_contain_text("Yes, within 30 days")
    own = history(page).get_by_role("listitem").filter(has_text="Where is my invoice, please?")
    own.get_by_role("button", name="More for").click()
    page.get_by_role("menuitem", name="Rename").click()
    page.get_by_role("textbox", name="Title").fill("Invoices")
    page.keyboard.press("Enter")
    expect(history(page).get_by_role("listitem").first).to_contain_text("Invoices")
    history(page).get_by_role("button", name="New conversation").click()
    page.wait_for_url(re.compile("/shop$"))
    expect(page.get_by_role("heading", name="Ask shop")).to_be_visible()

    # Where there is little room the list is behind a button.
    page.set_viewport_size({"width": 400, "height": 800})
    page.get_by_role("button", name="Conversations").click()
    dialog = page.get_by_role("dialog", name="Conversations")
    assert serious(page) == []
    photograph(page, shots, "chat-history", widths=(400,))
    dialog.get_by_role("button", name=re.compile("^Invoices")).click()
    expect(answers(page)).to_contain_text("Yes, within 30 days")
    page.get_by_role("button", name="Conversations").click()
    dialog.get_by_role("listitem").filter(has_text="Invoices").get_by_role("button", name="More for").click()
    page.get_by_role("menuitem", name="Delete").click()
    page.get_by_role("dialog", name="Delete “Invoices”?").get_by_role("button", name="Delete").click()
    page.wait_for_url(re.compile("/shop$"))
    expect(page.get_by_text("Invoices")).to_have_count(0)


def test_questions_are_searched_too(page: Page, url: str, shots: Path | None) -> None:
    start(page, url)
    page.get_by_role("link", name="Search").click()
    page.get_by_role("textbox", name="Ask a question").fill("invoice")
    hits = page.get_by_role("region", name="Results").get_by_role("article")
    expect(hits.first).to_have_accessible_name("Where is my invoice?")
    expect(hits.first).to_contain_text("attached to the mail")
    expect(hits.first.locator("mark")).to_have_text("invoice")
    photograph(page, shots, "chat-search")
    page.get_by_role("link", name="Items").click()
    expect(page.get_by_role("gridcell", name="Can I pay by invoice?")).to_contain_text("second order")
