"""Which local files `findalike load` sends: those that are named, and of folders those that the application takes."""

from __future__ import annotations

import mimetypes
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path, PurePath

from findalike.client.uploads import Upload
from findalike.decoders.sniff import ARCHIVES, SPECIAL_TABLES, TABLES, sniff

# Python's own list lacks these, at least in some of the versions that we support.
_TYPES = {".heic": "image/heic", ".heif": "image/heif", ".avif": "image/avif", ".webp": "image/webp"}


@dataclass(frozen=True)
class Taste:
    """What an application takes."""

    accepts: Sequence[str]
    takes_records: bool
    tables: Sequence[str] = ()

    def is_item(self, media_type: str) -> bool:
        """Whether such a file is itself an item, so that its id is the sha256 of its content."""
        if media_type in SPECIAL_TABLES and media_type not in self.tables:
            media_type = "text/plain"
        return any(fnmatchcase(media_type, pattern) for pattern in self.accepts)

    def wants(self, media_type: str) -> bool:
        table = media_type in self.tables or (self.takes_records and media_type in TABLES)
        return self.is_item(media_type) or media_type in ARCHIVES or table


@dataclass
class Gathered:
    """What was found: `uploads` to send, `left_out` by media type, and `unreadable` with the reason."""

    uploads: list[Upload] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    unreadable: list[tuple[str, str]] = field(default_factory=list)

    @property
    def bytes(self) -> int:
        return sum(one.size for one in self.uploads)


def gather(paths: Sequence[Path], taste: Taste) -> Gathered:
    """Look at paths; folders are searched recursively, without hidden files."""
    found = Gathered()
    for path in paths:
        if path.is_dir():
            for inside in _files(path, found):
                _add(found, inside, inside.relative_to(path).as_posix(), taste)
        else:
            _add(found, path, path.name, None)
    return found


def _files(folder: Path, found: Gathered) -> Iterator[Path]:
    def unreadable(error: OSError) -> None:
        found.unreadable.append((str(error.filename), error.strerror or str(error)))

    for here, folders, names in os.walk(folder, onerror=unreadable):
        # In place, which is how os.walk learns where not to go.
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(here, name) for name in sorted(names) if not name.startswith("."))


def _add(found: Gathered, path: Path, name: str, taste: Taste | None) -> None:
    """Add a file; with a `taste`, only if it suits. Its name is believed first: broken pictures shall be reported."""
    try:
        upload = Upload.of(path, name)
        if taste and not path.is_file():
            return
        if taste and not taste.wants(type_by_name(name)):
            media_type = sniff(path, name)
            if not taste.wants(media_type):
                found.left_out[media_type] += 1
                return
    except OSError as error:
        found.unreadable.append((name, error.strerror or str(error)))
        return
    found.uploads.append(upload)


def type_by_name(name: str) -> str:
    """The media type that a file's name suggests, or an empty string."""
    suffix = PurePath(name).suffix.lower()
    if suffix in _TYPES:
        return _TYPES[suffix]
    media_type, encoding = mimetypes.guess_type(name)
    return media_type if media_type and encoding is None else ""
