"""DOCX to blocks: mammoth makes HTML of Word's structure."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

from findalike.decoders import packages
from findalike.decoders.blocks import one_line
from findalike.decoders.markup import Markup, read_markup

_STYLES = "p[style-name='Title'] => h1:fresh\np[style-name='Subtitle'] => p:fresh"
_ABOUT = "docProps/core.xml"
_DC = "{http://purl.org/dc/elements/1.1/}"


def read_docx(path: Path) -> Markup:
    """Read a Word document: its text with footnotes, without comments, pictures and what was deleted.

    Raises UndecodableMedia and TooLarge.
    """
    import mammoth

    with packages.opened(path) as package:
        about = package.xml(_ABOUT) if _ABOUT in package.names else None
        page = _plain(package)
    try:
        html = mammoth.convert_to_html(
            page, style_map=_STYLES, include_embedded_style_map=False, convert_image=lambda image: []
        ).value
    except MemoryError:
        raise
    except Exception as error:
        # Broken structure makes mammoth raise nearly anything: KeyError, AttributeError, RecursionError …
        raise packages.damaged(error) from error
    return Markup(_said(about, "title"), _said(about, "creator"), read_markup(html).blocks)


def _plain(package: packages.Package) -> io.BytesIO:
    """The document without anything but XML, each part of which was checked, so that it is all that mammoth sees."""
    plain = io.BytesIO()
    with zipfile.ZipFile(plain, "w") as target:
        for name in sorted(package.names):
            if name.endswith((".xml", ".rels")):
                content = package.read(name)
                packages.refuse_doctype(content)
                target.writestr(name, content)
    plain.seek(0)
    return plain


def _said(about: Any, name: str) -> str | None:
    return None if about is None else one_line(about.findtext(f"{_DC}{name}"))
