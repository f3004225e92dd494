"""Ingestion end to end, beside the bare loop: decode, prepare and encode with the same processes and threads."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from findalike.applications.image_search import ImageSearch
from findalike.bench.harness import Result, fresh_server
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


def run(pictures: int, tell: Callable[[str], None]) -> Result:
    """Both ways in turn, over the same pictures, with image-search's own models."""
    result = Result("ingest", {"pictures": pictures})
    settings = Settings()
    tell(f"drawing {pictures} pictures")
    files = photos(settings.cache_dir / "bench-photos", pictures)
    for number in range(_ROUNDS):
        tell(f"round {number + 1} of {_ROUNDS}: the bare loop")
        bare = pictures / _bare(settings, files)
        tell(f"round {number + 1} of {_ROUNDS}: end to end")
        whole = pictures / _whole(files)
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


def _bare(settings: Settings, files: list[Path]) -> float:
    """Seconds for decoding and encoding alone; models and processes are warm."""
    models = Registry(settings.models)
    encoders = Encoders(models, ModelCache(settings.cache_dir), settings.encoder_threads)
    embedder = Embedder(models, encoders, settings.encode_batch)
    application = ImageSearch()
    vectors = {
        name: VectorSetting(spec.model, models.get(spec.model or "").dimension, spec.metric)
        for name, spec in application.vectors.items()
    }
    generations = [Generation(1, vectors, {})]
    recipe = embedder.recipe(application, generations)
    for setting in vectors.values():
        encoders.warm(setting.model or "")
    size = settings.encode_batch
    pool = DecoderPool(settings.decoder_processes, settings.decoder_timeout, settings.decoder_memory)
    with pool:
        sources = [Source(path.name, str(path), "image/jpeg") for path in files]
        for future in [pool.submit(decode, recipe, source) for source in sources[:4]]:
            future.result()
        began = time.perf_counter()
        futures = [pool.submit(decode, recipe, source) for source in sources]

        def batches() -> Iterator[list[DecodedSegment]]:
            for start in range(0, len(futures), size):
                yield [segment for one in futures[start : start + size] for segment in one.result().segments]

        for batch in overlap(batches()):
            embedder.embed(generations, batch, lambda: None)
        return time.perf_counter() - began


def _whole(files: list[Path]) -> float:
    """Seconds from the first byte sent to the end of the job, on a fresh server whose models are warm."""
    with fresh_server() as (url, _), Client(url) as client:
        client.create_collection("image-search", "bench")
        client.wait(client.add_files("image-search", "bench", files[:4]).id)
        client.delete("image-search", "bench")
        client.create_collection("image-search", "bench")
        began = time.perf_counter()
        job = client.wait(client.add_files("image-search", "bench", files).id)
        seconds = time.perf_counter() - began
        assert (job.done, job.failed) == (len(files), 0), job
        return seconds
