"""Detectors: where in a picture something is. They run in decoder processes, because what is found decides what the
segments of an item are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from PIL import Image

from findalike.domain import Detection, Detector
from findalike.encoders.boxes import best, blazeface_anchors, corners, ssd_anchors, ssd_boxes
from findalike.encoders.coco import NAMES
from findalike.encoders.onnx_network import OnnxNetwork
from findalike.errors import InvalidInput
from findalike.models.cache import ModelCache
from findalike.models.cards import ModelCard
from findalike.models.options import BlazeFaceOptions, Options, SsdOptions, TinyDetectorOptions

_OVERLAP = {"ssd": 0.6, "blazeface": 0.3}
"""Boxes that have more in common are the same thing: what TensorFlow's and MediaPipe's own settings say."""


@dataclass(frozen=True)
class DetectorFile:
    """A detector's card and its ONNX file, if it has one. Can be pickled."""

    card: ModelCard
    path: Path | None = None


def detector_file(card: ModelCard, cache: ModelCache) -> DetectorFile:
    """Fetch and convert what a detector needs. Raises InvalidInput, ModelUnavailable."""
    if card.family == "ssd":
        from findalike.models import ssd_mobilenet

        return DetectorFile(
            card, cache.converted(card, "model", f"{ssd_mobilenet.CONVERTER}.onnx", ssd_mobilenet.convert)
        )
    if card.family == "blazeface":
        from findalike.models import tflite

        return DetectorFile(card, cache.converted(card, "model", f"{tflite.CONVERTER}.onnx", tflite.convert))
    if card.detects:
        return DetectorFile(card)
    raise InvalidInput(f"{card.name} is not a detector.")


@lru_cache(maxsize=4)
def opened(path: Path | None, family: str, options: str) -> Detector:
    """A detector, loaded once in a process: each task of it would else begin with half a second of loading."""
    return _FAMILIES[family](OnnxNetwork(path, threads=1), options) if path else TinyDetector(options)


def open_detector(file: DetectorFile) -> Detector:
    """The detector of a file, ready to be called."""
    checked = _OPTIONS[file.card.family].model_validate(file.card.options)
    return opened(file.path, file.card.family, checked.model_dump_json())


class SsdDetector:
    """Objects of COCO's 80 classes."""

    def __init__(self, network: OnnxNetwork, options: str) -> None:
        self._network, self._least = network, SsdOptions.model_validate_json(options).least
        self._anchors = ssd_anchors()

    def __call__(self, picture: Image.Image) -> list[Detection]:
        pixels = np.asarray(picture.convert("RGB").resize((300, 300), Image.Resampling.BILINEAR), np.uint8)
        raw = self._network.run(("boxes", "scores"), {"image": pixels[None]})
        boxes, scores = corners(ssd_boxes(raw["boxes"][0], self._anchors)), raw["scores"][0]
        found: list[Detection] = []
        for number in np.flatnonzero(scores.max(axis=0) >= self._least):
            if number not in NAMES:
                continue
            some = np.flatnonzero(scores[:, number] >= self._least)
            kept = some[best(boxes[some], scores[some, number], _OVERLAP["ssd"])]
            found += [Detection(NAMES[int(number)], float(scores[one, number]), _inside(boxes[one])) for one in kept]
        return sorted(found, key=lambda one: -one.score)


class BlazeFaceDetector:
    """Faces, each with six points: the eyes, the tip of the nose, the mouth and the ears."""

    def __init__(self, network: OnnxNetwork, options: str) -> None:
        self._network, self._least = network, BlazeFaceOptions.model_validate_json(options).least
        self._anchors = blazeface_anchors()

    def __call__(self, picture: Image.Image) -> list[Detection]:
        # The whole picture in a square, so that faces keep their shape.
        side = max(picture.size)
        scale = 128 / side
        inner = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
        square = Image.new("RGB", (128, 128))
        square.paste(picture.convert("RGB").resize(inner, Image.Resampling.BILINEAR, reducing_gap=3.0))
        pixels = np.asarray(square, np.float32)[None] / np.float32(127.5) - np.float32(1)
        raw = self._network.run(("output0", "output1"), {"image": pixels})
        scores = 1 / (1 + np.exp(-np.clip(raw["output1"][0, :, 0], -80, 80)))
        some = np.flatnonzero(scores >= self._least)
        values = raw["output0"][0, some].reshape(len(some), 8, 2) / 128
        # Sizes are the second pair; all others are places relative to the anchor.
        values[:, [0, 2, 3, 4, 5, 6, 7]] += self._anchors[some, None, :2]
        stretch = np.array([128 / inner[0], 128 / inner[1]], np.float32)
        values = (values * stretch).astype(np.float32)
        boxes = corners(values[:, :2].reshape(-1, 4))
        return [
            Detection(
                "face",
                float(scores[some[one]]),
                _inside(boxes[one]),
                tuple((float(x), float(y)) for x, y in values[one, 2:]),
            )
            for one in best(boxes, scores[some], _OVERLAP["blazeface"])
            if min(_inside(boxes[one])[2:]) > 0
        ]


class TinyDetector:
    """The box around all that has one colour, with eyes at a third of its height: for tests and for reading."""

    def __init__(self, options: str) -> None:
        self._options = TinyDetectorOptions.model_validate_json(options)

    def __call__(self, picture: Image.Image) -> list[Detection]:
        pixels = np.asarray(picture.convert("RGB"), np.int32)
        rows, columns = np.nonzero(np.abs(pixels - self._options.colour).max(axis=2) < 70)
        if len(rows) < pixels.shape[0] * pixels.shape[1] / 500:
            return []
        x, y = columns.min() / picture.width, rows.min() / picture.height
        width, height = (columns.max() + 1) / picture.width - x, (rows.max() + 1) / picture.height - y
        eyes = tuple((float(x + width * share), float(y + height / 3)) for share in (0.3, 0.7))
        return [Detection(self._options.label, 0.9, (float(x), float(y), float(width), float(height)), eyes)]


def _inside(box: np.ndarray[tuple[int], np.dtype[np.float32]]) -> tuple[float, float, float, float]:
    """x, y, width and height of what lies inside the picture."""
    left, top, right, bottom = (float(one) for one in np.clip(box, 0, 1))
    return left, top, right - left, bottom - top


_FAMILIES: dict[str, Callable[[OnnxNetwork, str], Detector]] = {"ssd": SsdDetector, "blazeface": BlazeFaceDetector}
_OPTIONS: dict[str, type[Options]] = {
    "ssd": SsdOptions,
    "blazeface": BlazeFaceOptions,
    "tiny-detector": TinyDetectorOptions,
}
