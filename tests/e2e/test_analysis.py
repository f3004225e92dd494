"""Video analysis with its real models: who and what is in the sample, and in a video made of its pictures."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from fastapi.testclient import TestClient
from PIL import Image

from findalike.server.app import create_app
from findalike.settings import Settings
from server_api import Api
from videos import still, video

pytestmark = [pytest.mark.slow, pytest.mark.models]

SAMPLE = "/api/v1/apps/video-analysis/collections/sample"
STEP = 0.5
MADE = (("obama2.jpg", 2.0), ("chelsea.png", 1.6), ("biden.jpg", 2.0), ("obama3.jpg", 1.6), ("biden.jpg", 1.2))
"""The made video: known pictures in a known order, for so many seconds."""
OBAMA, CAT, BIDEN = [(0.0, 2.0), (5.6, 7.2)], [(2.0, 3.6)], [(3.6, 5.6), (7.2, 8.4)]


@pytest.fixture(scope="module")
def api(lite_uri: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """A server with the sample and the made video."""
    folder = tmp_path_factory.mktemp("analysis")
    settings = Settings(data_dir=folder)
    with ExitStack() as stack:
        api = Api(
            stack.enter_context(TestClient(create_app(settings, lite_uri), base_url="http://localhost")), settings
        )
        job = api.finished(api.http.post("/api/v1/samples/video-analysis").json(), timeout=240)
        assert (job["state"], job["done"], job["failed"]) == ("succeeded", 11, 0), api.failures(job)
        shots = [still(original(api, name), seconds, (640, 360)) for name, seconds in MADE]
        made = video(folder / "made.mp4", *shots, size=(640, 360)).read_bytes()
        job = api.add(SAMPLE, {"made.mp4": made})
        assert (job["state"], job["done"]) == ("succeeded", 1), api.failures(job)
        yield api


def item(api: Api, name: str) -> dict[str, Any]:
    found = api.http.get(f"{SAMPLE}/items", params={"limit": 100}).json()["items"]
    return next(one for one in found if one["name"].endswith(name))


def original(api: Api, name: str) -> Image.Image:
    return Image.open(io.BytesIO(api.http.get(item(api, name)["links"]["content"]).content)).convert("RGB")


def lanes(api: Api, name: str) -> dict[str, Any]:
    """The time line of an item, by the names of its lanes."""
    answer = api.http.get(f"{SAMPLE}/items/{item(api, name)['id']}/timeline")
    assert answer.status_code == 200, answer.text
    return {lane["name"]: lane for lane in answer.json()["lanes"]}


def spans(lane: dict[str, Any]) -> list[tuple[float, float]]:
    return [(one["start"], one["end"]) for one in lane["appearances"]]


def near(found: list[tuple[float, float]], wanted: list[tuple[float, float]]) -> bool:
    """The same times to one frame that is looked at."""
    return len(found) == len(wanted) and all(
        abs(a - b) <= STEP for one, other in zip(found, wanted, strict=True) for a, b in zip(one, other, strict=True)
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
def test_people_things_and_kinds_are_found(api: Api, name: str, kind: str, what: str) -> None:
    found = lanes(api, name)
    assert what in found
    assert found[what]["kind"] == kind
    names = {lane["name"] for lane in found.values() if lane["known"] and lane["kind"] == "person"}
    assert names <= {what}


def test_the_time_line_of_a_made_video_is_right(api: Api) -> None:
    found = lanes(api, "made.mp4")
    assert near(spans(found["Barack Obama"]), OBAMA)
    assert near(spans(found["cat"]), CAT)
    biden = next(iter(lane for lane in lanes(api, "biden.jpg").values() if lane["kind"] == "person"))
    assert not biden["known"]
    assert near(spans(found[biden["name"]]), BIDEN)
    assert [name for name, lane in found.items() if lane["kind"] == "person"] == ["Barack Obama", biden["name"]]


def test_names_find_where_they_are_together(api: Api) -> None:
    hits = api.search(SAMPLE, names=["barack obama", "tie"])["hits"]
    assert {hit["item"]["name"].split("/")[-1] for hit in hits} == {"obama2.jpg", "made.mp4"}
    assert api.search(SAMPLE, names=["Barack Obama", "cat"])["hits"] == []


def test_a_named_face_has_its_name_in_every_video(api: Api) -> None:
    who = next(lane for lane in lanes(api, "biden.jpg").values() if lane["kind"] == "person")
    asked = {"item_id": item(api, "biden.jpg")["id"], "segment": who["appearances"][0]["segment"], "name": "Joe Biden"}
    assert api.http.post(f"{SAMPLE}/name", json=asked).json() == {"appearances": 3, "items": 2}
    assert near(spans(lanes(api, "made.mp4")["Joe Biden"]), BIDEN)
    hits = api.search(SAMPLE, names=["joe biden", "person"])["hits"]
    assert {hit["item"]["name"].split("/")[-1] for hit in hits} == {"biden.jpg", "made.mp4"}
