"""Video analysis over HTTP: the gallery, time lines, finding by names, naming, thresholds, and doing without faces.

Faces are magenta frames, told apart by what is in them; what is green is a dog."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw

from server_api import TINY_DETECTORS, Api, Start
from videos import Frame, plain, video

SIZE = (192, 108)
RED, BLUE, YELLOW = (230, 0, 0), (0, 0, 230), (250, 250, 0)


def scene(face: tuple[int, int, int] | None = None, dog: bool = False, at: int = 20) -> Image.Image:
    picture = Image.new("RGB", SIZE, (120, 120, 120))
    draw = ImageDraw.Draw(picture)
    if face:
        draw.rectangle((at, 20, at + 60, 80), fill=face, outline=(255, 0, 255), width=10)
    if dog:
        draw.rectangle((130, 40, 180, 90), fill=(0, 200, 0))
    return picture


def png(picture: Image.Image) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()


def shot(picture: Image.Image, seconds: float) -> list[Frame]:
    return [np.asarray(picture)] * round(seconds * 25)


@pytest.fixture(scope="module")
def api(start_shared: Start, lite_uri: str) -> Api:
    return start_shared(lite_uri, models=TINY_DETECTORS)


@pytest.fixture
def filled(api: Api, tmp_path: Path, request: pytest.FixtureRequest) -> tuple[Api, str]:
    """A gallery of Ada (red), and a video: Ada with a dog, nothing, blue, a dog, blue with a dog."""
    address = api.collection("video-analysis", request.node.name[:60].replace("[", "-").replace("]", ""))
    example(api, address, "ada.png", scene(RED), known="Ada", kind="person")
    data = video(
        tmp_path / "v.mp4",
        shot(scene(RED, dog=True), 2),
        plain((120, 120, 120), 1.5),
        shot(scene(BLUE), 2),
        shot(scene(dog=True), 2),
        shot(scene(BLUE, dog=True, at=40), 2),
    ).read_bytes()
    job = api.add(address, {"v.mp4": data, "blue.png": png(scene(BLUE))})
    assert (job["state"], job["done"]) == ("succeeded", 2), api.failures(job)
    return api, address


def example(api: Api, address: str, name: str, picture: Image.Image, **metadata: str) -> None:
    answer = api.http.post(
        f"{address}/items", files=[("metadata", (None, json.dumps(metadata))), ("file", (name, png(picture)))]
    )
    assert api.finished(answer.json())["done"] == 1


def item(api: Api, address: str, name: str) -> dict[str, Any]:
    return next(one for one in api.http.get(f"{address}/items").json()["items"] if one["name"] == name)


def timeline(api: Api, address: str, name: str = "v.mp4") -> dict[str, list[tuple[float, float]]]:
    """When each lane of an item's time line has appearances."""
    answer = api.http.get(f"{address}/items/{item(api, address, name)['id']}/timeline")
    assert answer.status_code == 200, answer.text
    return {
        lane["name"]: [(round(one["start"], 1), round(one["end"], 1)) for one in lane["appearances"]]
        for lane in answer.json()["lanes"]
    }


def post(api: Api, address: str, operation: str, **request: Any) -> dict[str, Any]:
    answer = api.http.post(f"{address}/{operation}", json=request)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def moments(found: dict[str, Any]) -> list[tuple[str, float, float]]:
    return [
        (hit["item"]["name"], round(hit["details"]["start"], 1), round(hit["details"]["end"], 1))
        for hit in found["hits"]
    ]


def test_a_time_line_says_who_and_what_is_there_when_and_where(filled: tuple[Api, str]) -> None:
    api, address = filled
    assert timeline(api, address) == {
        "Ada": [(0.0, 2.0)],
        "person 1": [(3.5, 5.5), (7.5, 9.5)],
        "dog": [(0.0, 2.0), (5.5, 9.5)],
    }
    assert list(timeline(api, address, "blue.png")) == ["person 1"]
    whole = api.http.get(f"{address}/items/{item(api, address, 'v.mp4')['id']}/timeline").json()
    ada = whole["lanes"][0]
    assert (ada["kind"], ada["known"], whole["duration"], whole["step"]) == ("person", True, 9.5, 0.5)
    box = ada["appearances"][0]["boxes"][0]
    assert [box["x"] * 192, box["y"] * 108, box["width"] * 192, box["height"] * 108] == pytest.approx(
        [20, 20, 61, 61], abs=3
    )


def test_names_find_moments_alone_and_together(filled: tuple[Api, str]) -> None:
    api, address = filled
    assert moments(api.search(address, names=["ada"])) == [("v.mp4", 0.0, 2.0)]
    assert moments(api.search(address, names=["person 1", "dog"], group=False)) == [("v.mp4", 7.5, 9.5)]
    assert moments(api.search(address, names=["Ada", "person 1"])) == []
    assert sorted(moments(api.search(address, names=["person 1"]))) == [("blue.png", 0.0, 0.0), ("v.mp4", 3.5, 5.5)]
    assert moments(api.search(address, names=["dog"], filter="duration > 100")) == []
    assert moments(api.search(address, names=["person 1"], filter="duration < 100")) == [("v.mp4", 3.5, 5.5)]
    first = api.search(address, names=["dog"], group=False, limit=1)
    rest = api.search(address, names=["dog"], group=False, limit=1, cursor=first["next_cursor"])
    assert sorted(moments(first) + moments(rest)) == [("v.mp4", 0.0, 2.0), ("v.mp4", 5.5, 9.5)]
    assert rest["next_cursor"] is None


def test_a_picture_of_a_face_finds_its_moments(filled: tuple[Api, str]) -> None:
    api, address = filled
    found = api.search(address, media_id=api.media("q.png", png(scene(BLUE, at=60))), find="face", group=False)
    assert [hit["segment"]["place"]["kind"] for hit in found["hits"][:3]] == ["face"] * 3
    assert {hit["item"]["name"] for hit in found["hits"][:3]} == {"v.mp4", "blue.png"}
    nobody = api.http.post(
        f"{address}/search", json={"media_id": api.media("q.png", png(scene(dog=True))), "find": "face"}
    )
    assert (nobody.status_code, "no face" in nobody.json()["detail"]) == (422, True)


def test_naming_an_unknown_face_names_all_its_appearances(filled: tuple[Api, str]) -> None:
    api, address = filled
    (unknown,) = post(api, address, "who")["unknown"]
    assert (unknown["name"], unknown["appearances"], unknown["items"]) == ("person 1", 3, 2)
    named = post(api, address, "name", item_id=unknown["item_id"], segment=unknown["segment"], name="Grace")
    assert named == {"appearances": 3, "items": 2}
    assert timeline(api, address)["Grace"] == [(3.5, 5.5), (7.5, 9.5)]
    assert list(timeline(api, address, "blue.png")) == ["Grace"]
    assert [one["name"] for one in post(api, address, "who")["known"]] == ["Ada", "Grace"]
    # What comes later is known by what was named.
    api.add(address, {"later.png": png(scene(BLUE, at=50))})
    assert list(timeline(api, address, "later.png")) == ["Grace"]
    post(api, address, "name", item_id=unknown["item_id"], segment=unknown["segment"], name=None)
    assert "person 1" in timeline(api, address)


def test_examples_come_and_go_one_at_a_time(filled: tuple[Api, str]) -> None:
    api, address = filled
    example(api, address, "blue example.png", scene(BLUE, at=30), known="Grace")
    example(api, address, "green.png", scene(dog=True), known="Rex", kind="thing")
    assert {"Ada", "Grace", "Rex", "dog"} <= set(timeline(api, address))
    assert moments(api.search(address, names=["rex", "grace"]))[0] == ("v.mp4", 7.5, 9.5)
    gallery = post(api, address, "who")["known"]
    assert [(one["kind"], one["name"], len(one["examples"])) for one in gallery] == [
        ("person", "Ada", 1),
        ("person", "Grace", 1),
        ("thing", "Rex", 1),
    ]
    assert api.http.delete(f"{address}/items/{item(api, address, 'ada.png')['id']}").status_code == 204
    lanes = timeline(api, address)
    assert "Ada" not in lanes
    assert lanes["person 1"] == [(0.0, 2.0)]


def test_thresholds_are_a_collection_s_own_and_take_effect_at_once(filled: tuple[Api, str]) -> None:
    api, address = filled
    assert post(api, address, "thresholds") == {"faces": 0.6, "things": 0.7}
    assert post(api, address, "thresholds", faces=0.0001) == {"faces": 0.0001, "things": 0.7}
    assert "Ada" not in timeline(api, address)
    refused = api.http.post(f"{address}/thresholds", json={"faces": -1})
    assert refused.status_code == 422
    post(api, address, "thresholds", faces=0.6)
    assert "Ada" in timeline(api, address)


def test_what_is_no_face_cannot_be_named(filled: tuple[Api, str]) -> None:
    api, address = filled
    made = item(api, address, "v.mp4")["id"]
    refused = api.http.post(f"{address}/name", json={"item_id": made, "segment": 1, "name": "Rex"})
    assert (refused.status_code, "is no face" in refused.json()["detail"]) == (422, True)
    missing = api.http.post(f"{address}/name", json={"item_id": made, "segment": 999, "name": "Rex"})
    assert missing.status_code == 404


def test_an_appearance_has_a_picture(filled: tuple[Api, str]) -> None:
    api, address = filled
    hit = api.search(address, names=["Ada"])["hits"][0]
    shown = api.http.get(hit["item"]["links"]["preview"], params={"segment": hit["segment"]["ordinal"], "size": 128})
    assert shown.headers["content-type"] == "image/webp"
    picture = Image.open(io.BytesIO(shown.content)).convert("RGB")
    assert np.asarray(picture)[picture.height // 2, picture.width // 2] == pytest.approx(RED, abs=40)


def test_without_faces_none_is_looked_for_and_its_routes_are_gone(start: Start, lite_uri: str) -> None:
    api = start(lite_uri, models=TINY_DETECTORS, faces=False)
    address = api.collection("video-analysis", models={"thing": "tiny-image"})
    example(api, address, "ada.png", scene(RED), known="Ada", kind="person")
    job = api.add(address, {"a.png": png(scene(RED, dog=True))})
    assert job["state"] == "succeeded"
    assert list(timeline(api, address, "a.png")) == ["dog"]
    assert api.http.post(f"{address}/name", json={}).status_code in (404, 405)
    assert (
        "/api/v1/apps/video-analysis/collections/{collection}/name" not in api.http.get("/openapi.json").json()["paths"]
    )
    refused = api.http.post(f"{address}/search", json={"media_id": api.media("q.png", png(scene(RED))), "find": "face"})
    assert (refused.status_code, "switched that off" in refused.json()["detail"]) == (422, True)
    segments = api.http.get(f"{address}/items/{item(api, address, 'a.png')['id']}/segments").json()["segments"]
    assert {one["place"]["kind"] for one in segments} == {"whole", "object"}
