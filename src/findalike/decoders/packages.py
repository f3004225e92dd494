"""Documents that are zip files of XML inside: read within limits, and without what XML can do to harm."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from xml.parsers import expat

from findalike.decoders.archive import directory_size
from findalike.errors import FindalikeError, TooLarge, UndecodableMedia

MAX_UNPACKED = 64 * 1024 * 1024
"""Bytes of text and structure (pictures do not count) that a document may unpack to."""
_MAX_DIRECTORY = 16 * 1024 * 1024
_BROKEN = (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, KeyError, NotImplementedError, RuntimeError)
_CHUNK = 1024 * 1024


class Package:
    """The parts of one document. All methods raise UndecodableMedia for a damaged one, TooLarge beyond MAX_UNPACKED."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._left = MAX_UNPACKED
        self.names = frozenset(archive.namelist())

    def read(self, name: str) -> bytes:
        """A part as it is, unpacked no further than the document may still unpack."""
        found = io.BytesIO()
        with _mended(), self._archive.open(name) as part:
            while chunk := part.read(_CHUNK):
                self._left -= len(chunk)
                if self._left < 0:
                    raise TooLarge(
                        f"The document unpacks to more than {MAX_UNPACKED // _CHUNK} MiB of text and structure, "
                        "the most that is read: split it."
                    )
                found.write(chunk)
        return found.getvalue()

    def xml(self, name: str) -> Any:
        """A part's root element (lxml's). It may declare no document type, so there are no entities to expand."""
        from lxml import etree

        data = self.read(name)
        refuse_doctype(data)
        with _mended():
            return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))


@contextmanager
def opened(path: Path) -> Iterator[Package]:
    """The document as a package."""
    with _mended():
        if directory_size(path) > _MAX_DIRECTORY:
            raise TooLarge("The document has too many parts: save it again, or split it.")
        archive = zipfile.ZipFile(path)
    with archive:
        yield Package(archive)


def refuse_doctype(data: bytes) -> None:
    """Raise UndecodableMedia if XML declares a document type, the door to entities, or does not begin as XML."""
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _declares
    parser.StartElementHandler = _begins
    try:
        parser.Parse(data, True)
    except _Root:
        return
    except expat.ExpatError as error:
        raise damaged(error) from error


def damaged(error: Exception) -> UndecodableMedia:
    return UndecodableMedia(
        f"The document is damaged or incomplete ({error}): open it in another program and save it again."
    )


class _Root(Exception):
    """The root element begins: what came before is harmless."""


def _declares(*_: object) -> None:
    raise UndecodableMedia("The document declares XML entities, which can be made to do harm: save it again.")


def _begins(*_: object) -> None:
    raise _Root


@contextmanager
def _mended() -> Iterator[None]:
    from lxml import etree

    try:
        yield
    except FindalikeError:
        raise
    except (etree.LxmlError, *_BROKEN) as error:
        raise damaged(error) from error
