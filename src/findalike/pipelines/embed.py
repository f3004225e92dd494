"""From prepared inputs to the vectors of every generation that must receive them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from findalike.applications.base import Application
from findalike.domain import Generation, Indexed, Span, Vector, VectorSetting
from findalike.encoders.prepare import prepare_key
from findalike.encoders.registry import Encoders
from findalike.encoders.sentences import compact
from findalike.encoders.staged import unit
from findalike.errors import InvalidInput
from findalike.models.cards import Modality, ModelCard
from findalike.models.registry import Registry
from findalike.pipelines.decode import DecodedSegment, Recipe

Key = tuple[int, str]
"""(generation number, vector name)."""


@dataclass(frozen=True)
class Embedded:
    """What was made of one segment: its vectors (or words), and the vectors of its sentences with their places in its
    text, where the model can tell them: int8 (sentences, dimension)."""

    vectors: Mapping[Key, Indexed]
    sentences: Mapping[Key, NDArray[np.int8]] = field(default_factory=dict)
    places: Sequence[Span] = ()


_Made = tuple[Vector, NDArray[np.int8] | None]
"""The vector of a segment, and its sentences' if there are any."""

_LONGEST = 1e18
"""Between vectors of this length, products and squared distances still fit into float32."""


class Embedder:
    """Encodes segments for generations, `batch` of them in one run at most. Blocks; thread-safe."""

    def __init__(self, models: Registry, encoders: Encoders, batch: int):
        self._models, self._encoders, self._batch = models, encoders, batch

    def cards(self, generations: Sequence[Generation]) -> tuple[ModelCard, ...]:
        """The distinct cards of these generations."""
        names = {setting.model for generation in generations for setting in generation.vectors.values()}
        return tuple(self._models.get(name) for name in sorted(name for name in names if name))

    def recipe(self, application: Application, generations: Sequence[Generation]) -> Recipe:
        lexical = any(setting.lexical for generation in generations for setting in generation.vectors.values())
        return Recipe(application, self.cards(generations), lexical, self._encoders.detectors(application.detectors))

    def embed(
        self, generations: Sequence[Generation], segments: Sequence[DecodedSegment], check: Callable[[], None]
    ) -> list[Embedded]:
        """The vectors of each segment; one whose card accepts nothing that the segment has is of zeros where its metric
        allows that, and else left out; so are learned ones, which `write_vectors` adds.

        `check` is called before each run, and may raise to stop."""
        by_card = self._encode(self.cards(generations), segments, check)
        result: list[Embedded] = []
        for position, segment in enumerate(segments):
            vectors: dict[Key, Indexed] = {}
            sentences: dict[Key, NDArray[np.int8]] = {}
            for generation in generations:
                for name, setting in generation.vectors.items():
                    key = generation.number, name
                    if setting.lexical:
                        vectors[key] = segment.inputs["words"]
                    elif setting.ready_made:
                        vectors[key] = checked(segment.inputs["vector"], setting)
                    elif setting.model and position in by_card[setting.model]:
                        vectors[key], parts = by_card[setting.model][position]
                        if parts is not None:
                            sentences[key] = parts
                    elif setting.model and setting.metric in ("IP", "L2"):
                        vectors[key] = np.zeros(setting.dimension, np.float32)
            result.append(Embedded(vectors, sentences, segment.sentences))
        return result

    def _encode(
        self, cards: Sequence[ModelCard], segments: Sequence[DecodedSegment], check: Callable[[], None]
    ) -> dict[str, dict[int, _Made]]:
        """For each card, what it made by position in `segments`."""
        groups: dict[tuple[Modality, tuple[int, ...]], list[ModelCard]] = defaultdict(list)
        for card in cards:
            for modality in card.accepts:
                key = prepare_key(card, modality)
                positions = tuple(i for i, segment in enumerate(segments) if key in segment.inputs)
                if positions:
                    groups[modality, positions].append(card)
                    break
        found: dict[str, dict[int, _Made]] = {card.name: {} for card in cards}
        for (modality, positions), members in groups.items():
            for run in self._runs(modality, positions, segments):
                check()
                for name, made in self._made(members, modality, [segments[i] for i in run]).items():
                    found[name].update(zip(run, made, strict=True))
        return found

    def _made(
        self, cards: Sequence[ModelCard], modality: Modality, segments: Sequence[DecodedSegment]
    ) -> dict[str, list[_Made]]:
        """What each card makes of segments; cards that share a network run it once, if they read no sentences."""
        keys = {card.name: prepare_key(card, modality) for card in cards}
        prepared = {key: [segment.inputs[key] for segment in segments] for key in keys.values()}
        starts = [segment.starts for segment in segments]
        made: dict[str, list[_Made]] = {}
        for name, key in keys.items():
            encoder = self._encoders.get(name)
            if modality == "text" and any(starts) and encoder.reads_sentences:
                vectors, sentences = encoder.encode_sentences(prepared[key], starts)
                parts = (compact(one) if len(one) else None for one in sentences)
                made[name] = list(zip(vectors, parts, strict=True))
        others = [name for name in keys if name not in made]
        counts = [len(one) if isinstance(one, list) else 1 for one in prepared[keys[others[0]]]] if others else []
        flat = {key: _flat(some) for key, some in prepared.items()}
        for name, matrix in self._encoders.encode_many(others, modality, flat).items():
            made[name] = [(vector, None) for vector in _means(matrix, counts, self._models.get(name).metric)]
        return made

    def _runs(
        self, modality: Modality, positions: Sequence[int], segments: Sequence[DecodedSegment]
    ) -> Iterator[Sequence[int]]:
        """What is encoded together. Texts go by length, because a run is as slow as its longest."""
        if modality == "text":
            positions = sorted(positions, key=lambda i: len(segments[i].text or ""))
        for start in range(0, len(positions), self._batch):
            yield positions[start : start + self._batch]


def _flat(inputs: Sequence[Any]) -> list[Any]:
    """Prepared inputs, and of those that are views of the same each for itself."""
    return [view for one in inputs for view in (one if isinstance(one, list) else [one])]


def _means(matrix: NDArray[np.float32], counts: Sequence[int], metric: str) -> NDArray[np.float32]:
    """The mean of as many rows each as `counts` says; of length 1 for COSINE."""
    if len(matrix) == len(counts):
        return matrix
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    sums: NDArray[np.float32] = np.add.reduceat(matrix, starts, axis=0, dtype=np.float32)
    means = np.asarray(sums / np.asarray(counts, np.float32)[:, None], np.float32)
    return unit(means) if metric == "COSINE" else means


def checked(vector: Any, setting: VectorSetting) -> Vector:
    """A given vector, or InvalidInput saying what is wrong with it. For COSINE it is brought to length 1: engines
    compute lengths in float32, where those of very large and very small vectors are lost."""
    array = np.asarray(vector, dtype=np.float64)
    if array.shape != (setting.dimension,):
        raise InvalidInput(
            f"The vector has {array.size} dimensions and this collection has {setting.dimension}.", field="vector"
        )
    with np.errstate(over="ignore"):
        length = float(np.linalg.norm(array))
        # In a shorter one every value is a finite 32-bit number.
        finite = length <= _LONGEST or np.isfinite(array.astype(np.float32)).all()
    if not finite:
        raise InvalidInput("The vector has a value that is not a finite 32-bit number.", field="vector")
    if setting.metric == "JACCARD" and not np.isin(array, (0, 1)).all():
        raise InvalidInput("The vector is one of bits: it may hold 0 and 1 only.", field="vector")
    if setting.metric != "L2" and not length:
        raise InvalidInput("The vector is all zeros, which has no direction to compare.", field="vector")
    if setting.metric == "COSINE":
        array = array / length
    elif length > _LONGEST:
        raise InvalidInput(
            f"The vector is longer than {_LONGEST:.0e}: its scores could not be computed.", field="vector"
        )
    return array.astype(np.float32)
