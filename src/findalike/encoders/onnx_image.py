"""Any image network in ONNX, described by its card."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from findalike.encoders.onnx_network import Networks
from findalike.encoders.staged import Raw, StagedEncoder
from findalike.models.cache import ModelCache
from findalike.models.cards import ImagePreprocess, ModelCard
from findalike.models.options import OnnxImageOptions

RUN_PICTURES = 4
"""Pictures of one pass. On a CPU a longer pass is no faster, and needs more memory: EfficientNet-Lite0 took 9.4 ms a
picture and 52 MiB with 4, 10.0 ms and 221 MiB with 16."""


def image_file(
    card: ModelCard, role: str, importer: Literal["efficientnet-lite", "dlib-face"] | None, cache: ModelCache
) -> Path:
    """The ONNX file of an image network: as fetched, or what an importer makes of it."""
    if importer is None:
        return cache.file(card, role)
    if importer == "dlib-face":
        from findalike.models import dlib_face

        return cache.converted(card, role, f"{dlib_face.CONVERTER}.onnx", dlib_face.convert)
    from findalike.models import efficientnet

    assert card.image is not None
    size = card.image.size
    return cache.converted(
        card,
        role,
        f"{efficientnet.CONVERTER}-{size}.onnx",
        lambda checkpoint, target: efficientnet.convert(checkpoint, target, size),
    )


def image_input(batch: Sequence[NDArray[np.uint8]], rules: ImagePreprocess) -> NDArray[Any]:
    """Prepared pictures as one array, in the layout, type and scale that the card says."""
    pixels: NDArray[Any] = np.stack(batch)
    if rules.dtype == "float32":
        pixels = (pixels.astype(np.float32) - np.array(rules.mean, np.float32)) / np.array(rules.std, np.float32)
    return np.ascontiguousarray(pixels.transpose(0, 3, 1, 2)) if rules.layout == "NCHW" else pixels


class ImageRun:
    """An image network with its card's preprocessing: prepared pictures in, raw outputs out."""

    def __init__(self, path: Path, networks: Networks, rules: ImagePreprocess, input_name: str | None) -> None:
        self.network = networks.get(path)
        self._rules = rules
        self._input = self.network.input(input_name)
        # Two cards may normalise differently before the same network; then their runs are not the same.
        self.key = f"{path}:{self._input}:{rules.model_dump_json()}"

    def __call__(self, batch: Sequence[Any], outputs: Iterable[str]) -> Raw:
        names = list(outputs)
        runs = [
            self.network.run(names, {self._input: image_input(batch[start : start + RUN_PICTURES], self._rules)})
            for start in range(0, len(batch), RUN_PICTURES)
        ]
        return runs[0] if len(runs) == 1 else {name: np.concatenate([run[name] for run in runs]) for name in names}


class OnnxImageEncoder(StagedEncoder):
    """The output of an image network as it is; a feature map (batch, channels, …) is averaged over its places."""

    def __init__(self, card: ModelCard, cache: ModelCache, networks: Networks) -> None:
        super().__init__(card)
        options = OnnxImageOptions.model_validate(card.options)
        assert card.image is not None
        path = image_file(card, "model", options.importer, cache)
        self._image = ImageRun(path, networks, card.image, options.input)
        self._output = self._image.network.output(options.output)

    def network(self, modality: str) -> str:
        return self._image.key

    def outputs(self, modality: str) -> frozenset[str]:
        return frozenset({self._output})

    def run(self, modality: str, batch: Sequence[Any], outputs: Iterable[str]) -> Raw:
        return self._image(batch, outputs)

    def finish(self, modality: str, raw: Raw) -> NDArray[np.float32]:
        values = raw[self._output]
        return np.asarray(values.mean(axis=tuple(range(2, values.ndim))) if values.ndim > 2 else values, np.float32)
