"""Spectrograms, and what the encoders of sounds make of them."""

from __future__ import annotations

import numpy as np
import pytest

from findalike.encoders.mel import filters, spectrogram
from findalike.encoders.prepare import prepare
from findalike.encoders.registry import Encoders
from findalike.models.cache import ModelCache
from findalike.models.cards import AudioPreprocess
from findalike.models.registry import Registry
from findalike.settings import Settings

RATE = 44_100


def tone(pitch: float, seconds: float = 1.0) -> np.ndarray:
    return np.sin(2 * np.pi * pitch * np.arange(round(seconds * RATE)) / RATE).astype(np.float32)


def test_filters_are_triangles_of_sum_one_that_rise_in_pitch() -> None:
    found = filters(RATE, 2048, 96)
    assert found.sum(axis=1) == pytest.approx(np.ones(96), rel=1e-5)
    assert (np.diff(found.argmax(axis=1)) >= 0).all()


@pytest.mark.parametrize("pitch", [500, 3000, 9000])
def test_a_tone_is_in_its_band_at_any_loudness(pitch: float) -> None:
    rules = AudioPreprocess(frames=40)
    loud, quiet = (spectrogram(tone(pitch) * gain, rules) for gain in (1.0, 0.01))
    assert loud == pytest.approx(quiet, abs=1e-4)
    band = int(loud[20].argmax())
    assert filters(RATE, 2048, 96)[band].argmax() * RATE / 2048 == pytest.approx(pitch, rel=0.15)


def test_what_is_short_ends_in_zeros_or_is_repeated() -> None:
    short = tone(1000, 0.2)
    padded = spectrogram(short, AudioPreprocess(frames=50))
    assert padded[:8].max() > 1
    assert padded[12:].max() == 0
    repeated = spectrogram(short, AudioPreprocess(frames=50, repeat=True))
    assert repeated.max(axis=1).min() > 1


def test_the_spectrum_of_a_sound_stays_its_own_under_noise() -> None:
    encoder = Encoders(Registry(), ModelCache(Settings().cache_dir), threads=1).get("spectrum")
    random = np.random.default_rng(0)
    sounds = [
        sum(tone(pitch) * (np.arange(RATE) % (RATE // beat) < RATE // beat // 3) for pitch in pitches)
        for pitches, beat in (((300, 900), 3), ((500, 2100), 4), ((700, 5000), 5), ((250, 8000), 2))
    ]
    noisy = [one + random.normal(0, np.sqrt(np.mean(one**2) / 10), RATE).astype(np.float32) for one in sounds]
    clean, heard = (
        encoder.encode("audio", [prepare(encoder.card, "audio", one) for one in some]) for some in (sounds, noisy)
    )
    assert clean.shape == (4, 480)
    alike = heard @ clean.T
    assert alike.argmax(axis=1).tolist() == [0, 1, 2, 3]
    assert alike.diagonal().min() > 0.8
    # Silence has no direction, but breaks nothing.
    assert np.isfinite(encoder.encode("audio", [prepare(encoder.card, "audio", np.zeros(RATE, np.float32))])).all()


@pytest.mark.models
def test_aisfx_tells_kinds_of_sounds_apart() -> None:
    encoder = Encoders(Registry(), ModelCache(Settings().cache_dir), threads=2).get("aisfx")
    random = np.random.default_rng(0)
    time = np.arange(RATE) / RATE
    bursts = [random.normal(0, 0.2, RATE) * np.exp(-20 * time) for _ in range(3)]
    hums = [tone(pitch) * 0.3 for pitch in (100, 110, 125)]
    found = encoder.encode("audio", [prepare(encoder.card, "audio", one) for one in [*bursts, *hums]])
    assert found.shape == (6, 512)
    alike = found @ found.T - np.eye(6)
    assert [int(one.argmax()) // 3 for one in alike] == [0, 0, 0, 1, 1, 1]
