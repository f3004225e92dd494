"""Text files: bytes to characters in whatever encoding they are written, and plain text to paragraphs."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

from findalike.decoders.blocks import Block, clean
from findalike.errors import UndecodableMedia

# WHATWG's Encoding Standard: who says latin-1 or ASCII means windows-1252, and so on for its other labels.
_MEANT = {
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "gb2312": "gb18030",
    "gbk": "gb18030",
}
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 64 * 1024
_BLANK_LINES = re.compile(r"\n[^\S\n]*\n\s*|\x0c\s*")


def decode(data: bytes, declared: str | None = None) -> str:
    """The characters of a text file.

    A byte order mark decides; then what the file `declared` about itself; then UTF-8 if the whole is that; then a
    guess by the letters it gives (chardet). Raises UndecodableMedia for what is no text.
    """
    text = data.decode(_encoding(data, declared), errors="replace").removeprefix("\ufeff")
    if "\0" in text[:_SAMPLE]:
        raise UndecodableMedia("This is not text: send TXT, Markdown, HTML, PDF, DOCX or EPUB.")
    return text


def paragraphs(text: str) -> Iterator[Block]:
    """Plain text cut at its blank lines; lines inside a paragraph stay lines."""
    start = 0
    for blank in _BLANK_LINES.finditer(text):
        yield from _paragraph(text[start : blank.start()])
        start = blank.end()
    yield from _paragraph(text[start:])


def _paragraph(text: str) -> Iterator[Block]:
    if cleaned := clean(text):
        yield Block(cleaned)


def _encoding(data: bytes, declared: str | None) -> str:
    for mark, name in _BOMS:
        if data.startswith(mark):
            return name
    if declared:
        try:
            found = codecs.lookup(declared).name
            data[:_SAMPLE].decode(found, errors="ignore")
        except (LookupError, UnicodeError):
            pass
        else:
            # Who declares UTF-16 in letters of one byte is wrong: the declaration could not have been read.
            if not found.startswith(("utf-16", "utf-32", "utf-8")):
                return _MEANT.get(found, found)
    try:
        data.decode()
    except UnicodeDecodeError:
        return _guess(data)
    return "utf-8"


def _guess(data: bytes) -> str:
    from chardet import EncodingEra, detect

    # Bytes above ASCII tell encodings apart; a sample around the first of them has some.
    first = next(re.finditer(rb"[\x80-\xff]", data)).start()
    start = max(0, first - _SAMPLE // 2)
    # Encodings of old Macs, of DOS and of mainframes are rare by now, and only draw guesses away.
    found = detect(
        data[start : start + _SAMPLE], encoding_era=EncodingEra.MODERN_WEB, prefer_superset=True, compat_names=False
    )
    return found["encoding"] or "cp1252"
