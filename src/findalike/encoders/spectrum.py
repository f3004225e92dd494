"""Which recording a sound is from, without any model: its spectrum, and how the loudness of its bands moves.

An encoder of meanings takes noise for another sound. Here what is steady in a band is taken for noise and subtracted
(Boll, 1979, "Suppression of Acoustic Noise in Speech Using Spectral Subtraction"); what is left is described by its
mean over time and by the magnitudes of its slow movements, which do not depend on where in the window the sound lies.
The constants were chosen on excerpts with noise, see docs/audio-search.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from findalike.encoders.staged import Raw, StagedEncoder, unit
from findalike.models.cards import ModelCard

MOVEMENTS = 8
"""So many rates of movement are looked at: of one swing a window, of two, and so on."""

_QUIET = 0.4
_SUBTRACTED = 1.5
_FLATNESS = 4.0
_WEIGHT = 0.5


class SpectrumEncoder(StagedEncoder):
    """Numbers for each band, and MOVEMENTS for each pair of bands: bands · (1 + MOVEMENTS / 2) in all."""

    def network(self, modality: str) -> str:
        return f"spectrum:{self.card.name}"

    def outputs(self, modality: str) -> frozenset[str]:
        return frozenset({"embedding"})

    def run(self, modality: str, batch: Sequence[Any], outputs: Iterable[str]) -> Raw:
        return {"embedding": np.stack([describe(powers) for powers in batch])}

    def finish(self, modality: str, raw: Raw) -> NDArray[np.float32]:
        return np.asarray(raw["embedding"], np.float32)

    @classmethod
    def load(cls, card: ModelCard, *_: object) -> SpectrumEncoder:
        return cls(card)


def describe(powers: NDArray[np.float32]) -> NDArray[np.float32]:
    """Of powers (frames, bands), where frames of zeros are none: float32 (bands * (1 + MOVEMENTS / 2),)."""
    sounding = powers[powers.any(axis=1)]
    rest = np.zeros_like(powers)
    if len(sounding):
        # The powers of noise are spread exponentially: this is their mean, from a quantile of them.
        noise = np.quantile(sounding, _QUIET, axis=0) / -np.log(1 - _QUIET)
        noise = np.minimum(noise, _FLATNESS * np.median(noise))
        rest[: len(sounding)] = np.sqrt(np.maximum(sounding - _SUBTRACTED * noise, 0))
    pairs = rest.reshape(len(rest), -1, 2).mean(axis=2)
    movements = np.abs(np.fft.rfft(pairs, axis=0))[1 : 1 + MOVEMENTS]
    level = unit(rest.mean(axis=0)[None])[0]
    return np.concatenate([level, _WEIGHT * unit(movements.reshape(1, -1))[0]]).astype(np.float32)
