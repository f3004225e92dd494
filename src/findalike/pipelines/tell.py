"""What an application says of the hits that were found: how good they really are, and why."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from findalike.applications.base import Application, SearchQuery
from findalike.domain import Collection, Hit
from findalike.pipelines.decode import tell
from findalike.pipelines.house import House


class Teller:
    """Asks applications in decoder processes. `run` runs what blocks."""

    def __init__(self, house: House, run: Callable[..., Awaitable[Any]]):
        self._house, self._run = house, run

    async def told(
        self,
        application: Application,
        collection: Collection,
        query: SearchQuery,
        hits: Sequence[Hit],
        first: int,
        shown: slice,
    ) -> list[Hit]:
        """Those of the hits that are `shown` when the first are in the order that the application rates them, with what
        it says of each. Raises Overloaded."""
        ids = [hit.item.id for hit in hits]
        items = await self._run(self._house.catalog.items.get_many, collection, ids)
        records = {item.id: item.record or {} for item in items}
        # What was deleted meanwhile has nothing to be compared with.
        there = [hit for hit in hits if hit.item.id in records]
        found = [(hit.segment.place, records[hit.item.id]) for hit in there]
        told = await self._house.decoders.run(tell, application, query, found, first, shown)
        rank = hits[0].rank + (shown.start or 0)
        return [there[place]._replace(rank=rank + at, details=said or {}) for at, (place, said) in enumerate(told)]
