"""Retrieval quality of image search on sample pictures, beside the bare model and a simple baseline."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageEnhance

from findalike.bench.harness import Chart, Result, Run, fresh_server
from findalike.client import Client
from findalike.decoders.image import open_image
from findalike.encoders.prepare import prepare
from findalike.encoders.registry import Encoders
from findalike.errors import InvalidInput
from findalike.models.cache import ModelCache
from findalike.models.datasets import DataCache, DataCards
from findalike.models.registry import Registry
from findalike.models.samples import SAMPLES
from findalike.settings import Settings

Edit = Callable[[Image.Image], Image.Image]
Vectors = NDArray[np.float32]
Member = tuple[str, bytes, dict[str, Any]]
"""A picture's name, its file and what is known of it."""


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


def run(models: Sequence[str], tell: Run, own: Path | None = None) -> Result:
    """recall@1 of ten edits and recall of captions on photographs, mean average precision of the same label on
    drawings: by HTTP, beside the model alone and beside colour histograms, for each model card.

    `own` is a folder of labelled pictures, in a folder for each label: then only the last is measured, on these.
    Raises InvalidInput if it has no two labels."""
    settings = Settings()
    result = tell.begin("quality-image-search", {"models": " ".join(models)})
    with fresh_server() as (url, _), Client(url, timeout=120) as client:
        for number, model in enumerate(models):
            tell(f"{model}: taking pictures in", number / len(models))
            if own is None:
                _edits(result, _Sample(settings, client, "pictures", model, _members(settings, "pictures")), model)
            tell(f"{model}: labels", (number + 0.6) / len(models))
            labelled = _members(settings, "characters") if own is None else _labelled(own)
            _labels(result, _Sample(settings, client, "labelled", model, labelled), model)
    return result


def _edits(result: Result, photographs: _Sample, model: str) -> None:
    for edit, change in EDITS.items():
        edited = [change(image) for image in photographs.images]
        for way, find in photographs.ways.items():
            hits = [float(find(one)[0] == place) for place, one in enumerate(edited)]
            result.add(f"recall@1 {edit}: {way}", "", hits, centre="mean")
            if way != "colours":
                _bar(result, "Edited photographs found first", "edit", "recall@1", way, edit, hits)
    captions = [(place, meta["caption"]) for place, meta in enumerate(photographs.metadata) if "caption" in meta]
    ranks = [photographs.service.by_words(text).index(place) for place, text in captions]
    for depth in (1, 10):
        samples = [float(rank < depth) for rank in ranks]
        result.add(f"recall@{depth} of {len(ranks)} captions: {model}", "", samples, centre="mean")
    result.notes.append(f"{len(photographs.images)} photographs.")


def _labels(result: Result, drawings: _Sample, model: str) -> None:
    labels = [str(meta["label"]) for meta in drawings.metadata]
    if min(Counter(labels).values()) == len(labels):
        raise InvalidInput("There is only one label: put the pictures into a folder for each label.")
    for way, find in drawings.ways.items():
        found = _average_precisions(labels, [find(image) for image in drawings.images])
        result.add(f"mAP of the same label: {way}", "", found, centre="mean")
        _bar(result, "Same label", "way", "mAP", "all", way, found)
    order = np.random.default_rng(0).permutation(len(labels)).tolist()
    if result.get(chance := "mAP of the same label: a random order") is None:
        result.add(chance, "", _average_precisions(labels, [order] * len(labels)), centre="mean")
    result.notes.append(f"{len(labels)} labelled pictures, {len(set(labels))} labels, {model}.")


def _bar(result: Result, title: str, x: str, y: str, series: str, name: str, samples: list[float]) -> None:
    known = next((one for one in result.charts if one.title == title), None)
    if known is None:
        result.charts.append(known := Chart(title, x, y, {}, "bars"))
    points = known.series.setdefault(series, [])
    if name not in dict(points):
        points.append((name, float(np.mean(samples))))


def _members(settings: Settings, sample: str) -> list[Member]:
    cache = DataCache(settings.cache_dir)
    return [(name, data, dict(meta)) for name, data, meta in cache.members(DataCards(SAMPLES).get(sample))]


def _labelled(folder: Path) -> list[Member]:
    paths = sorted(path for path in folder.glob("*/*") if path.is_file())
    return [
        (f"{number}-{path.name}", path.read_bytes(), {"label": path.parent.name}) for number, path in enumerate(paths)
    ]


class _Sample:
    """A sample in the service, and beside it in memory."""

    def __init__(self, settings: Settings, client: Client, sample: str, model: str, members: list[Member]):
        self.metadata = [meta for _, _, meta in members]
        names = [name for name, _, _ in members]
        name = f"{sample}-{model}"
        client.create_collection("image-search", name, models={"visual": model})
        with TemporaryDirectory() as folder:
            paths = [Path(folder) / one for one in names]
            for path, (_, data, _) in zip(paths, members, strict=True):
                path.write_bytes(data)
            self.images = [open_image(str(path)) for path in paths]
            job = client.wait(client.add_files("image-search", name, paths).id)
        assert job.done == len(members), job
        self.service = _Service(client, name, names)
        bare = _Bare(settings, self.images, model)
        self.ways = {
            model: self.service.by_picture,
            f"{model} without the service": bare.by_picture,
            "colours": bare.by_colours,
        }


def _average_precisions(labels: list[str], rankings: list[list[int]]) -> list[float]:
    """Of the ranking of every picture that is not the only one of its label; the picture itself does not count."""
    precisions = []
    for place, ranking in enumerate(rankings):
        relevant = [labels[other] == labels[place] for other in ranking if other != place]
        hits = np.cumsum(relevant)
        if any(relevant):
            precisions.append(float(np.mean([hits[rank] / (rank + 1) for rank, yes in enumerate(relevant) if yes])))
    return precisions


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

    def __init__(self, settings: Settings, images: list[Image.Image], model: str):
        registry = Registry(settings.models)
        self._encoder = Encoders(registry, ModelCache(settings.cache_dir), settings.encoder_threads).get(model)
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
