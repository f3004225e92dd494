"""Answers: from a question and numbered passages to a text that cites them. Two forms, `extractive` and `generative`.

An answer comes as pieces of text with marks like [1], each the number of a passage. Nothing here searches or stores.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from findalike.answers.events import Flag
from findalike.domain import Sentence

NOTHING = "I found nothing on this."
"""What is answered where no passage is about the question."""


@dataclass(frozen=True)
class Passage:
    """What an answer may be made of. `number` counts from 1: marks name it.

    `text` is a passage of a document, or a question whose stored answer is `answer`. `score` is how near its meaning
    is to the question's (cosine), None if only its words led to it. `sentences` are those of the text, as a search
    compares them."""

    number: int
    title: str
    text: str
    answer: str | None = None
    score: float | None = None
    sentences: Sequence[Sentence] = ()


@dataclass(frozen=True)
class Turn:
    """Something said before."""

    role: Literal["user", "assistant"]
    text: str


@dataclass(frozen=True)
class Said:
    """The end of an answer: whether something was found, and what there is to know about it."""

    found: bool
    flags: frozenset[Flag] = frozenset()


class Answerer(Protocol):
    """A form of answering. May be asked several questions at once."""

    def answer(self, question: str, history: Sequence[Turn], passages: Sequence[Passage]) -> AsyncGenerator[str | Said]:
        """Pieces of the answer, then `Said`. Closing the generator stops the work. Raises errors of findalike."""
