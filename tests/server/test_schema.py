"""The OpenAPI description, and schemathesis with all its checks over the whole of it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from findalike.client import Client
from server_api import TINY, TINY_ANALYSIS, TINY_DETECTORS, TINY_SOUNDS, Api
from support import server_in


def test_every_operation_has_an_id_descriptions_typed_answers_and_an_example(api: Api) -> None:
    paths = api.http.get("/openapi.json").json()["paths"]
    ids = []
    for path, operations in paths.items():
        for method, operation in operations.items():
            where = f"{method} {path}"
            ids.append(operation["operationId"])
            assert operation.get("summary"), where
            assert operation.get("description"), where
            assert all(one.get("description") for one in operation.get("parameters", [])), where
            problems = [
                operation["responses"][status]["content"] for status in ("4XX", "5XX") if path.startswith("/api")
            ]
            assert all(list(content) == ["application/problem+json"] for content in problems), where
            for status, answer in operation["responses"].items():
                if status.startswith("2") and "application/json" in answer.get("content", {}):
                    assert answer["content"]["application/json"]["schema"], where
            for content in operation.get("requestBody", {}).get("content", {}).values():
                schema = content["schema"]
                shown = "example" in content or "examples" in content or "$ref" in schema or "anyOf" in schema
                assert shown or schema["type"] in ("object", "string"), where
    assert len(ids) == len(set(ids))
    assert "image_search_search" in ids
    assert "vector_search_search" in ids


@pytest.mark.slow(seconds=300)
def test_schemathesis_finds_nothing(tmp_path: Path) -> None:
    program = shutil.which("schemathesis", path=str(Path(sys.executable).parent))
    assert program
    with server_in(tmp_path, models=TINY_DETECTORS) as url:
        with Client(url) as client:
            client.create_collection("vector-search", "sample", dimension=3)
            client.create_collection("image-search", "sample", **TINY)
            client.create_collection("audio-search", "sample", **TINY_SOUNDS)
            client.create_collection("video-search", "sample", **TINY)
            client.create_collection("video-analysis", "sample", **TINY_ANALYSIS)
            client.create_collection("text-search", "sample", models={"meaning": "tiny-text"})
            client.create_collection("dna-classification", "sample")
            client.create_collection("molecule-search", "sample")
            client.create_collection("recommendation", "sample", models={"content": "tiny-text"})
            client.create_collection("question-answering", "sample", models={"meaning": "tiny-text"})
        # DELETE cancels a job, whose record stays, so "use after free" is no fault there.
        run(program, url, tmp_path, "--exclude-path-regex", "^/api/v1/(samples|jobs)/")
        run(program, url, tmp_path, "--include-path-regex", "^/api/v1/jobs", "--exclude-checks", "use_after_free")
    assert "Traceback" not in (tmp_path / "server.log").read_text()


def run(program: str, url: str, folder: Path, *options: str) -> None:
    # One worker: CPython 3.11 miscounts its recursion when two threads parse source at once, which Hypothesis does.
    done = subprocess.run(
        [
            program,
            "--config-file", str(Path(__file__).with_name("schemathesis.toml")),
            "run", f"{url}/openapi.json",
            "--checks", "all", "--max-examples", "6", "--workers", "1", "--request-timeout", "30", "--seed", "1",
            *options,
        ],
        capture_output=True,
        text=True,
        errors="replace",
        cwd=folder,
        env={**os.environ, "SCHEMATHESIS_HOOKS": "schemathesis_hooks", "PYTHONPATH": str(Path(__file__).parent)},
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[done.stdout.find("= FAILURES") :][:8000]
