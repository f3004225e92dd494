"""From an original to prepared inputs: the part of the work that runs in decoder processes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from findalike.applications.base import Application
from findalike.domain import Place, Source, Span
from findalike.encoders.prepare import begin_in_prepared, prepare, prepare_key
from findalike.encoders.words import words
from findalike.errors import InvalidInput
from findalike.models.cards import ModelCard


@dataclass(frozen=True)
class Recipe:
    """What decoding must produce: an application's segments, prepared for these cards, and their words if rows are
    ranked by words. Can be pickled."""

    application: Application
    cards: tuple[ModelCard, ...]
    lexical: bool = False


@dataclass(frozen=True)
class DecodedSegment:
    """A segment ready for encoding: prepared inputs by `prepare_key`, a given vector as "vector", words as "words".

    `sentences` are places in `text`, `starts` where they begin in the prepared text."""

    place: Place
    fingerprint: int | None
    inputs: Mapping[str, Any]
    text: str | None = None
    sentences: Sequence[Span] = ()
    starts: Sequence[int] = ()
    data: bytes | None = None


@dataclass(frozen=True)
class Decoded:
    """An item ready for encoding, with the metadata that was read from itself."""

    segments: list[DecodedSegment]
    facts: Mapping[str, Any] = field(default_factory=dict)


def decode(recipe: Recipe, source: Source) -> Decoded:
    """Decode one original. Raises UndecodableMedia or InvalidInput with a sentence for the user."""
    application = recipe.application
    segments = [
        DecodedSegment(
            segment.place,
            segment.fingerprint,
            prepared_inputs(recipe, segment.contents),
            segment.text,
            segment.sentences,
            begin_in_prepared(segment.text or "", [start for start, _ in segment.sentences], segment.contents["text"])
            if segment.sentences
            else (),
            segment.data,
        )
        for segment in application.segments(source)
    ]
    if not segments:
        raise InvalidInput("There is nothing in it that could be searched.")
    return Decoded(segments, application.facts(source))


def prepared_inputs(recipe: Recipe, contents: Mapping[str, Any], *, query: bool = False) -> dict[str, Any]:
    """Contents by modality, prepared for every card that accepts one of them; equal preparations are made once."""
    inputs: dict[str, Any] = {"vector": contents["vector"]} if "vector" in contents else {}
    if recipe.lexical:
        inputs["words"] = words(str(contents.get("words", contents.get("text", ""))))
    for card in recipe.cards:
        modality = next((one for one in card.accepts if one in contents), None)
        if modality is not None:
            key = prepare_key(card, modality, query=query)
            if key not in inputs:
                inputs[key] = prepare(card, modality, contents[modality], query=query)
    return inputs


def decode_query(recipe: Recipe, source: Source, options: Mapping[str, Any]) -> Mapping[str, Any]:
    """The prepared inputs of a query's file."""
    return prepared_inputs(recipe, recipe.application.query_segment(source, options).contents, query=True)


def preview(application: Application, source: Source, size: int) -> tuple[bytes, str] | None:
    """An item's preview; a function of its own so that a decoder process can be asked for it."""
    return application.preview(source, size)
