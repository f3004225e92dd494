"""Sentences of a text in any language, by Wikimedia's sentencex: punctuation, and lists of each language's
abbreviations."""

from __future__ import annotations

from findalike.decoders.blocks import Block
from findalike.domain import Span


def sentences(block: Block, language: str | None = None) -> list[Span]:
    """The sentences of a block in order, without blank space at their ends; together they hold all its characters
    but blank space. A heading is one, a line of a table or of code is one.

    `language` is an ISO 639-1 code; with None, abbreviations are taken for English ones.
    """
    text = block.text
    match block.kind:
        case "heading":
            return [(0, len(text))]
        case "table" | "code":
            ends = _line_ends(text)
        case "list":
            ends = []
            start = 0
            for end in _line_ends(text):
                ends += [start + one for one in _ends(text[start:end], language)] + [end]
                start = end
        case "paragraph":
            ends = _ends(text, language)
    return _trimmed(text, ends)


def _ends(text: str, language: str | None) -> list[int]:
    from sentencex import get_sentence_boundaries

    return [found["end_index"] for found in get_sentence_boundaries(language or "en", text)]


def _line_ends(text: str) -> list[int]:
    ends = []
    at = 0
    for line in text.split("\n"):
        at += len(line) + 1
        ends.append(at)
    return ends


def _trimmed(text: str, ends: list[int]) -> list[Span]:
    spans = []
    start = 0
    for end in [*ends, len(text)]:
        if span := trim(text, start, end):
            spans.append(span)
        start = max(start, end)
    return spans


def trim(text: str, start: int, end: int) -> Span | None:
    """The span without blank space at its ends; None if nothing is left."""
    found = text[start:end]
    end = start + len(found.rstrip())
    start += len(found) - len(found.lstrip())
    return (start, end) if start < end else None
