"""From an original to prepared inputs: the part of the work that runs in decoder processes."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from findalike.applications.base import Application
from findalike.domain import Place, Segment, SegmentRow, Source, Span
from findalike.encoders.prepare import begin_in_prepared, prepare, prepare_key
from findalike.encoders.words import words
from findalike.errors import FindalikeError, InvalidInput
from findalike.models.cards import Modality, ModelCard

if TYPE_CHECKING:
    from findalike.encoders.detectors import DetectorFile


@dataclass(frozen=True)
class Recipe:
    """What decoding must produce: an application's segments, prepared for these cards, and their words if rows are
    ranked by words. `detectors` are those of the application. Can be pickled."""

    application: Application
    cards: tuple[ModelCard, ...]
    lexical: bool = False
    detectors: Mapping[str, DetectorFile] = field(default_factory=dict)


@dataclass(frozen=True)
class DecodedSegment:
    """A segment ready for encoding: prepared inputs by `prepare_key`, lists of them where it has several views, a given
    vector as "vector", words as "words".

    `sentences` are places in `text`, `starts` where they begin in the prepared text."""

    place: Place
    fingerprint: int | None
    inputs: Mapping[str, Any]
    text: str | None = None
    sentences: Sequence[Span] = ()
    starts: Sequence[int] = ()
    data: bytes | None = None

    @property
    def row(self) -> SegmentRow:
        """What the catalog keeps of it."""
        return self.place, self.fingerprint, self.text, self.data


@dataclass(frozen=True)
class Decoded:
    """An item ready for encoding, with the metadata that was read from itself; or a part of one, and whether there may
    be more of it."""

    segments: list[DecodedSegment]
    facts: Mapping[str, Any] = field(default_factory=dict)
    more: bool = False


def decode(recipe: Recipe, source: Source, after: Place | None = None) -> Decoded:
    """Decode one original, or of one with very many segments the next part `after` a place.

    Raises UndecodableMedia or InvalidInput with a sentence for the user."""
    with closing(decode_parts(recipe, source, after)) as parts:
        part = next(parts)
    if not part.segments and after is None:
        raise InvalidInput("There is nothing in it that could be searched.")
    return part


def decode_many(recipe: Recipe, sources: Sequence[Source]) -> list[Decoded | FindalikeError]:
    """`decode` of several originals: what was made of each, or what is wrong with it."""

    def tried(source: Source) -> Decoded | FindalikeError:
        try:
            return decode(recipe, source)
        except FindalikeError as error:
            return error

    return [tried(source) for source in sources]


def decode_parts(recipe: Recipe, source: Source, after: Place | None = None) -> Generator[Decoded]:
    """The parts of an original in their order; the last may have no segments. Raises as `decode`."""
    application = recipe.application
    source = _equipped(recipe, source)
    found = application.segments(source) if after is None else application.segments_after(source, after)
    facts = application.facts(source)
    segments: list[DecodedSegment] = []
    began = time.monotonic()
    for segment in found:
        segments.append(_prepared(recipe, segment))
        if application.part and (len(segments) >= application.part or time.monotonic() - began > _PATIENCE):
            yield Decoded(segments, facts, more=True)
            segments, began = [], time.monotonic()
    yield Decoded(segments, facts)


def _equipped(recipe: Recipe, source: Source) -> Source:
    """The source with the application's detectors."""
    if not recipe.detectors:
        return source
    # Others have no use for it, and decoder processes stay light.
    from findalike.encoders.detectors import open_detector

    return replace(source, detectors={role: open_detector(file) for role, file in recipe.detectors.items()})


def _prepared(recipe: Recipe, segment: Segment) -> DecodedSegment:
    starts: Sequence[int] = ()
    if segment.sentences:
        places = [start for start, _ in segment.sentences]
        starts = begin_in_prepared(segment.text or "", places, segment.contents["text"])
    return DecodedSegment(
        segment.place,
        segment.fingerprint,
        prepared_inputs(recipe, segment.contents),
        segment.text,
        segment.sentences,
        starts,
        segment.data,
    )


_PATIENCE = 10.0
"""Seconds after which a part is given on, however little is in it: until then, its work would be lost with a kill."""


def prepared_inputs(recipe: Recipe, contents: Mapping[str, Any]) -> dict[str, Any]:
    """Contents by modality, prepared for every card that accepts one of them; equal preparations are made once."""
    inputs: dict[str, Any] = {"vector": contents["vector"]} if "vector" in contents else {}
    if recipe.lexical:
        inputs["words"] = words(str(contents.get("words", contents.get("text", ""))))
    for card in recipe.cards:
        modality = next((one for one in card.accepts if one in contents), None)
        if modality is not None:
            key = prepare_key(card, modality)
            if key not in inputs:
                content = contents[modality]
                inputs[key] = (
                    [prepare(card, modality, view) for view in content]
                    if isinstance(content, list)
                    else prepare(card, modality, content)
                )
    return inputs


def decode_query(recipe: Recipe, source: Source, options: Mapping[str, Any]) -> tuple[Modality, list[Any]]:
    """All that is looked for of a query's file or record, prepared for the recipe's one card, and what it is.

    Raises as `decode`."""
    (card,) = recipe.cards
    found = [one.contents for one in recipe.application.query_segments(_equipped(recipe, source), options)]
    if not found:
        raise InvalidInput("There is nothing in it that could be searched for.")
    modality = next((one for one in card.accepts if one in found[0]), None)
    if modality is None:
        raise InvalidInput(f"The model {card.name} of this collection cannot search with that.")
    return modality, [prepare(card, modality, one[modality], query=True) for one in found]


def preview(
    application: Application, source: Source, size: int, place: Place | None = None
) -> tuple[bytes, str] | None:
    """The preview of an item, or of its segment at a place; a function of its own, for decoder processes."""
    return application.preview(source, size) if place is None else application.preview_part(source, place, size)


def playable(application: Application, source: Source, target: str) -> Iterator[float]:
    """Write the version of an item that browsers play, if it needs one; likewise."""
    return application.playable(source, target)


Found = tuple[Place, Mapping[str, Any]]
"""Of a hit, the place of its segment and the record of its item."""


def tell(
    application: Application, query: Any, found: Sequence[Found], first: int, shown: slice
) -> list[tuple[int, Mapping[str, Any] | None]]:
    """Which of the hits found are `shown`, when the first of them are in the order that the application rates them, and
    what it says of each."""
    rates = application.rate(query, found[:first]) if first else ()
    order = [*sorted(range(len(rates)), key=lambda place: -rates[place]), *range(len(rates), len(found))][shown]
    said = (
        application.explain(query, [found[place] for place in order]) if application.explains else [None] * len(order)
    )
    return list(zip(order, said, strict=True))
