"""Citation marks in a text that comes in pieces: marks of passages that do not exist are taken out."""

from __future__ import annotations

import re

_INSIDE = r"[0-9\s,;]"
# Bounded, so that what is waited for is short.
_MARK = re.compile(rf"[ \t]{{0,4}}\[({_INSIDE}{{1,40}})\]")
_BEGUN = re.compile(rf"[ \t]{{0,4}}\[{_INSIDE}{{0,40}}\Z|[ \t]{{1,4}}\Z")
_LIKE_A_MARK = re.compile(rf"\[({_INSIDE}{{1,40}})\]")


def unmarked(text: str) -> str:
    """A text whose own [3], a reference of its source, cannot be taken for a citation: it becomes (3)."""
    return _LIKE_A_MARK.sub(r"(\1)", text)


class Marks:
    """Repairs one answer: `feed` it piece by piece, then `end` it. Only whole marks leave it.

    [1, 2] becomes [1][2]; a mark without a known number vanishes, with the blank before it. [0] is no mark."""

    def __init__(self, known: int) -> None:
        self._known = known
        self._rest = ""
        self._last = ""
        self.unknown = False
        self.cited: set[int] = set()

    def feed(self, piece: str) -> str:
        """What of the text so far can be said."""
        text = self._rest + piece
        begun = _BEGUN.search(text)
        cut = begun.start() if begun else len(text)
        self._rest = text[cut:]
        return self._repaired(text[:cut])

    def end(self) -> str:
        """What was held back."""
        rest, self._rest = self._rest, ""
        return self._repaired(rest)

    def _repaired(self, text: str) -> str:
        repaired = _MARK.sub(self._one, text)
        self._last = text[-1:] or self._last
        return repaired

    def _one(self, found: re.Match[str]) -> str:
        numbers = [int(number) for number in dict.fromkeys(re.findall(r"\d+", found[1]))]
        if not any(numbers):
            return found[0]
        good = [number for number in numbers if 1 <= number <= self._known]
        self.unknown |= len(good) < len(numbers)
        self.cited.update(good)
        blanks = found[0][: found[0].index("[")]
        if not good and (found.string[: found.start()] or self._last).endswith("["):
            # Without it, the bracket before it could become the beginning of another mark.
            return f"({found[1]})"
        return blanks + "".join(f"[{number}]" for number in good) if good else ""
