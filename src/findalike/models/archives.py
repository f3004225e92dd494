"""Reading members out of wheels and sdists. Nothing is unpacked to disk by name, so no path can escape."""

from __future__ import annotations

import tarfile
import zipfile
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from findalike.errors import InvalidInput, NotFound

MEMBER_LIMIT = 4 * 1024**3


def read_member(archive: Path, member: str) -> bytes:
    """The bytes of one regular file inside a wheel or sdist. Raises NotFound, or InvalidInput if it is broken."""
    for _, content in read_members(archive, (member,), literal=True):
        return content
    raise NotFound(f"{archive.name} has no file {member}.")


def read_members(archive: Path, patterns: Sequence[str], *, literal: bool = False) -> Iterator[tuple[str, bytes]]:
    """Each regular file whose path matches a pattern (`*` also crosses folders), in the archive's own order."""

    def wanted(name: str) -> bool:
        return name in patterns if literal else any(fnmatchcase(name, pattern) for pattern in patterns)

    try:
        if zipfile.is_zipfile(archive):
            with zipfile.ZipFile(archive) as file:
                for info in file.infolist():
                    if not info.is_dir() and wanted(info.filename):
                        _limit(archive, info.filename, info.file_size)
                        yield info.filename, file.read(info)
        else:
            with tarfile.open(archive, "r:*") as tar:
                for entry in tar:
                    # Links are left out: they could point at another member, or at a file of this machine.
                    if entry.isreg() and wanted(entry.name):
                        _limit(archive, entry.name, entry.size)
                        content = tar.extractfile(entry)
                        assert content is not None
                        yield entry.name, content.read()
    except (zipfile.BadZipFile, tarfile.TarError, EOFError, OSError, NotImplementedError) as error:
        raise InvalidInput(f"{archive.name} is not a readable archive: {error}.") from error


def _limit(archive: Path, name: str, size: int) -> None:
    if size > MEMBER_LIMIT:
        raise InvalidInput(f"{name} in {archive.name} has {size} bytes unpacked, too many.")
