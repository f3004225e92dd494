"""A deterministic encoder without any file: for tests, and for reading how an encoder is made."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from findalike.encoders.staged import Raw, StagedEncoder
from findalike.models.cards import ModelCard

GRID = 4
DIMENSION = 64
COLOURS = {
    "black": (0, 0, 0),
    "white": (255, 255, 255),
    "grey": (128, 128, 128),
    "red": (255, 0, 0),
    "green": (0, 128, 0),
    "blue": (0, 0, 255),
    "yellow": (255, 255, 0),
    "orange": (255, 165, 0),
    "purple": (128, 0, 128),
    "brown": (139, 69, 19),
    "pink": (255, 192, 203),
}


class TinyEncoder(StagedEncoder):
    """64 numbers. A picture: mean colour (48) and edge strength (16) of the cells of a 4 × 4 grid.

    A text: counts of its hashed character trigrams; but for a card that also takes pictures, a text that names
    a colour is that of a plain picture of this colour, so that words find pictures in tests too.
    A sound: the mean of its spectrogram's 64 bands over time.
    """

    def network(self, modality: str) -> str:
        return f"tiny:{modality}:{'image' in self.card.accepts}"

    def outputs(self, modality: str) -> frozenset[str]:
        return frozenset({"embedding"})

    def run(self, modality: str, batch: Sequence[Any], outputs: Iterable[str]) -> Raw:
        made: dict[str, Callable[[Any], NDArray[np.float32]]] = {
            "image": picture,
            "face": picture,
            "audio": bands,
            "text": self._text,
        }
        return {"embedding": np.stack([made[modality](content) for content in batch])}

    def finish(self, modality: str, raw: Raw) -> NDArray[np.float32]:
        return np.asarray(raw["embedding"], np.float32)

    @property
    def reads_sentences(self) -> bool:
        return "text" in self.card.accepts

    def encode_sentences(
        self, texts: Sequence[str], starts: Sequence[Sequence[int]]
    ) -> tuple[NDArray[np.float32], list[NDArray[np.float32]]]:
        ends = [[*own[1:], len(text)] for text, own in zip(texts, starts, strict=True)]
        return self.encode("text", texts), [
            np.array([self._text(text[start:end]) for start, end in zip(own, until, strict=True)], np.float32)
            for text, own, until in zip(texts, starts, ends, strict=True)
        ]

    def _text(self, text: str) -> NDArray[np.float32]:
        named = [COLOURS[word] for word in text.lower().split() if word in COLOURS]
        if not named or "image" not in self.card.accepts:
            return letters(text)
        plain = np.mean(named, axis=0).astype(np.uint8)
        return picture(np.broadcast_to(plain, (32, 32, 3)))

    @classmethod
    def load(cls, card: ModelCard, *_: object) -> TinyEncoder:
        return cls(card)


def picture(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Colour and edge layout of a square uint8 RGB picture whose side is a multiple of 4: float32 (64,)."""
    values = pixels.astype(np.float32) / 255
    side = values.shape[0] // GRID
    cells = values.reshape(GRID, side, GRID, side, 3).mean(axis=(1, 3))
    grey = values.mean(axis=2)
    down, right = np.gradient(grey)
    edges = np.hypot(down, right).reshape(GRID, side, GRID, side).mean(axis=(1, 3))
    # Centred, or every picture would be near every other; not quite, or plain grey would have no direction.
    return np.concatenate([(cells - 0.45).ravel(), 4 * edges.ravel()]).astype(np.float32)


def bands(spectrogram: NDArray[np.float32]) -> NDArray[np.float32]:
    """How loud each band of a spectrogram (frames, 64) is: float32 (64,)."""
    return np.asarray(spectrogram.mean(axis=0), np.float32)


def letters(text: str) -> NDArray[np.float32]:
    """Hashed counts of character trigrams, with word boundaries: float32 (64,)."""
    padded = f" {text.lower()} "
    counts = np.zeros(DIMENSION, np.float32)
    for start in range(len(padded) - 2):
        # Not hash(): it differs from process to process.
        counts[zlib.crc32(padded[start : start + 3].encode()) % DIMENSION] += 1
    return counts
