"""Sounds made by arithmetic, as files."""

from __future__ import annotations

import io
import wave

import numpy as np
from numpy.typing import NDArray

RATE = 22_050


def tone(frequency: float, seconds: float, loudness: float = 0.5) -> NDArray[np.float32]:
    """A sine with two overtones, that swells and fades."""
    time = np.arange(round(seconds * RATE)) / RATE
    sound = sum(np.sin(2 * np.pi * frequency * (n + 1) * time) / (n + 1) for n in range(3))
    return (loudness * sound / 2 * np.sin(np.pi * time / seconds)).astype(np.float32)


def noise(seed: int, seconds: float, loudness: float = 0.5) -> NDArray[np.float32]:
    values = np.random.default_rng(seed).uniform(-1, 1, round(seconds * RATE))
    return (loudness * values).astype(np.float32)


def silence(seconds: float) -> NDArray[np.float32]:
    return np.zeros(round(seconds * RATE), np.float32)


def wav(*parts: NDArray[np.float32], rate: int = RATE, channels: int = 1) -> bytes:
    """The parts one after the other, 16 bits a sample."""
    samples = np.repeat(np.concatenate(parts), channels)
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((samples * 32767).astype("<i2").tobytes())
    return buffer.getvalue()


def melody(seed: int, seconds: float) -> NDArray[np.float32]:
    """Tones of half a second, each of another pitch."""
    pitches = np.random.default_rng(seed).uniform(150, 2500, round(seconds * 2))
    return np.concatenate([tone(pitch, 0.5) for pitch in pitches])
