"""Extractive answers: a stored answer, or the best sentences of the best passages, word for word. No language model."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from findalike.answers import NOTHING, Passage, Said, Turn
from findalike.answers.marks import unmarked
from findalike.decoders.blocks import Block
from findalike.decoders.sentences import sentences
from findalike.encoders.words import words

Compare = Callable[[str, Sequence[str]], Awaitable[NDArray[np.float32]]]
"""How near the meaning of each text is to a question's: cosines, float32 (len(texts),)."""

CANDIDATES = 12
"""Sentences that are encoded for a question: a dozen take an encoder some 20 ms."""
QUOTED = 3
"""Sentences of an answer, at most."""
_CLOSE = 0.15
"""A further sentence may be so much worse than the best."""
_SHARED = 0.25
"""What a sentence gains by having all words of the question."""
_SHORTEST, _LONGEST = 3, 1200
"""Words that a sentence needs to answer anything, and characters that one may have."""


@dataclass(frozen=True)
class _Sentence:
    passage: Passage
    place: int
    text: str
    shared: float
    """How many of the question's words it has, from 0 to 1."""


class Extractive:
    """Quotes what the passages say."""

    def __init__(self, compare: Compare, threshold: float) -> None:
        """`threshold`: what is less near to the question than this (a cosine) is not about it."""
        self._compare, self._threshold = compare, threshold

    async def answer(
        self, question: str, history: Sequence[Turn], passages: Sequence[Passage]
    ) -> AsyncGenerator[str | Said]:
        """The stored answer of the nearest question, if none of the passages' sentences is nearer; else these."""
        candidates = _candidates(question, passages)
        # Of a question that only its words led to, nobody knows yet how near it is.
        unknown = [one for one in passages if one.answer is not None and one.score is None]
        texts = [*(one.text for one in candidates), *(one.text for one in unknown)]
        compared = await self._compare(question, texts)
        nearness = compared[: len(candidates)]
        near = {one.number: float(value) for one, value in zip(unknown, compared[len(candidates) :], strict=True)}
        known, stored = max(
            ((near.get(one.number, one.score or 0.0), one) for one in passages if one.answer is not None),
            key=lambda pair: pair[0],
            default=(0.0, None),
        )
        best = float(nearness.max()) if len(nearness) else 0.0
        if max(known, best) < self._threshold:
            yield NOTHING
            yield Said(found=False)
            return
        if stored and stored.answer and known >= best:
            yield f"{unmarked(stored.answer.strip())} [{stored.number}]"
        else:
            for number, one in enumerate(_chosen(candidates, nearness, self._threshold)):
                yield f"{' ' if number else ''}{unmarked(one.text)} [{one.passage.number}]"
        yield Said(found=True)


def _candidates(question: str, passages: Sequence[Passage]) -> list[_Sentence]:
    """The sentences worth encoding: those that share most with the question; of equal ones, the better passages'."""
    asked = frozenset(words(question).split())
    found: list[_Sentence] = []
    for passage in passages:
        if passage.answer is not None:
            continue
        for place, (start, end) in enumerate(sentences(Block(passage.text))):
            text = " ".join(passage.text[start:end].split())
            if len(text.split()) >= _SHORTEST and len(text) <= _LONGEST:
                shared = len(asked.intersection(words(text).split())) / max(1, len(asked))
                found.append(_Sentence(passage, place, text, shared))
    return sorted(found, key=lambda one: -one.shared)[:CANDIDATES]


def _chosen(candidates: Sequence[_Sentence], nearness: NDArray[np.float32], threshold: float) -> list[_Sentence]:
    """The best sentences, the passage of the very best first, each passage's in its own order."""
    score = nearness + _SHARED * np.array([one.shared for one in candidates], np.float32)
    order = np.argsort(-score, kind="stable")
    best = score[order[0]]
    chosen: list[_Sentence] = []
    for index in order:
        one = candidates[index]
        good = nearness[index] >= threshold and score[index] >= best - _CLOSE
        if (good or not chosen) and one.text not in {other.text for other in chosen}:
            chosen.append(one)
        if len(chosen) == QUOTED:
            break
    rank = list(dict.fromkeys(one.passage.number for one in chosen))
    return sorted(chosen, key=lambda one: (rank.index(one.passage.number), one.place))
