"""Video analysis with its real models: who and what is in the sample, and in a video made of its pictures."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
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
MADE = (("obama2.jpg", 2.0), ("chelsea.png", 1.5), ("biden.jpg", 2.0), ("obama3.jpg", 1.5), ("biden.jpg", 1.0))
"""The made video: known pictures in a known order."""


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


def test_print(api):
    for n in [
        "obama2.jpg",
        "obama3.jpg",
        "biden.jpg",
        "astronaut.png",
        "chelsea.png",
        "coffee.png",
        "motorcycle_right.png",
        "bikes.mp4",
        "carphone_pristine.mp4",
        "made.mp4",
    ]:
        print(n)
        for k, l in lanes(api, n).items():
            print(
                "   ",
                l["kind"],
                k,
                l["known"],
                round(l["score"], 2),
                [(a["start"], a["end"]) for a in l["appearances"]][:8],
            )
    print(json.dumps(api.http.post(f"{SAMPLE}/who", json={}).json(), indent=0)[:3000])
