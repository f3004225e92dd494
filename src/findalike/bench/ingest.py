"""Ingestion end to end, beside the bare loop: decode, prepare and encode with the same processes and threads."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from findalike.applications.base import Application
from findalike.applications.image_search import ImageSearch
from findalike.bench.harness import Result, Run, fresh_server
from findalike.client import Client
from findalike.decoders.pool import DecoderPool
from findalike.domain import Generation, Source, VectorSetting
from findalike.encoders.registry import Encoders
from findalike.models.cache import ModelCache
from findalike.models.registry import Registry
from findalike.pipelines.decode import DecodedSegment, decode
from findalike.pipelines.embed import Embedder
from findalike.pipelines.flow import overlap
from findalike.settings import Settings

_ROUNDS = 3


def run(pictures: int, tell: Run) -> Result:
    """Both ways in turn, over the same pictures, with image-search's own models."""
    result = tell.begin("ingest", {"pictures": pictures})
    settings = Settings()
    tell(f"drawing {pictures} pictures")
    files = photos(settings.cache_dir / "bench-photos", pictures)
    sources = [Source(path.name, str(path), "image/jpeg") for path in files]
    for number in range(_ROUNDS):
        tell(f"round {number + 1} of {_ROUNDS}: the bare loop", number / _ROUNDS)
        bare = pictures / BareLoop(settings, ImageSearch()).seconds(sources, settings.encode_batch)
        tell(f"round {number + 1} of {_ROUNDS}: end to end", number / _ROUNDS)
        whole = pictures / end_to_end("image-search", files)
        result.add("bare loop", "pictures/s", bare)
        result.add("end to end", "pictures/s", whole)
        result.add("ratio", "", whole / bare, "≥ 0.85")
    return result


def photos(folder: Path, number: int) -> list[Path]:
    """Distinct JPEGs of 640 x 480 pixels and about 60 kB, with detail at every scale, made once."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{seed:05}.jpg" for seed in range(number)]
    for seed, path in enumerate(paths):
        if not path.exists():
            rng = np.random.default_rng(seed)
            picture = np.full((480, 640, 3), 128.0)
            for scale in (4, 8, 16, 32, 64, 128):
                coarse = rng.normal(size=(3, scale * 3 // 4, scale)).astype(np.float32)
                layers = [
                    np.asarray(Image.fromarray(one).resize((640, 480), Image.Resampling.BICUBIC)) for one in coarse
                ]
                picture += np.stack(layers, -1) * 40 / np.sqrt(scale)
            picture += rng.normal(size=picture.shape) * 6
            Image.fromarray(np.clip(picture, 0, 255).astype(np.uint8)).save(path, quality=88)
    return paths


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
        for setting in vectors.values():
            encoders.warm(setting.model or "")

    def seconds(self, sources: Sequence[Source], batch: int) -> float:
        """For all sources, of which so many segments at least are encoded together."""
        settings = self._settings
        with DecoderPool(settings.decoder_processes, settings.decoder_timeout, settings.decoder_memory) as pool:
            for future in [pool.submit(decode, self._recipe, source) for source in sources[:4]]:
                future.result()
            began = time.perf_counter()
            futures = [pool.submit(decode, self._recipe, source) for source in sources]
            for segments in overlap(_batches((future.result().segments for future in futures), batch)):
                self.encode(segments)
            return time.perf_counter() - began

    def decoded(self, sources: Sequence[Source]) -> list[DecodedSegment]:
        """All segments, in order."""
        return [segment for source in sources for segment in decode(self._recipe, source).segments]

    def encode(self, segments: Sequence[DecodedSegment]) -> None:
        self._embedder.embed(self._generations, segments, lambda: None)


def _batches(items: Iterable[Sequence[DecodedSegment]], size: int) -> Iterator[list[DecodedSegment]]:
    batch: list[DecodedSegment] = []
    for segments in items:
        batch += segments
        if len(batch) >= size:
            yield batch
            batch = []
    if batch:
        yield batch


def end_to_end(application: str, files: Sequence[Path]) -> float:
    """Seconds from the first byte sent to the end of the job, on a fresh server whose models are warm."""
    with fresh_server() as (url, _), Client(url) as client:
        client.create_collection(application, "bench")
        client.wait(client.add_files(application, "bench", files[:4]).id)
        client.delete(application, "bench")
        client.create_collection(application, "bench")
        began = time.perf_counter()
        job = client.wait(client.add_files(application, "bench", files).id)
        seconds = time.perf_counter() - began
        assert (job.done, job.failed) == (len(files), 0), job
        return seconds
