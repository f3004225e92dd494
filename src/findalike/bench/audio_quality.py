"""Retrieval quality of audio search on labelled sounds, beside statistics of MFCCs, and of finding noisy excerpts."""

from __future__ import annotations

import io
import wave
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from findalike.bench.harness import Result, Run, fresh_server
from findalike.client import Client
from findalike.decoders.audio import RATE, Samples, blocks
from findalike.encoders.mel import spectrogram
from findalike.models.cards import AudioPreprocess
from findalike.models.datasets import DataCache, DataCards
from findalike.models.samples import SAMPLES
from findalike.settings import Settings

_FIRST = 5
_MFCC = 20
_NOISE_DB = 10.0
_TRIES = 200


def run(tell: Run) -> Result:
    """Precision@5 of labels, by HTTP and by MFCC statistics; and how often a second of a recording with noise finds it
    first."""
    settings = Settings()
    result = tell.begin("audio-quality", {"sample": "labelled-sounds", "tries": _TRIES, "noise_db": _NOISE_DB})
    members = list(DataCache(settings.cache_dir).members(DataCards(SAMPLES).get("labelled-sounds")))
    labels = [str(meta["label"]) for _, _, meta in members]
    with (
        fresh_server() as (url, _),
        Client(url, timeout=60) as client,
        TemporaryDirectory(prefix="findalike-bench-") as folder,
    ):
        tell("taking in sounds")
        paths = []
        for number, (name, data, _) in enumerate(members):
            paths.append(Path(folder) / f"{number:04}-{name}")
            paths[-1].write_bytes(data)
        client.create_collection("audio-search", "sounds")
        job = client.wait(client.add_files("audio-search", "sounds", paths).id)
        result.notes.append(f"{job.done} sounds, {job.skipped} twice, {len(set(labels))} labels.")
        places = {path.name: number for number, path in enumerate(paths)}
        ids = {places[item.name]: item.id for item in client.items("audio-search", "sounds")}
        sounds = [np.concatenate(list(blocks(path))) for path in paths]

        tell("labels")
        known = [one for one, count in Counter(labels[place] for place in ids).items() if count > 1]
        asked = [place for place in ids if labels[place] in known]
        described = _standard(np.stack([mfcc_statistics(sounds[place]) for place in ids]))
        order = list(ids)
        by_service, by_mfcc = [], []
        for place in asked:
            hits = client.search("audio-search", "sounds", item_id=ids[place], limit=_FIRST).hits
            by_service.append(_precision(labels, place, [places[hit.item.name] for hit in hits]))
            distances = np.linalg.norm(described - described[order.index(place)], axis=1)
            nearest = [order[one] for one in np.argsort(distances, kind="stable") if order[one] != place]
            by_mfcc.append(_precision(labels, place, nearest[:_FIRST]))
        result.add("precision@5 of labels: service", "", by_service, centre="mean")
        result.add("precision@5 of labels: MFCC statistics", "", by_mfcc, centre="mean")
        result.add("service / MFCC", "", float(np.mean(by_service) / np.mean(by_mfcc)), "≥ 1.4")

        tell("excerpts with noise")
        random = np.random.default_rng(0)
        found = [
            client.search("audio-search", "sounds", media_id=_stored(client, folder, excerpt), find="same", limit=1)
            .hits[0]
            .item.id
            == ids[place]
            for place, excerpt in (_excerpt(random, order, sounds) for _ in range(_TRIES))
        ]
        name = f"1 s with noise at {_NOISE_DB:g} dB finds its recording first"
        result.add(name, "", [float(one) for one in found], "≥ 0.95", centre="mean")
    return result


def mfcc_statistics(samples: Samples) -> NDArray[np.float32]:
    """Mean and standard deviation over time of 20 mel-frequency cepstral coefficients: float32 (40,)."""
    rules = AudioPreprocess(frames=1 + len(samples) // 1024) if len(samples) < 4096 * 1024 else AudioPreprocess()
    bands = spectrogram(samples, rules)
    places = np.arange(rules.bands) + 0.5
    basis = np.cos(np.pi / rules.bands * np.outer(np.arange(_MFCC), places))
    coefficients = bands @ basis.T
    return np.concatenate([coefficients.mean(axis=0), coefficients.std(axis=0)]).astype(np.float32)


def _standard(values: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray((values - values.mean(axis=0)) / np.maximum(values.std(axis=0), 1e-9), np.float32)


def _precision(labels: list[str], place: int, found: list[int]) -> float:
    return sum(labels[other] == labels[place] for other in found) / _FIRST


def _excerpt(random: np.random.Generator, order: list[int], sounds: list[Samples]) -> tuple[int, Samples]:
    """A second of some recording (all of a shorter one) that is not much quieter than the whole, with white noise."""
    place = int(random.choice(order))
    sound = sounds[place]
    while True:
        start = int(random.integers(0, max(1, len(sound) - RATE)))
        excerpt = sound[start : start + RATE]
        loudness = float(np.sqrt(np.mean(excerpt**2)))
        if loudness > 0.1 * float(np.sqrt(np.mean(sound**2))):
            noise = random.normal(0, loudness * 10 ** (-_NOISE_DB / 20), len(excerpt))
            return place, (excerpt + noise).astype(np.float32)


def _stored(client: Client, folder: str, samples: Samples) -> str:
    path = Path(folder) / "excerpt.wav"
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((samples / max(1.0, float(np.abs(samples).max())) * 32767).astype("<i2").tobytes())
    path.write_bytes(buffer.getvalue())
    return client.add_media(path).media_id
