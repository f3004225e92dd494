"""What an application says of the hits that were found: how good they really are, and why."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from findalike.applications.base import Application, SearchQuery
from findalike.domain import Collection, Hit, Place
from findalike.pipelines.decode import explain, rate
from findalike.pipelines.house import House

T = TypeVar("T")


class Teller:
    """Asks applications in decoder processes. `run` runs what blocks."""

    def __init__(self, house: House, run: Callable[..., Awaitable[Any]]):
        self._house, self._run = house, run

    async def reordered(
        self, application: Application, collection: Collection, query: SearchQuery, hits: Sequence[Hit], first: int
    ) -> list[Hit]:
        """The first hits in the order that the application rates them, and then the others as they were."""
        rated = await self._told(rate, application, collection, query, hits[:first])
        best = sorted(rated, key=lambda one: -one[1])
        return [replace(hit, rank=place) for place, hit in enumerate([*(hit for hit, _ in best), *hits[first:]], 1)]

    async def explained(
        self, application: Application, collection: Collection, query: SearchQuery, hits: Sequence[Hit]
    ) -> list[Hit]:
        """The hits with what the application says of them."""
        told = await self._told(explain, application, collection, query, hits)
        return [replace(hit, details=one or {}) for hit, one in told]

    async def _told(
        self,
        function: Callable[[Application, Any, Sequence[tuple[Place, Mapping[str, Any]]]], Sequence[T]],
        application: Application,
        collection: Collection,
        query: SearchQuery,
        hits: Sequence[Hit],
    ) -> list[tuple[Hit, T]]:
        """Each hit with what a function of pipelines/decode.py says of it. Raises Overloaded."""
        ids = [hit.item.id for hit in hits]
        items = await self._run(self._house.catalog.items.get_many, collection, ids)
        records = {item.id: item.record or {} for item in items}
        # What was deleted meanwhile has nothing to be compared with.
        there = [hit for hit in hits if hit.item.id in records]
        found = [(hit.segment.place, records[hit.item.id]) for hit in there]
        told = await self._house.decoders.run(function, application, query, found)
        return list(zip(there, told, strict=True))
