"""What operations are given to work with: a `Context`, bound to a collection and to who asks."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar, TypeVarTuple

import numpy as np

from findalike.answers.followup import Asked
from findalike.answers.language import LanguageModel
from findalike.applications.base import EventRecord, SearchQuery
from findalike.domain import Collection, Event, Item, Message, StoredSegment, Vector
from findalike.errors import NotFound
from findalike.pipelines.expand import event_of, item_id_of
from findalike.pipelines.house import House
from findalike.pipelines.search import Answer, Searcher
from findalike.pipelines.write import change_metadata
from findalike.settings import Settings
from findalike.taste.model import Tastes

T = TypeVar("T")
A = TypeVarTuple("A")


class BoundContext:
    """The `Context` of one call."""

    def __init__(
        self,
        house: House,
        searcher: Searcher,
        language_model: LanguageModel | None,
        collection: Collection,
        asker: str | None,
    ) -> None:
        self.collection = collection
        self.language_model = language_model
        self._house, self._searcher, self._asker = house, searcher, asker

    @property
    def settings(self) -> Settings:
        return self._house.settings

    async def renewed(self) -> bool:
        before, self.collection = self.collection, await _run(self._house.current, self.collection)
        return self.collection.generation != before.generation

    async def search(self, query: SearchQuery) -> Answer:
        application = self._house.application(self.collection)
        if application.lists and (found := await application.listed(self, query)) is not None:
            return await self._searcher.listed(self.collection, query, found)
        return await self._searcher.search(application, self.collection, query)

    async def items(self, ids: Sequence[str]) -> list[Item]:
        return await _run(self._house.catalog.items.get_many, self.collection, ids)

    async def work(self, function: Callable[[*A], T], *arguments: *A) -> T:
        return await self._house.decoders.run(function, *arguments)

    async def compare(self, vector: str, asked: Asked, texts: Sequence[str]) -> Vector:
        return await self._searcher.compare(self.collection, vector, asked, texts)

    async def segments(self) -> list[tuple[Item, StoredSegment]]:
        return await _run(self._house.catalog.items.all_segments, self.collection)

    async def segment_vectors(self, vector: str, ids: Sequence[int]) -> dict[int, Vector]:
        table = self.collection.table(self.collection.generation, vector)
        found = await _run(self._house.vectors.get, table, ids) if ids else {}
        return {id: np.asarray(one) for id, one in found.items()}

    async def derived(self, make: Callable[[], Awaitable[T]]) -> T:
        # First how it is, then what comes of it: what changes in between is noticed by the next call.
        parts = await _run(self._house.catalog.items.state, self.collection)
        state = (self.collection.epoch, parts, json.dumps(await self.preferences(), sort_keys=True))
        return await self._house.derived.get(self.collection.id, state, make)

    async def annotate(self, item_id: str, patch: Mapping[str, Any]) -> None:
        await _run(change_metadata, self._house, self.collection, item_id, patch)

    async def preferences(self) -> dict[str, Any]:
        return await _run(self._house.catalog.collections.preferences, self.collection.id)

    async def keep_preferences(self, values: Mapping[str, Any]) -> None:
        await _run(self._house.catalog.collections.keep_preferences, self.collection.id, values)

    async def names(self, ids: Sequence[str]) -> dict[str, str]:
        return await _run(self._house.catalog.items.indexed, self.collection.id, ids) if ids else {}

    async def item_ids(self, keys: Sequence[str]) -> dict[str, str]:
        ids = {key: item_id_of(key) for key in keys}
        there = await self.names(list(ids.values()))
        for key, id in ids.items():
            if id not in there:
                raise NotFound(f"There is no item {key!r} in this collection; find some with POST …/search.")
        return ids

    async def vectors(self, vector: str, ids: Sequence[str]) -> dict[str, Vector]:
        return await _run(self._vectors, vector, ids) if ids else {}

    def _vectors(self, vector: str, ids: Sequence[str]) -> dict[str, Vector]:
        tastes = self._tastes(vector)
        learned = {id: tastes.item(id) if tastes else None for id in ids}
        known = {id: vector for id, vector in learned.items() if vector is not None}
        segments = self._house.catalog.items.first_segments(self.collection.id, [id for id in ids if id not in known])
        if segments:
            table = self.collection.table(self.collection.generation, vector)
            found = self._house.vectors.get(table, list(segments.values()))
            known |= {id: np.asarray(found[segment]) for id, segment in segments.items() if segment in found}
        return known

    async def tastes(self, vector: str) -> Tastes | None:
        return await _run(self._tastes, vector)

    def _tastes(self, vector: str) -> Tastes | None:
        return self._house.learned.tastes(self.collection.generation.vectors[vector].trained)

    async def events(self, user: str) -> list[Event]:
        return await _run(self._house.catalog.events.of, self.collection.id, user)

    async def users(self, beginning: str, limit: int) -> list[tuple[str, int]]:
        return await _run(self._house.catalog.events.users, self.collection.id, beginning, limit)

    async def keep_events(self, events: Sequence[EventRecord]) -> None:
        await _run(self._house.catalog.events.add, self.collection.id, [event_of(one) for one in events])

    async def forget(self, user: str) -> int:
        return await _run(self._house.catalog.events.forget, self.collection.id, user)

    async def recent(self, conversation: str, limit: int) -> list[Message]:
        conversations = self._house.catalog.conversations
        return await _run(conversations.recent, conversation, self._asker, limit, self.collection.id)

    async def say(self, conversation: str, question: str, answer: str, details: Mapping[str, Any], *, new: bool) -> str:
        say = partial(self._house.catalog.conversations.say, new=new)
        saying = _run(say, self.collection, self._asker, conversation, question, answer, details)
        return await asyncio.shield(saying)


async def _run(function: Callable[[*A], T], *arguments: *A) -> T:
    return await asyncio.get_running_loop().run_in_executor(None, function, *arguments)
