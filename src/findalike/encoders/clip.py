"""Dual encoders that put pictures and texts into one space: CLIP (Radford et al., 2021, arXiv:2103.00020), SigLIP."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from findalike.encoders.onnx_image import ImageRun
from findalike.encoders.onnx_network import Networks
from findalike.encoders.onnx_text import TextRun
from findalike.encoders.staged import Raw, StagedEncoder
from findalike.models.cache import ModelCache
from findalike.models.cards import ModelCard
from findalike.models.options import ClipOptions


class ClipEncoder(StagedEncoder):
    """Two ONNX files, whose outputs are the projected embeddings of one space."""

    def __init__(self, card: ModelCard, cache: ModelCache, networks: Networks) -> None:
        super().__init__(card)
        options = ClipOptions.model_validate(card.options)
        assert card.image is not None
        self._image = ImageRun(cache.file(card, "image"), networks, card.image, options.image_input)
        self._image_output = self._image.network.output(options.image_output)
        self._text = TextRun(cache.file(card, "text"), cache.file(card, "tokenizer"), networks, options)

    def network(self, modality: str) -> str:
        return self._image.key if modality == "image" else self._text.key

    def outputs(self, modality: str) -> frozenset[str]:
        return frozenset({self._image_output if modality == "image" else self._text.output})

    def run(self, modality: str, batch: Sequence[Any], outputs: Iterable[str]) -> Raw:
        return self._image(batch, outputs) if modality == "image" else self._text(batch)

    def finish(self, modality: str, raw: Raw) -> NDArray[np.float32]:
        return np.asarray(raw[self._image_output if modality == "image" else self._text.output], np.float32)
