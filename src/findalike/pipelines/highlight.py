"""What to show of a text that was found: where the query's words stand, and which sentences are nearest to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from findalike.catalog.reading import SentenceVectors, Snapshot
from findalike.decoders.blocks import Block
from findalike.decoders.sentences import sentences
from findalike.domain import Generation, Item, Sentence, Span, StoredSegment, Vector
from findalike.encoders.sentences import cosines
from findalike.encoders.words import shares, spans


@dataclass(frozen=True)
class Asked:
    """A query: its words as they are analysed, and for each vector that it looks into, what it looks for there."""

    words: frozenset[str]
    vectors: Mapping[str, Vector]


@dataclass(frozen=True)
class Highlights:
    """By segment: places of words, and sentences, nearest first."""

    words: Mapping[int, Sequence[Span]]
    sentences: Mapping[int, Sequence[Sentence]]


def highlights(
    kept: Snapshot, generation: Generation, asked: Asked, found: Mapping[int, tuple[Item, StoredSegment]]
) -> Highlights:
    """For the segments (by id) that have a text. Blocks."""
    texts = {id: segment.text for id, (_, segment) in found.items() if segment.text}
    near: dict[int, list[Sentence]] = {}
    for name, query in asked.vectors.items() if texts else ():
        read = kept.sentences([id for id in texts if id not in near], generation.number, name)
        near |= _by_meaning(read, query)
    if not asked.words:
        return Highlights({}, near)
    for id, text in texts.items():
        if id not in near:
            near[id] = _by_words(text, found[id][0].metadata.get("language"), asked.words)
    return Highlights({id: spans(text, asked.words) for id, text in texts.items()}, near)


def _by_meaning(kept: Mapping[int, SentenceVectors], query: Vector) -> dict[int, list[Sentence]]:
    if not kept:
        return {}
    # Together: a page has hundreds of sentences, and each call costs more than they do.
    nearness = iter(cosines(np.concatenate([vectors for _, vectors in kept.values()]), query).tolist())
    return {id: _sorted(places, [next(nearness) for _ in places]) for id, (places, _) in kept.items()}


def _by_words(text: str, language: object, asked: frozenset[str]) -> list[Sentence]:
    """Where no vectors are kept: the model cannot tell them, or the collection is of an earlier findalike."""
    places = sentences(Block(text), language if isinstance(language, str) else None)
    return _sorted(places, shares(text, places, asked))


def _sorted(places: Sequence[Span], nearness: Sequence[float]) -> list[Sentence]:
    ranked = sorted(zip(places, nearness, strict=True), key=lambda pair: -pair[1])
    return [Sentence(place, value) for place, value in ranked]
