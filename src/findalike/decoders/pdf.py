"""PDF to blocks: the text as PDFium finds it, cut into headings and paragraphs by what the lines look like.

PDF knows no paragraphs. Lines of one follow each other at one distance; a larger gap, or a line that ends early after
a full stop, ends it. Lines set clearly larger than most of the text are headings.
"""

from __future__ import annotations

import ctypes
import math
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import chain, islice, pairwise
from pathlib import Path
from typing import Any

from findalike.decoders.blocks import Block, clean, one_line
from findalike.errors import InvalidInput, UndecodableMedia

_LARGER = 1.15
"""How many times the size of most text a heading's is at least."""
_GAP = 1.4
"""How many times the usual distance of lines ends a paragraph."""
_EARLY = 0.8
"""A last line is shorter than this part of the longest line of its page."""
_MAX_HEADING = 200
_SAMPLE_PAGES = 20
"""Pages that tell which size most of the text has."""
_SENTENCE_END = re.compile(r"[.!?:…。！？．।॥؟][\"'”’»)\]」』）]*$")
# PDFium's mark for a hyphen at the end of a line, whose end it leaves out, and the soft hyphen.
_HYPHEN = re.compile("[\x02\ufffe\u00ad]")
_LETTER = re.compile(r"[^\W_]")
_PAGE_NUMBER = re.compile(r"\W*\d{1,4}\W*")
_UNSPACED = re.compile("[\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]")


@dataclass(frozen=True)
class Pages:
    """What a PDF says of itself, its number of pages, and its blocks."""

    title: str | None
    author: str | None
    count: int
    blocks: Iterator[Block]


@dataclass(frozen=True)
class _Line:
    """`size` is that of the letter in its middle (the first may be an ornament), `base` its base line above the lower
    edge of the page; both in points."""

    text: str
    size: float
    base: float


_Page = tuple[int, list[_Line]]


def read_pdf(path: Path) -> Pages:
    """Open a PDF. A page that cannot be read is left out.

    Raises InvalidInput for one locked by a password, UndecodableMedia for a damaged one; and InvalidInput while its
    blocks are taken, if it has no text.
    """
    import pypdfium2
    import pypdfium2.raw as pdfium

    try:
        pdf = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        if error.err_code in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY):
            raise InvalidInput("The PDF is locked by a password: save it without one, and send that.") from error
        raise UndecodableMedia(
            "The PDF is damaged or incomplete: open it in another program and save it again."
        ) from error
    about = pdf.get_metadata_dict()
    return Pages(_told(about.get("Title")), _told(about.get("Author")), len(pdf), _blocks(pdf))


def _told(value: str | None) -> str | None:
    """What programs write where nobody said anything is no title."""
    text = one_line(value)
    return None if text is None or text.lower().strip("()") in ("unspecified", "untitled", "anonymous") else text


def _blocks(pdf: Any) -> Iterator[Block]:
    with closing(pdf):
        pages = ((number, lines) for number in range(1, len(pdf) + 1) if (lines := _lines(pdf, number)))
        first = list(islice(pages, _SAMPLE_PAGES))
        if not first:
            raise InvalidInput(
                "The PDF has no text, only pictures of pages: let a program for text recognition (OCR) read it, "
                "and send what that gives."
            )
        sizes = _Sizes.of(first)
        for number, lines in chain(first, pages):
            yield from _page(lines, sizes, number)


@dataclass(frozen=True)
class _Sizes:
    """The size of most of the text, and those of headings, largest first; rounded to half a point."""

    body: float
    headings: tuple[float, ...]

    @classmethod
    def of(cls, pages: list[_Page]) -> _Sizes:
        letters: Counter[float] = Counter()
        for _, lines in pages:
            for line in lines:
                # Signs of formulas are as large as they like.
                letters[line.size] += len(_LETTER.findall(line.text))
        body = letters.most_common(1)[0][0]
        larger = (size for size, count in letters.items() if count and size >= body * _LARGER)
        return cls(body, tuple(sorted(larger, reverse=True)))

    def level(self, line: _Line) -> int:
        """1 to 6 for a heading's line, else 0."""
        if line.size < self.body * _LARGER or len(line.text) > _MAX_HEADING or not _LETTER.search(line.text):
            return 0
        return min(6, 1 + sum(size > line.size for size in self.headings))


def _lines(pdf: Any, number: int) -> list[_Line]:
    import pypdfium2
    import pypdfium2.raw as pdfium

    try:
        page = pdf[number - 1]
        text_page = page.get_textpage()
    except pypdfium2.PdfiumError:
        return []
    with closing(page), closing(text_page):
        found: list[_Line] = []
        at = 0
        for line in text_page.get_text_range().split("\r\n"):
            if text := clean(_HYPHEN.sub("", line)):
                middle = len(line[: len(line) // 2 + 1].rstrip()) - 1
                letter = pdfium.FPDFText_GetCharIndexFromTextIndex(text_page, at + max(0, middle))
                found.append(_Line(text, *_letter(pdfium, text_page, letter)))
            # PDFium counts in UTF-16.
            at += len(line.encode("utf-16-le", "surrogatepass")) // 2 + 2
    if found and _PAGE_NUMBER.fullmatch(found[0].text):
        del found[0]
    if found and _PAGE_NUMBER.fullmatch(found[-1].text):
        del found[-1]
    return found


def _letter(pdfium: Any, text_page: Any, index: int) -> tuple[float, float]:
    """The size and the base line of a letter on the page."""
    matrix, x, y = pdfium.FS_MATRIX(), ctypes.c_double(), ctypes.c_double()
    pdfium.FPDFText_GetMatrix(text_page, index, matrix)
    pdfium.FPDFText_GetCharOrigin(text_page, index, x, y)
    size = pdfium.FPDFText_GetFontSize(text_page, index) * math.hypot(matrix.c, matrix.d)
    return round(size * 2) / 2, y.value


def _page(lines: list[_Line], sizes: _Sizes, number: int) -> Iterator[Block]:
    gaps = sorted(gap for above, below in pairwise(lines) if (gap := above.base - below.base) > 1)
    usual = gaps[len(gaps) // 2] if gaps else 0.0
    longest = max(len(line.text) for line in lines)
    gathered: list[_Line] = []
    for line in lines:
        if gathered and _ends(gathered[-1], line, sizes, usual, longest):
            yield _block(gathered, sizes, number)
            gathered = []
        gathered.append(line)
    yield _block(gathered, sizes, number)


def _ends(last: _Line, following: _Line, sizes: _Sizes, usual: float, longest: int) -> bool:
    level = sizes.level(last)
    if level or sizes.level(following):
        # A heading may have several lines.
        return level != sizes.level(following) or last.size != following.size
    gap = last.base - following.base
    if gap > usual * _GAP:
        return True
    ended = _SENTENCE_END.search(last.text) is not None
    # Upwards it goes to the next column.
    return ended and (gap < 0 or len(last.text) < longest * _EARLY)


def _block(lines: list[_Line], sizes: _Sizes, number: int) -> Block:
    text = lines[0].text
    for line in lines[1:]:
        # Scripts that write no spaces break lines anywhere.
        joint = "" if _UNSPACED.match(text[-1]) and _UNSPACED.match(line.text[0]) else " "
        text += joint + line.text
    level = sizes.level(lines[0])
    return Block(clean(text), "heading" if level else "paragraph", level, number)
