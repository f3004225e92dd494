"""Items, their segments, and what searches find."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from pydantic import BaseModel, Field, JsonValue
from pydantic_core import to_json

from findalike.domain import Hit, Item, StoredSegment
from findalike.server.schemas.base import API, In

if TYPE_CHECKING:
    # The client uses these models too, and needs no engines.
    from findalike.applications.base import Application
    from findalike.pipelines.search import Answer


class ItemLinks(BaseModel):
    """Addresses of an item; `content` and `preview` are null if it has none, `play` if it is not played."""

    self: str
    content: str | None
    preview: str | None
    play: str | None


class ItemOut(BaseModel):
    """An item."""

    id: str
    key: str | None
    name: str
    media_type: str | None
    metadata: dict[str, JsonValue]
    created_at: datetime
    updated_at: datetime
    links: ItemLinks

    @classmethod
    def of(cls, item: Item, application: Application, collection: str) -> Self:
        return cls.model_validate(_item(item, application, collection))


class ItemPage(BaseModel):
    """A page of items."""

    items: list[ItemOut]
    next_cursor: str | None
    total: int = Field(description="Items that match the filter.")


class ItemPatch(In):
    """Metadata to change, as a merge patch (RFC 7396): null removes."""

    metadata: dict[str, JsonValue] = Field(examples=[{"place": "Lisbon", "draft": None}])


class SegmentOut(BaseModel):
    """A part of an item."""

    ordinal: int = Field(description="From 0, in the item's own order.")
    place: dict[str, JsonValue] = Field(description="Where in the item it lies.")
    text: str | None = Field(description="Its text, where it is one.")
    highlights: list[tuple[int, int]] = Field(
        description="Where in the text the query's words stand: start and end in characters (code points)."
    )
    sentence: tuple[int, int] | None = Field(
        description="Where in the text its sentence is that is nearest to the query; null if it has only one."
    )

    @classmethod
    def of(cls, segment: StoredSegment) -> Self:
        return cls.model_validate(_segment(segment))


class SegmentPage(BaseModel):
    """Some segments of an item, in order."""

    segments: list[SegmentOut]
    next: int | None = Field(description="Where the next page starts.")


class OtherOut(SegmentOut):
    """A further segment of a hit's item that matched."""

    score: float


class HitOut(BaseModel):
    """One result: `score` is how well it matched (for L2 less is better, else more)."""

    rank: int
    score: float
    scores: dict[str, float] = Field(description="By vector.")
    segment: SegmentOut = Field(description="What matched.")
    others: list[OtherOut] = Field(description="What else of the item matched, best first, a few at most.")
    similar: list[str] = Field(description="Ids of near-duplicates folded into this hit.")
    details: dict[str, JsonValue] = Field(description="What the application says of the match.")
    item: ItemOut


class Took(BaseModel):
    """Milliseconds; encoding and vectors include waiting for one's turn."""

    encode_ms: float
    vectors_ms: float
    total_ms: float


class SearchOut(BaseModel):
    """A page of hits, best first."""

    hits: list[HitOut]
    next_cursor: str | None
    generation: int
    depth: int = Field(description="Segments ranked at most; what lies beyond is not reached by paging.")
    beyond: bool = Field(description="The last page ends at the depth: there may be more matches.")
    took: Took

    @classmethod
    def of(cls, answer: Answer, application: Application, collection: str) -> Self:
        # Made of plain values at once: model by model, it takes twice as long.
        return cls.model_validate(_answer(answer, application, collection))

    @staticmethod
    def written(answer: Answer, application: Application, collection: str, **more: Any) -> bytes:
        """The JSON of what `of` makes, and more; in half the time, since no models are made."""
        return to_json({**_answer(answer, application, collection), **more}, inf_nan_mode="null")


def _answer(answer: Answer, application: Application, collection: str) -> dict[str, Any]:
    return {
        "hits": [_hit(hit, application, collection) for hit in answer.hits],
        "next_cursor": answer.next_cursor,
        "generation": answer.generation,
        "depth": answer.depth,
        "beyond": answer.beyond,
        "took": vars(answer.timings),
    }


def _item(item: Item, application: Application, collection: str) -> dict[str, Any]:
    address = f"{API}/apps/{application.name}/collections/{collection}/items/{item.id}"
    return {
        "id": item.id,
        "key": item.key,
        "name": item.name,
        "media_type": item.media_type,
        "metadata": item.metadata,
        "created_at": item.created_at,
        "updated_at": item.updated_at,
        "links": {
            "self": address,
            "content": f"{address}/content" if item.media_sha256 else None,
            "preview": f"{address}/preview" if application.shows(item) else None,
            "play": f"{address}/play" if application.plays and item.media_sha256 else None,
        },
    }


def _segment(segment: StoredSegment, hit: Hit | None = None) -> dict[str, Any]:
    """With what is shown of it as a part of a hit."""
    sentences = hit.sentences.get(segment.id, ()) if hit else ()
    return {
        "ordinal": segment.ordinal,
        "place": segment.place,
        "text": segment.text,
        "highlights": hit.highlights.get(segment.id, ()) if hit else (),
        "sentence": sentences[0].place if len(sentences) > 1 and sentences[0].nearness > 0 else None,
    }


def _hit(hit: Hit, application: Application, collection: str) -> dict[str, Any]:
    return {
        "rank": hit.rank,
        "score": hit.score,
        "scores": hit.scores,
        "segment": _segment(hit.segment, hit),
        "others": [{**_segment(one, hit), "score": score} for one, score in hit.others],
        "similar": hit.similar,
        "details": hit.details,
        "item": _item(hit.item, application, collection),
    }
