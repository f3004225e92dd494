"""What the API says of models: which there are, how large they are, and which are loaded."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from findalike.models.cache import ModelCache
from findalike.models.registry import Registry
from server_api import Api, Start, picture


def models(api: Api) -> dict[str, dict[str, Any]]:
    return {one["card"]["name"]: one for one in api.http.get("/api/v1/models").json()}


def test_a_model_has_a_size_when_its_files_are_here(start: Start, lite_uri: str, tmp_path: Path) -> None:
    contents = {"model": b"weights" * 1000, "tokenizer": b"words" * 100}
    for role, content in contents.items():
        (tmp_path / role).write_bytes(content)
    mine = {
        "title": "Mine",
        "family": "onnx-text",
        "dimension": 2,
        "accepts": ["text"],
        "licence": "MIT",
        "files": {
            role: {"sources": [f"file:{tmp_path / role}"], "sha256": hashlib.sha256(content).hexdigest()}
            for role, content in contents.items()
        },
    }
    api = start(lite_uri, models={"mine": mine})
    before = models(api)
    assert (before["mine"]["fetched"], before["mine"]["size"]) == (False, 0)
    assert (before["tiny"]["fetched"], before["tiny"]["size"]) == (True, 0)
    ModelCache(api.settings.cache_dir).fetch(Registry(api.settings.models).get("mine"))
    after = models(api)["mine"]
    assert after["fetched"]
    # Two files, each with its sha256 beside it.
    assert after["size"] == 7000 + 500 + 2 * 64


def test_models_that_are_first_used_later_are_reported_too(api: Api) -> None:
    assert api.http.get("/readyz").json()["models"] == {}
    address = api.collection("image-search")
    api.add(address, {"red.png": picture("red")})
    ready = api.http.get("/readyz").json()
    assert ready["models"] == {"tiny": "warm"}


def test_what_only_finds_things_makes_no_vectors(api: Api) -> None:
    refused = api.http.put("/api/v1/apps/image-search/collections/found", json={"models": {"visual": "blazeface"}})
    assert refused.status_code == 422
    assert "makes no vectors" in refused.json()["detail"]
