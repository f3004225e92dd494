"""The names of the wheel and the sdist that conftest.py makes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

WHEEL = "find_tiny-1.0-cp39-cp39-win_amd64.whl"
SDIST = "find-tiny-1.0.tar.gz"
CONTENT = b"weights " * 1000


@dataclass
class Packages:
    folder: Path

    def sha256(self, name: str) -> str:
        return hashlib.sha256((self.folder / name).read_bytes()).hexdigest()
