"""Retrieval quality of image search on sample pictures, beside the bare model and a simple baseline."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryDirectory

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageEnhance

from findalike.bench.harness import Result, Run, fresh_server
from findalike.client import Client
from findalike.decoders.image import open_image
from findalike.encoders.prepare import prepare
from findalike.encoders.registry import Encoders
from findalike.models.cache import ModelCache
from findalike.models.datasets import DataCache, DataCards
from findalike.models.registry import Registry
from findalike.models.samples import SAMPLES
from findalike.settings import Settings

Edit = Callable[[Image.Image], Image.Image]
Vectors = NDArray[np.float32]

_MODEL = "efficientnet-lite0"


def _part(image: Image.Image, left: float, top: float, side: float) -> Image.Image:
    width, height = image.size
    return image.crop((int(left * width), int(top * height), int((left + side) * width), int((top + side) * height)))


EDITS: Mapping[str, Edit] = {
    "half the size": lambda one: one.resize((max(1, one.width // 2), max(1, one.height // 2))),
    "JPEG quality 30": lambda one: Image.open(io.BytesIO(_jpeg(one, 30))).convert("RGB"),
    "centre crop 80 %": lambda one: _part(one, 0.1, 0.1, 0.8),
    "corner crop 70 %": lambda one: _part(one, 0.0, 0.0, 0.7),
    "flipped": lambda one: one.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
    "rotated 10°": lambda one: one.rotate(10, Image.Resampling.BICUBIC),
    "rotated 90°": lambda one: one.transpose(Image.Transpose.ROTATE_90),
    "brighter": lambda one: ImageEnhance.Brightness(one).enhance(1.4),
    "grey": lambda one: one.convert("L").convert("RGB"),
    "squashed": lambda one: one.resize((one.width, max(1, one.height * 3 // 4))),
}


def run(tell: Run) -> Result:
    """recall@1 of ten edits and recall of captions on photographs, mean average precision of the same label on
    drawings: by HTTP, beside the model alone and beside colour histograms."""
    settings = Settings()
    result = tell.begin("quality", {"model": _MODEL})
    with fresh_server() as (url, _), Client(url) as client:
        tell("photographs")
        photographs = _Sample(settings, client, "pictures")
        for edit, change in EDITS.items():
            tell(edit)
            edited = [change(image) for image in photographs.images]
            for way, find in photographs.ways.items():
                hits = [float(find(one)[0] == place) for place, one in enumerate(edited)]
                result.add(f"recall@1 {edit}: {way}", "", float(np.mean(hits)))
        tell("captions")
        captions = [(place, meta["caption"]) for place, meta in enumerate(photographs.metadata) if "caption" in meta]
        ranks = [photographs.service.by_words(text).index(place) for place, text in captions]
        for depth in (1, 10):
            result.add(f"recall@{depth} of {len(ranks)} captions", "", float(np.mean([rank < depth for rank in ranks])))
        tell("labelled drawings")
        drawings = _Sample(settings, client, "characters")
        labels = [meta["label"] for meta in drawings.metadata]
        for way, find in drawings.ways.items():
            found = _mean_average_precision(labels, [find(image) for image in drawings.images])
            result.add(f"mAP of the same label: {way}", "", found)
    chance = _mean_average_precision(labels, [np.random.default_rng(0).permutation(len(labels)).tolist()] * len(labels))
    result.add("mAP of the same label: a random order", "", chance)
    result.notes.append(f"{len(photographs.images)} photographs; {len(labels)} drawings of {len(set(labels))} labels.")
    return result


class _Sample:
    """A sample in the service, and beside it in memory."""

    def __init__(self, settings: Settings, client: Client, name: str):
        members = list(DataCache(settings.cache_dir).members(DataCards(SAMPLES).get(name)))
        self.metadata = [dict(meta) for _, _, meta in members]
        names = [name for name, _, _ in members]
        client.create_collection("image-search", name)
        with TemporaryDirectory() as folder:
            paths = [Path(folder) / one for one in names]
            for path, (_, data, _) in zip(paths, members, strict=True):
                path.write_bytes(data)
            self.images = [open_image(str(path)) for path in paths]
            job = client.wait(client.add_files("image-search", name, paths).id)
        assert job.done == len(members), job
        self.service = _Service(client, name, names)
        bare = _Bare(settings, self.images)
        self.ways = {"service": self.service.by_picture, "bare model": bare.by_picture, "colours": bare.by_colours}


def _mean_average_precision(labels: list[str], rankings: list[list[int]]) -> float:
    """Of every picture's ranking, in which the picture itself does not count."""
    precisions = []
    for place, ranking in enumerate(rankings):
        relevant = [labels[other] == labels[place] for other in ranking if other != place]
        hits = np.cumsum(relevant)
        precisions.append(float(np.mean([hits[rank] / (rank + 1) for rank, yes in enumerate(relevant) if yes])))
    return float(np.mean(precisions))


class _Service:
    """Rankings as a user gets them, by HTTP."""

    def __init__(self, client: Client, collection: str, names: list[str]):
        self._client, self._collection = client, collection
        self._place = {name: place for place, name in enumerate(names)}

    def by_picture(self, image: Image.Image) -> list[int]:
        with NamedTemporaryFile(suffix=".jpg") as file:
            file.write(_jpeg(image, 95))
            file.flush()
            media_id = self._client.add_media(file.name).media_id
        answer = self._client.search("image-search", self._collection, media_id=media_id, limit=100, group=False)
        return [self._place[hit.item.name] for hit in answer.hits]

    def by_words(self, text: str) -> list[int]:
        answer = self._client.search("image-search", self._collection, text=text, limit=100, group=False)
        return [self._place[hit.item.name] for hit in answer.hits]


class _Bare:
    """Cosine over the model's own embeddings, and over colour histograms, with no service between."""

    def __init__(self, settings: Settings, images: list[Image.Image]):
        registry = Registry(settings.models)
        self._encoder = Encoders(registry, ModelCache(settings.cache_dir), settings.encoder_threads).get(_MODEL)
        self._embeddings = np.stack([self._embed(image) for image in images])
        self._histograms = np.stack([_colours(image) for image in images])

    def by_picture(self, image: Image.Image) -> list[int]:
        return _ranking(self._embeddings, self._embed(Image.open(io.BytesIO(_jpeg(image, 95))).convert("RGB")))

    def by_colours(self, image: Image.Image) -> list[int]:
        return _ranking(self._histograms, _colours(image))

    def _embed(self, image: Image.Image) -> Vectors:
        vector: Vectors = self._encoder.encode("image", [prepare(self._encoder.card, "image", image)])[0]
        return vector


def _ranking(vectors: Vectors, query: Vectors) -> list[int]:
    return [int(place) for place in np.argsort(-(vectors @ query), kind="stable")]


def _colours(image: Image.Image) -> Vectors:
    """A histogram of 8 x 8 x 8 colours, of length one."""
    pixels = np.asarray(image.resize((128, 128))).reshape(-1, 3) // 32
    counts = np.bincount(pixels @ np.array([64, 8, 1]), minlength=512).astype(np.float32)
    histogram: Vectors = counts / np.linalg.norm(counts)
    return histogram


def _jpeg(image: Image.Image, quality: int) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()
