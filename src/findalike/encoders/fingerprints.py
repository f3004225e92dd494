"""Fingerprints of molecules: bits that RDKit sets in decoder processes (decoders/molecules.py), here only unpacked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from findalike.encoders.staged import Raw, StagedEncoder
from findalike.models.cards import ModelCard


class FingerprintEncoder(StagedEncoder):
    """Of each packed fingerprint, uint8 (dimension / 8,), its zeros and ones."""

    instant = True

    def network(self, modality: str) -> str:
        return f"fingerprint:{self.card.digest}"

    def outputs(self, modality: str) -> frozenset[str]:
        return frozenset({"bits"})

    def run(self, modality: str, batch: Sequence[Any], outputs: Iterable[str]) -> Raw:
        return {"bits": np.unpackbits(np.stack(batch), axis=1)}

    def finish(self, modality: str, raw: Raw) -> NDArray[np.float32]:
        return raw["bits"].astype(np.float32)

    @classmethod
    def load(cls, card: ModelCard, *_: object) -> FingerprintEncoder:
        return cls(card)
