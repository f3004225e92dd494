"""Reverse image search: by picture, by a region of one, by words, by an item, or by a weighted mix."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from findalike.applications.base import Application, SearchQuery
from findalike.decoders.image import facts, fingerprint, open_image, thumbnail
from findalike.domain import MediaRef, Segment, Source, Term, VectorSpec

WORKING_SIZE = 512
"""Pictures are decoded to about this many pixels on the shorter side: enough for any model here."""


class Region(BaseModel):
    """A rectangle in a picture, in fractions of its width and height, from the top left."""

    model_config = ConfigDict(extra="forbid")

    x: float = Field(ge=0, lt=1)
    y: float = Field(ge=0, lt=1)
    width: float = Field(gt=0, le=1)
    height: float = Field(gt=0, le=1)


class Target(BaseModel):
    """Words, a stored file, or an item."""

    text: str | None = Field(None, min_length=1, max_length=1000, description="Words.")
    media_id: str | None = Field(None, min_length=1, max_length=64, description="From `POST /api/v1/media`.")
    item_id: str | None = Field(None, min_length=1, max_length=64, description="More like this item.")
    region: Region | None = Field(None, description="Only this part of the picture.")

    def given(self) -> int:
        return sum(one is not None for one in (self.text, self.media_id, self.item_id))

    @model_validator(mode="after")
    def consistent(self) -> Target:
        if self.region and (self.text is not None or not self.given()):
            raise ValueError("region is a part of a picture: give media_id or item_id with it")
        return self

    def term(self, weight: float) -> Term:
        if self.text is not None:
            return Term("words", weight, text=self.text)
        if self.item_id is not None and self.region is None:
            return Term("visual", weight, item_id=self.item_id)
        options = {"region": self.region.model_dump()} if self.region else {}
        return Term("visual", weight, media=MediaRef(self.media_id, self.item_id, options))


class Part(Target):
    """One part of a mix; a negative weight means "not like that"."""

    model_config = ConfigDict(extra="forbid")

    weight: float = Field(1.0, ge=-10, le=10, allow_inf_nan=False)

    @model_validator(mode="after")
    def exactly_one(self) -> Part:
        if self.given() != 1:
            raise ValueError("give exactly one of text, media_id and item_id")
        return self


class ImageQuery(Target, SearchQuery):
    """Ask with one thing (`text`, `media_id` or `item_id`), with a mix of weighted `parts`, or with both."""

    parts: list[Part] = Field(default_factory=list, max_length=16)

    @model_validator(mode="after")
    def something(self) -> ImageQuery:
        if self.given() > 1:
            raise ValueError("give one of text, media_id and item_id, and the rest as parts")
        if not self.given() and not self.parts:
            raise ValueError("give text, media_id, item_id or parts")
        return self


class ImageSearch(Application):
    """Find pictures that look like a picture, or that match words, or a mix of both."""

    name, title = "image-search", "Reverse image search"
    accepts = ("image/*",)
    vectors = {"visual": VectorSpec("efficientnet-lite0"), "words": VectorSpec("conse-minilm")}
    fields = {"width": "integer", "height": "integer", "format": "text", "taken": "text"}
    Query = ImageQuery
    sample = "pictures"
    query_example = {"text": "a cat", "limit": 10, "filter": "width >= 320"}

    def segments(self, source: Source) -> Iterable[Segment]:
        picture = open_image(source.path or "", at_least=WORKING_SIZE)
        # A plain picture has no gradients to hash: all of them would be "near-duplicates".
        yield Segment({"image": picture}, fingerprint=fingerprint(picture) or None)

    def facts(self, source: Source) -> Mapping[str, Any]:
        return facts(source.path or "")

    def folds(self, query: ImageQuery) -> bool:
        return query.group

    def query(self, query: ImageQuery) -> list[Term]:
        one = [query.term(1.0)] if query.given() else []
        return one + [part.term(part.weight) for part in query.parts]

    def query_segments(self, source: Source, options: Mapping[str, Any]) -> Iterable[Segment]:
        region = options.get("region")
        picture = open_image(source.path or "", at_least=None if region else WORKING_SIZE)
        if region:
            left, top = region["x"] * picture.width, region["y"] * picture.height
            right = min(left + max(1.0, region["width"] * picture.width), picture.width)
            bottom = min(top + max(1.0, region["height"] * picture.height), picture.height)
            picture = picture.crop(
                (int(left), int(top), max(int(left) + 1, int(right)), max(int(top) + 1, int(bottom)))
            )
        yield Segment({"image": picture})

    def preview(self, source: Source, size: int) -> tuple[bytes, str] | None:
        return thumbnail(source.path or "", size)
