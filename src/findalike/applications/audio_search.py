"""Audio search: sounds that are alike, and the recording that a piece of sound is from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, Literal

from pydantic import Field, model_validator

from findalike.applications.base import Application, SearchQuery
from findalike.applications.timed import Part
from findalike.decoders.audio import facts, waveform, windows
from findalike.decoders.transcode import plays, transcode
from findalike.domain import MediaRef, Place, Segment, Source, Term, VectorSpec
from findalike.errors import InvalidInput

SAME = 0.1
"""What the spectrum counts beside the kind of sound: measured, see docs/audio-search.md."""

MANY = 64
"""A query looks at so many windows of its sound at most, from its beginning."""


class AudioQuery(SearchQuery):
    """Ask with a stored file (a recording, too), with an item, or with a part of either."""

    media_id: str | None = Field(None, min_length=1, max_length=64, description="From `POST /api/v1/media`.")
    item_id: str | None = Field(None, min_length=1, max_length=64, description="More like this item.")
    part: Part | None = Field(None, description="Only this part of the sound.")
    find: Literal["alike", "same"] = Field(
        "alike", description="Sounds of the same kind, or the very recording that this is a piece of."
    )
    group: bool = Field(True, description="One hit a sound, with its best place; or one a place.")

    @model_validator(mode="after")
    def one_of_both(self) -> AudioQuery:
        if (self.media_id is None) == (self.item_id is None):
            raise ValueError("give either media_id or item_id")
        return self


class AudioSearch(Application):
    """Find sounds that are like a sound, or the recording that a piece of it is from, with the place in it."""

    name, title = "audio-search", "Audio search"
    accepts = ("audio/*", "video/*")
    vectors = {"alike": VectorSpec("aisfx"), "same": VectorSpec("spectrum")}
    fields = {"duration": "number", "format": "text", "title": "text", "artist": "text"}
    Query = AudioQuery
    parts_are_hits = True
    plays = True
    part = 32
    sample = "sounds"
    query_example = {"item_id": "0" * 64, "part": {"start": 0, "end": 1.5}, "limit": 10}

    def segments(self, source: Source) -> Iterable[Segment]:
        return self.segments_after(source, None)

    def segments_after(self, source: Source, place: Place | None) -> Iterable[Segment]:
        for window in windows(source.path or "", place["start"] if place else None):
            yield Segment({"audio": window.samples}, {"start": window.start, "end": window.end})

    def facts(self, source: Source) -> Mapping[str, Any]:
        return facts(source.path or "")

    def query(self, query: AudioQuery) -> list[Term]:
        weights = {"alike": {"alike": 1.0, "same": SAME}, "same": {"same": 1.0}}[query.find]
        if query.item_id and not query.part:
            return [Term(name, weight, item_id=query.item_id) for name, weight in weights.items()]
        options = {"part": query.part.model_dump()} if query.part else {}
        media = MediaRef(query.media_id, query.item_id, options)
        return [Term(name, weight, media=media) for name, weight in weights.items()]

    def query_segments(self, source: Source, options: Mapping[str, Any]) -> Iterable[Segment]:
        part = options.get("part")
        found = list(islice(windows(source.path or "", part=(part["start"], part["end"]) if part else None), MANY))
        if not found:
            raise InvalidInput("There is nothing to hear in it: choose another part, or record again.", field="part")
        return [Segment({"audio": window.samples}) for window in found]

    def preview(self, source: Source, size: int) -> tuple[bytes, str] | None:
        return waveform(source.path or "", size)

    def playable(self, source: Source, target: str) -> Iterator[float]:
        return iter(()) if plays(source.path or "") else transcode(source.path or "", target)
