"""Pictures by words without a model that was trained for it: ConSE (Norouzi et al., 2013, arXiv:1312.5650).

A classifier says what a picture shows, as probabilities over label names. The picture's vector is the average of
the text vectors of the likeliest names, weighted by probability; so it lies where a text about them lies, and a
query is simply embedded as text. What has no name among the labels can only be found by what is near it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from findalike.encoders.onnx_image import ImageRun, image_file
from findalike.encoders.onnx_network import Networks
from findalike.encoders.onnx_text import TextRun
from findalike.encoders.staged import Raw, StagedEncoder, unit
from findalike.errors import InvalidInput
from findalike.models.cache import ModelCache
from findalike.models.cards import ModelCard
from findalike.models.options import ConseOptions


class ConseEncoder(StagedEncoder):
    """Convex combination of the text vectors of label names. Options: `top`, `temperature`, `template`."""

    def __init__(self, card: ModelCard, cache: ModelCache, networks: Networks) -> None:
        super().__init__(card)
        self._options = options = ConseOptions.model_validate(card.options)
        assert card.image is not None
        network = image_file(card, "network", options.importer, cache)
        self._image = ImageRun(network, networks, card.image, None)
        self._logits = self._image.network.output(options.logits)
        self._text = TextRun(cache.file(card, "model"), cache.file(card, "tokenizer"), networks, options)
        self.labels = read_labels(cache.file(card, "labels"))
        names = [options.template.format(label) for label in self.labels]
        self._names = unit(np.asarray(self._text(names)[self._text.output], np.float32))

    def network(self, modality: str) -> str:
        return self._image.key if modality == "image" else self._text.key

    def outputs(self, modality: str) -> frozenset[str]:
        return frozenset({self._logits if modality == "image" else self._text.output})

    def run(self, modality: str, batch: Sequence[Any], outputs: Iterable[str]) -> Raw:
        return self._image(batch, outputs) if modality == "image" else self._text(batch)

    def finish(self, modality: str, raw: Raw) -> NDArray[np.float32]:
        if modality == "text":
            return np.asarray(raw[self._text.output], np.float32)
        return self.probabilities(raw[self._logits]) @ self._names

    def probabilities(self, logits: NDArray[Any]) -> NDArray[np.float32]:
        """(rows, labels) to weights of the same shape: 0 but for the `top` likeliest, whose sum is 1."""
        if logits.shape[1] != len(self.labels):
            raise InvalidInput(f"The network knows {logits.shape[1]} labels, but {len(self.labels)} are named.")
        scaled = logits.astype(np.float64) / self._options.temperature
        weights = np.exp(scaled - scaled.max(axis=1, keepdims=True))
        top = min(self._options.top, weights.shape[1])
        least = np.partition(weights, -top, axis=1)[:, -top, None]
        weights[weights < least] = 0
        return np.asarray(weights / weights.sum(axis=1, keepdims=True), np.float32)

    def top_labels(self, picture: NDArray[np.uint8], count: int = 5) -> list[tuple[str, float]]:
        """The likeliest labels of one prepared picture with their probabilities, best first."""
        weights = self.probabilities(self.run("image", [picture], [self._logits])[self._logits])[0]
        return [(self.labels[i], float(weights[i])) for i in np.argsort(-weights)[:count]]


def read_labels(path: Path) -> list[str]:
    """Label names, in the order of the network's outputs: a JSON list of names, or one a line. Notes in
    parentheses, which tell namesakes apart, become part of the name: they tell the text model apart as well.
    """
    text = path.read_text(encoding="utf-8")
    names = json.loads(text) if path.suffix == ".json" else text.splitlines()
    if not isinstance(names, list) or not all(isinstance(name, str) and name for name in names):
        raise InvalidInput(f"{path.name} is not a list of label names.")
    return [re.sub(r"\s*\((.*?)\)", r", \1", name) for name in names]
