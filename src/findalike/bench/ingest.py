"""Ingestion end to end, beside the bare loop (decode, prepare and encode with the same processes and threads), and
beside each of its stages alone: where the time goes, and how much memory it takes."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from findalike.applications.base import Application
from findalike.applications.registry import Applications
from findalike.bench.feeds import Feed, feed
from findalike.bench.harness import Chart, Result, Run, fresh_server
from findalike.bench.memory import Curves, watched
from findalike.client import Client
from findalike.decoders.pool import DecoderPool
from findalike.domain import Generation, Indexed, Source, VectorSetting
from findalike.encoders.onnx_text import RUN_TOKENS
from findalike.encoders.registry import Encoders
from findalike.encoders.tokens import tokens
from findalike.models.cache import ModelCache
from findalike.models.registry import Registry
from findalike.pipelines.decode import DecodedSegment, decode
from findalike.pipelines.embed import Embedder
from findalike.pipelines.flow import overlap
from findalike.pipelines.works import TEXT_RUNS
from findalike.settings import Settings
from findalike.vectors import Row, TableSpec
from findalike.vectors.lite import MilvusLite
from findalike.vectors.milvus import MilvusStore

GOALS: Mapping[str, str] = {"image-search": "≥ 0.85", "text-search": "≥ 0.9"}
"""Of the whole over the bare loop, as the applications promise it."""


def run(application: str, items: int, rounds: int, tell: Run) -> Result:
    """Both ways in turn, over the same items, with the application's own models."""
    settings = Settings()
    offered = Applications.load().get(application)
    result = tell.begin(f"ingest-{application}", {"application": application, "items": items, "rounds": rounds})
    tell("making or fetching what is taken in")
    given = feed(application, items, settings)
    loop = BareLoop(settings, offered) if given.sources else None
    batch = settings.encode_batch * (TEXT_RUNS if application in ("text-search", "question-answering") else 1)
    memory: Curves = {}
    for number in range(rounds):
        tell(f"round {number + 1} of {rounds}: end to end", number / rounds)
        seconds, memory = end_to_end(application, given)
        result.add("end to end", "items/s", given.items / seconds)
        if loop:
            tell(f"round {number + 1} of {rounds}: the bare loop", (number + 0.4) / rounds)
            bare = loop.seconds(given.sources, batch)
            result.add("bare loop", "items/s", given.items / bare)
            result.add("ratio", "", bare / seconds, GOALS.get(application, ""))
            tell(f"round {number + 1} of {rounds}: each stage alone", (number + 0.7) / rounds)
            stages = loop.stages(given.sources, batch)
        else:
            vectors = np.load(given.files[0])
            spec = TableSpec("t", vectors.shape[1], "COSINE")
            stages = {"inserting": inserting(settings, [spec], [list(vectors)])}
        for stage, took in stages.items():
            result.add(f"{stage} alone", "s", took)
        result.add("everything, end to end", "s", seconds)
    names = [one for one in ("decoding", "encoding", "inserting") if result.get(f"{one} alone")]
    bars = [(f"{name} alone", _value(result, f"{name} alone")) for name in names]
    bars.append(("all, end to end", _value(result, "everything, end to end")))
    if loop and application == "text-search":
        tell("sorting by length")
        sorting(result, loop, given.sources, batch)
    result.charts.append(Chart(f"Where time goes: {application}", "stage", "s", {application: [*bars]}, "bars"))
    result.charts.append(Chart(f"Memory while taking in: {application}", "s", "MiB", memory))
    result.add("most memory", "MiB", max(value for _, value in memory["all"]))
    result.notes.append(f"{given.items} items{f', {loop.count} segments' if loop else ''}. The stages overlap.")
    return result


def _value(result: Result, name: str) -> float:
    found = result.get(name)
    assert found
    return found.value


class BareLoop:
    """Decoding and encoding alone, with an application's own models; models and processes are warm."""

    def __init__(self, settings: Settings, application: Application):
        models = Registry(settings.models)
        encoders = Encoders(models, ModelCache(settings.cache_dir), settings.encoder_threads)
        self._embedder = Embedder(models, encoders, settings.encode_batch)
        vectors = {
            name: VectorSetting(spec.model, models.get(spec.model).dimension, spec.metric)
            for name, spec in application.vectors.items()
            if spec.model
        }
        self._generations = [Generation(1, vectors, {})]
        self._recipe = self._embedder.recipe(application, self._generations)
        self._settings = settings
        self.count = 0
        for setting in vectors.values():
            encoders.warm(setting.model or "")

    def seconds(self, sources: Sequence[Source], batch: int) -> float:
        """For all sources, of which so many segments at least are encoded together."""
        with self._pool(sources) as pool:
            began = time.perf_counter()
            futures = [pool.submit(decode, self._recipe, source) for source in sources]
            for segments in overlap(_batches((future.result().segments for future in futures), batch)):
                self.encode(segments)
            return time.perf_counter() - began

    def stages(self, sources: Sequence[Source], batch: int) -> dict[str, float]:
        """Seconds of decoding alone, encoding alone, and inserting alone into an empty Milvus Lite (without words)."""
        with self._pool(sources) as pool:
            began = time.perf_counter()
            futures = [pool.submit(decode, self._recipe, source) for source in sources]
            segments = [segment for future in futures for segment in future.result().segments]
            decoding = time.perf_counter() - began
        self.count = len(segments)
        began = time.perf_counter()
        made = [
            one.vectors
            for at in range(0, len(segments), batch)
            for one in self._embedder.embed(self._generations, segments[at : at + batch], lambda: None)
        ]
        encoding = time.perf_counter() - began
        columns = [[each[key] for each in made if key in each] for key in (made[0] if made else ())]
        vectors = self._generations[0].vectors.values()
        specs = [TableSpec(f"t{number}", one.dimension, one.metric) for number, one in enumerate(vectors)]
        return {"decoding": decoding, "encoding": encoding, "inserting": inserting(self._settings, specs, columns)}

    def decoded(self, sources: Sequence[Source]) -> list[DecodedSegment]:
        """All segments, in order."""
        return [segment for source in sources for segment in decode(self._recipe, source).segments]

    def encode(self, segments: Sequence[DecodedSegment]) -> None:
        self._embedder.embed(self._generations, segments, lambda: None)

    @contextmanager
    def _pool(self, sources: Sequence[Source]) -> Iterator[DecoderPool]:
        settings = self._settings
        with DecoderPool(settings.decoder_processes, settings.decoder_timeout, settings.decoder_memory) as pool:
            for future in [pool.submit(decode, self._recipe, source) for source in sources[:4]]:
                future.result()
            yield pool


def inserting(settings: Settings, specs: Sequence[TableSpec], columns: Sequence[Sequence[Indexed]]) -> float:
    """Seconds to write these vectors into tables of an empty Milvus Lite, in batches as ingestion does."""
    with TemporaryDirectory(prefix="findalike-bench-") as place:
        folder = Path(place)
        lite = MilvusLite(folder / "lite", folder / "log")
        lite.start()
        store = MilvusStore(lite.uri)
        try:
            for spec in specs:
                store.create(spec)
            began = time.perf_counter()
            for spec, vectors in zip(specs, columns, strict=True):
                for start in range(0, len(vectors), settings.insert_batch):
                    some = vectors[start : start + settings.insert_batch]
                    store.upsert(spec.name, [Row(start + at + 1, vector) for at, vector in enumerate(some)])
            return time.perf_counter() - began
        finally:
            store.close()
            lite.stop()


def end_to_end(application: str, given: Feed) -> tuple[float, Curves]:
    """Seconds from the first byte sent to the end of the job, on a fresh server with warm models, and its memory."""
    with fresh_server() as (url, settings), Client(url, timeout=120) as client:
        if given.sources and len(given.files) > 1:
            client.create_collection(application, "warm", **given.settings)
            client.wait(client.add_files(application, "warm", given.files[:4]).id)
            client.delete(application, "warm")
        client.create_collection(application, "bench", **given.settings)
        pid = json.loads((settings.data_dir / "server.json").read_text())["pid"]
        with watched(pid) as memory:
            began = time.perf_counter()
            job = client.wait(client.add_files(application, "bench", given.files).id)
            seconds = time.perf_counter() - began
        assert job.done + job.failed == given.items, job
        return seconds, memory


def sorting(result: Result, loop: BareLoop, sources: Sequence[Source], batch: int) -> None:
    """What it gains that texts are encoded by length, and not as they come."""
    segments = loop.decoded(sources)
    unsorted = _seconds(loop, _as_they_come(segments))
    by_length = _seconds(loop, (segments[at : at + batch] for at in range(0, len(segments), batch)))
    result.add("encoding alone, sorted by length", "passages/s", len(segments) / by_length)
    result.add("gain of sorting", "times", unsorted / by_length)


def _seconds(loop: BareLoop, runs: Iterable[Sequence[DecodedSegment]]) -> float:
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


def _batches(items: Iterable[Sequence[DecodedSegment]], size: int) -> Iterator[list[DecodedSegment]]:
    batch: list[DecodedSegment] = []
    for segments in items:
        batch += segments
        if len(batch) >= size:
            yield batch
            batch = []
    if batch:
        yield batch
