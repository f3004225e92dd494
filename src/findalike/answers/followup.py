"""Follow-up questions: "and on Windows?" is searched together with the words of the question that it follows."""

from __future__ import annotations

import re
from collections.abc import Sequence

from findalike.encoders.words import words

_OPENING = re.compile(r"\W*(and|or|but|also|then|what about|how about|what if|why not|same|instead)\b", re.IGNORECASE)
# What stands for something said before.
_POINTING = re.compile(
    r"\b(it|its|they|them|their|theirs|he|him|his|she|her|hers|this|that|these|those|there|one|ones|such|instead|"
    r"the (?:same|other|first|second|last|former|latter))\b",
    re.IGNORECASE,
)
_FEW = 1
"""A question with no more content words than this says too little alone."""
_WORD = re.compile(r"\w+(?:['’-]\w+)*")


def in_context(question: str, before: Sequence[str]) -> str:
    """What to search for a question that follows others (oldest first): itself, or if it leaves something out, itself
    with the content words of the last one that did not."""
    if not follows(question):
        return question
    previous = next((one for one in reversed(before) if not follows(one)), before[0] if before else "")
    there = set(words(question).split())
    added: list[str] = []
    for found in _WORD.findall(previous):
        stems = words(found).split()
        if stems and not there.issuperset(stems):
            there.update(stems)
            added.append(found)
    return " ".join([question, *added])


def follows(question: str) -> bool:
    """Whether a question leaves something out that was said before: it begins with "and", has a pronoun, or is short.

    The lists are English; questions of other languages follow only if they are short."""
    if _OPENING.match(question) or _POINTING.search(question):
        return True
    return len(words(question).split()) <= _FEW
