"""From a model card to its encoder, loaded once and shared by all who ask."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from findalike.encoders.clip import ClipEncoder
from findalike.encoders.conse import ConseEncoder
from findalike.encoders.detectors import DetectorFile, detector_file
from findalike.encoders.fingerprints import FingerprintEncoder
from findalike.encoders.kmers import KmerEncoder
from findalike.encoders.onnx_audio import OnnxAudioEncoder
from findalike.encoders.onnx_image import OnnxImageEncoder
from findalike.encoders.onnx_network import Networks
from findalike.encoders.onnx_text import OnnxTextEncoder
from findalike.encoders.prepare import prepare, prepare_key
from findalike.encoders.spectrum import SpectrumEncoder
from findalike.encoders.staged import StagedEncoder
from findalike.encoders.tiny import TinyEncoder
from findalike.errors import InvalidInput
from findalike.models.cache import ModelCache
from findalike.models.cards import ModelCard
from findalike.models.registry import Registry

Family = Callable[[ModelCard, ModelCache, Networks], StagedEncoder]


class Encoders:
    """Loads encoders on first use. Thread-safe; loading one does not keep others from encoding."""

    def __init__(self, registry: Registry, cache: ModelCache, threads: int) -> None:
        self.registry = registry
        self._cache = cache
        self._networks = Networks(threads)
        self._families: dict[str, Family] = {
            "tiny": TinyEncoder.load,
            "onnx-audio": OnnxAudioEncoder,
            "onnx-image": OnnxImageEncoder,
            "onnx-text": OnnxTextEncoder,
            "clip": ClipEncoder,
            "spectrum": SpectrumEncoder.load,
            "conse": ConseEncoder,
            "fingerprint": FingerprintEncoder.load,
            "kmers": KmerEncoder,
        }
        self._lock = Lock()
        self._detecting = Lock()
        self._loading: dict[str, Lock] = {}
        self._loaded: dict[str, StagedEncoder] = {}

    def get(self, name: str) -> StagedEncoder:
        """The encoder of a card, an `Encoder`. The first call fetches and loads, and so can take long.

        Raises NotFound for an unknown card, ModelUnavailable where its files cannot be fetched.
        """
        if name in self._loaded:
            return self._loaded[name]
        card = self.registry.get(name)
        if card.detects:
            raise InvalidInput(f"{name} finds where something is, and makes no vectors: name another model.")
        with self._lock:
            loading = self._loading.setdefault(name, Lock())
        with loading:
            if name not in self._loaded:
                self._loaded[name] = self._families[card.family](card, self._cache, self._networks)
            return self._loaded[name]

    def instant(self, name: str) -> bool:
        """Whether a card's encoder is loaded, and encodes in less time than having a thread do it takes."""
        return name in self._loaded and self._loaded[name].instant

    def detectors(self, wanted: Mapping[str, str]) -> dict[str, DetectorFile]:
        """What decoder processes need to open detectors, by the names they are wanted under. The first call fetches and
        converts, and so can take long.

        Raises NotFound, InvalidInput if a card is none of a detector, ModelUnavailable."""
        with self._detecting:
            return {role: detector_file(self.registry.get(name), self._cache) for role, name in wanted.items()}

    @property
    def loaded(self) -> list[str]:
        """The names of the cards that are loaded, sorted."""
        return sorted(self._loaded.copy())

    def encode_many(
        self, cards: Sequence[str], modality: str, prepared: Mapping[str, Sequence[Any]]
    ) -> dict[str, NDArray[np.float32]]:
        """Embeddings of one batch by several cards. A network that several of them share runs once.

        `prepared`: prepare_key -> the batch as prepared so (the same items, in the same order, under each key).
        Answers card -> (items, dimension). Raises InvalidInput if a card's key is missing.
        """
        groups: dict[tuple[str, str], list[StagedEncoder]] = {}
        done: dict[str, NDArray[np.float32]] = {}
        for name in dict.fromkeys(cards):
            encoder = self.get(name)
            encoder.check(modality)
            key = prepare_key(encoder.card, modality)
            if key not in prepared:
                raise InvalidInput(f"Nothing was prepared for the model {name}.")
            if encoder.card.batch_dependent or not prepared[key]:
                done[name] = encoder.encode(modality, prepared[key])
            else:
                groups.setdefault((encoder.network(modality), key), []).append(encoder)
        for (_, key), encoders in groups.items():
            wanted = frozenset[str]().union(*(encoder.outputs(modality) for encoder in encoders))
            raw = encoders[0].run(modality, prepared[key], wanted)
            done.update({encoder.card.name: encoder.embeddings(modality, raw) for encoder in encoders})
        return {name: done[name] for name in cards}

    def warm(self, name: str) -> None:
        """Load a card and run it once per modality, so that the first query is as fast as the next."""
        encoder = self.get(name)
        for modality in encoder.card.accepts:
            if modality in ("image", "face"):
                assert encoder.card.image is not None
                side = encoder.card.image.size
                encoder.encode(modality, [np.zeros((side, side, 3), np.uint8)])
            elif modality == "audio":
                encoder.encode(modality, [prepare(encoder.card, "audio", np.zeros(1, np.float32))])
            elif modality == "text":
                encoder.encode(modality, [prepare(encoder.card, modality, "warm up")])
