"""Documents cut into passages on their own structure: headings, paragraphs, sentences; words only in an emergency."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from findalike.decoders.blocks import SEPARATOR, Block, Document
from findalike.decoders.sentences import sentences, trim
from findalike.domain import Span

TARGET_TOKENS = 160
"""What a passage may have at most, where the encoder's limit is not lower. A few paragraphs: enough to answer a
question, little enough that one vector can say what it is about. MiniLM was trained on 128 tokens and reads 256."""

CHARACTERS_A_TOKEN = 8
"""A passage may have so many characters for each token that it may have. Twice what English needs: this bounds what
tokenizers take for one unknown word, however long."""


@dataclass(frozen=True)
class Passage:
    """A part of a document that gets a vector.

    `start` and `end` are its place in the document's plain text, so that `text == document.text[start:end]`; it has
    no blank space at its ends. `page` is that of its first character, None if the format has none. `headings` are
    those that it stands under, outermost first; the first passage under a heading also begins with it.
    `sentences` are places in `text`.
    """

    text: str
    start: int
    end: int
    page: int | None
    headings: tuple[str, ...]
    sentences: tuple[Span, ...]


def passages(
    document: Document,
    limit_tokens: int,
    count: Callable[[str], int],
    *,
    language: str | None = None,
    target_tokens: int = TARGET_TOKENS,
) -> Iterator[Passage]:
    """The passages of a document in order. They do not overlap, and hold all its plain text but blank space.

    `count` says how many tokens a text has, special ones left out; `limit_tokens`, at least 1, is what the encoder
    reads besides special ones. No passage has more, a single character aside, if two texts have no more tokens together
    than alone.
    A heading opens a passage. Paragraphs are joined up to `target_tokens`, and the passages of a section are made about
    equally long. A paragraph longer than that is cut between its sentences (for `language` see `sentences`), a
    sentence between words, a word anywhere.
    """
    return _Cutter(document.text, min(limit_tokens, target_tokens), count, language).cut(document.blocks)


@dataclass(frozen=True)
class _Unit:
    """What stays together: `sentences` in the document's plain text. `size` counts as `_Cutter.size` does."""

    sentences: list[Span]
    size: int
    page: int | None


class _Cutter:
    def __init__(self, text: str, most: int, count: Callable[[str], int], language: str | None):
        self._text, self._most, self._count, self._language = text, max(1, most), count, language

    def cut(self, blocks: tuple[Block, ...]) -> Iterator[Passage]:
        path: list[tuple[int, str]] = []
        opening: list[_Unit] = []
        body: list[_Unit] = []
        at = 0
        for block in blocks:
            if block.kind == "heading":
                if body:
                    yield from self._section(opening, body, path)
                    opening, body = [], []
                path = [one for one in path if one[0] < block.level]
                path.append((block.level, " ".join(block.text.split())))
                opening += self._units(block, at, self._most)
            else:
                body += self._units(block, at, self._most if body else self._room(opening))
            at += len(block.text) + len(SEPARATOR)
        yield from self._section(opening, body, path)

    def _room(self, opening: list[_Unit]) -> int:
        """What is left for the text right after headings; they go on their own if they are long."""
        used = sum(unit.size for unit in opening)
        return self._most - used if used <= self._most // 2 else self._most

    def _section(self, opening: list[_Unit], body: list[_Unit], path: list[tuple[int, str]]) -> Iterator[Passage]:
        units = [*opening, *body]
        if not units:
            return
        first = [*opening, *body[:1]]
        size = sum(unit.size for unit in first)
        if size <= self._most:
            # Nothing may come between headings and what they stand over.
            units = [_Unit([span for unit in first for span in unit.sentences], size, first[0].page), *body[1:]]
        headings = tuple(text for _, text in path)
        for group in _evenly(units, self._most):
            spans = [span for unit in group for span in unit.sentences]
            start, end = spans[0][0], spans[-1][1]
            inside = tuple((one - start, other - start) for one, other in spans)
            yield Passage(self._text[start:end], start, end, group[0].page, headings, inside)

    def _units(self, block: Block, at: int, room: int) -> list[_Unit]:
        """A block as one unit if there is room for it, else its sentences as one each."""
        spans = [(start + at, end + at) for start, end in sentences(block, self._language)]
        whole = self.size(at, at + len(block.text))
        if whole <= room:
            return [_Unit(spans, whole, block.page)]
        return [_Unit([piece], self.size(*piece), block.page) for span in spans for piece in self._pieces(span, room)]

    def _pieces(self, span: Span, room: int) -> Iterator[Span]:
        """A sentence, halved as often as it takes."""
        waiting = [span]
        while waiting:
            start, end = waiting.pop()
            if end - start == 1 or self.size(start, end) <= room:
                yield start, end
                continue
            middle = self._middle(start, end)
            waiting += [half for half in (trim(self._text, middle, end), trim(self._text, start, middle)) if half]

    def _middle(self, start: int, end: int) -> int:
        """The end of a line near the middle of a span, else the end of a word there, else the middle."""
        quarter = (end - start) // 4
        middle = (start + end) // 2
        for blank in ("\n", " "):
            before = self._text.rfind(blank, start + quarter, middle)
            after = self._text.find(blank, middle, end - quarter)
            found = [one for one in (before, after) if one > start]
            if found:
                return min(found, key=lambda one: abs(one - middle))
        return max(start + 1, middle)

    def size(self, start: int, end: int) -> int:
        """How much of `self._most` a part of the text takes: its tokens, or more if it has many characters."""
        least = math.ceil((end - start) / CHARACTERS_A_TOKEN)
        return least if least > self._most else max(least, self._count(self._text[start:end]))


def _evenly(units: list[_Unit], most: int) -> list[list[_Unit]]:
    """Units in as few groups as `most` allows, the largest group as small as it can then be."""
    groups = _packed(units, most)
    low, high = max(unit.size for unit in units), most
    while low < high and len(groups) > 1:
        middle = (low + high) // 2
        tighter = _packed(units, middle)
        if len(tighter) == len(groups):
            groups, high = tighter, middle
        else:
            low = middle + 1
    return groups


def _packed(units: list[_Unit], most: int) -> list[list[_Unit]]:
    groups: list[list[_Unit]] = []
    size = 0
    for unit in units:
        if groups and size + unit.size <= most:
            groups[-1].append(unit)
            size += unit.size
        else:
            groups.append([unit])
            size = unit.size
    return groups
