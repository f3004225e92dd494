"""Extractive answers: a stored answer, or the best sentences of the best passages, word for word. No language model."""

from __future__ import annotations

import textwrap
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from findalike.answers import NOTHING, Passage, Said, Turn
from findalike.answers.marks import unmarked

Compare = Callable[[Sequence[str]], Awaitable[NDArray[np.float32]]]
"""How near the meaning of each text is to the question's, in its context: cosines, float32 (len(texts),)."""

BUDGET = 400
"""Characters of sentences that are encoded for a question: 50 ms of a busy core's time. Measured on 40 questions and
the five best passages of each: the best of all sentences was among them for .82, and the cosine lost was .006."""
QUOTED = 3
"""Sentences of an answer, at most."""
_CLOSE = 0.1
"""A further sentence may be so much less near than the best."""
_RANK = 0.02
"""How much nearer a sentence of the next passage must be to be encoded before."""
_SHORTEST, _LONGEST = 4, 400
"""Words that a sentence needs to answer anything, and characters that one may have to be quoted."""
_LETTERS = 0.75
"""How much of a sentence must be letters or blanks: tables and code are no answers."""


@dataclass(frozen=True)
class _Sentence:
    passage: Passage
    place: int
    text: str


class Extractive:
    """Quotes what the passages say."""

    def __init__(self, compare: Compare, threshold: float) -> None:
        """For one question. `threshold`: what is less near to the question than this (a cosine) is not about it."""
        self._compare, self._threshold = compare, threshold

    async def answer(
        self, question: str, history: Sequence[Turn], passages: Sequence[Passage]
    ) -> AsyncGenerator[str | Said]:
        """The stored answer of the nearest question, if none of the passages' sentences is nearer; else these."""
        candidates = _candidates(passages)
        # Of a question that only its words led to, nobody knows yet how near it is.
        unknown = [one for one in passages if one.answer is not None and one.score is None]
        texts = [*(one.text for one in candidates), *(one.text for one in unknown)]
        compared = await self._compare(texts)
        nearness = compared[: len(candidates)]
        near = {one.number: float(value) for one, value in zip(unknown, compared[len(candidates) :], strict=True)}
        known, stored = max(
            ((near.get(one.number, one.score or 0.0), one) for one in passages if one.answer is not None),
            key=lambda pair: pair[0],
            default=(0.0, None),
        )
        best = float(nearness.max()) if len(nearness) else 0.0
        read = [one for one in passages if one.answer is None]
        # A passage may be about it as a whole, or say it in a table.
        around = max((one.score or 0.0 for one in read), default=0.0)
        if stored and stored.answer and known >= max(best, self._threshold):
            yield f"{unmarked(stored.answer.strip())} [{stored.number}]"
        elif candidates and max(best, around) >= self._threshold:
            for number, one in enumerate(_chosen(candidates, nearness, self._threshold)):
                yield f"{' ' if number else ''}{unmarked(one.text)} [{one.passage.number}]"
        elif around >= self._threshold:
            yield f"{unmarked(textwrap.shorten(read[0].text, _LONGEST, placeholder=' …'))} [{read[0].number}]"
        else:
            yield NOTHING
            yield Said(found=False)
            return
        yield Said(found=True)


def _candidates(passages: Sequence[Passage]) -> list[_Sentence]:
    """The sentences worth encoding: those that a search found nearest, and the better passages' first."""
    found: list[tuple[float, _Sentence]] = []
    for rank, passage in enumerate(passages):
        if passage.answer is not None:
            continue
        for sentence in passage.sentences:
            start, end = sentence.place
            text = " ".join(passage.text[start:end].split())
            if _says_something(text):
                found.append((sentence.nearness - _RANK * rank, _Sentence(passage, start, text)))
    chosen: list[_Sentence] = []
    left = BUDGET
    for _, one in sorted(found, key=lambda pair: -pair[0]):
        if len(one.text) <= left:
            left -= len(one.text)
            chosen.append(one)
    return chosen


def _says_something(text: str) -> bool:
    """Whether a sentence may answer a question: it is no question, no heading, no table, and not endless."""
    letters = sum(character.isalpha() or character == " " for character in text)
    enough = len(text.split()) >= _SHORTEST or not text.isascii()
    return enough and len(text) <= _LONGEST and letters >= _LETTERS * len(text) and not text.endswith("?")


def _chosen(candidates: Sequence[_Sentence], nearness: NDArray[np.float32], threshold: float) -> list[_Sentence]:
    """The nearest sentences, one at least: the nearest one's passage first, and each passage's in their order."""
    order = np.argsort(-nearness, kind="stable")
    best = float(nearness[order[0]])
    least = min(best, max(threshold, best - _CLOSE))
    near = {candidates[index].text: candidates[index] for index in order if nearness[index] >= least}
    chosen = list(near.values())[:QUOTED]
    rank = list(dict.fromkeys(one.passage.number for one in chosen))
    return sorted(chosen, key=lambda one: (rank.index(one.passage.number), one.place))
