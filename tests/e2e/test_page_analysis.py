"""Video analysis with its real models: who and what is in the sample and in a video made of its pictures, by HTTP; then
in a real browser: boxes, lanes, names, the gallery."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from accessibility import serious
from browsing import photograph
from PIL import Image
from playwright.sync_api import Locator, Page, Route, expect

from findalike.client import Client
from findalike.settings import Settings
from support import server_in
from videos import still, video

pytestmark = [pytest.mark.slow, pytest.mark.models]

SAMPLE = "/api/v1/apps/video-analysis/collections/sample"
STEP = 0.5
SIZE = (640, 360)
MADE = (("obama2.jpg", 2.0), ("chelsea.png", 1.6), ("biden.jpg", 2.0), ("obama3.jpg", 1.6), ("biden.jpg", 1.2))
"""The made video: known pictures in a known order, for so many seconds."""
OBAMA, CAT, BIDEN = [(0.0, 2.0), (5.6, 7.2)], [(2.0, 3.6)], [(3.6, 5.6), (7.2, 8.4)]


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with the sample, and the made video."""
    folder = tmp_path_factory.mktemp("analysis")
    with server_in(folder, cache_dir=Settings().cache_dir) as url:
        with Client(url) as client, httpx.Client(base_url=url) as http:
            job = client.wait(client.load_sample("video-analysis").id)
            assert (job.state, job.done) == ("succeeded", 11)
            shots = [still(original(http, name), seconds, SIZE) for name, seconds in MADE]
            fast = {"deadline": "realtime", "cpu-used": "8"}
            made = video(folder / "made.webm", *shots, codec="libvpx", size=SIZE, options=fast)
            job = client.wait(client.add_files("video-analysis", "sample", [made]).id)
            assert (job.state, job.done) == ("succeeded", 1)
        yield url


@pytest.fixture
def http(url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=url, timeout=60) as http:
        yield http


def item(http: httpx.Client, name: str) -> dict[str, Any]:
    found = http.get(f"{SAMPLE}/items", params={"limit": 100}).json()["items"]
    return next(one for one in found if one["name"].endswith(name))


def original(http: httpx.Client, name: str) -> Image.Image:
    return Image.open(io.BytesIO(http.get(item(http, name)["links"]["content"]).content)).convert("RGB")


def lanes(http: httpx.Client, name: str) -> dict[str, Any]:
    """The time line of an item, by the names of its lanes."""
    answer = http.get(f"{SAMPLE}/items/{item(http, name)['id']}/timeline")
    assert answer.status_code == 200, answer.text
    return {lane["name"]: lane for lane in answer.json()["lanes"]}


def found(http: httpx.Client, *names: str) -> list[dict[str, Any]]:
    """The hits of names together."""
    hits: list[dict[str, Any]] = http.post(f"{SAMPLE}/search", json={"names": names}).json()["hits"]
    return hits


def spans(lane: dict[str, Any]) -> list[tuple[float, float]]:
    return [(one["start"], one["end"]) for one in lane["appearances"]]


def near(seen: list[tuple[float, float]], wanted: list[tuple[float, float]]) -> bool:
    """The same times to one frame that is looked at."""
    return len(seen) == len(wanted) and all(
        abs(a - b) <= STEP for one, other in zip(seen, wanted, strict=True) for a, b in zip(one, other, strict=True)
    )


@pytest.mark.parametrize(
    ("name", "kind", "what"),
    [
        ("obama2.jpg", "person", "Barack Obama"),
        ("obama3.jpg", "person", "Barack Obama"),
        ("motorcycle_right.png", "thing", "the red motorcycle"),
        ("motorcycle_right.png", "class", "motorcycle"),
        ("chelsea.png", "class", "cat"),
        ("coffee.png", "class", "cup"),
        ("bikes.mp4", "class", "bicycle"),
        ("carphone_pristine.mp4", "class", "person"),
    ],
)
def test_people_things_and_kinds_are_found(http: httpx.Client, name: str, kind: str, what: str) -> None:
    seen = lanes(http, name)
    assert what in seen
    assert seen[what]["kind"] == kind
    names = {lane["name"] for lane in seen.values() if lane["known"] and lane["kind"] == "person"}
    assert names <= {what}


def test_the_time_line_of_a_made_video_is_right(http: httpx.Client) -> None:
    seen = lanes(http, "made.webm")
    assert near(spans(seen["Barack Obama"]), OBAMA)
    assert near(spans(seen["cat"]), CAT)
    biden = next(lane for lane in lanes(http, "biden.jpg").values() if lane["kind"] == "person")
    assert not biden["known"]
    assert near(spans(seen[biden["name"]]), BIDEN)
    assert [name for name, lane in seen.items() if lane["kind"] == "person"] == ["Barack Obama", biden["name"]]


def test_names_find_where_they_are_together(http: httpx.Client) -> None:
    hits = found(http, "barack obama", "tie")
    assert {hit["item"]["name"].split("/")[-1] for hit in hits} == {"obama2.jpg", "made.webm"}
    assert found(http, "Barack Obama", "cat") == []


def test_a_named_face_has_its_name_in_every_video(http: httpx.Client) -> None:
    who = next(lane for lane in lanes(http, "biden.jpg").values() if lane["kind"] == "person")
    asked = {"item_id": item(http, "biden.jpg")["id"], "segment": who["appearances"][0]["segment"], "name": "Joe Biden"}
    assert http.post(f"{SAMPLE}/name", json=asked).json() == {"appearances": 3, "items": 2}
    assert near(spans(lanes(http, "made.webm")["Joe Biden"]), BIDEN)
    hits = found(http, "joe biden", "person")
    assert {hit["item"]["name"].split("/")[-1] for hit in hits} == {"biden.jpg", "made.webm"}
    answer = http.post(f"{SAMPLE}/name", json={**asked, "name": None})
    assert answer.json() == {"appearances": 3, "items": 2}
    assert "Joe Biden" not in lanes(http, "made.webm")


def hits(page: Page) -> Locator:
    return page.get_by_role("region", name="Results").get_by_role("article")


def at(page: Page, start: float, end: float) -> None:
    """Wait until the player stands between two seconds."""
    page.wait_for_function(
        "([start, end]) => [...document.querySelectorAll('dialog video')].some("
        "(one) => one.currentTime >= start && one.currentTime <= end)",
        arg=[start, end],
    )


def test_a_name_finds_a_video_whose_lanes_are_jumped_along(page: Page, url: str, shots: Path | None) -> None:
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


def test_thresholds_change_what_is_known_at_once(
    page: Page, url: str, shots: Path | None, complaints: list[str]
) -> None:
    page.goto(f"{url}/apps/video-analysis/sample")
    obama = page.get_by_role("listitem").filter(has=page.get_by_role("button", name="Barack Obama", exact=True))
    expect(obama).to_contain_text("found in 3")
    page.get_by_role("button", name="How alike they must be").click()
    tuning = page.get_by_role("region", name="How alike they must be")
    faces = tuning.get_by_role("slider", name="Faces of one person")
    expect(faces).to_have_value("0.6")
    expect(tuning.get_by_role("slider", name="Pictures of one thing")).to_have_value("0.7")
    expect(tuning.get_by_role("button", name="Back to")).to_have_count(0)
    faces.press("Home")
    expect(obama).to_contain_text("found in 0")
    expect(faces).to_be_focused()
    photograph(page, shots, "analysis-thresholds")
    assert serious(page) == []
    tuning.get_by_role("button", name="Back to 0.6").click()
    expect(obama).to_contain_text("found in 3")
    expect(faces).to_have_value("0.6")

    def refuse(route: Route) -> None:
        problem = {"title": "Forbidden", "status": 403, "detail": "This key may only read."}
        route.fulfill(status=403, content_type="application/problem+json", body=json.dumps(problem))

    page.route("**/thresholds", refuse)
    things = tuning.get_by_role("slider", name="Pictures of one thing")
    things.press("End")
    expect(things).to_have_accessible_description(re.compile("This key may only read."))
    # That of the faces.
    expect(tuning.get_by_text("Saved.")).to_have_count(1)
    # The browser itself reports the 403.
    complaints.clear()


def test_an_unknown_face_gets_a_name_everywhere(page: Page, url: str, shots: Path | None) -> None:
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


def test_a_picture_joins_the_gallery(page: Page, url: str, shots: Path | None) -> None:
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
