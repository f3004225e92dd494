"""Sounds and videos in a real browser, with the real models and the samples: asked for, played, sought in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from accessibility import serious
from browsing import drag, photograph
from playwright.sync_api import Locator, Page, expect

from findalike.client import Client
from findalike.settings import Settings
from sounds import tone, wav
from support import eventually, server_in
from videos import plain, scene, video

pytestmark = [pytest.mark.slow, pytest.mark.models]


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with some sounds, and with the sample of videos."""
    folder = tmp_path_factory.mktemp("moments")
    files = {f"tone {pitch} Hz.wav": wav(tone(pitch, 3.0)) for pitch in (150, 400, 900, 2000, 5000)}
    files["two tones.wav"] = wav(tone(150, 3.0), tone(5000, 3.0))
    for name, data in files.items():
        (folder / name).write_bytes(data)
    video(folder / "colours.webm", plain((200, 20, 20), 3), plain((20, 20, 200), 3), scene(3, 3), codec="libvpx")
    with server_in(folder, cache_dir=Settings().cache_dir) as url:
        with Client(url) as client:
            client.create_collection("audio-search", "sounds")
            job = client.wait(client.add_files("audio-search", "sounds", [folder / name for name in files]).id)
            assert (job.state, job.done) == ("succeeded", 6)
            job = client.wait(client.load_sample("video-search").id)
            assert (job.state, job.done) == ("succeeded", 4)
            client.wait(client.add_files("video-search", "sample", [folder / "colours.webm"]).id)
        yield url


def hits(page: Page) -> Locator:
    return page.get_by_role("region", name="Results").get_by_role("article")


def now(page: Page, kind: str) -> float:
    moment: float = page.locator(kind).last.evaluate("player => player.currentTime")
    return moment


def until(page: Page, kind: str, start: float, end: float) -> None:
    """Wait until a player has come between these seconds."""
    page.wait_for_function(
        "([kind, start, end]) => [...document.querySelectorAll(kind)].some("
        "(one) => one.currentTime >= start && one.currentTime <= end)",
        arg=[kind, start, end],
    )


def test_a_part_of_a_sound_is_chosen_and_searched_with(page: Page, url: str, shots: Path | None) -> None:
    page.goto(f"{url}/apps/audio-search/sounds")
    expect(page.get_by_role("heading", name="Or begin with one of these")).to_be_visible()
    photograph(page, shots, "audio-start")
    page.get_by_role("button", name="Open two tones.wav").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("slider", name="Start")).to_have_value("0")
    # By keyboard alone: the second tone.
    dialog.get_by_role("slider", name="Start").focus()
    for _ in range(35):
        page.keyboard.press("ArrowRight")
    expect(dialog.get_by_role("slider", name="Start")).to_have_value("3.5")
    photograph(page, shots, "audio-item")
    dialog.get_by_role("button", name="Play this part").click()
    until(page, "audio", 3.5, 6.0)
    dialog.get_by_role("button", name="Search with this part").click()
    page.wait_for_url(re.compile(r"item_id=\w+&part=3\.5-6"))
    # The part itself and the other sound of this pitch, in whichever order.
    both = re.compile(r"^(two tones|tone 5000 Hz)\.wav$")
    expect(hits(page).nth(0)).to_have_accessible_name(both)
    expect(hits(page).nth(1)).to_have_accessible_name(both)
    expect(page.get_by_text("Like two tones.wav")).to_be_visible()
    photograph(page, shots, "audio-hits")
    assert serious(page) == []
    hits(page).first.get_by_role("button", name=re.compile("^Play ")).click()
    until(page, "audio", 0.0, 6.0)
    expect(hits(page).first.locator("audio")).to_be_visible()


def test_a_file_and_the_microphone_are_asked_with(page: Page, url: str, tmp_path: Path) -> None:
    page.context.grant_permissions(["microphone", "clipboard-read", "clipboard-write"])
    page.goto(f"{url}/apps/audio-search/sounds")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Sound file").click()
    given = {"name": "whistle.wav", "mimeType": "audio/wav", "buffer": wav(tone(2010, 1.0))}
    chooser.value.set_files([given])  # type: ignore[list-item]
    expect(hits(page).first).to_have_accessible_name("tone 2000 Hz.wav")
    expect(page.get_by_text("Like whistle.wav")).to_be_visible()
    (tmp_path / "hum.wav").write_bytes(wav(tone(152, 1.0)))
    drop = drag(page, tmp_path / "hum.wav")
    expect(page.get_by_text("Drop a file to search with it")).to_be_visible()
    drop()
    expect(page.get_by_text("Like hum.wav")).to_be_visible()
    expect(hits(page).first).to_have_accessible_name(re.compile("150 Hz|two tones"))
    page.go_back()
    page.get_by_role("radio", name="The same recording").check(force=True)
    page.wait_for_url(re.compile("find=same"))
    expect(hits(page).first).to_have_accessible_name("tone 2000 Hz.wav")
    page.get_by_role("button", name="Record").click()
    expect(page.get_by_role("button", name="Stop and search (0:02)")).to_be_visible()
    page.get_by_role("button", name=re.compile("^Stop and search")).click()
    expect(page.get_by_text("Like Recording")).to_be_visible()
    expect(hits(page).first).to_be_visible()


def test_a_video_is_played_from_the_moment_that_was_found(page: Page, url: str, shots: Path | None) -> None:
    page.goto(f"{url}/apps/video-search/sample")
    expect(page.get_by_role("heading", name="Or begin with one of these")).to_be_visible()
    photograph(page, shots, "video-start")
    page.get_by_role("textbox", name="Describe what you look for").fill("a musician with a guitar")
    expect(hits(page).first).to_have_accessible_name("demo.webm")
    photograph(page, shots, "video-hits")
    assert serious(page) == []
    play = hits(page).first.get_by_role("button", name=re.compile("^Play "))
    label = play.get_attribute("aria-label") or ""
    minutes, seconds = re.findall(r"\d+", label)[-2:]
    start = 60 * int(minutes) + int(seconds)
    play.click()
    until(page, "video", start + 0.3, start + 12)
    hits(page).first.get_by_role("button", name="Details").click()
    dialog = page.get_by_role("dialog")
    until(page, "dialog video", start - 0.01, start + 1.01)
    expect(dialog.get_by_role("button", name=re.compile("^From "))).to_have_count(29)
    photograph(page, shots, "video-item")
    # Seeking needs Range requests.
    dialog.get_by_role("button", name=re.compile("^From 0:42 ")).click()
    until(page, "dialog video", 42.5, 47)


def test_a_video_under_the_pointer_plays_without_sound(page: Page, url: str) -> None:
    page.goto(f"{url}/apps/video-search/sample?text=a+rabbit")
    expect(hits(page).first).to_be_visible()
    # Beside the button in its middle.
    hits(page).first.locator("img").hover(position={"x": 8, "y": 8})
    expect(hits(page).first.locator("video")).to_be_attached()
    assert hits(page).first.locator("video").evaluate("one => one.muted")
    playing = "() => [...document.querySelectorAll('article video')].some((one) => !one.paused)"
    eventually(lambda: page.evaluate(playing))
