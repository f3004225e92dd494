"""A whole server in this process: real catalog, real Milvus, real decoder processes, tiny encoders."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import numpy as np
from fastapi.testclient import TestClient
from PIL import Image

from findalike.settings import Settings
from support import eventually

TINY = {"models": {"visual": "tiny", "words": "tiny"}}
TINY_SOUNDS = {"models": {"alike": "tiny-audio", "same": "spectrum"}}


TINY_ANALYSIS = {"models": {"thing": "tiny-image", "face": "tiny-face"}}
TINY_DETECTORS: dict[str, dict[str, Any]] = {
    name: {
        "family": "tiny-detector",
        "dimension": 0,
        "accepts": ["image"],
        "licence": "none",
        "image": {"size": 32},
        "options": {"label": label, "colour": colour},
    }
    for name, label, colour in (
        ("ssd-mobilenet-v2", "dog", (0, 200, 0)),
        ("blazeface", "face", (255, 0, 255)),
    )
}
"""In place of the real ones, by `models` of the settings: what is green is a dog, what is in a magenta frame a face."""


class Api:
    """The test client, with the few calls that every test makes."""

    def __init__(self, http: TestClient, settings: Settings):
        self.http, self.settings = http, settings

    def collection(self, app: str, name: str = "things", **settings: Any) -> str:
        """Make a collection; its address."""
        address = f"/api/v1/apps/{app}/collections/{name}"
        defaults = {
            "image-search": TINY,
            "video-search": TINY,
            "audio-search": TINY_SOUNDS,
            "video-analysis": TINY_ANALYSIS,
        }.get(app, {})
        answer = self.http.put(address, json={**defaults, **settings})
        assert answer.status_code == 201, answer.text
        return address

    def add(self, address: str, files: dict[str, bytes], **params: Any) -> dict[str, Any]:
        """Upload files and wait for their job: the job at its end."""
        parts = [("file", (name, data)) for name, data in files.items()]
        answer = self.http.post(f"{address}/items", files=parts, params=params)
        assert answer.status_code == 202, answer.text
        return self.finished(answer.json())

    def records(self, address: str, records: list[dict[str, Any]], **params: Any) -> dict[str, Any]:
        answer = self.http.post(f"{address}/items", json={"records": records}, params=params)
        assert answer.status_code == 202, answer.text
        return self.finished(answer.json())

    def finished(self, job: dict[str, Any], timeout: float = 180) -> dict[str, Any]:
        """Wait until a job has ended."""
        latest = job

        def ended() -> bool:
            nonlocal latest
            latest = self.http.get(job["links"]["self"]).json()
            return latest["state"] in ("succeeded", "failed", "cancelled")

        eventually(ended, timeout)
        return latest

    def media(self, name: str, data: bytes) -> str:
        """Store a file to search with: its media id."""
        answer = self.http.post("/api/v1/media", files={"file": (name, data)})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["media_id"])

    def search(self, address: str, **query: Any) -> dict[str, Any]:
        answer = self.http.post(f"{address}/search", json=query)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def names(self, address: str, **query: Any) -> list[str]:
        return [hit["item"]["name"] for hit in self.search(address, **query)["hits"]]

    def failures(self, job: dict[str, Any]) -> dict[str, str]:
        found = self.http.get(job["links"]["errors"]).json()["failures"]
        return {failure["name"]: failure["reason"] for failure in found}


Start = Callable[..., Api]
"""Start a server on a Milvus (uri, **settings)."""


def picture(colour: str, size: tuple[int, int] = (64, 48), format: str = "PNG", **options: Any) -> bytes:
    """A plain picture."""
    buffer = io.BytesIO()
    Image.new("RGB", size, colour).save(buffer, format, **options)
    return buffer.getvalue()


def drawn(seed: int, size: int = 64) -> bytes:
    """A picture like no other: coloured noise, coarse enough to survive scaling."""
    noise = np.random.default_rng(seed).integers(0, 255, (8, 8, 3), dtype=np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(noise).resize((size, size), Image.Resampling.NEAREST).save(buffer, "PNG")
    return buffer.getvalue()
