"""EPUB to blocks: its chapters are HTML, in the order that its spine gives (EPUB 3.3, W3C)."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from findalike.decoders import packages
from findalike.decoders.blocks import Block, one_line
from findalike.decoders.markup import Markup, read_html
from findalike.errors import InvalidInput, UndecodableMedia

_CONTAINER = "META-INF/container.xml"
_LOCKS = "META-INF/encryption.xml"
_PAGES = ("application/xhtml+xml", "text/html")
_DC = "{http://purl.org/dc/elements/1.1/}"
_FONTS = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")


def read_epub(path: Path) -> Markup:
    """Read a book. Chapters that it names but lacks are left out.

    Raises UndecodableMedia, TooLarge, and InvalidInput for a book locked by its shop.
    """
    with packages.opened(path) as package:
        _refuse_locked(package)
        place = package.xml(_CONTAINER).find(".//{*}rootfile")
        book_name = "" if place is None else place.get("full-path", "")
        book = package.xml(book_name)
        folder = posixpath.dirname(book_name)
        files = {
            item.get("id"): posixpath.normpath(posixpath.join(folder, unquote(item.get("href", ""))))
            for item in book.iterfind(".//{*}manifest/{*}item")
            if item.get("media-type") in _PAGES
        }
        spine = [files.get(place.get("idref"), "") for place in book.iterfind(".//{*}spine/{*}itemref")]
    chapters = [name for name in dict.fromkeys(spine) if name in package.names]
    if not chapters:
        raise UndecodableMedia("The book has no chapters: it is damaged. Get it again, and send that.")
    title, author = (one_line(book.findtext(f".//{_DC}{name}")) for name in ("title", "creator"))
    return Markup(title, author, _chapters(path, chapters))


def _chapters(path: Path, names: list[str]) -> Iterator[Block]:
    with packages.opened(path) as package:
        for name in names:
            yield from read_html(package.read(name)).blocks


def _refuse_locked(package: packages.Package) -> None:
    if _LOCKS not in package.names:
        return
    methods = package.xml(_LOCKS).iterfind(".//{*}EncryptionMethod")
    # Fonts are scrambled in many a book that anyone may read.
    if any(method.get("Algorithm") not in _FONTS for method in methods):
        raise InvalidInput("The book is locked by its shop (DRM): send one without a lock.")
