"""The files inside zip and tar archives, and what lone files are when unpacked (gzip, bzip2, xz), one after the
other, never written to a path that the archive names."""

from __future__ import annotations

import bz2
import lzma
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, Any

from findalike.errors import FindalikeError, TooLarge, UndecodableMedia

UNPACKED = "(unpacked)"
"""What the member is called that is a lone compressed file."""

_CHUNK = 1024 * 1024
_MAX_NAME = 500
_RATIO_FROM = 100 * 1024 * 1024
_CLUTTER = ("__MACOSX", "Thumbs.db", "desktop.ini")
_MAX_TAR_HEADER = 1024 * 1024
_DIRECTORY_ENTRY = 512
_REST = "(the rest of the archive)"
_BROKEN = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    lzma.LZMAError,
    OSError,
    EOFError,
    ValueError,
    OverflowError,
    KeyError,
    IndexError,
    NotImplementedError,
    RuntimeError,
)


@dataclass(frozen=True)
class Limits:
    """How much an archive may hold: number of files, bytes in all and per file, and how many times its own size."""

    files: int
    total_bytes: int
    file_bytes: int
    ratio: int = 200


@dataclass(frozen=True)
class Member:
    """One file of an archive. `name` is for display only. Either `error` says why it cannot be read, or `chunks`
    gives its bytes once, before the next member is asked for; they raise TooLarge and UndecodableMedia."""

    name: str
    chunks: Iterator[bytes] | None = None
    error: str | None = None


def members(path: str | Path, limits: Limits, start: int = 0) -> Iterator[Member]:
    """The regular files of a zip, tar, or compressed tar, or one compressed file, from the `start`th on (0-based, in
    the same order each time).

    Directories, links, devices, hidden files and what desktops leave behind are no members. Archives inside are
    files like others. Where an archive breaks off or goes beyond a limit, a last member carries the error; if that
    is so from the beginning, UndecodableMedia or TooLarge is raised.
    """
    return islice(_all(Path(path), limits, start), start, None)


def display_name(name: str) -> str:
    """A name from an archive as a relative path to show: no drive, root, `..`, or control characters in it."""
    text = name.encode("utf-8", "replace").decode().replace("\\", "/")
    if text[1:2] == ":":
        text = text[2:]
    parts = [part for part in text.split("/") if part not in ("", ".", "..")]
    shown = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in "/".join(parts))
    return shown[-_MAX_NAME:] or "unnamed"


class _Budget:
    """What may still be unpacked. `last` is the error that ends the archive."""

    def __init__(self, limits: Limits, packed: int):
        self._limits = limits
        self._total = min(limits.total_bytes, max(_RATIO_FROM, packed * limits.ratio))
        self._spent = 0
        self.last: FindalikeError | None = None

    def spend(self, count: int) -> None:
        self._spent += count
        if self._spent > self._total:
            self.last = TooLarge(
                f"The archive unpacks to more than {self._total} bytes, which is more than this server takes: split it."
            )
            raise self.last

    def check_file(self, size: int) -> None:
        if size > self._limits.file_bytes:
            raise TooLarge(f"The file is larger than {self._limits.file_bytes} bytes, the most that this server takes.")


@dataclass(frozen=True)
class _Found:
    name: str
    size: int
    open: Callable[[], IO[bytes]]
    error: str | None = None


def _all(path: Path, limits: Limits, start: int) -> Iterator[Member]:
    budget = _Budget(limits, path.stat().st_size)
    count = 0
    try:
        for found in _contents(path, limits):
            name = display_name(found.name)
            if any(part.startswith(".") or part in _CLUTTER for part in name.split("/")):
                continue
            if count >= limits.files:
                raise TooLarge(f"The archive holds more than {limits.files} files: split it.")
            if count < start and not found.error and found.size <= limits.file_bytes:
                # What the first run unpacked; what it refused it did not spend.
                budget.spend(found.size)
            count += 1
            yield _member(name, found, budget)
            if budget.last:
                raise budget.last
    except (FindalikeError, *_BROKEN) as error:
        ours = error if isinstance(error, FindalikeError) else _damaged(error, count)
        if not count or count < start:
            raise ours from error
        yield Member(_REST, error=ours.detail)


def _contents(path: Path, limits: Limits) -> Iterator[_Found]:
    if _head(path).startswith(b"PK"):
        return _zip(path, limits)
    return _lone(path) if _is_lone(path) else _tar(path)


def _is_lone(path: Path) -> bool:
    """Whether it is compressed, and what comes out is no tar."""
    if not _head(path).startswith(_COMPRESSED):
        return False
    with _unpacked(path) as file:
        start = file.read(tarfile.BLOCKSIZE)
    try:
        tarfile.TarInfo.frombuf(start, tarfile.ENCODING, "surrogateescape")
    except tarfile.EOFHeaderError:  # type: ignore[attr-defined]
        return False
    except tarfile.HeaderError:
        return True
    return False


def _lone(path: Path) -> Iterator[_Found]:
    # How large it is, only unpacking tells.
    yield _Found(UNPACKED, 0, lambda: _unpacked(path))


def _damaged(error: Exception, count: int) -> UndecodableMedia:
    after = f" after {count} files" if count else ""
    return UndecodableMedia(f"The archive is damaged or incomplete{after} ({error}): pack it again.")


def _member(name: str, found: _Found, budget: _Budget) -> Member:
    try:
        budget.check_file(found.size)
    except TooLarge as error:
        return Member(name, error=error.detail)
    if found.error:
        return Member(name, error=found.error)
    return Member(name, _chunks(found, budget))


def _chunks(found: _Found, budget: _Budget) -> Iterator[bytes]:
    size = 0
    try:
        with found.open() as file:
            while chunk := file.read(_CHUNK):
                size += len(chunk)
                budget.check_file(size)
                budget.spend(len(chunk))
                yield chunk
    except _BROKEN as error:
        raise UndecodableMedia(f"The file is damaged inside the archive ({error}): pack it again.") from error


def _zip(path: Path, limits: Limits) -> Iterator[_Found]:
    if directory_size(path) > limits.files * _DIRECTORY_ENTRY + _CHUNK:
        raise TooLarge(f"The archive's list of files is too long; at most {limits.files} files are taken: split it.")
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            kind = stat.S_IFMT(info.external_attr >> 16) if info.create_system == 3 else 0
            if info.is_dir() or kind not in (0, stat.S_IFREG):
                continue
            locked = info.flag_bits & 1
            yield _Found(
                info.filename,
                info.file_size,
                lambda info=info: archive.open(info),  # type: ignore[misc]
                "The file is locked by a password: pack it without one." if locked else None,
            )


def directory_size(path: Path) -> int:
    """The size of a zip's directory as its end record says, 0 without one: zipfile reads it into memory whole."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - 22 - 65535 - 20))
        tail = file.read()
        at = tail.rfind(b"PK\x05\x06")
        if at < 0:
            return 0
        found = int.from_bytes(tail[at + 12 : at + 16], "little")
        locator = tail[at - 20 : at] if at >= 20 else b""
        if locator.startswith(b"PK\x06\x07"):
            # zipfile believes the 64-bit record, which lies right before its locator.
            file.seek(max(0, size - len(tail) + at - 20 - 56))
            record = file.read(56)
            if record.startswith(b"PK\x06\x06"):
                return int.from_bytes(record[40:48], "little")
    return found


class _TarInfo(tarfile.TarInfo):
    """tarfile takes a damaged header for the end of the archive, and reads headers of any size into memory."""

    @classmethod
    def fromtarfile(cls, tarfile: tarfile.TarFile) -> _TarInfo:
        try:
            return super().fromtarfile(tarfile)
        except _BAD_HEADERS as error:
            raise _read_error(str(error)) from error

    def _proc_member(self, archive: Any) -> Any:
        if self.type in _HEADER_TYPES and self.size > _MAX_TAR_HEADER:
            raise _read_error("a header is too long")
        return super()._proc_member(archive)  # type: ignore[misc]


def _read_error(reason: str) -> tarfile.ReadError:
    return tarfile.ReadError(reason)


_BAD_HEADERS = (tarfile.InvalidHeaderError, tarfile.TruncatedHeaderError)  # type: ignore[attr-defined]
_HEADER_TYPES = (
    tarfile.GNUTYPE_LONGNAME,
    tarfile.GNUTYPE_LONGLINK,
    tarfile.XHDTYPE,
    tarfile.XGLTYPE,
    tarfile.SOLARIS_XHDTYPE,
)


def _tar(path: Path) -> Iterator[_Found]:
    with _unpacked(path) as file, tarfile.open(fileobj=file, mode="r:", tarinfo=_TarInfo) as archive:
        for info in archive:
            # tarfile keeps every header that it has seen, which a long archive of small files must not cost.
            archive.members.clear()  # type: ignore[attr-defined]
            if info.isreg():
                yield _Found(info.name, info.size, lambda info=info: _content(archive, info))  # type: ignore[misc]


def _content(archive: tarfile.TarFile, info: tarfile.TarInfo) -> IO[bytes]:
    file = archive.extractfile(info)
    assert file is not None
    return file


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(6)


_COMPRESSED = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ")


def _unpacked(path: Path) -> IO[bytes]:
    head = _head(path)
    if head.startswith(b"\x1f\x8b"):
        import gzip

        return gzip.open(path)  # type: ignore[return-value]
    if head.startswith(b"BZh"):
        return bz2.open(path)
    if head.startswith(b"\xfd7zXZ"):
        return lzma.open(path)
    return path.open("rb")
