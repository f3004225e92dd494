"""A CLIP-type card from a stand-in model hub on the loopback address, through the real hub client."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from tiny_networks import image_network, text_network, tokenizer

from support import serving

COMMIT = "0123456789abcdef0123456789abcdef01234567"
SCRIPT = """
import json, sys
from pathlib import Path
import numpy as np
from findalike.encoders.registry import Encoders
from findalike.errors import FindalikeError
from findalike.models.cache import ModelCache
from findalike.models.registry import Registry

cache, card = ModelCache(Path(sys.argv[1])), json.loads(sys.argv[2])
registry, seen = Registry({"own-clip": card}), []
try:
    cache.fetch(registry.get("own-clip"), lambda done, total: seen.append((done, total)))
    clip = Encoders(registry, cache, 1).get("own-clip")
except FindalikeError as error:
    print(json.dumps({"error": error.detail}))
    sys.exit()
pictures = [np.broadcast_to(np.uint8(c), (8, 8, 3)) for c in ((255, 0, 0), (0, 0, 255))]
both = clip.encode("text", ["red", "blue sky"]) @ clip.encode("image", pictures).T
print(json.dumps({"best": both.argmax(axis=1).tolist(), "progress": seen[-1:], "problems": cache.verify(clip.card)}))
"""


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[str]:
    """Answers as the hub does for one repository at one commit."""
    folder = tmp_path / "hub"
    folder.mkdir()
    image_network(folder / "vision_model.onnx")
    text_network(folder / "text_model.onnx")
    tokenizer(folder / "tokenizer.json")

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.answer(body=False)

        def do_GET(self) -> None:
            self.answer(body=True)

        def answer(self, body: bool) -> None:
            prefix = f"/org/clip/resolve/{COMMIT}/onnx/"
            path = folder / self.path.removeprefix(prefix)
            if not self.path.startswith(prefix) or not path.is_file():
                self.send_error(404)
                return
            content = path.read_bytes()
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.send_header("X-Repo-Commit", COMMIT)
            self.send_header("ETag", f'"{hashlib.sha256(content).hexdigest()}"')
            self.end_headers()
            if body:
                self.wfile.write(content)

        def log_message(self, *_: object) -> None: ...

    with serving(Handler) as server:
        yield f"http://127.0.0.1:{server.server_port}"


def ask(cache: Path, home: Path, endpoint: str, **environment: str) -> dict[str, object]:
    """Runs in a process of its own: the hub's client reads its environment when it is imported."""

    def source(name: str) -> dict[str, list[str]]:
        return {"sources": [f"hf:org/clip@{COMMIT}/onnx/{name}"]}

    card = {
        "family": "clip",
        "dimension": 3,
        "accepts": ["image", "text"],
        "licence": "MIT",
        "image": {"size": 8, "std": [255, 255, 255]},
        "files": {
            "image": source("vision_model.onnx"),
            "text": source("text_model.onnx"),
            "tokenizer": source("tokenizer.json"),
        },
        "options": {"image_output": "mean", "output": "first"},
    }
    env = {**os.environ, "HF_ENDPOINT": endpoint, "HF_HOME": str(home), **environment}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(cache), json.dumps(card)],
        capture_output=True,
        text=True,
        env=env,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def test_a_clip_from_a_hub_and_then_offline(hub: str, tmp_path: Path) -> None:
    first = ask(tmp_path / "cache", tmp_path / "home", hub)
    assert first["best"] == [0, 1]
    assert first["problems"] == []
    assert first["progress"]
    again = ask(tmp_path / "cache", tmp_path / "empty", "http://127.0.0.1:1", HF_HUB_OFFLINE="1")
    assert again["best"] == [0, 1]
    from_hub_cache = ask(tmp_path / "other", tmp_path / "home", "http://127.0.0.1:1", HF_HUB_OFFLINE="1")
    assert from_hub_cache["best"] == [0, 1]


def test_offline_the_error_says_what_to_get(tmp_path: Path) -> None:
    answer = ask(tmp_path / "cache", tmp_path / "home", "http://127.0.0.1:1", HF_HUB_OFFLINE="1")
    assert "Run `findalike models fetch own-clip`" in str(answer["error"])
    assert f"onnx/vision_model.onnx of org/clip at revision {COMMIT}" in str(answer["error"])
