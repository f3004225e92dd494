"""Recommendation on real ratings: what comes first, for whom, and the page in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from accessibility import serious
from browsing import photograph
from playwright.sync_api import Page, expect

from findalike.client import Client
from findalike.settings import Settings
from support import eventually, server_in

pytestmark = [pytest.mark.slow, pytest.mark.models]

APP = "recommendation"


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with MovieLens, loaded and learned."""
    folder = tmp_path_factory.mktemp("movies")
    with server_in(folder, cache_dir=Settings().cache_dir) as url, Client(url) as client:
        job = client.wait(client.load_sample(APP).id)
        assert (job.done, job.failed) == (101_681, 0)

        def learned() -> bool:
            jobs = [job for job in client.jobs(application=APP) if job.kind == "train"]
            return bool(jobs) and jobs[0].state == "succeeded"

        eventually(learned, 120)
        yield url


def recommended(url: str, **asked: Any) -> list[str]:
    with Client(url) as client:
        found = client.operate(APP, "sample", "recommend", **asked)
        return [one["name"] for one in found["recommendations"]]


def test_who_likes_what_on_real_ratings(url: str) -> None:
    # 50 is Star Wars, 172 The Empire Strikes Back, 181 Return of the Jedi; 1 Toy Story, 71 The Lion King, 588 Beauty
    # and the Beast; 219 A Nightmare on Elm Street, 200 The Shining.
    wars = recommended(url, liked=[{"item": "50"}, {"item": "172"}], limit=5)
    assert any("Return of the Jedi" in name for name in wars)
    children = recommended(url, liked=[{"item": "71"}, {"item": "588"}], limit=10)
    assert any("Aladdin" in name for name in children)
    assert not set(wars) & set(children[:3])
    nineties = recommended(url, user="196", filter="year >= 1997", limit=5)
    assert len(nineties) == 5


def test_it_foretells_better_than_popularity_and_neighbours(url: str) -> None:
    with Client(url) as client:
        job = client.wait(client.evaluate(APP, "sample").id)
    assert job.result is not None
    found: Any = job.result
    gains = {name: one["ndcg_at_10"] for name, one in found["methods"].items()}
    assert gains["tastes"] >= gains["item_knn"]
    assert gains["tastes"] >= 1.5 * gains["popularity"]
    assert found["index"]["recall"] >= 0.99


def test_shelves_for_a_user(page: Page, url: str, shots: Path | None) -> None:
    page.goto(f"{url}/apps/{APP}/sample")
    expect(page.get_by_role("heading", name="What most users like")).to_be_visible()
    page.get_by_role("group", name="Users with most events").get_by_role("button").first.click()
    expect(page.get_by_role("heading", name=re.compile(r"^For user \d+$"))).to_be_visible()
    # The button is gone; the one in its place has the focus.
    expect(page.get_by_role("button", name="Without a user")).to_be_focused()
    expect(page.get_by_text(re.compile("Because you liked")).first).to_be_visible()
    shelf = page.get_by_role("region", name=re.compile(r"^For user \d+$"))
    before = shelf.get_by_role("listitem").first.inner_text()
    title = before.split("\n")[1]
    # It counts what is seen.
    seen = page.get_by_role("button", name=re.compile("^I like ")).count()
    expect(page.get_by_text(re.compile(rf"^{seen} recommendations from [\d,]+ events in "))).to_be_visible()
    # What is liked counts at once: it leaves the shelf, and heads what the user liked last.
    shelf.get_by_role("button", name=f"I like {title}", exact=True).click()
    expect(shelf.get_by_role("button", name=f"I like {title}", exact=True)).to_have_count(0)
    expect(shelf.get_by_role("button", name=re.compile("^I like ")).first).to_be_focused()
    last = page.get_by_role("region", name=re.compile("The last of this user"))
    expect(last.get_by_role("listitem").first).to_contain_text(title)
    assert serious(page) == []
    photograph(page, shots, "recommendation")


def test_of_whom_nothing_is_known(page: Page, url: str) -> None:
    page.goto(f"{url}/apps/{APP}/sample?user=nobody+here")
    expect(page.get_by_text("Nothing is known of nobody here: these are what everybody likes.")).to_be_visible()
    expect(page.get_by_role("heading", name="What most users like")).to_be_visible()
    expect(page.get_by_text(re.compile("^12 recommendations in "))).to_be_visible()
    expect(page.get_by_text(re.compile("The last of this user"))).to_have_count(0)


def test_shelves_for_titles_with_weights(page: Page, url: str, shots: Path | None) -> None:
    page.goto(f"{url}/apps/{APP}/sample")
    page.get_by_role("searchbox", name="Titles you like").fill("Empire Strikes Back")
    page.get_by_role("list", name="Titles that were found").get_by_role(
        "button", name="Empire Strikes Back"
    ).first.click()
    expect(page.get_by_role("searchbox", name="Titles you like")).to_be_focused()
    shelf = page.get_by_role("region", name="For those who like these")
    expect(shelf.get_by_text("Return of the Jedi").first).to_be_visible()
    slider = page.get_by_role("slider", name=re.compile("How much you like .*Empire"))
    slider.press("Home")
    expect(page.get_by_text("disliked 2×")).to_be_visible()
    expect(page.get_by_role("region", name="What most users like")).to_be_visible()
    expect(shelf).to_have_count(0)
    page.go_back()
    expect(page.get_by_role("heading", name="What most users like")).to_be_visible()
    page.go_forward()
    page.get_by_role("button", name=re.compile("^Remove .*Empire")).press("Enter")
    expect(page.get_by_role("searchbox", name="Titles you like")).to_be_focused()
    # Scrolled or not, the panel has its corners.
    expect(page.get_by_role("complementary", name="Who it is for")).to_have_css("overflow", "hidden")
    assert serious(page) == []


def test_a_title_in_detail_and_by_words(page: Page, url: str, shots: Path | None) -> None:
    page.goto(f"{url}/apps/{APP}/sample/search")
    page.get_by_label("Words of a title, or what it is about").fill("war in space")
    expect(page.locator("article").first).to_contain_text("Sci-Fi")
    page.wait_for_url(lambda url: "text=war" in url)
    photograph(page, shots, "recommendation-search")
    assert serious(page) == []
    page.get_by_label("Words of a title, or what it is about").fill("Empire Strikes Back")
    page.locator("article", has_text="Empire Strikes Back").get_by_role("button").first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading", name="Those who like this also like")).to_be_visible()
    expect(dialog.get_by_role("button", name="Return of the Jedi")).to_be_visible()
    photograph(page, shots, "recommendation-item")
    assert serious(page) == []
    dialog.get_by_role("button", name="Return of the Jedi").click()
    expect(dialog.get_by_role("heading", name="Return of the Jedi")).to_be_visible()
    dialog.get_by_role("button", name="Similar in content").click()
    page.wait_for_url(lambda url: "item_id=" in url)
    expect(page.get_by_text("Like “Return of the Jedi”")).to_be_visible()
