"""What each application takes in when ingestion is measured: files and tables that anybody can make or fetch again."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from findalike.bench.corpus import documents, source
from findalike.domain import Source
from findalike.models.datasets import DataCache, DataCards
from findalike.models.samples import SAMPLES
from findalike.settings import Settings

_DIMENSION = 384
_DOCUMENT = 6000
"""Characters of a document, on average."""


@dataclass(frozen=True)
class Feed:
    """`files` go to the server, `sources` are the same items for the loop beside it (none for ready-made vectors, for
    which there is nothing to decode). `settings` are the collection's."""

    files: Sequence[Path]
    items: int
    sources: Sequence[Source] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)


def feed(application: str, items: int, settings: Settings) -> Feed:
    """About so many items, fewer if there are not so many."""
    return FEEDS[application](items, settings)


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


def _pictures(items: int, settings: Settings) -> Feed:
    files = photos(settings.cache_dir / "bench-photos", items)
    return Feed(files, len(files), [Source(path.name, str(path), "image/jpeg") for path in files])


def _texts(items: int, settings: Settings) -> Feed:
    files = documents(settings, items * _DOCUMENT)[:items]
    return Feed(files, len(files), [source(path) for path in files])


def _sounds(items: int, settings: Settings) -> Feed:
    folder = settings.cache_dir / "bench-sounds"
    folder.mkdir(parents=True, exist_ok=True)
    found: dict[bytes, tuple[Path, str]] = {}
    for number, (name, data, _) in enumerate(_members(settings, "labelled-sounds")):
        if len(found) < items and data not in found:
            path = folder / f"{number:04}-{name}"
            path.write_bytes(data)
            found[data] = path, f"audio/{path.suffix.removeprefix('.')}"
    files = [path for path, _ in found.values()]
    return Feed(files, len(files), [Source(path.name, str(path), kind) for path, kind in found.values()])


def _vectors(items: int, settings: Settings) -> Feed:
    path = settings.cache_dir / f"bench-{items}.npy"
    path.parent.mkdir(parents=True, exist_ok=True)
    np.save(path, np.random.default_rng(0).normal(size=(items, _DIMENSION)).astype(np.float32))
    return Feed([path], items, settings={"dimension": _DIMENSION})


def _molecules(items: int, settings: Settings) -> Feed:
    return _table(items, settings, "chemicals", ("smiles",))


def _genes(items: int, settings: Settings) -> Feed:
    return _table(items, settings, "resistance-genes", ("sequence", "label"))


def _table(items: int, settings: Settings, sample: str, columns: Sequence[str]) -> Feed:
    """The first rows of a sample's table, each once."""
    ((_, content, _),) = _members(settings, sample)
    rows = {row[columns[0]]: row for row in csv.DictReader(io.StringIO(content.decode())) if row[columns[0]]}
    chosen = [{name: row[name] for name in columns} for row in list(rows.values())[:items]]
    path = settings.cache_dir / f"bench-{sample}-{len(chosen)}.csv"
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(chosen)
    return Feed([path], len(chosen), [Source(str(at), record=row) for at, row in enumerate(chosen)])


def _members(settings: Settings, sample: str) -> Sequence[tuple[str, bytes, Any]]:
    return list(DataCache(settings.cache_dir).members(DataCards(SAMPLES).get(sample)))


FEEDS: Mapping[str, Callable[[int, Settings], Feed]] = {
    "image-search": _pictures,
    "text-search": _texts,
    "question-answering": _texts,
    "audio-search": _sounds,
    "vector-search": _vectors,
    "molecule-search": _molecules,
    "dna-classification": _genes,
}
