"""What all encoders share: a run of a network, then a finish that belongs to the card.

Split, because several cards can finish the same run: what a picture looks like and what it is called come out of
one pass through one EfficientNet.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from findalike.errors import InvalidInput
from findalike.models.cards import ModelCard

Raw = Mapping[str, NDArray[Any]]
"""What a run gave: output name -> array whose rows are those of the batch."""


class StagedEncoder(ABC):
    """Base of the encoders. Subclasses are thread-safe once constructed."""

    instant: ClassVar[bool] = False
    """Whether encoding one takes less time than having a thread do it."""

    def __init__(self, card: ModelCard) -> None:
        self.card = card

    @abstractmethod
    def network(self, modality: str) -> str:
        """Equal for encoders whose `run` is the same on the same prepared inputs."""

    @abstractmethod
    def outputs(self, modality: str) -> frozenset[str]:
        """What `finish` needs of a run."""

    @abstractmethod
    def run(self, modality: str, batch: Sequence[Any], outputs: Iterable[str]) -> Raw:
        """One pass over prepared inputs."""

    @abstractmethod
    def finish(self, modality: str, raw: Raw) -> NDArray[np.float32]:
        """Embeddings (rows, card.dimension) out of a run, not yet normalised."""

    def encode(self, modality: str, batch: Sequence[Any]) -> NDArray[np.float32]:
        """Embeddings (len(batch), card.dimension), L2-normalised where the card's metric is COSINE.

        Raises InvalidInput if the card does not accept the modality.
        """
        self.check(modality)
        if not batch:
            return np.zeros((0, self.card.dimension), np.float32)
        if self.card.batch_dependent and len(batch) > 1:
            return np.concatenate([self.encode(modality, [one]) for one in batch])
        return self.embeddings(modality, self.run(modality, batch, self.outputs(modality)))

    def embeddings(self, modality: str, raw: Raw) -> NDArray[np.float32]:
        """`finish`, checked against the card and normalised as its metric wants."""
        vectors = np.ascontiguousarray(self.finish(modality, raw), np.float32)
        if vectors.ndim != 2 or vectors.shape[1] != self.card.dimension:
            raise InvalidInput(
                f"The model {self.card.name} gives {vectors.shape[1:]} numbers per item, but its card says "
                f"{self.card.dimension}. Correct `dimension`, or name another output."
            )
        return unit(vectors) if self.card.metric == "COSINE" else vectors

    @property
    def reads_sentences(self) -> bool:
        """Whether `encode_sentences` can be asked."""
        return False

    def encode_sentences(
        self, texts: Sequence[str], starts: Sequence[Sequence[int]]
    ) -> tuple[NDArray[np.float32], list[NDArray[np.float32]]]:
        """What `encode` gives for texts; and for each text the vectors of its sentences, which begin at the characters
        `starts`: float32 (sentences, card.dimension), of any length, zeros for one that the network did not reach."""
        raise NotImplementedError

    def check(self, modality: str) -> None:
        if modality not in self.card.accepts:
            raise InvalidInput(f"The model {self.card.name} does not take {modality}.")


def unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Rows of length 1; rows of zeros stay zeros."""
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.where(length > 0, length, 1), np.float32)
