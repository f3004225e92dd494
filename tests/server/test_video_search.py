"""Video search over HTTP: moments that are found, grouped, asked for and shown."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from server_api import Api, picture
from videos import plain, scene, video

RED, GREEN, BLUE, YELLOW = (230, 0, 0), (0, 128, 0), (0, 0, 230), (250, 250, 0)


@pytest.fixture
def filled(any_api: Api, tmp_path: Path) -> tuple[Api, str]:
    """A collection of two videos of plain shots."""
    address = any_api.collection("video-search")
    files = {
        "first.mp4": video(tmp_path / "1.mp4", plain(RED, 2), plain(BLUE, 1.5), plain(GREEN, 2), title="First"),
        "second.webm": video(tmp_path / "2.webm", plain(YELLOW, 2), plain(RED, 1), codec="libvpx"),
    }
    job = any_api.add(address, {name: path.read_bytes() for name, path in files.items()})
    assert (job["state"], job["done"]) == ("succeeded", 2), any_api.failures(job)
    return any_api, address


def places(found: dict[str, Any]) -> list[tuple[str, float]]:
    return [(hit["item"]["name"], round(hit["segment"]["place"]["start"], 1)) for hit in found["hits"]]


def test_words_a_picture_a_clip_and_a_moment_find_moments(filled: tuple[Api, str], tmp_path: Path) -> None:
    api, address = filled
    assert places(api.search(address, text="blue", group=False))[0] == ("first.mp4", 2.0)
    assert places(api.search(address, media_id=api.media("q.png", picture("green")), group=False))[0] == (
        "first.mp4",
        3.5,
    )
    clip = video(tmp_path / "q.mp4", plain(YELLOW, 1)).read_bytes()
    assert places(api.search(address, media_id=api.media("q.mp4", clip)))[0] == ("second.webm", 0.0)
    item = next(one for one in api.http.get(f"{address}/items").json()["items"] if one["name"] == "first.mp4")
    red = api.search(address, item_id=item["id"], part={"start": 0, "end": 2}, group=False)
    assert places(red)[:2] in ([("first.mp4", 0.0), ("second.webm", 2.0)], [("second.webm", 2.0), ("first.mp4", 0.0)])


def test_moments_are_grouped_by_video(filled: tuple[Api, str]) -> None:
    api, address = filled
    hits = api.search(address, text="red", filter="duration > 1")["hits"]
    assert sorted(hit["item"]["name"] for hit in hits) == ["first.mp4", "second.webm"]
    first = next(hit for hit in hits if hit["item"]["name"] == "first.mp4")
    assert len(first["others"]) == 2
    assert first["item"]["metadata"]["title"] == "First"
    assert first["item"]["metadata"]["width"] == 192


def test_every_moment_has_a_picture_and_the_video_is_played(filled: tuple[Api, str]) -> None:
    api, address = filled
    hit = api.search(address, text="blue", group=False, limit=1)["hits"][0]
    links, number = hit["item"]["links"], hit["segment"]["ordinal"]
    shown = api.http.get(links["preview"], params={"segment": number, "size": 128})
    assert shown.headers["content-type"] == "image/webp"
    pixels = np.asarray(Image.open(io.BytesIO(shown.content)).convert("RGB")).reshape(-1, 3).mean(axis=0)
    assert pixels == pytest.approx(BLUE, abs=25)
    assert api.http.get(links["preview"], params={"segment": 99}).status_code == 404
    assert api.http.get(links["preview"]).status_code == 200
    whole = api.http.get(links["play"])
    part = api.http.get(links["play"], headers={"Range": "bytes=0-99"})
    assert (part.status_code, part.content) == (206, whole.content[:100])


def test_what_browsers_cannot_play_is_made_playable_in_the_job(api: Api, tmp_path: Path) -> None:
    address = api.collection("video-search")
    data = video(tmp_path / "a.avi", scene(1, 1.0), codec="mpeg4").read_bytes()
    api.add(address, {"a.avi": data})
    (item,) = api.http.get(f"{address}/items").json()["items"]
    played = api.http.get(item["links"]["play"])
    assert played.headers["content-type"] == "video/mp4"
    assert b"avc1" in played.content
    assert api.http.get(item["links"]["content"]).content == data


def test_broken_videos_cost_only_themselves(api: Api, tmp_path: Path) -> None:
    address = api.collection("video-search")
    good = video(tmp_path / "a.mp4", plain(RED, 1)).read_bytes()
    job = api.add(address, {"good.mp4": good, "cut.mp4": good[: len(good) // 3], "a.png": picture("red")})
    assert (job["done"], job["failed"]) == (1, 2)
    assert all(reason.endswith(".") for reason in api.failures(job).values())


@pytest.mark.parametrize(
    "query",
    [{}, {"text": "a", "item_id": "0" * 64}, {"text": "a", "part": {"start": 0, "end": 1}}],
)
def test_what_cannot_be_asked(api: Api, query: dict[str, Any]) -> None:
    address = api.collection("video-search")
    assert api.http.post(f"{address}/search", json=query).status_code == 422
