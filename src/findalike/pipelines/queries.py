"""Encoding of queries: decoded in a decoder process, encoded together with others, remembered by content."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from findalike.applications.base import Application
from findalike.domain import Collection, MediaRef, Source, Term, Vector
from findalike.encoders.prepare import prepare
from findalike.encoders.staged import unit
from findalike.errors import InvalidInput
from findalike.models.cards import ModelCard
from findalike.pipelines.coalesce import Coalescer
from findalike.pipelines.decode import Recipe, decode_query
from findalike.pipelines.house import House

EncodeKey = tuple[str, str]
"""(card name, modality)."""


class QueryEncoder:
    """Belongs to one event loop."""

    def __init__(self, house: House, executor: ThreadPoolExecutor):
        self._house, self._executor = house, executor
        self._cache: OrderedDict[str, Vector] = OrderedDict()
        self._encodings: Coalescer[EncodeKey, Any, Vector] = Coalescer(
            self._encode_many, executor, limit=self._batch, capacity=house.settings.queue_limit
        )

    @property
    def pending(self) -> int:
        return self._encodings.pending

    async def encode(self, application: Application, collection: Collection, model: str, term: Term) -> Vector:
        """The embedding of a text, a file or a record. Raises InvalidInput if the model takes no such thing."""
        card = self._house.models.get(model)
        if term.text is not None:
            return await self._text(card, term.text)
        options = dict(term.media.options) if term.media else {}
        if term.media:
            source, sha256 = await self._run(self._source, collection, term.media)
            key = _key(card, "media", application.name, sha256, options)
        else:
            source = Source("query", record=dict(term.record or {}))
            key = _key(card, "record", application.name, application.options.model_dump(), source.record)
        if key in self._cache:
            return self._remembered(key)
        wanted = application.detectors
        detectors = await self._run(self._house.encoders.detectors, wanted) if wanted else {}
        recipe = Recipe(application, (card,), detectors=detectors)
        modality, inputs = await self._house.decoders.run(decode_query, recipe, source, options)
        found = await self._encoded(model, modality, inputs)
        return self._remember(key, found[0] if len(found) == 1 else _mean(card, found))

    async def _encoded(self, model: str, modality: str, prepared: Sequence[Any]) -> Sequence[Vector]:
        if self._house.encoders.instant(model):
            return self._encode_many((model, modality), prepared)
        return await asyncio.gather(*(self._encodings.ask((model, modality), one) for one in prepared))

    async def _text(self, card: ModelCard, text: str) -> Vector:
        if "text" not in card.accepts:
            raise InvalidInput(f"The model {card.name} of this collection does not understand words.")
        key = _key(card, "text", text)
        if key in self._cache:
            return self._remembered(key)
        # Of a long text it takes milliseconds.
        prepared = await self._run(partial(prepare, card, "text", text, query=True))
        return self._remember(key, await self._encodings.ask((card.name, "text"), prepared))

    async def compare(
        self, model: str, asked: Sequence[tuple[str, float]], texts: Sequence[str]
    ) -> NDArray[np.float32]:
        """How near each text's meaning is to what is asked, texts with weights: cosines, float32 (len(texts),).

        The texts are encoded together, as items are, and not remembered. Raises InvalidInput if the model understands
        no words."""
        card = self._house.models.get(model)
        if not texts:
            return np.zeros(0, np.float32)

        def encoded() -> NDArray[np.float32]:
            return unit(self._house.encoders.get(model).encode("text", [prepare(card, "text", one) for one in texts]))

        parts, found = await asyncio.gather(
            asyncio.gather(*(self._text(card, text) for text, _ in asked)), self._run(encoded)
        )
        wanted = np.average(parts, axis=0, weights=[weight for _, weight in asked]).astype(np.float32)
        return np.asarray(found @ unit(wanted[None])[0])

    def _source(self, collection: Collection, ref: MediaRef) -> tuple[Source, str]:
        if ref.item_id is not None:
            item = self._house.catalog.items.get(collection, ref.item_id)
            return self._house.source(item), item.media_sha256 or item.id
        frame = self._house.frames.get(ref.media_id or "")
        if frame:
            return frame.source, frame.sha256
        stored = self._house.catalog.media.query(ref.media_id or "")
        return self._house.source_of(stored.name, stored.sha256, stored.media_type, None, None), stored.sha256

    def _batch(self, key: EncodeKey) -> int:
        return 1 if self._house.models.get(key[0]).batch_dependent else self._house.settings.coalesce_limit

    def _encode_many(self, key: EncodeKey, prepared: Sequence[Any]) -> Sequence[Vector]:
        model, modality = key
        return list(self._house.encoders.get(model).encode(modality, prepared))

    def _remembered(self, key: str) -> Vector:
        self._cache.move_to_end(key)
        return self._cache[key]

    def _remember(self, key: str, vector: Vector) -> Vector:
        self._cache[key] = vector
        while len(self._cache) > self._house.settings.query_cache:
            self._cache.popitem(last=False)
        return vector

    async def _run(self, function: Any, *arguments: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._executor, function, *arguments)


def _mean(card: ModelCard, vectors: Sequence[Vector]) -> Vector:
    mean: Vector = np.mean(vectors, axis=0, dtype=np.float32)
    return unit(mean[None])[0] if card.metric == "COSINE" else mean


def _key(card: ModelCard, *what: str | Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps([card.digest, *what], sort_keys=True).encode()).hexdigest()
