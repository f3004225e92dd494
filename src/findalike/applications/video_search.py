"""Video search: moments of videos, by a picture, by words, by a clip or by another moment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from pydantic import Field, model_validator

from findalike.applications.base import Application, SearchQuery
from findalike.applications.timed import Part
from findalike.decoders.image import fingerprint, open_image
from findalike.decoders.transcode import plays, transcode
from findalike.decoders.video import WORKING_SIZE, facts, moments, thumbnail
from findalike.domain import MediaRef, Place, Segment, Source, Term, VectorSpec

MANY = 16
"""A query looks at so many moments of its clip at most, from its beginning."""


class VideoQuery(SearchQuery):
    """Ask with words, with a picture or a clip, with an item, or with a part of a clip or of an item."""

    text: str | None = Field(None, min_length=1, max_length=1000, description="Words.")
    media_id: str | None = Field(
        None, min_length=1, max_length=64, description="A picture or a video, from `POST /api/v1/media`."
    )
    item_id: str | None = Field(None, min_length=1, max_length=64, description="More like this item.")
    part: Part | None = Field(None, description="Only this part of the video: a moment, for example.")
    group: bool = Field(True, description="One hit a video, with its best moments; or one a moment.")

    @model_validator(mode="after")
    def one_of_all(self) -> VideoQuery:
        if sum(one is not None for one in (self.text, self.media_id, self.item_id)) != 1:
            raise ValueError("give one of text, media_id and item_id")
        if self.part and self.text is not None:
            raise ValueError("part is a part of a video: give media_id or item_id with it")
        return self


class VideoSearch(Application):
    """Find moments of videos by a picture, by words, by a short clip or by another moment."""

    name, title = "video-search", "Video search"
    accepts = ("video/*", "image/gif")
    vectors = {"visual": VectorSpec("efficientnet-lite0"), "words": VectorSpec("conse-minilm")}
    fields = {"duration": "number", "width": "integer", "height": "integer", "sound": "boolean", "title": "text"}
    Query = VideoQuery
    parts_are_hits = True
    plays = True
    part = 16
    sample = "videos"
    query_example = {"text": "a dog", "limit": 10, "filter": "duration >= 2"}

    def segments(self, source: Source) -> Iterable[Segment]:
        return self.segments_after(source, None)

    def segments_after(self, source: Source, place: Place | None) -> Iterable[Segment]:
        begin = (place["end"], place["end"] if place["cut"] else place["shot"]) if place else (0.0, None)
        for one in moments(source.path or "", *begin):
            yield Segment(
                {"image": one.pictures},
                {"start": one.start, "end": one.end, "at": one.at, "shot": one.shot, "cut": one.cut},
                fingerprint=fingerprint(one.pictures[0]) or None,
                text=one.text,
            )

    def facts(self, source: Source) -> Mapping[str, Any]:
        return facts(source.path or "")

    def query(self, query: VideoQuery) -> list[Term]:
        if query.text is not None:
            return [Term("words", text=query.text)]
        if query.item_id and not query.part:
            return [Term("visual", item_id=query.item_id)]
        options = {"part": query.part.model_dump()} if query.part else {}
        return [Term("visual", media=MediaRef(query.media_id, query.item_id, options))]

    def query_segments(self, source: Source, options: Mapping[str, Any]) -> Iterable[Segment]:
        path, part = source.path or "", options.get("part")
        if (source.media_type or "").startswith("image/") and source.media_type != "image/gif":
            return [Segment({"image": open_image(path, at_least=WORKING_SIZE)})]
        found = moments(path, part["start"], end=part["end"]) if part else moments(path)
        return [Segment({"image": picture}) for one in islice(found, MANY) for picture in one.pictures]

    def preview(self, source: Source, size: int) -> tuple[bytes, str] | None:
        # Many videos begin with black, or with a title.
        return thumbnail(source.path or "", size, facts(source.path or "").get("duration", 0.0) / 10)

    def preview_part(self, source: Source, place: Place, size: int) -> tuple[bytes, str] | None:
        return thumbnail(source.path or "", size, place["at"])

    def playable(self, source: Source, target: str) -> Iterator[float]:
        return iter(()) if plays(source.path or "") else transcode(source.path or "", target)
