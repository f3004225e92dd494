"""From a ranking to a page of hits: items and their segments read from the catalog, for several who ask at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

from findalike.catalog.reading import Snapshot
from findalike.domain import Collection, Hit, Item, StoredSegment
from findalike.pipelines.coalesce import Coalescer
from findalike.pipelines.highlight import Asked, highlights
from findalike.pipelines.house import House
from findalike.pipelines.rank import Leader, Ranked, group

_TOGETHER = 16
"""Pages read together: more would keep the first of them waiting."""


@dataclass(frozen=True)
class Asking:
    """A ranking, of which the hits from `offset` to `end` are asked for. Items in `exclude` are left out; with
    `near_duplicates` these are one hit, with `parts` each segment is one of its own. What `folds` is looked for in the
    whole ranking."""

    collection: Collection
    ranked: Ranked
    offset: int
    end: int
    exclude: set[str]
    near_duplicates: bool
    parts: bool
    folds: bool
    asked: Asked

    @property
    def head(self) -> Ranked:
        """As much of the ranking as most often suffices for the page, and to know whether another follows."""
        return self.ranked if self.folds else self.ranked.head(self.end + len(self.exclude) + 1)


class Pages:
    """Reads pages. Belongs to one event loop; the catalog is read in `executor`."""

    def __init__(self, house: House, executor: Executor):
        self._items = house.catalog.items
        self._coalescer: Coalescer[int, Asking, tuple[int, list[Hit]]] = Coalescer(
            self._read, executor, limit=lambda _: _TOGETHER, capacity=house.settings.queue_limit
        )

    @property
    def pending(self) -> int:
        return self._coalescer.pending

    async def read(self, asking: Asking) -> tuple[int, list[Hit]]:
        """How many hits the ranking has, and those of the page. Raises Overloaded."""
        return await self._coalescer.ask(asking.collection.id, asking)

    def _read(self, collection_id: int, asked: Sequence[Asking]) -> list[tuple[int, list[Hit]]]:
        skips = [self._items.numbers(collection_id, sorted(one.exclude)) if one.exclude else set() for one in asked]
        with self._items.snapshot() as snapshot:
            heads = [one.head for one in asked]
            # Of a first page where nothing is folded and few are left out, hardly more is looked at than is shown.
            simple = not any(one.folds or one.offset or len(one.exclude) > one.end for one in asked)
            ids = list({id for head in heads for id in head.ids})
            found = snapshot.hydrate(ids) if simple else {}
            known = {id: (segment.item_number, segment.fingerprint) for id, (_, segment) in found.items()}
            ranked = _grouped(asked, heads, skips, known if simple else snapshot.outline(ids))
            for place, (one, head, skip) in enumerate(zip(asked, heads, skips, strict=True)):
                if len(ranked[place]) <= one.end and len(head.ids) < len(one.ranked.ids):
                    # Deleted ones were among them.
                    ranked[place : place + 1] = _grouped([one], [one.ranked], [skip], snapshot.outline(one.ranked.ids))
            pages = [leaders[one.offset : one.end] for one, leaders in zip(asked, ranked, strict=True)]
            shown = [leader for page in pages for leader in page]
            if unread := {id for leader in shown for id in leader.segments} - found.keys():
                found |= snapshot.hydrate(list(unread))
            names = snapshot.item_ids(list({number for leader in shown for number in leader.similar}))
            return [
                (len(leaders), _hits(snapshot, one, page, found, names))
                for one, leaders, page in zip(asked, ranked, pages, strict=True)
            ]


def _grouped(
    asked: Sequence[Asking],
    ranked: Sequence[Ranked],
    skips: Sequence[set[int]],
    outline: Mapping[int, tuple[int, int | None]],
) -> list[list[Leader]]:
    return [
        group(some, outline, skip, near_duplicates=one.near_duplicates, parts=one.parts)
        for one, some, skip in zip(asked, ranked, skips, strict=True)
    ]


def _hits(
    snapshot: Snapshot,
    asking: Asking,
    page: Sequence[Leader],
    every: Mapping[int, tuple[Item, StoredSegment]],
    names: Mapping[int, str],
) -> list[Hit]:
    """A page of hits, of what was read for several: segments with their items, and ids of items by number."""
    found = {id: every[id] for leader in page for id in leader.segments if id in every}
    shown = highlights(snapshot, asking.collection.generation, asking.asked, found)
    return [
        Hit(
            asking.offset + place,
            leader.score,
            *found[leader.id],
            leader.by_vector,
            tuple(names[number] for number in leader.similar if number in names),
            tuple((found[id][1], score) for id, score in leader.others if id in found),
            shown.words,
            shown.sentences,
        )
        for place, leader in enumerate(page, 1)
        if leader.id in found
    ]
