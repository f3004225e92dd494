"""Documents of any kind to blocks: TXT, Markdown, HTML, PDF, DOCX and EPUB."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from findalike.decoders.blocks import Block, Document, one_line
from findalike.decoders.docx import read_docx
from findalike.decoders.epub import read_epub
from findalike.decoders.markdown import read_markdown
from findalike.decoders.markup import Markup, read_html
from findalike.decoders.pdf import read_pdf
from findalike.decoders.sniff import SPECIAL_TABLES
from findalike.decoders.text import decode, paragraphs
from findalike.errors import InvalidInput, TooLarge, UnsupportedMedia

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MEDIA_TYPES = ("text/plain", "text/markdown", "text/html", "application/pdf", DOCX, "application/epub+zip")
"""What `open_document` takes, as `sniff` names it."""
MAX_CHARACTERS = 20_000_000
"""Of one document: some 40 novels."""
_MAX_BYTES = 4 * MAX_CHARACTERS


def open_document(path: str | Path, media_type: str) -> Document:
    """Read a document whole. Its title is what its metadata say, else the heading that it begins with.

    Runs in a decoder process: the libraries behind it are given whatever users send. Raises InvalidInput for one
    without text or with a lock, UndecodableMedia for a damaged one, TooLarge beyond MAX_CHARACTERS of text, and
    UnsupportedMedia.
    """
    path = Path(path)
    pages = None
    match media_type:
        case "application/pdf":
            pdf = read_pdf(path)
            found, pages = Markup(pdf.title, pdf.author, pdf.blocks), pdf.count
        case "application/epub+zip":
            found = read_epub(path)
        case _ if media_type == "text/plain" or media_type in SPECIAL_TABLES:
            found = Markup(None, None, paragraphs(decode(_bytes(path))))
        case "text/markdown":
            found = read_markdown(decode(_bytes(path)))
        case "text/html":
            found = read_html(_bytes(path))
        case _ if media_type == DOCX:
            found = read_docx(path)
        case _:
            raise UnsupportedMedia(
                f"{media_type} is not read as text: save it as DOCX, PDF, EPUB, HTML, Markdown or TXT."
            )
    blocks = tuple(_bounded(found.blocks))
    if not blocks:
        raise InvalidInput("There is no text in the document.")
    first = blocks[0]
    title = found.title or (one_line(first.text) if first.kind == "heading" else None)
    return Document(blocks, title, found.author, pages)


def _bounded(blocks: Iterator[Block]) -> Iterator[Block]:
    count = 0
    for block in blocks:
        count += len(block.text)
        if count > MAX_CHARACTERS:
            raise TooLarge(
                f"The document has more than {MAX_CHARACTERS:,} characters, the most that is read: split it."
            )
        yield block


def _bytes(path: Path) -> bytes:
    if path.stat().st_size > _MAX_BYTES:
        raise TooLarge(f"A text file may have {_MAX_BYTES // 1_000_000} MB at most: split it.")
    return path.read_bytes()
