"""Encoders: from prepared inputs to embeddings. One file a family; `registry.py` finds the family of a card."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from findalike.models.cards import ModelCard


class Encoder(Protocol):
    """Runs one model card. Thread-safe; `encode` blocks.

    A prepared input is what `prepare` (encoders/prepare.py, run in a decoder process) made of a segment's content:
    uint8 (H, W, 3) for "image", float32 (frames, bands) for "audio", str for "text".
    """

    card: ModelCard

    def encode(self, modality: str, batch: Sequence[Any]) -> NDArray[np.float32]:
        """Embeddings (len(batch), card.dimension), L2-normalised where the card's metric is COSINE.

        Raises InvalidInput if the card does not accept the modality."""
