"""One folder of fetched files, shared by model cards and data cards.

    FOLDER/KEY/NAME                the file as fetched (a whole archive, for pypi:)
    FOLDER/KEY/HASH-BASENAME       a member of the archive, written out when first needed
    FOLDER/KEY/NAME.TAG.onnx       what a converter made of it; TAG has the converter's version
    FOLDER/KEY/….sha256            beside each of them: its sha256 when it was written
    FOLDER/KEY.lock                held while any of them is written

KEY comes from the sha256 on the card, so cards that share a file share it here too.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from filelock import FileLock

from findalike.errors import Unavailable
from findalike.models.addresses import parse
from findalike.models.archives import read_member
from findalike.models.cards import FileSource
from findalike.models.sources import Progress, SourceUnavailable, fetch, remedy


def silent(done: int, total: int | None) -> None:
    """The progress callback that shows nothing."""


@dataclass(frozen=True)
class FileState:
    """One file of a card: its name, whether it is there, and the bytes it and what was made of it take."""

    name: str
    fetched: bool
    size: int


class FileStore:
    """Fetches, verifies and removes files. Safe for several processes at once; nothing is kept in memory."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, source: FileSource) -> Path:
        """Where the fetched file lies, or will lie."""
        return self.folder / source.key / source.name

    def state(self, source: FileSource) -> FileState:
        """Looks only; fetches nothing."""
        path = self.path(source)
        size = sum(f.stat().st_size for f in path.parent.glob("*")) if path.exists() else 0
        return FileState(source.name, path.exists(), size)

    def fetched(self, source: FileSource, command: str, progress: Progress = silent) -> Path:
        """The file, fetched and verified first if need be.

        `command` is what the error suggests. Raises Unavailable with what every source said, and what to do.
        """
        path = self.path(source)
        return self._made(path, lambda part: self._fetch(source, part, command, progress))

    def member(self, source: FileSource, command: str, progress: Progress = silent) -> Path:
        """The file that the source is about: the member, if it lies in an archive, else the fetched file."""
        if source.member is None:
            return self.fetched(source, command, progress)
        inside = source.member
        short = hashlib.sha256(inside.encode()).hexdigest()[:8]
        path = self.folder / source.key / f"{short}-{PurePosixPath(inside).name}"
        if path.exists():
            return path
        archive = self.fetched(source, command, progress)
        return self._made(path, lambda part: _write(part, read_member(archive, inside)))

    def derived(self, path: Path, tag: str, make: Callable[[Path, Path], None]) -> Path:
        """What `make(from, to)` makes of a file in this store, made once. Another tag makes another file."""
        return self._made(path.with_name(f"{path.name}.{tag}"), lambda part: make(path, part))

    def problems(self, source: FileSource) -> list[str]:
        """Recomputes every hash; a sentence for each file that is missing or has changed."""
        path = self.path(source)
        if not path.exists():
            return [f"{source.name} is not fetched."]
        found = []
        for file in sorted(path.parent.glob("*")):
            if file.suffix == ".sha256" or file.name.endswith(".part"):
                continue
            note = file.with_name(file.name + ".sha256")
            wanted = (source.sha256 if file == path else None) or (note.read_text() if note.exists() else "")
            if _sha256(file) != wanted:
                found.append(f"{file.name} is not what it was when it was fetched or made.")
        return found

    def remove(self, source: FileSource) -> int:
        """Delete a file and all that was made of it; answers the bytes freed."""
        size = self.state(source).size
        # The lock file stays: removing it would let two processes hold "the" lock.
        with self._lock(self.path(source)):
            shutil.rmtree(self.path(source).parent, ignore_errors=True)
        return size

    def _lock(self, path: Path) -> FileLock:
        self.folder.mkdir(parents=True, exist_ok=True)
        return FileLock(self.folder / f"{path.parent.name}.lock")

    def _made(self, path: Path, make: Callable[[Path], None]) -> Path:
        if path.exists():
            return path
        with self._lock(path):
            if path.exists():
                return path
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
            os.close(handle)
            part = Path(name)
            try:
                make(part)
                path.with_name(path.name + ".sha256").write_text(_sha256(part))
                part.replace(path)
            finally:
                part.unlink(missing_ok=True)
        return path

    def _fetch(self, source: FileSource, part: Path, command: str, progress: Progress) -> None:
        reasons = []
        for text in source.sources:
            try:
                fetch(parse(text), part, progress)
            except SourceUnavailable as error:
                reasons.append(f"{text}: {error}")
                continue
            found = _sha256(part)
            if source.sha256 in (None, found):
                return
            reasons.append(f"{text}: its sha256 is {found}, but the card says {source.sha256}")
        raise Unavailable(
            f"{source.name} is not in the cache and could not be fetched ({'; '.join(reasons)}). "
            + remedy(parse(source.sources[0]), command)
        )


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
