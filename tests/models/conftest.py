"""A tiny wheel and sdist, and a pip that knows nothing but a folder or an index on the loopback address."""

from __future__ import annotations

import io
import tarfile
import zipfile
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler
from pathlib import Path

import pytest
from tiny_packages import CONTENT, SDIST, WHEEL, Packages

from support import serving


@pytest.fixture
def packages(tmp_path: Path) -> Packages:
    """A wheel for another system and Python, and an sdist whose build would leave a trace."""
    folder = tmp_path / "packages"
    folder.mkdir()
    with zipfile.ZipFile(folder / WHEEL, "w") as file:
        file.writestr("find_tiny/weights.bin", CONTENT)
        file.writestr("find_tiny/other.txt", "other")
        file.writestr("find_tiny-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: find-tiny\nVersion: 1.0\n")
        file.writestr("find_tiny-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: cp39-cp39-win_amd64\n")
        file.writestr("find_tiny-1.0.dist-info/RECORD", "")
    with tarfile.open(folder / SDIST, "w:gz") as tar:
        trace = f"open({str(tmp_path / 'BUILT')!r}, 'w')\n"
        for name, content in (("setup.py", trace.encode()), ("weights.bin", CONTENT)):
            entry = tarfile.TarInfo(f"find-tiny-1.0/{name}")
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
        link = tarfile.TarInfo("find-tiny-1.0/link.bin")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
    return Packages(folder)


@pytest.fixture
def no_index(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """pip without any index: what an air-gapped machine has."""
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    return monkeypatch


@pytest.fixture
def index(packages: Packages, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A simple index (PEP 503) of the packages, as pip's only one."""
    simple = packages.folder / "simple" / "find-tiny"
    simple.mkdir(parents=True)
    links = "".join(f'<a href="../../{name}#sha256={packages.sha256(name)}">{name}</a>' for name in (WHEEL, SDIST))
    (simple / "index.html").write_text(f"<!DOCTYPE html><html><body>{links}</body></html>")

    class Handler(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None: ...

    with serving(partial(Handler, directory=str(packages.folder))) as server:
        url = f"http://127.0.0.1:{server.server_port}/simple"
        monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
        monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
        monkeypatch.delenv("PIP_EXTRA_INDEX_URL", raising=False)
        monkeypatch.setenv("PIP_INDEX_URL", url)
        yield url
