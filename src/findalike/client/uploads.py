"""What is uploaded, in batches of bounded size."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from findalike.errors import InvalidInput

BATCH_FILES = 64
BATCH_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True)
class Upload:
    """A local file, and what the server shall call it."""

    path: Path
    name: str
    size: int

    @classmethod
    def of(cls, path: str | os.PathLike[str], name: str | None = None) -> Upload:
        """Raises OSError if there is no such file."""
        found = Path(path)
        # A name on disk may hold bytes that are no text.
        sent = (name or found.name).encode(errors="replace").decode()
        return cls(found, sent, found.stat().st_size)


File = Upload | str | os.PathLike[str]


def opened(file: File) -> Upload:
    """A file that somebody names. Raises InvalidInput if it is none, or is a folder."""
    if isinstance(file, Upload):
        return file
    if Path(file).is_dir():
        raise InvalidInput(f"{os.fspath(file)} is a folder: give its files, or use `findalike load`.")
    try:
        return Upload.of(file)
    except OSError as error:
        raise InvalidInput(f"{os.fspath(file)} cannot be read: {error.strerror or error}.") from error


def batches(
    uploads: Iterable[Upload], *, max_files: int = BATCH_FILES, max_bytes: int = BATCH_BYTES
) -> Iterator[list[Upload]]:
    """Group uploads, in order; a file larger than `max_bytes` goes alone."""
    batch: list[Upload] = []
    size = 0
    for upload in uploads:
        if batch and (len(batch) >= max_files or size + upload.size > max_bytes):
            yield batch
            batch, size = [], 0
        batch.append(upload)
        size += upload.size
    if batch:
        yield batch


class Counted:
    """A file that says how much of it was read since it was opened."""

    def __init__(self, file: IO[bytes], read: Callable[[int], None]):
        self._file, self._read = file, read

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self._read(len(data))
        return data

    def fileno(self) -> int:
        """httpx asks the file's size by it."""
        return self._file.fileno()
