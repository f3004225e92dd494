"""Small documents of every kind, made here."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def packed(parts: Mapping[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def docx_parts(body: str) -> dict[str, str | bytes]:
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="H{level}"><w:name w:val="heading {level}"/></w:style>'
        for level in range(1, 4)
    )
    return {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        f'<Override PartName="/word/document.xml" ContentType="{_MAIN}"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="r1" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'<w:document xmlns:w="{_W}"><w:body>{body}</w:body></w:document>',
        "word/styles.xml": f'<w:styles xmlns:w="{_W}">{styles}</w:styles>',
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="r1" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
        "docProps/core.xml": '<c xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>On Tea</dc:title>'
        "<dc:creator>A. Leaf</dc:creator></c>",
    }


def word(text: str, style: str = "") -> str:
    """A paragraph of Word's."""
    about = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{about}<w:r><w:t>{text}</w:t></w:r></w:p>"


def docx(body: str) -> bytes:
    return packed(docx_parts(body))


def epub_parts(*chapters: str) -> dict[str, str | bytes]:
    names = [f"text/c {number}.xhtml" for number in range(len(chapters))]
    manifest = "".join(
        f'<item id="c{number}" href="text/c%20{number}.xhtml" media-type="application/xhtml+xml"/>'
        for number in range(len(chapters))
    )
    spine = "".join(f'<itemref idref="c{number}"/>' for number in range(len(chapters)))
    return {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
        '<rootfile full-path="OEBPS/book.opf"/></rootfiles></container>',
        "OEBPS/book.opf": '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        "<metadata><dc:title>The Book</dc:title><dc:creator>A. Writer</dc:creator></metadata>"
        f"<manifest>{manifest}</manifest><spine>{spine}</spine></package>",
        **{f"OEBPS/{name}": chapter for name, chapter in zip(names, chapters, strict=True)},
    }


def epub(*chapters: str) -> bytes:
    return packed(epub_parts(*chapters))


def pdf(*pages: list[tuple[str, int]], title: str | None = None, password: str | None = None) -> bytes:
    """A PDF of pages of lines, each with its size in points; an empty line is a gap."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, A4, encrypt=password)
    if title:
        canvas.setTitle(title)
    for lines in pages:
        height = 780.0
        for line, size in lines:
            canvas.setFont("Helvetica", size)
            height -= size * 1.2
            canvas.drawString(72, height, line)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()
