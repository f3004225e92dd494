"""Jobs, applications, models and settings in a real browser; and what holds for every page: access, zoom, weight."""

from __future__ import annotations

import io
import os
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from accessibility import serious
from browsing import FITS, photograph
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

from findalike.catalog import Catalog
from findalike.client import Client
from findalike.server.page import BUILT
from findalike.settings import Settings
from server_api import TINY
from support import eventually, server_in

pytestmark = pytest.mark.slow

PAGES = {
    "gallery": ("/", "points"),
    "jobs": ("/jobs", "Partly failed"),
    "no-jobs": ("/jobs?state=failed&application=vector-search", "No job like this"),
    "application": ("/apps/image-search", "Things of two colours."),
    "collection": ("/apps/image-search/things", "Things of two colours."),
    "search": ("/apps/image-search/things?text=red", "red.png"),
    "items": ("/apps/image-search/things/items", "red.png"),
    "map": ("/apps/image-search/things/map", "See what lies together"),
    "generic": ("/apps/vector-search/points", "Nothing is in here yet"),
    "models": ("/models", "no collection"),
    "settings": ("/settings", "The server is ready"),
    "not-found": ("/nowhere", "There is nothing here"),
}
"""Every page: its address, and a text that is there when the page is."""

OWN = ("jobs", "no-jobs", "application", "models", "settings")
"""The pages whose screenshots are taken here."""

BROKEN = 60

PATIENT = """
import os, time
from findalike.applications.vector_search import VectorSearch

class PatientSearch(VectorSearch):
    "Takes vectors in as soon as a file is there, and not before."
    name, title, sample = "patient-search", "Patient search", None

    def segments(self, source):
        while not os.path.exists({gate!r}):
            time.sleep(0.02)
        return super().segments(source)
"""
"""An application whose jobs run for as long as a test wants, wherever the file of its gate is not."""


@pytest.fixture(scope="module")
def environment() -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as environment:
        yield environment


@pytest.fixture(scope="module")
def gate(tmp_path_factory: pytest.TempPathFactory, environment: pytest.MonkeyPatch) -> Path:
    """The file that the patient application waits for; the application is installed for the server."""
    folder = tmp_path_factory.mktemp("patient")
    (folder / "findalike_patient.py").write_text(PATIENT.format(gate=str(folder / "gate")))
    about = folder / "findalike_patient-1.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: findalike-patient\nVersion: 1\n")
    group = "[findalike.applications]"
    (about / "entry_points.txt").write_text(f"{group}\npatient-search = findalike_patient:PatientSearch\n")
    environment.setenv("PYTHONPATH", str(folder), prepend=os.pathsep)
    return folder / "gate"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the server's data are."""
    return tmp_path_factory.mktemp("page")


@pytest.fixture(scope="module")
def url(folder: Path, environment: pytest.MonkeyPatch, gate: Path) -> Iterator[str]:
    """A server with one collection of pictures, whose only job has more failures than a page shows."""
    assert (BUILT / "index.html").exists(), "the page is not built: install findalike anew"
    # Nothing is fetched there: the tiny models need no files, and the page shows which ones do.
    with server_in(folder) as url:
        with Client(url) as client:
            client.create_collection("image-search", "things", description="Things of two colours.", **TINY)
            files = [("red.png", picture(1)), ("blue.png", picture(2))]
            files += [(f"broken-{number:02}.png", b"\x89PNG\r\n\x1a\n%d" % number) for number in range(BROKEN)]
            client.create_collection("vector-search", "points", dimension=2)
            job = client.wait(add(url, "things", archive(files), name="all.zip")["id"])
            assert (job.done, job.failed) == (2, BROKEN)
        yield url


def picture(seed: int) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8), (seed % 256, seed // 256 % 256, 90)).save(buffer, "PNG")
    return buffer.getvalue()


def archive(files: list[tuple[str, bytes]]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        for name, content in files:
            packed.writestr(name, content)
    return buffer.getvalue()


def add(url: str, collection: str, content: bytes, **params: str) -> dict[str, str]:
    answer = httpx.post(
        f"{url}/api/v1/apps/image-search/collections/{collection}/items", params=params, content=content
    )
    answer.raise_for_status()
    job: dict[str, str] = answer.json()
    return job


@pytest.fixture
def feed(url: str) -> Iterator[Callable[[str], None]]:
    """Feeds an open job of its own, one new picture at a time; the job is cancelled at the end."""
    httpx.put(f"{url}/api/v1/apps/image-search/collections/fed", json=TINY).raise_for_status()
    job = ""
    number = 1000

    def one() -> None:
        nonlocal job, number
        number += 1
        params = {"job": job} if job else {}
        job = add(url, "fed", picture(number), name=f"{number}.png", keep_open="true", **params)["id"]

    yield one
    httpx.delete(f"{url}/api/v1/jobs/{job}")


def card(page: Page, collection: str) -> Locator:
    """The newest job of a collection."""
    return page.get_by_role("article", name=re.compile(collection)).first


def visit(page: Page, url: str, path: str, text: str) -> None:
    page.goto(url + path)
    expect(page.get_by_text(text).or_(page.get_by_alt_text(text)).filter(visible=True).first).to_be_visible()
    expect(page.get_by_role("status", name="Loading")).to_have_count(0)


def test_the_address_says_which_jobs_are_shown(page: Page, url: str) -> None:
    page.goto(url)
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Jobs").click()
    expect(card(page, "things")).to_contain_text("Partly failed")
    page.get_by_label("State").select_option("Failed")
    expect(page.get_by_text("No job like this")).to_be_visible()
    page.get_by_label("Application").select_option("Reverse image search")
    page.reload()
    expect(page.get_by_label("Application")).to_have_value("image-search")
    assert page.url == f"{url}/jobs?application=image-search&state=failed"
    page.get_by_label("State").select_option("Finished")
    expect(card(page, "things")).to_be_visible()
    page.go_back()
    page.get_by_role("link", name="Show all jobs").click()
    card(page, "things").get_by_role("link", name="things").click()
    expect(page.get_by_role("heading", level=1, name="things")).to_be_visible()


def test_failures_come_a_page_at_a_time_and_are_tried_again(page: Page, url: str, shots: Path | None) -> None:
    page.goto(f"{url}/jobs")
    job = card(page, "things")
    failures = job.get_by_role("listitem")
    job.get_by_role("button", name=f"{BROKEN} failures").click()
    expect(failures).to_have_count(50)
    job.get_by_role("button", name="Show more failures").click()
    expect(failures).to_have_count(BROKEN)
    expect(failures.last).to_contain_text("broken-59.png")
    expect(failures.last).to_contain_text("send JPEG")
    photograph(page, shots, "failures")
    assert serious(page) == []
    before = httpx.get(f"{url}/api/v1/jobs?collection=things").json()["jobs"][0]
    job.get_by_role("button", name=f"Retry {BROKEN} failed").click()
    expect(job.get_by_role("progressbar")).to_be_visible()
    expect(job.get_by_role("button", name=f"Retry {BROKEN} failed")).to_be_enabled()
    after = httpx.get(f"{url}/api/v1/jobs?collection=things").json()["jobs"][0]
    assert after["finished_at"] > before["finished_at"]
    expect(page.get_by_text(f"{BROKEN} entries have failed again.")).to_be_visible()


def test_a_job_is_live_in_every_tab_and_counted_in_the_bar(
    page: Page, browser: Browser, url: str, feed: Callable[[str], None]
) -> None:
    feed()
    page.goto(f"{url}/jobs")
    bar = page.get_by_role("link", name=re.compile("Jobs.*1 job at work or waiting"))
    expect(bar).to_be_visible()
    other = browser.new_page()
    other.goto(f"{url}/jobs?application=image-search")
    expect(card(page, "fed")).to_contain_text("1 of 1")
    expect(card(other, "fed")).to_contain_text("Waits for more")
    feed()
    feed()
    for tab in (page, other):
        expect(card(tab, "fed")).to_contain_text("3 of 3")
    card(other, "fed").get_by_role("button", name="Finish job").click()
    for tab in (page, other):
        expect(card(tab, "fed")).to_contain_text("3 done")
    expect(bar).to_have_count(0)
    expect(page.get_by_role("status").filter(has_text="Adding items: fed: Finished")).to_have_count(1)
    other.close()


def test_cancelling_much_is_asked_about_and_the_rest_can_be_run(
    page: Page, url: str, gate: Path, request: pytest.FixtureRequest
) -> None:
    # Whatever happens here, the server is not left waiting.
    request.addfinalizer(gate.touch)
    with Client(url) as client:
        client.create_collection("patient-search", "many", dimension=2)
        records = [{"id": f"{number}", "vector": [1.0, number]} for number in range(300)]
        client.add_records("patient-search", "many", records)
    page.goto(f"{url}/jobs")
    job = card(page, "many")
    expect(job).to_contain_text("0 of 300")
    expect(job).to_contain_text("Running")
    expect(job.get_by_role("progressbar", name="Adding items: many")).to_be_visible()
    job.get_by_role("button", name="Cancel job").click()
    dialog = page.get_by_role("dialog", name="Cancel this job?")
    dialog.get_by_role("button", name="Let it run").click()
    expect(job.get_by_role("button", name="Cancel job")).to_be_focused()
    page.keyboard.press("Enter")
    dialog.get_by_role("button", name="Cancel job").click()
    expect(job.get_by_role("button", name="Cancelling…")).to_be_disabled()
    # What is under way comes to its end first.
    gate.touch()
    expect(job).to_contain_text("Cancelled")
    gate.unlink()
    job.get_by_role("button", name="Run the rest").click()
    expect(job.get_by_role("button", name="Cancel job")).to_be_enabled()
    gate.touch()
    expect(job).to_contain_text("300 done")


def test_an_application_shows_what_it_takes_and_its_collections(page: Page, url: str) -> None:
    page.goto(url)
    page.get_by_role("link", name="Reverse image search").click()
    expect(page.get_by_role("heading", level=1, name="Reverse image search")).to_be_visible()
    expect(page.get_by_role("term").filter(has_text="Takes")).to_be_visible()
    page.get_by_role("link", name=re.compile("things.*Things of two colours.*2 items.*made")).click()
    page.get_by_role("navigation", name="Where you are").get_by_role("link", name="Reverse image search").click()
    expect(page.get_by_role("heading", level=2, name="Collections")).to_be_visible()
    page.goto(f"{url}/apps/vector-search")
    expect(page.get_by_role("link", name=re.compile("points.*0 items"))).to_be_visible()
    page.get_by_role("button", name="New collection").click()
    page.get_by_role("dialog").get_by_label("Name", exact=True).fill("made-on-its-page")
    page.get_by_role("dialog").get_by_label("Dimension").fill("3")
    page.emulate_media(reduced_motion="reduce")
    assert serious(page) == []
    page.get_by_role("dialog").get_by_role("button", name="Create collection").click()
    expect(page.get_by_role("heading", level=1, name="made-on-its-page")).to_be_visible()
    page.goto(f"{url}/apps/nothing")
    expect(page.get_by_role("heading", name="There is nothing here")).to_be_visible()


def test_models_say_what_they_are_and_how_they_are_fetched(page: Page, url: str) -> None:
    page.goto(f"{url}/models")
    group = page.get_by_role("region", name="For pictures", exact=True)
    absent = group.get_by_role("article", name="efficientnet-lite0")
    expect(absent).to_contain_text("Not fetched yet")
    expect(absent).to_contain_text("1,280")
    absent.get_by_role("button", name="Copy the command").click()
    assert page.evaluate("navigator.clipboard.readText()") == "findalike models fetch efficientnet-lite0"
    tiny = page.get_by_role("region", name="For pictures and words").get_by_role("article", name="tiny", exact=True)
    expect(tiny).to_contain_text("On this server")
    tiny.get_by_role("link", name="things").click()
    expect(page.get_by_role("heading", level=1, name="things")).to_be_visible()


def test_settings_show_the_server_and_the_appearance_is_one_everywhere(page: Page, url: str) -> None:
    page.goto(f"{url}/settings")
    server = page.get_by_role("region", name="Server", exact=True)
    expect(server).to_contain_text("The server is ready")
    expect(page.get_by_role("region", name="Version and limits")).to_contain_text("2.1 GB")
    page.get_by_role("radio", name="Dark").check()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.get_by_role("button", name="Appearance").click()
    expect(page.get_by_role("menuitemradio", name="Dark")).to_be_checked()
    page.get_by_role("menuitemradio", name="Light").click()
    expect(page.get_by_role("radio", name="Light")).to_be_checked()
    for name, path in (("Try the API", "/docs"), ("Read the API", "/redoc")):
        expect(page.get_by_role("link", name=name)).to_have_attribute("href", path)


def test_every_page_is_accessible_and_can_be_read_at_twice_its_size(
    page: Page, url: str, shots: Path | None, complaints: list[str]
) -> None:
    """200 % on a window of 1,400 pixels leaves 700; 400 % on one of 1,280 leaves 320 (WCAG 1.4.10)."""
    wrong: list[str] = []
    item = httpx.get(f"{url}/api/v1/apps/image-search/collections/things/items").json()["items"][0]["id"]
    dialog = {"item": (f"/apps/image-search/things?text=red&item={item}", "More like this")}
    for name, (path, text) in {**PAGES, **dialog}.items():
        page.set_viewport_size({"width": 1280, "height": 720})
        page.emulate_media(color_scheme="light")
        visit(page, url, path, text)
        wrong += serious(page)
        # Only colours are others in the dark.
        page.emulate_media(color_scheme="dark")
        wrong += serious(page, "color-contrast")
        for width in (700, 320):
            page.set_viewport_size({"width": width, "height": 450})
            page.wait_for_function(FITS)
        if name in OWN:
            photograph(page, shots, name)
    assert wrong == []
    # That there is no map yet, the server says with this status.
    assert all("404" in one for one in complaints)
    complaints.clear()


def test_a_job_is_managed_by_keyboard(page: Page, url: str) -> None:
    page.goto(f"{url}/jobs?application=image-search&state=succeeded")
    expect(card(page, "things")).to_be_visible()
    reached: list[str] = []
    while not reached or "failures" not in reached[-1]:
        assert len(reached) < 30, reached
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.textContent"))
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none", reached[-1]
    page.keyboard.press("Enter")
    expect(page.get_by_text("broken-00.png")).to_be_visible()
    expect(page.get_by_role("button", name=f"{BROKEN} failures")).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name=f"Retry {BROKEN} failed")).to_be_focused()


def test_the_first_load_is_light(
    browser: Browser, url: str, record_testsuite_property: Callable[[str, object], None]
) -> None:
    """At most 200 KB of compressed JavaScript; how soon it paints goes into the report, for the clock is not ours."""
    context = browser.new_context()
    page = context.new_page()
    scripts: dict[str, int] = {}
    page.on(
        "requestfinished",
        lambda one: (
            scripts.update({one.url: one.sizes()["responseBodySize"]}) if one.resource_type == "script" else None
        ),
    )
    page.goto(url)
    expect(page.get_by_role("article", name="Vector search").get_by_role("button").first).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert scripts
    assert sum(scripts.values()) <= 200_000, scripts
    record_testsuite_property("javascript_bytes", sum(scripts.values()))
    paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    ready = page.evaluate("performance.getEntriesByType('navigation')[0].domInteractive")
    record_testsuite_property("first_contentful_paint_ms", round(paint))
    record_testsuite_property("dom_interactive_ms", round(ready))
    context.close()


@pytest.fixture
def key(url: str, folder: Path) -> Iterator[str]:
    """A key, which the server wants while the test runs."""

    def wanted() -> bool:
        return httpx.get(f"{url}/api/v1/apps").status_code == 401

    catalog = Catalog(Settings(data_dir=folder / "data").catalog_url)
    made, secret = catalog.keys.create("visitor", "read")
    eventually(wanted)
    yield secret
    catalog.keys.remove(made.id)
    catalog.close()
    eventually(lambda: not wanted())


def test_who_signed_in_can_leave_in_the_settings(browser: Browser, url: str, key: str, shots: Path | None) -> None:
    page = browser.new_page()
    page.goto(f"{url}/settings")
    dialog = page.get_by_role("dialog", name="Sign in")
    # What was refused is not shown behind it.
    dialog.get_by_role("button", name="Close").click()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    expect(page.get_by_role("region", name="Access")).to_be_hidden()
    page.get_by_role("button", name="Sign in").click()
    dialog.get_by_label("API key").fill(key)
    photograph(page, shots, "sign-in", widths=(400, 1400))
    page.emulate_media(reduced_motion="reduce")
    assert serious(page) == []
    dialog.get_by_role("button", name="Sign in").click()
    access = page.get_by_role("region", name="Access")
    expect(access).to_contain_text("Signed in with the key visitor")
    access.get_by_role("button", name="Sign out").click()
    expect(dialog).to_be_visible()
    page.close()
