"""How scans are answered: every segment rated, then confirmed best first until the page is full.

There is no depth: any hit is reached by paging. A cursor says behind which rating the next page begins.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from findalike.applications.base import SearchQuery
from findalike.applications.scan import Scan
from findalike.catalog.reading import Sketches
from findalike.domain import Collection, Hit, Item, StoredSegment
from findalike.errors import InvalidInput, UndecodableMedia
from findalike.filters import parse
from findalike.pipelines.cursor import Cursors
from findalike.pipelines.house import House
from findalike.pipelines.rank import DIGITS

_STEP = 512
"""Segments confirmed at once."""
_KEPT = 2
"""Sketches of so many collections (or filters) are kept in memory, until anything in the catalog changes."""


class Scanner:
    """Belongs to one event loop; `run` runs what blocks in threads."""

    def __init__(self, house: House, cursors: Cursors, run: Callable[..., Awaitable[Any]]):
        self._house, self._cursors, self._run = house, cursors, run
        self._sketches: OrderedDict[tuple[Any, ...], Sketches] = OrderedDict()

    async def answer(
        self, collection: Collection, query: SearchQuery, scan: Scan
    ) -> tuple[list[Hit], str | None, int, float, float]:
        """A page of hits, the next page's cursor, how many segments were looked at, and the milliseconds that
        understanding the query and scanning took. Raises InvalidInput, Conflict, Overloaded."""
        number = collection.generation.number
        mark = self._cursors.fingerprint("scan", collection.id, query.model_dump_json(exclude={"cursor", "limit"}))
        rank, behind = self._cursors.read(query.cursor, mark, number) if query.cursor else (0, None)
        started = time.perf_counter()
        begun = await self._decode(_begin, scan)
        understood = time.perf_counter()
        sketches = await self._run(self._sketched, collection, scan.head, query.filter)
        order, scores = await self._run(_rated, scan, begun, sketches, query.min_score, behind)
        kept: list[tuple[int, float]] = []
        position = 0
        while position < len(order) and len(kept) <= query.limit:
            some = order[position : position + _STEP]
            position += len(some)
            kept += await self._confirmed(scan, sketches.ids[some].tolist(), scores[some].tolist())
        page, more = kept[: query.limit], len(kept) > query.limit
        found: dict[int, tuple[Item, StoredSegment]] = await self._run(self._hydrated, [id for id, _ in page])
        hits = [
            Hit(rank + place, score, *found[id], {scan.name: score})
            for place, (id, score) in enumerate(page, 1)
            if id in found
        ]
        cursor = self._cursors.write(mark, number, [rank + len(page), page[-1][::-1]]) if more else None
        ended = time.perf_counter()
        return hits, cursor, len(sketches.ids), (understood - started) * 1000, (ended - understood) * 1000

    async def _confirmed(self, scan: Scan, ids: Sequence[int], scores: Sequence[float]) -> list[tuple[int, float]]:
        """Those that are hits, in their order, with their scores."""
        data = await self._run(self._house.catalog.items.data, ids)
        there = [(id, score) for id, score in zip(ids, scores, strict=True) if id in data]
        verdicts = await self._decode(_confirm, scan, [data[id] for id, _ in there])
        return [one for one, yes in zip(there, verdicts, strict=True) if yes]

    def _hydrated(self, ids: Sequence[int]) -> dict[int, tuple[Item, StoredSegment]]:
        with self._house.catalog.items.snapshot() as snapshot:
            return snapshot.hydrate(ids)

    def _sketched(self, collection: Collection, length: int, filter: str | None) -> Sketches:
        version = self._house.catalog.database.version()
        key = (version, collection.id, collection.epoch, length, filter)
        found = self._sketches.get(key) if version is not None else None
        if found is None:
            where = parse(filter, collection.fields) if filter else None
            found = self._house.catalog.items.sketches(collection, length, where)
        self._sketches[key] = found
        self._sketches.move_to_end(key)
        while len(self._sketches) > _KEPT:
            self._sketches.popitem(last=False)
        return found

    async def _decode(self, function: Callable[..., Any], *arguments: Any) -> Any:
        try:
            return await self._house.decoders.run(function, *arguments)
        except UndecodableMedia as error:
            raise InvalidInput(
                "Comparing with this takes too much time or memory: ask for something simpler."
            ) from error


def _begin(scan: Scan) -> Any:
    return scan.begin()


def _confirm(scan: Scan, data: Sequence[bytes]) -> list[bool]:
    return scan.confirm(data)


def _rated(
    scan: Scan, begun: Any, sketches: Sketches, least: float | None, behind: tuple[float, int] | None
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Positions of those that may be hits, best first, ties by id, from behind the last page on; and all scores."""
    scores = scan.rate(begun, sketches).astype(np.float64).round(DIGITS)
    possible = ~np.isnan(scores)
    if least is not None:
        possible &= scores >= least
    if behind is not None:
        score, id = behind
        possible &= (scores < score) | ((scores == score) & (sketches.ids > id))
    places = np.flatnonzero(possible)
    return places[np.lexsort((sketches.ids[places], -scores[places]))], scores
