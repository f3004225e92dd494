"""The commands of the documentation, really run: every ```sh or ```python block of a page, in order, in one go."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from findalike.client import Client
from findalike.settings import Settings
from support import server_in

pytestmark = [pytest.mark.slow, pytest.mark.models]

DOCS = Path(__file__).parents[2] / "docs"

TOOLS = ("bash", "curl", "jq")


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with the sample pictures, as `make demo` leaves it."""
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if missing:
        assert "CI" not in os.environ, "CI installs what is needed and skips nothing"
        pytest.skip(f"{', '.join(missing)} is not installed")
    folder = tmp_path_factory.mktemp("commands")
    with server_in(folder, cache_dir=Settings().cache_dir) as url, Client(url) as client:
        client.wait(client.load_sample("image-search").id)
        yield url


def blocks(page: str, language: str) -> list[str]:
    found = re.findall(rf"^```{language}\n(.*?)^```", (DOCS / page).read_text(), re.DOTALL | re.MULTILINE)
    assert found
    return found


@pytest.mark.parametrize(
    "page",
    [
        "vector-search.md",
        "audio-search.md",
        "video-analysis.md",
        "video-search.md",
        "dna-classification.md",
        "image-search.md",
        "molecule-search.md",
        "text-search.md",
        "question-answering.md",
    ],
)
def test_every_command_of_the_page_works(page: str, url: str, tmp_path: Path) -> None:
    # Refusals are failures here, which plain curl would not say.
    head = ["set -euo pipefail", 'curl() { command curl --fail-with-body "$@"; }']
    script = "\n".join([*head, *blocks(page, "sh")]).replace("http://127.0.0.1:8000", url)
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", script],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "PATH": path},
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]


def test_every_example_of_the_client_works(url: str, tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    for number, name in enumerate(("a", "b", "c")):
        Image.new("RGB", (64, 48), (80 * number, 120, 200)).save(tmp_path / "photos" / f"{name}.jpg")
    script = "\n".join(blocks("client.md", "python")).replace("http://127.0.0.1:8000", url)
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script], capture_output=True, text=True, cwd=tmp_path, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert "JobState.SUCCEEDED 3 0" in done.stdout or "succeeded 3 0" in done.stdout
    assert "There is no collection image-search/nowhere" in done.stdout
