"""What operations are given to work with: a `Context`, bound to a collection and to who asks."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar, TypeVarTuple

from findalike.answers.followup import Asked
from findalike.answers.language import LanguageModel
from findalike.applications.base import Application, SearchQuery
from findalike.domain import Collection, Item, Message, Vector
from findalike.pipelines.house import House
from findalike.pipelines.search import Answer, Searcher
from findalike.settings import Settings

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

    @property
    def _application(self) -> Application:
        return self._house.application(self.collection)

    async def search(self, query: SearchQuery) -> Answer:
        return await self._searcher.search(self._application, self.collection, query)

    async def items(self, ids: Sequence[str]) -> list[Item]:
        return await _run(self._house.catalog.items.get_many, self.collection, ids)

    async def work(self, function: Callable[[*A], T], *arguments: *A) -> T:
        return await self._house.decoders.run(function, *arguments)

    async def compare(self, vector: str, asked: Asked, texts: Sequence[str]) -> Vector:
        return await self._searcher.compare(self.collection, vector, asked, texts)

    async def recent(self, conversation: str, limit: int) -> list[Message]:
        conversations = self._house.catalog.conversations
        return await _run(conversations.recent, conversation, self._asker, limit, self.collection.id)

    async def say(self, conversation: str, question: str, answer: str, details: Mapping[str, Any], *, new: bool) -> str:
        say = partial(self._house.catalog.conversations.say, new=new)
        saying = _run(say, self.collection, self._asker, conversation, question, answer, details)
        return await asyncio.shield(saying)


async def _run(function: Callable[[*A], T], *arguments: *A) -> T:
    return await asyncio.get_running_loop().run_in_executor(None, function, *arguments)
