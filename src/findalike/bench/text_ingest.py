"""Ingestion of documents end to end, beside the bare loop; and what it gains that texts are encoded by length."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from findalike.applications.text_search import TextSearch
from findalike.bench.corpus import documents, source
from findalike.bench.harness import Result, Run
from findalike.bench.ingest import BareLoop, end_to_end
from findalike.encoders.onnx_text import RUN_TOKENS
from findalike.encoders.tokens import tokens
from findalike.pipelines.decode import DecodedSegment
from findalike.pipelines.works import TEXT_RUNS
from findalike.settings import Settings

_ROUNDS = 3


def run(characters: int, tell: Run) -> Result:
    """Both ways in turn, over the same documents, with text-search's own model."""
    settings = Settings()
    files = documents(settings, characters)
    sources = [source(path) for path in files]
    result = tell.begin("ingest-texts", {"characters": characters, "documents": len(files)})
    loop = BareLoop(settings, TextSearch())
    batch = settings.encode_batch * TEXT_RUNS
    tell(f"decoding {len(files)} documents")
    segments = loop.decoded(sources)
    result.notes.append(f"{len(files)} documents, {len(segments)} passages.")
    for number in range(_ROUNDS):
        tell(f"round {number + 1} of {_ROUNDS}: the bare loop", number / _ROUNDS)
        bare = len(segments) / loop.seconds(sources, batch)
        tell(f"round {number + 1} of {_ROUNDS}: end to end", number / _ROUNDS)
        whole = len(segments) / end_to_end("text-search", files)
        tell(f"round {number + 1} of {_ROUNDS}: in their own order", number / _ROUNDS)
        unsorted = _seconds(loop, _as_they_come(segments))
        by_length = _seconds(loop, (segments[at : at + batch] for at in range(0, len(segments), batch)))
        result.add("bare loop", "passages/s", bare)
        result.add("end to end", "passages/s", whole)
        result.add("ratio", "", whole / bare, "≥ 0.9")
        result.add("encoding alone, sorted by length", "passages/s", len(segments) / by_length)
        result.add("gain of sorting", "times", unsorted / by_length)
    return result


def _seconds(loop: BareLoop, runs: Iterator[Sequence[DecodedSegment]]) -> float:
    began = time.perf_counter()
    for segments in runs:
        loop.encode(segments)
    return time.perf_counter() - began


def _as_they_come(segments: Sequence[DecodedSegment]) -> Iterator[Sequence[DecodedSegment]]:
    """Runs of as many tokens as the encoder's own, but of neighbours in their document."""
    run: list[DecodedSegment] = []
    widest = 0
    for segment in segments:
        widest = max(widest, tokens(segment.text or ""))
        if run and (len(run) + 1) * widest > RUN_TOKENS:
            yield run
            run, widest = [], tokens(segment.text or "")
        run.append(segment)
    yield run
