"""Any sound network in ONNX that looks at spectrograms in mel bands, described by its card."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from findalike.encoders.onnx_network import Networks
from findalike.encoders.staged import Raw, StagedEncoder
from findalike.models.cache import ModelCache
from findalike.models.cards import ModelCard
from findalike.models.options import OnnxAudioOptions


class OnnxAudioEncoder(StagedEncoder):
    """The output of a network over prepared spectrograms (encoders/mel.py), as it is."""

    def __init__(self, card: ModelCard, cache: ModelCache, networks: Networks) -> None:
        super().__init__(card)
        options = OnnxAudioOptions.model_validate(card.options)
        assert card.audio is not None
        bands = card.audio.bands
        if options.importer is None:
            path = cache.file(card, "model")
        else:
            from findalike.models import aisfx

            path = cache.converted(
                card,
                "model",
                f"{aisfx.CONVERTER}.onnx",
                lambda checkpoint, target: aisfx.convert(checkpoint, target, bands),
            )
        self._network = networks.get(path)
        self._input = self._network.input(options.input)
        self._output = self._network.output(options.output)
        self._key = f"{path}:{self._input}"

    def network(self, modality: str) -> str:
        return self._key

    def outputs(self, modality: str) -> frozenset[str]:
        return frozenset({self._output})

    def run(self, modality: str, batch: Sequence[Any], outputs: Iterable[str]) -> Raw:
        return self._network.run(outputs, {self._input: np.stack(batch)})

    def finish(self, modality: str, raw: Raw) -> NDArray[np.float32]:
        return np.asarray(raw[self._output], np.float32)
