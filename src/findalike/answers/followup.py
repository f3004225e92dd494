"""Follow-up questions: "and on Windows?" is searched in the context of the questions that it follows."""

from __future__ import annotations

import re
from collections.abc import Sequence

from findalike.encoders.words import words

Asked = list[tuple[str, float]]
"""Texts with their weights: what is looked for is the weighted sum of their vectors."""

FADING = 0.5
"""What each earlier question counts of the one after it. Measured on the follow-ups of tests/answers/faq.py: with .5
the right item comes first for .91 of them, with .3 or .7 for .78 and .62, without context for .48, and with the words
of both questions in one text for .60."""

_OPENING = re.compile(r"\W*(and|or|but|also|then|what about|how about|what if|why not|same|instead)\b", re.IGNORECASE)
# What stands for something said before.
_POINTING = re.compile(
    r"\b(it|its|they|them|their|theirs|he|him|his|she|her|hers|this|that|these|those|there|one|ones|such|instead|"
    r"the (?:same|other|first|second|last|former|latter))\b",
    re.IGNORECASE,
)
_FEW = 1
"""A question with no more content words than this says too little alone."""


def in_context(question: str, before: Sequence[str]) -> Asked:
    """What to search for a question after others (oldest first): itself, and those that it leaves unsaid, back to one
    that stands alone."""
    asked, weight = [(question, 1.0)], FADING
    for earlier in reversed(before):
        if not follows(asked[-1][0]):
            break
        asked.append((earlier, weight))
        weight *= FADING
    return asked


def follows(question: str) -> bool:
    """Whether a question leaves something out that was said before: it begins with "and", has a pronoun, or is short.

    The lists are English; questions of other languages follow only if they are short."""
    if _OPENING.match(question) or _POINTING.search(question):
        return True
    return len(words(question).split()) <= _FEW
