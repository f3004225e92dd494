"""HTML to blocks. Markdown, DOCX and EPUB become HTML first, so this is the one place that knows structure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from findalike.decoders.blocks import Block, Kind, clean, one_line
from findalike.decoders.text import decode

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
# What is not the text of a page: programs, what only readers' programs show, controls, ways to other pages.
_SKIPPED = frozenset({
    "script", "style", "template", "noscript", "noframes", "head", "title", "svg", "math", "iframe", "object",
    "embed", "applet", "audio", "video", "canvas", "map", "select", "datalist", "button", "input", "textarea",
    "nav", "rp", "rt",
})  # fmt: skip
_INLINE = frozenset({
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i",
    "img", "ins", "kbd", "label", "mark", "meter", "output", "picture", "progress", "q", "ruby", "s", "samp",
    "small", "source", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr",
})  # fmt: skip
_LISTS = frozenset({"ul", "ol", "menu", "dir"})
_CELLS = frozenset({"td", "th"})
# A table that holds these lays out a page rather than data.
_LAYOUT = ("table", *_HEADINGS, "article", "section", "main", "form")
_DECLARED = re.compile(rb"""<(?:meta\b[^>]*\bcharset|\?xml\b[^>]*\bencoding)\s*=\s*["']?([\w.:-]+)""", re.IGNORECASE)
_BLANK = re.compile(r"[ \t\n\r\f]+")
_HEAD = 4096


@dataclass(frozen=True)
class Markup:
    """A parsed page: what its head says, and its blocks."""

    title: str | None
    author: str | None
    blocks: Iterator[Block]


def read_html(data: bytes) -> Markup:
    """Parse an HTML file, in the encoding that it declares or that it looks like. Raises UndecodableMedia if it is
    no text."""
    declared = _DECLARED.search(data[:_HEAD])
    return read_markup(decode(data, declared[1].decode() if declared else None))


def read_markup(text: str) -> Markup:
    """Parse a page as browsers do, whatever is wrong with it (libxml2's HTML parser, through lxml).

    Scripts, styles, comments, navigation, forms' controls and what is hidden are left out, and what lies deeper than
    2,048 elements.
    """
    from lxml import html
    from lxml.etree import ParserError

    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True, no_network=True)
    try:
        root = html.document_fromstring(text.encode("utf-8", "ignore"), parser=parser)
    except ParserError:
        # "Document is empty": no element and no text.
        return Markup(None, None, iter(()))
    author = root.xpath("string(//meta[translate(@name, 'AUTHOR', 'author') = 'author']/@content)")
    return Markup(one_line(root.findtext(".//title")), one_line(str(author)), _Walk().blocks(root))


@dataclass
class _Walk:
    """One pass over a tree. `pieces` is the text since the last block element began or ended."""

    pieces: list[str] = field(default_factory=list)
    items: list[str] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)
    lists: int = 0
    pre: int = 0
    in_table: bool = False
    """In a table of data, that is; it has no other table inside."""

    def blocks(self, root: Any) -> Iterator[Block]:
        from lxml.etree import iterwalk

        walk = iterwalk(root, events=("start", "end"))
        skipped = None
        for event, element in walk:
            if event == "end":
                if element is not skipped:
                    yield from self._end(element)
                self._add(element.tail)
            elif _is_skipped(element):
                # Its end comes next all the same.
                walk.skip_subtree()
                skipped = element
            else:
                yield from self._start(element)
                self._add(element.text)
        yield from self._flush()
        yield from self._end_list()

    def _add(self, text: str | None) -> None:
        if text:
            self.pieces.append(text if self.pre else _BLANK.sub(" ", text))

    def _start(self, element: Any) -> Iterator[Block]:
        tag = element.tag
        if tag == "br":
            self.pieces.append("\n")
        elif tag in _INLINE:
            return
        elif self.in_table:
            self.pieces.append(" ")
        else:
            yield from self._flush()
            if tag in _LISTS:
                self.lists += 1
            elif tag == "pre":
                self.pre += 1
            elif tag == "table":
                yield from self._end_list()
                self.in_table = next(element.iterdescendants(*_LAYOUT), None) is None

    def _end(self, element: Any) -> Iterator[Block]:
        tag = element.tag
        if tag == "br" or tag in _INLINE:
            return
        if self.in_table:
            yield from self._end_in_table(tag)
        elif tag in _HEADINGS:
            yield from self._flush("heading", _HEADINGS[tag])
        elif tag == "pre":
            yield from self._flush("code")
            self.pre -= 1
        else:
            yield from self._flush()
            if tag in _LISTS:
                self.lists -= 1
                if not self.lists:
                    yield from self._end_list()

    def _end_in_table(self, tag: str) -> Iterator[Block]:
        if tag in _CELLS:
            self.cells.append(" ".join(self._taken().split()))
        elif tag == "tr":
            self._end_row()
        elif tag == "caption":
            yield from self._block(self._taken(), "paragraph")
        elif tag == "table":
            self._end_row()
            rows, self.items = self.items, []
            self.in_table = False
            yield from self._block("\n".join(rows), "table")
        else:
            self.pieces.append(" ")

    def _end_row(self) -> None:
        # Text between cells is nobody's, but it is text.
        cells = [*self.cells, " ".join(self._taken().split())]
        row = " | ".join(cell for cell in cells if cell)
        self.cells = []
        if row:
            self.items.append(row)

    def _taken(self) -> str:
        text = "".join(self.pieces)
        self.pieces.clear()
        return text

    def _flush(self, kind: Kind = "paragraph", level: int = 0) -> Iterator[Block]:
        """What was gathered becomes a line of the open list, or a block of its own."""
        text = self._taken()
        if not text.strip():
            return
        if kind == "paragraph" and not self.pre:
            text = "\n".join(" ".join(line.split()) for line in text.split("\n"))
        elif kind == "heading":
            text = " ".join(text.split()).removesuffix("¶")
        if self.lists and kind == "paragraph":
            self.items.append(text.strip())
        else:
            yield from self._end_list()
            yield from self._block(text, kind, level)

    def _end_list(self) -> Iterator[Block]:
        items, self.items = self.items, []
        yield from self._block("\n".join(items), "list")

    def _block(self, text: str, kind: Kind, level: int = 0) -> Iterator[Block]:
        if cleaned := clean(text):
            yield Block(cleaned, kind, level)


def _is_skipped(element: Any) -> bool:
    return (
        element.tag in _SKIPPED
        or element.get("role") == "navigation"
        or element.get("hidden") is not None
        or element.get("aria-hidden") == "true"
    )
