"""A document as a sequence of blocks: what every format becomes before it is cut into passages."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

Kind = Literal["heading", "paragraph", "list", "table", "code"]

SEPARATOR = "\n\n"
"""What stands between two blocks in a document's plain text."""

_CONTROLS = re.compile("[\0-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff\ud800-\udfff]")
# However much blank space is in a file, a passage must not consist of it.
_GAPS = re.compile(r"[^\S\n]*\n(?:[^\S\n]*\n){2,}|[^\S\n]{100,}")
_LINE_ENDS = re.compile("\r\n|[\r\x0c\x85\u2028\u2029]")


@dataclass(frozen=True)
class Block:
    """One part of a document.

    `text` is in Unicode's form NFC, with no control characters but tab and newline, no blank space at its ends, and
    never empty. A list has an item on each line, a table a row, with " | " between cells.
    `level` is 1 to 6 for a heading, else 0. `page` counts from 1 and is None where the format has no pages.
    """

    text: str
    kind: Kind = "paragraph"
    level: int = 0
    page: int | None = None


@dataclass(frozen=True)
class Document:
    """What a file says, as blocks in reading order. `title`, `author` and `pages` are None where it does not say."""

    blocks: tuple[Block, ...]
    title: str | None = None
    author: str | None = None
    pages: int | None = None

    @property
    def text(self) -> str:
        """The plain text: the blocks' texts joined by SEPARATOR. Passages' character ranges are in this."""
        return SEPARATOR.join(block.text for block in self.blocks)


def clean(text: str) -> str:
    """Text as a Block has it; "" if nothing is left."""
    plain = _CONTROLS.sub("", _LINE_ENDS.sub("\n", text))
    return unicodedata.normalize("NFC", _GAPS.sub(_gap, plain)).strip()


def _gap(found: re.Match[str]) -> str:
    return "\n\n" if "\n" in found[0] else " "


def one_line(text: str | None) -> str | None:
    """A title or a name: cleaned, with single spaces; None if nothing is left."""
    return " ".join(clean(text or "").split())[:500] or None
