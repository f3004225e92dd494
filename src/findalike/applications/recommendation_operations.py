"""What recommendation does beside searching: recommend, and keep and forget what users did."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import compress

import numpy as np
from numpy.typing import NDArray

from findalike.applications.base import EventRecord
from findalike.applications.operations import Context
from findalike.applications.recommendation_types import (
    CountAnswer,
    EventOut,
    EventsRequest,
    ForgetRequest,
    HistoryAnswer,
    HistoryRequest,
    Reason,
    RecommendAnswer,
    Recommendation,
    RecommendRequest,
    RecommendTook,
    TasteQuery,
    UserOut,
    UsersAnswer,
    UsersRequest,
)
from findalike.domain import Hit
from findalike.errors import Conflict, FindalikeError
from findalike.taste.diversity import diverse
from findalike.taste.model import Matrix, Tastes
from findalike.taste.reasons import reasons

_VECTOR = "taste"
_RECENT = 1000
"""So many of a user's events, the newest, make the taste."""
_ABOUT = 20
"""So many liked items say what to look for while nothing was learned."""
_POOL = 5
"""Diversity is chosen from so many times as many candidates as are wanted."""


@dataclass(frozen=True)
class Own:
    """What somebody liked or disliked: ids, values and times as events have them; and what not to recommend."""

    ids: list[str]
    values: NDArray[np.float64]
    times: NDArray[np.float64]
    seen: list[str]


@dataclass(frozen=True)
class _Solved:
    """A user's vector (factors,), and the items that the user likes with what each adds: `shares` (n, factors)."""

    user: NDArray[np.float32]
    liked: list[str]
    shares: Matrix


async def recommend(context: Context, request: RecommendRequest) -> RecommendAnswer:
    """Recommend to a user, to a visitor who likes some items, or to who likes an item: best first, with reasons.

    The taste is computed from the events that are there at this moment, so a new event counts at once."""
    while True:
        generation = context.collection.generation.number
        try:
            answer = await _recommend(context, request)
        except FindalikeError:
            # A training that ended meanwhile has put a new generation in the place of what was being read.
            if not await context.renewed():
                raise
            continue
        if answer.generation == generation or not await context.renewed():
            return answer


async def _recommend(context: Context, request: RecommendRequest) -> RecommendAnswer:
    began = time.perf_counter()
    tastes = await context.tastes(_VECTOR)
    own = await _own(context, request, tastes)
    found = None if tastes is None else await _solved(context, tastes, own)
    if tastes is None:
        query = _by_content(own)
        basis = "content"
    else:
        basis = "taste" if found else "everybody"
        query = TasteQuery(taste=(found.user if found else tastes.everybody).tolist(), skip=own.seen)
    solved = time.perf_counter()
    pool = request.limit if not request.diversity else min(1000, max(50, _POOL * request.limit))
    answer = await context.search(query.model_copy(update={"limit": pool, "filter": request.filter}))
    hits = answer.hits
    vectors = await context.vectors(_VECTOR if tastes else "content", [hit.item.id for hit in hits])
    hits = [hit for hit in hits if hit.item.id in vectors]
    if request.diversity and hits:
        order = diverse(
            np.array([hit.score for hit in hits]), np.stack([vectors[hit.item.id] for hit in hits]),
            request.diversity, request.limit,
        )  # fmt: skip
        hits = [hits[place] for place in order]
    shown = hits[: request.limit]
    because = (
        await _reasons(context, found, np.stack([vectors[hit.item.id] for hit in shown])) if found and shown else []
    )
    ended = time.perf_counter()
    return RecommendAnswer(
        recommendations=[_shown(rank, hit, because) for rank, hit in enumerate(shown, 1)],
        basis=basis,
        events=len(own.ids),
        generation=answer.generation,
        took=RecommendTook(
            user_ms=(solved - began) * 1000,
            search_ms=answer.timings.total_ms,
            vectors_ms=answer.timings.vectors_ms,
            total_ms=(ended - began) * 1000,
        ),
    )


async def keep(context: Context, request: EventsRequest) -> CountAnswer:
    """Add events; they take effect at once for their users, and for all with the next training.

    Of a user and an item the newest event counts."""
    events = [EventRecord.model_validate(one.model_dump()) for one in request.events]
    await context.keep_events(events)
    return CountAnswer(events=len(events))


async def forget(context: Context, request: ForgetRequest) -> CountAnswer:
    """Delete all events of a user; until the next training, the items' vectors still show traces of them."""
    return CountAnswer(events=await context.forget(request.user))


async def history(context: Context, request: HistoryRequest) -> HistoryAnswer:
    """What is known of a user."""
    events = await context.events(request.user)
    some = events[: request.limit]
    names = await context.names([one.item_id for one in some])
    return HistoryAnswer(
        events=[
            EventOut(item_id=one.item_id, name=names.get(one.item_id), value=one.value, time=one.at.isoformat())
            for one in some
        ],
        total=len(events),
    )


async def users(context: Context, request: UsersRequest) -> UsersAnswer:
    """Users that have events."""
    found = await context.users(request.beginning, request.limit)
    return UsersAnswer(users=[UserOut(user=user, events=count) for user, count in found])


async def _own(context: Context, request: RecommendRequest, tastes: Tastes | None) -> Own:
    """What is known of who asks. Raises NotFound for items that are not there."""
    named = [*((one.item, one.weight) for one in request.liked), *([(request.item, 1.0)] if request.item else [])]
    ids = await context.item_ids([key for key, _ in named])
    unit = tastes.mean_value if tastes else 1.0
    now = datetime.now(UTC).timestamp()
    liked = {ids[key]: (weight * unit, now) for key, weight in named}
    seen = list(liked)
    if request.user is not None:
        events = await context.events(request.user)
        seen += [] if request.repeat else [one.item_id for one in events]
        for one in events[:_RECENT]:
            liked.setdefault(one.item_id, (one.value, one.at.timestamp()))
    liked = {id: own for id, own in liked.items() if own[0]}
    columns = np.array(list(liked.values()), dtype=np.float64).reshape(-1, 2)
    return Own(list(liked), columns[:, 0], columns[:, 1], list(dict.fromkeys(seen)))


async def _solved(context: Context, tastes: Tastes, own: Own) -> _Solved | None:
    """The taste that the items make which have one; None if there is no liking among them."""
    vectors = {id: vector for id in own.ids if (vector := tastes.item(id)) is not None}
    new = [id for id in own.ids if id not in vectors]
    vectors |= await context.vectors(_VECTOR, new) if new else {}
    there = np.array([id in vectors for id in own.ids], dtype=np.bool_)
    if not (own.values[there] > 0).any():
        return None
    ids = [id for id in own.ids if id in vectors]
    rows: Matrix = np.stack([vectors[id] for id in ids])
    if not rows.any():
        return None
    solution = tastes.solve(rows, own.values[there], own.times[there])
    liked = own.values[there] > 0
    return _Solved(solution.user, list(compress(ids, liked)), solution.shares[liked])


def _by_content(own: Own) -> TasteQuery:
    """Before anything was learned. Raises Conflict if nothing is liked."""
    about = [(id, float(value)) for id, value in zip(own.ids, own.values, strict=True) if value > 0][:_ABOUT]
    if not about:
        raise Conflict(
            "Nothing was learned here yet, and nothing is known of what this user likes: "
            "send events, then POST …/train; or name items that are liked."
        )
    return TasteQuery(about=about, skip=own.seen)


async def _reasons(context: Context, found: _Solved, items: Matrix) -> list[list[Reason]]:
    """For each item (n, factors), the liked items that are named for it."""
    chosen = reasons(items @ found.shares.T)
    names = await context.names(list({found.liked[column] for one in chosen for column, _ in one}))
    return [
        [
            Reason(item_id=id, name=names[id], share=round(share, 4))
            for id, share in ((found.liked[column], share) for column, share in one)
            if id in names
        ]
        for one in chosen
    ]


def _shown(rank: int, hit: Hit, because: Sequence[list[Reason]]) -> Recommendation:
    return Recommendation(
        rank=rank,
        score=hit.score,
        item_id=hit.item.id,
        key=hit.item.key,
        name=hit.item.name,
        metadata=dict(hit.item.metadata),
        because=because[rank - 1] if because else [],
    )
