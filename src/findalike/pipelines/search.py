"""How queries are answered: terms → vectors → ranking → grouping → a page of hits.

A search ranks to a fixed depth, sorts by (score, id), groups, then slices: any page is a slice of the whole. (What an
application puts in order anew is a fixed number of the best hits, and so the same for every page.) As long as few hits
are wanted, only the top of that ranking is fetched: of an exact index down to where no tie is cut; of an
approximate one, which looks less far for fewer, what such a short search finds always comes first.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeVar, TypeVarTuple

import numpy as np

from findalike.applications.base import Application, SearchQuery
from findalike.applications.operations import Listed
from findalike.domain import Collection, Generation, Hit, Indexed, Item, Ranking, StoredSegment, Term, Vector
from findalike.encoders.words import words
from findalike.errors import InvalidInput, NotFound
from findalike.filters import Filter, parse
from findalike.pipelines.coalesce import Coalescer
from findalike.pipelines.cursor import Cursors
from findalike.pipelines.embed import checked
from findalike.pipelines.highlight import Asked
from findalike.pipelines.house import House
from findalike.pipelines.pages import Asking, Pages
from findalike.pipelines.queries import QueryEncoder
from findalike.pipelines.rank import Ranked, fuse, is_rare, scaled
from findalike.pipelines.scan import Scanner
from findalike.pipelines.tell import Teller
from findalike.vectors import Matches

_SKIPS = 1000
_OF_A_WORD = 3
"""Into so many a word as it is written is taken apart at most: SECRET_KEY into two."""
_WINDOWS = (16, 64, 256, 1024)
_FOLDING_WINDOWS = (32, 256, 1024)
"""How many matches are fetched for few hits, before all of the depth is. Each costs time, on Milvus Lite above all.
What is folded into a hit is looked for among them."""
_FIRST, _FOLDING_FIRST = 64, 128
"""How many matches an approximate index is asked for before it is asked for all of the depth."""


@dataclass
class Timings:
    """Where the time of one search went, in milliseconds; encoding and Milvus include waiting for their turn."""

    encode_ms: float = 0.0
    vectors_ms: float = 0.0
    total_ms: float = 0.0


@dataclass(frozen=True)
class Answer:
    """One page of a search. `depth` is how many segments were ranked at most; `beyond` says there may be more."""

    hits: list[Hit]
    next_cursor: str | None
    generation: int
    depth: int
    beyond: bool
    timings: Timings = field(default_factory=Timings)


@dataclass(frozen=True)
class _Space:
    """What is asked of one vector: the query (a vector, or words; whether it was written as one word), and how much its
    scores count."""

    name: str
    asked: Indexed
    weight: float
    word: bool


T = TypeVar("T")
A = TypeVarTuple("A")

SearchKey = tuple[str, int, Filter | None]


class Searcher:
    """Answers searches. Belongs to one event loop; everything that blocks runs in threads."""

    def __init__(self, house: House, executor: ThreadPoolExecutor):
        settings = house.settings
        self._house, self._executor = house, executor
        self._queries = QueryEncoder(house, executor)
        self._cursors = Cursors(house.catalog.keys.cursor_secret())
        self._scanner = Scanner(house, self._cursors, self._run)
        self._teller = Teller(house, self._run)
        self._exact: dict[str, bool] = {}
        self._matches: Coalescer[SearchKey, Indexed, Matches] = Coalescer(
            self._search_many, executor, limit=lambda _: settings.coalesce_limit, capacity=settings.queue_limit
        )
        self._pages = Pages(house, executor)

    @property
    def pending(self) -> dict[str, int]:
        """Queries waiting, by stage."""
        return {
            "decode": self._house.decoders.pending,
            "encode": self._queries.pending,
            "vectors": self._matches.pending,
            "pages": self._pages.pending,
        }

    async def search(self, application: Application, collection: Collection, query: SearchQuery) -> Answer:
        """Raises InvalidInput, InvalidFilter, NotFound, Gone, Conflict (stale cursor), Overloaded, Unavailable."""
        try:
            return await self._answer(application, collection, query)
        except NotFound:
            # A rebuild may have swapped since the collection was read, and dropped what was to be searched.
            current = await self._run(self._house.current, collection)
            if current.generation == collection.generation:
                raise
            return await self._answer(application, current, query)

    async def listed(self, collection: Collection, query: SearchQuery, found: Sequence[Listed]) -> Answer:
        """A page of hits that an application found by itself. Raises InvalidInput, InvalidFilter, Conflict."""
        began = time.perf_counter()
        number = collection.generation.number
        mark = self._cursors.fingerprint("listed", collection.id, query.model_dump_json(exclude={"cursor", "limit"}))
        offset = self._cursors.read(query.cursor, mark, number) if query.cursor else 0
        if query.filter:
            where = parse(query.filter, collection.fields)
            allowed = await self._run(self._house.catalog.items.matching, collection, where)
            found = [one for one in found if one.segment_id in allowed]
        if query.min_score is not None:
            found = [one for one in found if one.score >= query.min_score]
        page = found[offset : offset + query.limit]
        shown = await self._run(self._hydrated, [one.segment_id for one in page])
        hits = [
            Hit(offset + place, one.score, *shown[one.segment_id], details=one.details)
            for place, one in enumerate(page, 1)
            if one.segment_id in shown
        ]
        end = offset + len(page)
        cursor = self._cursors.write(mark, number, end) if end < len(found) else None
        milliseconds = (time.perf_counter() - began) * 1000
        return Answer(hits, cursor, number, len(found), False, Timings(total_ms=milliseconds))

    def _hydrated(self, ids: Sequence[int]) -> dict[int, tuple[Item, StoredSegment]]:
        with self._house.catalog.items.snapshot() as snapshot:
            return snapshot.hydrate(ids)

    async def compare(
        self, collection: Collection, vector: str, asked: Sequence[tuple[str, float]], texts: Sequence[str]
    ) -> Vector:
        """How near the meaning of texts is to what is asked, by the model of one vector: cosines (len(texts),).

        Raises InvalidInput if it has no model for texts, Overloaded."""
        setting = collection.generation.vectors.get(vector)
        if setting is None or setting.model is None:
            raise InvalidInput(f"This collection has no model for {vector}.")
        return await self._queries.compare(setting.model, asked, texts)

    async def _answer(self, application: Application, collection: Collection, query: SearchQuery) -> Answer:
        began = time.perf_counter()
        timings = Timings()
        generation = collection.generation
        if scan := application.scan(query):
            scanned, following, looked_at, begin_ms, scan_ms = await self._scanner.answer(collection, query, scan)
            timings = Timings(begin_ms, scan_ms, (time.perf_counter() - began) * 1000)
            return Answer(scanned, following, generation.number, looked_at, False, timings)
        where = parse(query.filter, generation.fields) if query.filter else None
        fingerprint = self._cursors.fingerprint(collection.id, query.model_dump_json(exclude={"cursor", "limit"}))
        offset = self._cursors.read(query.cursor, fingerprint, generation.number) if query.cursor else 0
        terms = [
            term
            for term in application.query(query)
            if term.weight and not (term.optional and term.vector_name not in generation.vectors)
        ]
        if not any(term.weight > 0 for term in terms):
            raise InvalidInput("Say what to look for: at least one part of the query needs a positive weight.")
        spaces = await self._spaces(application, collection, generation, terms, timings)
        asked = Asked(
            frozenset(words(" ".join(term.text or "" for term in terms if term.weight > 0)).split()),
            {one.name: one.asked for one in spaces if one.weight > 0 and not isinstance(one.asked, str)},
        )
        skip = application.skip(query)
        exclude = {term.item_id for term in terms if term.item_id and term.weight > 0} | set(skip)
        wanted = offset + query.limit
        depth = min(self._house.settings.search_depth, application.depth or self._house.settings.search_depth)
        if skip:
            # In steps, so that queries of several users still have one shape.
            depth = min(depth + _SKIPS * -(-len(skip) // _SKIPS), self._house.vectors.capabilities.max_top_k)
        candidates = application.candidates(query)
        # Every page that has some of those that are put in order anew is cut out of all of them.
        anew = candidates if offset < candidates else 0
        needed = max(wanted, anew)
        # Of the best, most may be left out, but seldom more than nine of ten.
        likely = needed + min(len(skip), 9 * needed)
        exact = await self._is_exact(collection, generation, spaces)
        first = Ranked([], [], [])
        whole = len(spaces) > 1 or bool(skip)
        folds = application.folds(query)
        for window in _windows(exact, likely, depth, whole=whole, folds=folds):
            ranked, complete = await self._rank(collection, generation, spaces, where, window, timings)
            if not exact:
                ranked = first = first.followed_by(ranked)
            elif not complete and window < depth:
                ranked = ranked.settled()
            if query.min_score is not None:
                near = ranked.above(query.min_score, falling=generation.vectors[spaces[0].name].metric != "L2")
                # Whatever was not fetched is worse still.
                complete |= len(near.ids) < len(ranked.ids)
                ranked = near
            parts = application.parts_are_hits and not query.group
            begin = 0 if anew else offset
            asking = Asking(collection, ranked, begin, needed, exclude, query.group, parts, folds, asked)
            count, page = await self._pages.read(asking)
            if complete or count > needed:
                break
        if page and (anew or application.explains):
            shown = slice(offset - begin, wanted - begin)
            page = await self._teller.told(application, collection, query, page, anew, shown)
        more = count > wanted
        timings.total_ms = (time.perf_counter() - began) * 1000
        return Answer(
            page,
            self._cursors.write(fingerprint, generation.number, wanted) if more else None,
            generation.number,
            depth,
            not more and not complete,
            timings,
        )

    # -- what is asked ---------------------------------------------------------------------------------------

    async def _spaces(
        self,
        application: Application,
        collection: Collection,
        generation: Generation,
        terms: Sequence[Term],
        timings: Timings,
    ) -> list[_Space]:
        """The terms, encoded, and those of one vector added up; spaces with nothing positive only penalise."""
        began = time.perf_counter()
        for term in terms:
            if term.vector_name not in generation.vectors:
                raise InvalidInput(
                    f"This collection cannot be searched by {term.vector_name}: it was made without, "
                    "or this Milvus cannot do that."
                )
        vectors = await _all(self._vector(application, collection, generation, term) for term in terms)
        timings.encode_ms += (time.perf_counter() - began) * 1000
        spaces: list[_Space] = []
        for name in dict.fromkeys(term.vector_name for term in terms):
            parts = [(term.weight, one) for term, one in zip(terms, vectors, strict=True) if term.vector_name == name]
            # Without anything positive this is the mean of what shall not be, and its weight is negative.
            weight = sum(weight for weight, _ in parts if weight > 0) or sum(weight for weight, _ in parts)
            asked = _together(parts, weight, generation.vectors[name].metric)
            word = _is_word(" ".join(term.text or "" for term in terms if term.vector_name == name), asked)
            spaces.append(_Space(name, asked, weight, word))
        # A query of stop words only is asked by its meaning alone.
        return [space for space in spaces if not isinstance(space.asked, str) or space.asked] or spaces

    async def _vector(
        self, application: Application, collection: Collection, generation: Generation, term: Term
    ) -> Indexed:
        setting = generation.vectors[term.vector_name]
        if setting.lexical:
            if term.text is None:
                raise InvalidInput(f"{term.vector_name} can only be searched for words.")
            return words(term.text)
        if term.vector is not None:
            return checked(term.vector, setting)
        if term.item_id is not None:
            return await self._run(self._item_vector, collection, generation, term.vector_name, term.item_id)
        if setting.model is None:
            raise InvalidInput("This collection has ready-made vectors: search with a vector or an item.")
        return await self._queries.encode(application, collection, setting.model, term)

    def _item_vector(self, collection: Collection, generation: Generation, vector: str, item_id: str) -> Indexed:
        """An item's own vector; where it has several segments, the mean of theirs, or every bit that one has."""
        item = self._house.catalog.items.get(collection, item_id)
        ids = [segment.id for segment in self._house.catalog.items.segments_of(item)]
        found = self._house.vectors.get(collection.table(generation, vector), ids)
        if not found:
            raise NotFound("This item has no vectors yet: wait until its job has indexed it.")
        vectors = np.stack([np.asarray(one) for one in found.values()])
        bits = generation.vectors[vector].metric == "JACCARD"
        return np.asarray(vectors.max(axis=0) if bits else vectors.mean(axis=0, dtype=np.float32))

    # -- what is found ---------------------------------------------------------------------------------------

    async def _is_exact(self, collection: Collection, generation: Generation, spaces: Sequence[_Space]) -> bool:
        """Whether a search for fewer gives the top of a search for more."""
        if len(spaces) > 1:
            return False
        table = collection.table(generation, spaces[0].name)
        if table not in self._exact:
            self._exact[table] = await self._run(self._house.vectors.exact, table)
        return self._exact[table]

    async def _rank(
        self,
        collection: Collection,
        generation: Generation,
        spaces: Sequence[_Space],
        where: Filter | None,
        window: int,
        timings: Timings,
    ) -> tuple[Ranked, bool]:
        """Segments in order, and whether these are all that match."""
        began = time.perf_counter()
        found = await _all(
            self._matches.ask((collection.table(generation, space.name), window, where), space.asked)
            for space in spaces
        )
        timings.vectors_ms += (time.perf_counter() - began) * 1000
        complete = all(len(one.ids) < window for one in found)
        ranked = fuse(
            [
                (space.name, space.weight, generation.vectors[space.name].metric, one)
                for space, one in zip(spaces, found, strict=True)
            ],
            {
                space.name
                for space, one in zip(spaces, found, strict=True)
                if space.word and space.weight > 0 and len(one.ids) < window and is_rare(one)
            },
        )
        return ranked, complete

    def _search_many(self, key: SearchKey, queries: Sequence[Indexed]) -> Sequence[Matches]:
        table, limit, where = key
        texts = [query for query in queries if isinstance(query, str)]
        if texts:
            found = self._house.vectors.search(table, texts, limit, where)
            return [scaled(matches, text) for matches, text in zip(found, texts, strict=True)]
        return self._house.vectors.search(table, np.stack([np.asarray(query) for query in queries]), limit, where)

    async def _run(self, function: Callable[[*A], T], *arguments: *A) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._executor, function, *arguments)


def _windows(exact: bool, wanted: int, depth: int, *, whole: bool, folds: bool) -> list[int]:
    """How many matches to fetch: the depth, or first less. Of an approximate index all pages must begin alike.

    `whole` says that an approximate index is asked for all at once: several are fused, or much will be left out."""
    if exact:
        # Of those fetched some are left out for a tie with what was not, or are folded into others.
        room = 2 if folds else 1.5
        windows = _FOLDING_WINDOWS if folds else _WINDOWS
        return [*(window for window in windows if wanted * room <= window < depth), depth]
    first = _FOLDING_FIRST if folds else _FIRST
    return [*([first] if depth > first and not whole else []), depth]


async def _all(calls: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    """What all calls give, made at once; the usual lone one needs no task of its own."""
    first, *others = calls
    return await asyncio.gather(first, *others) if others else [await first]


def _is_word(text: str, asked: Indexed) -> bool:
    """Whether what is looked for by its words is one, as a name or a code is: a question in Chinese has no spaces."""
    written = sum(any(map(str.isalnum, part)) for part in text.split())
    return written == 1 and isinstance(asked, str) and len(asked.split()) <= _OF_A_WORD


def _together(parts: Sequence[tuple[float, Indexed]], weight: float, metric: Ranking) -> Indexed:
    """Several terms of one vector as one query: their weighted mean, or all the words. Raises InvalidInput."""
    if metric == "BM25":
        return " ".join(str(one) for _, one in parts)
    if metric == "JACCARD" and len(parts) > 1:
        raise InvalidInput("Vectors of bits cannot be mixed: ask with one of them.")
    vectors = [np.asarray(one) for _, one in parts]
    mean = vectors[0]
    if len(parts) > 1:
        total: Vector = np.add.reduce(
            [own * one for (own, _), one in zip(parts, vectors, strict=True)], dtype=np.float32
        )
        mean = total / np.float32(weight)
    if metric != "L2" and not mean.any():
        raise InvalidInput("The parts of this query cancel each other out: change their weights.")
    return np.asarray(mean / np.linalg.norm(mean)) if metric == "COSINE" else mean
