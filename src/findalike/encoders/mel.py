"""Spectrograms in mel bands: what sound encoders look at. numpy only, because it runs in decoder processes."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from findalike.models.cards import AudioPreprocess

Samples = NDArray[np.float32]
"""Mono samples, float32 (samples,), between -1 and 1."""


def spectrogram(samples: Samples, rules: AudioPreprocess) -> NDArray[np.float32]:
    """The power in mel bands, as it is or its logarithm: float32 (rules.frames, rules.bands).

    Sounds are brought to one loudness by their highest peak. Frames are centred on multiples of `rules.hop`, as those
    of librosa; what is shorter than `rules.frames` of them is repeated or ends in zeros, what is longer is cut.
    """
    peak = float(np.abs(samples).max(initial=0.0))
    if peak > 0:
        samples = samples / np.float32(peak)
    if rules.repeat and 0 < len(samples) < rules.frames * rules.hop:
        samples = np.resize(samples, rules.frames * rules.hop)
    count = min(rules.frames, 1 + len(samples) // rules.hop)
    padded = np.pad(samples[: count * rules.hop + rules.fft], rules.fft // 2)
    frames = np.lib.stride_tricks.sliding_window_view(padded, rules.fft)[:: rules.hop][:count]
    power = np.abs(np.fft.rfft(frames * hann(rules.fft), axis=1)) ** 2
    bands = power.astype(np.float32) @ filters(rules.rate, rules.fft, rules.bands).T
    found = np.zeros((rules.frames, rules.bands), np.float32)
    found[: len(bands)] = (
        np.log10(bands * np.float32(rules.gain) + 1) / np.float32(rules.scale) if rules.powers == "log" else bands
    )
    return found


@lru_cache(maxsize=4)
def hann(size: int) -> NDArray[np.float32]:
    """The periodic Hann window."""
    return (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(size) / size)).astype(np.float32)


@lru_cache(maxsize=4)
def filters(rate: int, fft: int, bands: int) -> NDArray[np.float32]:
    """Triangles on HTK's mel scale from 0 to half the rate, each of sum 1: float32 (bands, fft // 2 + 1)."""
    top = 2595 * np.log10(1 + rate / 2 / 700)
    edges = 700 * (10 ** (np.linspace(0, top, bands + 2) / 2595) - 1)
    frequencies = np.linspace(0, rate / 2, fft // 2 + 1)
    rising = (frequencies - edges[:-2, None]) / np.diff(edges)[:-1, None]
    falling = (edges[2:, None] - frequencies) / np.diff(edges)[1:, None]
    weights = np.maximum(0, np.minimum(rising, falling))
    sums = np.maximum(weights.sum(axis=1, keepdims=True), np.finfo(np.float32).tiny)
    return np.asarray(weights / sums, np.float32)
