"""Video analysis: who and what is in videos and pictures, by a gallery of known people and things."""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from PIL import Image

from findalike.applications.analysis_operations import NAME, THRESHOLDS, TIMELINE, WHO, found_by_names
from findalike.applications.analysis_types import AnalysisQuery
from findalike.applications.base import Application
from findalike.applications.operations import Context, Listed
from findalike.decoders import image, video
from findalike.decoders.tracks import STEP, Track, cut_out, detected, follow
from findalike.decoders.transcode import plays, transcode
from findalike.domain import MediaRef, Place, Segment, Source, Term, VectorSpec
from findalike.encoders.faces import upright
from findalike.errors import InvalidInput
from findalike.settings import Settings

FLEETING = 0.7
"""What is seen in one frame of a video only must be as sure as this: of what is not, most is wrong."""

WINDOW = 10.0
"""Seconds that are followed together; where something goes on behind them, its appearances are put together when they
are asked for. So a long video goes through in bounded memory, and can be resumed at any window."""


class VideoAnalysis(Application):
    """Who and what is in videos and pictures, when and where: known people and things by name, others by kind."""

    name, title = "video-analysis", "Video analysis"
    accepts = ("video/*", "image/*")
    vectors = {"thing": VectorSpec("efficientnet-lite0"), "face": VectorSpec("dlib-face", metric="L2")}
    detectors = {"objects": "ssd-mobilenet-v2", "faces": "blazeface"}
    fields = {"known": "text", "kind": "text", "duration": "number", "width": "integer", "height": "integer"}
    Query = AnalysisQuery
    operations = {"who": WHO, "name": NAME, "thresholds": THRESHOLDS}
    views = {"timeline": TIMELINE}
    parts_are_hits = True
    lists = True
    plays = True
    part = 32
    sample = "people-and-things"
    query_example = {"names": ["Ada", "dog"], "group": False, "limit": 10}

    def configured(self, settings: Settings) -> Application:
        return self if settings.faces else WithoutFaces()

    def segments(self, source: Source) -> Iterable[Segment]:
        return self.segments_after(source, None)

    def segments_after(self, source: Source, place: Place | None) -> Iterable[Segment]:
        if _still(source):
            return _picture(source)
        found = _moving(source, WINDOW * (place["start"] // WINDOW) if place else 0.0)
        return _behind(found, place) if place else found

    def facts(self, source: Source) -> Mapping[str, Any]:
        return image.facts(source.path or "") if _still(source) else video.facts(source.path or "")

    async def listed(self, context: Context, query: AnalysisQuery) -> Sequence[Listed] | None:
        return await found_by_names(context, query) if query.names else None

    def query(self, query: AnalysisQuery) -> list[Term]:
        if query.find not in self.vectors:
            raise InvalidInput("This server does not look for faces: its operator switched that off.", field="find")
        return [Term(query.find, media=MediaRef(query.media_id, query.item_id, {"find": query.find}))]

    def query_segments(self, source: Source, options: Mapping[str, Any]) -> Iterable[Segment]:
        if not _still(source):
            raise InvalidInput("Ask with a picture: a video has too many people and things.")
        whole = image.open_image(source.path or "", at_least=video.WORKING_SIZE)
        if options.get("find") != "face":
            return [Segment({"image": whole})]
        faces = [one for kind, one in detected(whole, source.detectors) if kind == "face"]
        if not faces:
            raise InvalidInput("There is no face in this picture that is large enough: choose another.")
        largest = max(faces, key=lambda one: one.box[2] * one.box[3])
        return [Segment({"face": upright(whole, largest)})]

    def preview(self, source: Source, size: int) -> tuple[bytes, str] | None:
        if _still(source):
            return image.thumbnail(source.path or "", size)
        return video.thumbnail(source.path or "", size, video.facts(source.path or "").get("duration", 0.0) / 10)

    def preview_part(self, source: Source, place: Place, size: int) -> tuple[bytes, str] | None:
        if _still(source):
            whole = image.open_image(source.path or "", at_least=video.WORKING_SIZE)
        else:
            _, whole = next(video.frames(source.path or "", place["at"], STEP))
        part = cut_out(whole, place["box"]) if "box" in place else whole
        part.thumbnail((size, size), Image.Resampling.LANCZOS)
        buffer = io.BytesIO()
        part.convert("RGB").save(buffer, "WEBP", quality=80, method=2)
        return buffer.getvalue(), "image/webp"

    def playable(self, source: Source, target: str) -> Iterator[float]:
        return iter(()) if _still(source) or plays(source.path or "") else transcode(source.path or "", target)


class WithoutFaces(VideoAnalysis):
    """What is in videos and pictures, when and where: known things by name, others by kind; no faces."""

    title = VideoAnalysis.title
    vectors = {"thing": VideoAnalysis.vectors["thing"]}
    detectors = {"objects": VideoAnalysis.detectors["objects"]}
    operations = {"who": WHO, "thresholds": THRESHOLDS}


def _still(source: Source) -> bool:
    return (source.media_type or "").startswith("image/") and source.media_type != "image/gif"


def _picture(source: Source) -> Iterator[Segment]:
    """All of a picture first, then what is in it."""
    whole = image.open_image(source.path or "", at_least=video.WORKING_SIZE)
    yield Segment({"image": whole}, {"kind": "whole"})
    for track in follow([(0.0, whole)], source.detectors):
        yield Segment(_contents(track), _seen(track))


def _moving(source: Source, start: float) -> Iterator[Segment]:
    """Of each window what appears in it, then the window as a whole by its middle frame."""
    frames = video.frames(source.path or "", start, STEP)
    longest = float(video.facts(source.path or "").get("duration", math.inf))

    def until(moment: float) -> float:
        return round(min(moment + STEP, max(moment, longest)), 3)

    for _, some in groupby(frames, key=lambda one: int((one[0] + 0.001) // WINDOW)):
        window = list(some)
        for track in follow(window, source.detectors):
            if len(track.boxes) < 2 and track.score < FLEETING:
                continue
            boxes = [[at, *_rounded(box)] for at, box in track.boxes]
            times = {"start": track.boxes[0][0], "end": until(track.boxes[-1][0]), "at": track.at}
            yield Segment(_contents(track), {**times, **_seen(track), "boxes": boxes})
        at, middle = window[len(window) // 2]
        yield Segment(
            {"image": middle}, {"start": window[0][0], "end": until(window[-1][0]), "at": at, "kind": "whole"}
        )


def _contents(track: Track) -> dict[str, Any]:
    return {"image": track.picture} | ({"face": track.face} if track.face else {})


def _seen(track: Track) -> dict[str, Any]:
    box = _rounded(track.box)
    return {"kind": track.kind, "label": track.label, "score": round(track.score, 4), "box": box}


def _rounded(box: Sequence[float]) -> list[float]:
    return [round(one, 4) for one in box]


def _behind(segments: Iterable[Segment], place: Place) -> Iterator[Segment]:
    """Those that come after the one at a place, in windows from its own on."""
    found, end = False, WINDOW * (place["start"] // WINDOW + 1)
    for segment in segments:
        if found or segment.place["start"] >= end:
            yield segment
        found = found or segment.place == place
