"""Originals in a folder, each under the sha256 of its content."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import secrets
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import psutil

from findalike.errors import NotFound, StorageFull

_SHA256 = re.compile(r"[0-9a-f]{64}")
_SYNC_THREADS = 8


@dataclass(frozen=True)
class Staged:
    """A file that is in the store: its sha256 as 64 hex digits and its size in bytes."""

    sha256: str
    size: int


class MediaStore:
    """A folder of originals. All calls do blocking file work, and may come from any thread.

    Opening it removes what writers of earlier processes left unfinished.
    """

    def __init__(self, root: str | Path):
        self._root = Path(root)
        self._staging = self._root / "staging"
        with _space_needed():
            self._staging.mkdir(parents=True, exist_ok=True)
        self._clear_stale()

    def writer(self) -> Writer:
        """A new file to fill. Use it in a `with` block, or call `finish` or `abort`. Raises StorageFull."""
        return Writer(self, self._staging / secrets.token_hex(16))

    def flush(self, staged: Iterable[Staged]) -> None:
        """Make files survive a power cut; they may only be acknowledged after this.

        Raises StorageFull, and NotFound if one has been deleted meanwhile.
        """
        files = {self.path(one.sha256) for one in staged}
        folders = {file.parent for file in files}
        with _space_needed():
            _sync_all([*files])
            # A name is safe only with its folder, and a new folder's name with the one above.
            _sync_all([*folders, self._root] if files else [])

    def path(self, sha256: str) -> Path:
        """Where a file is, or would be. Raises NotFound for what is not 64 lower-case hex digits."""
        if not _SHA256.fullmatch(sha256):
            raise NotFound("There is no such file: originals are named by 64 hexadecimal digits.")
        return self._root / sha256[:2] / sha256[2:]

    def open(self, sha256: str) -> BinaryIO:
        """Raises NotFound."""
        try:
            return self.path(sha256).open("rb")
        except FileNotFoundError as error:
            raise NotFound("The original is no longer stored: send it again.") from error

    def exists(self, sha256: str) -> bool:
        return self.path(sha256).is_file()

    def delete(self, sha256: str) -> None:
        """Nothing happens if it is not there."""
        self.path(sha256).unlink(missing_ok=True)

    def all(self) -> Iterator[str]:
        """The sha256 of every stored file, in no particular order."""
        for folder in self._root.iterdir():
            if len(folder.name) == 2:
                for file in folder.iterdir():
                    name = folder.name + file.name
                    if _SHA256.fullmatch(name):
                        yield name

    def _clear_stale(self) -> None:
        started = psutil.Process().create_time()
        for file in self._staging.iterdir():
            # Another process may be clearing too.
            with suppress(FileNotFoundError):
                if file.stat().st_mtime < started:
                    file.unlink()


class Writer:
    """A file on its way into the store; `path` is where it lies until then. Not for several threads at a time."""

    def __init__(self, store: MediaStore, path: Path):
        self._store, self.path = store, path
        self._hash, self._size = hashlib.sha256(), 0
        with _space_needed():
            self._file: int | None = os.open(
                path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600
            )

    def __enter__(self) -> Writer:
        return self

    def __exit__(self, *_: object) -> None:
        self.abort()

    def write(self, data: bytes) -> None:
        """Append. Raises StorageFull, and then nothing of the file is kept."""
        assert self._file is not None, "the writer is finished"
        rest = memoryview(data)
        try:
            with _space_needed():
                while rest:
                    rest = rest[os.write(self._file, rest) :]
        except BaseException:
            self.abort()
            raise
        self._hash.update(data)
        self._size += len(data)

    def finish(self) -> Staged:
        """Move the file to its place. It is not safe from power cuts before `MediaStore.flush`. Raises StorageFull."""
        assert self._file is not None, "the writer is finished"
        staged = Staged(self._hash.hexdigest(), self._size)
        target = self._store.path(staged.sha256)
        try:
            with _space_needed():
                self._close()
                target.parent.mkdir(exist_ok=True)
                # Also over a file that is there: after a power cut that one may have the right name and no content.
                self.path.replace(target)
        except BaseException:
            self.abort()
            raise
        return staged

    def abort(self) -> None:
        """Forget the file; nothing happens if it is finished."""
        self._close()
        self.path.unlink(missing_ok=True)

    def _close(self) -> None:
        if self._file is not None:
            file, self._file = self._file, None
            os.close(file)


@contextmanager
def _space_needed() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StorageFull(
                "The server's disk is full: delete what is no longer needed or make it larger, then send this again."
            ) from error
        raise


def _sync_all(paths: list[Path]) -> None:
    """At the same time, so that the file system can write its journal once for several."""
    if len(paths) < 2:
        for path in paths:
            _sync(path)
        return
    with ThreadPoolExecutor(min(_SYNC_THREADS, len(paths))) as threads:
        list(threads.map(_sync, paths))


def _sync(path: Path) -> None:
    if os.name == "nt" and path.is_dir():
        return
    try:
        file = os.open(path, os.O_RDWR if os.name == "nt" else os.O_RDONLY)
    except FileNotFoundError as error:
        raise NotFound("A file was deleted while it was being stored: send it again.") from error
    try:
        os.fsync(file)
    finally:
        os.close(file)
