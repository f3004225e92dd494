"""Video analysis in a real browser, with the real models and the sample: boxes, lanes, names, the gallery."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from accessibility import serious
from browsing import photograph
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from findalike.client import Client
from findalike.settings import Settings
from support import server_in
from videos import still, video

pytestmark = [pytest.mark.slow, pytest.mark.models]

SIZE = (640, 360)


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with the sample, and a video made of its pictures."""
    folder = tmp_path_factory.mktemp("analysis")
    with server_in(folder, cache_dir=Settings().cache_dir) as url:
        with Client(url) as client:
            job = client.wait(client.load_sample("video-analysis").id)
            assert (job.state, job.done) == ("succeeded", 11)
            pictures: dict[str, Image.Image] = {}
            for item in client.items("video-analysis", "sample"):
                name = item.name.split("/")[-1]
                if name in ("obama2.jpg", "biden.jpg", "chelsea.png"):
                    pictures[name] = Image.open(io.BytesIO(httpx.get(f"{url}{item.links.content}").content))
            shots = [still(pictures[name], 2.0, SIZE) for name in ("obama2.jpg", "chelsea.png", "biden.jpg")]
            made = video(folder / "made.webm", *shots, codec="libvpx", size=SIZE)
            job = client.wait(client.add_files("video-analysis", "sample", [made]).id)
            assert (job.state, job.done) == ("succeeded", 1)
        yield url


def hits(page: Page) -> Locator:
    return page.get_by_role("region", name="Results").get_by_role("article")


def lane(page: Page, name: str) -> Locator:
    return page.get_by_role("dialog").get_by_role("listitem").filter(has_text=name)


def at(page: Page, start: float, end: float) -> None:
    """Wait until the player stands between two seconds."""
    page.wait_for_function(
        "([start, end]) => [...document.querySelectorAll('dialog video')].some("
        "(one) => one.currentTime >= start && one.currentTime <= end)",
        arg=[start, end],
    )


def test_a_name_finds_a_video_whose_lanes_are_jumped_along(page: Page, url: str, shots: Path) -> None:
    page.goto(f"{url}/apps/video-analysis/sample")
    expect(page.get_by_role("heading", name="Faces without a name")).to_be_visible()
    photograph(page, shots, "analysis-start")
    assert serious(page) == []
    page.get_by_role("group", name="Who and what is here").get_by_role("button", name="cat").click()
    page.wait_for_url(re.compile("name=cat"))
    expect(hits(page)).to_have_count(2)
    photograph(page, shots, "analysis-hits")
    hits(page).filter(has_text="made.webm").get_by_role("button", name=re.compile("^Open made.webm at 0:02")).click()
    dialog = page.get_by_role("dialog")
    at(page, 1.9, 2.6)
    expect(dialog.get_by_role("button", name=re.compile("^cat from 0:02"))).to_have_attribute("aria-current", "true")
    # By keyboard alone.
    dialog.get_by_role("button", name=re.compile("^Barack Obama from 0:00")).focus()
    page.keyboard.press("Enter")
    at(page, 0, 0.6)
    drawn = dialog.locator("[aria-hidden=true] span")
    expect(drawn.filter(has_text="Barack Obama")).to_have_count(1)
    photograph(page, shots, "analysis-item")
    assert serious(page) == []


def test_an_unknown_face_gets_a_name_everywhere(page: Page, url: str, shots: Path) -> None:
    page.goto(f"{url}/apps/video-analysis/sample?name=person&group=0")
    hits(page).filter(has_text="biden.jpg").get_by_role("button", name="Open").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name=re.compile(r"^Name person \d")).click()
    asked = page.get_by_role("dialog", name="Whose face is it?")
    asked.get_by_label("Name").fill("Joe Biden")
    photograph(page, shots, "analysis-name")
    asked.get_by_role("button", name="Save").click()
    expect(dialog.get_by_role("button", name="Joe Biden", exact=True)).to_be_visible()
    dialog.get_by_role("button", name="Joe Biden", exact=True).click()
    page.wait_for_url(re.compile(r"name=Joe\+Biden"))
    expect(hits(page)).to_have_count(2)
    expect(hits(page).filter(has_text="made.webm")).to_have_count(1)


def test_a_picture_joins_the_gallery(page: Page, url: str, shots: Path) -> None:
    page.goto(f"{url}/apps/video-analysis/sample?name=cat")
    hits(page).filter(has_text="chelsea.png").get_by_role("button", name="Open").first.click()
    form = page.get_by_role("form", name="Gallery")
    form.get_by_label("Name").fill("Chelsea")
    form.get_by_label("It shows").select_option("thing")
    form.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The picture is an example of Chelsea.")).to_be_visible()
    page.goto(f"{url}/apps/video-analysis/sample?name=Chelsea")
    expect(hits(page)).to_have_count(1)
    expect(hits(page).first).to_have_accessible_name("made.webm")
