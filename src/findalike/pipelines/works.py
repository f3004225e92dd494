"""Entries on their way through ingestion: what is known of each so far, and what follows from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from findalike.catalog.items import ItemDraft, Written
from findalike.catalog.job_rows import Entry, Outcome
from findalike.domain import EntryState, Place, clock
from findalike.errors import FindalikeError
from findalike.pipelines.decode import Decoded
from findalike.pipelines.embed import Embedded

SUSPECT = 2
"""Decoding was begun so often and never ended: from now on alone, so that an innocent neighbour is not blamed."""
TEXT_RUNS = 8
"""So many runs of texts are sorted by length together."""


@dataclass(frozen=True)
class Work:
    """One entry on its way: what is known of it so far. With an `outcome` it only waits to be counted.

    Of an item with very many segments it is a part: those from number `first` on, which lie after a place."""

    entry: Entry
    draft: ItemDraft | None = None
    first: int = 0
    after: Place | None = None
    decoded: Decoded | None = None
    vectors: Sequence[Embedded] = ()
    outcome: Outcome | None = None


def suspect(work: Work) -> bool:
    return work.outcome is None and work.entry.attempts >= SUSPECT


def letters(work: Work) -> int | None:
    """The characters of a record that may be decoded together with others; None for what may not."""
    draft = work.draft
    if work.outcome or suspect(work) or draft is None or draft.media_sha256 or work.after is not None:
        return None
    texts = (value for value in (draft.record or {}).values() if isinstance(value, str))
    return len(draft.payload or b"") + sum(map(len, texts))


def joined(works: Sequence[Work]) -> list[Work]:
    """With neighbouring parts of one entry as one part, and without those of an entry that failed."""
    joined: list[Work] = []
    for work in works:
        before = joined[-1] if joined else None
        if not before or before.entry.number != work.entry.number or not before.decoded:
            joined.append(work)
        elif not work.decoded:
            joined[-1] = work
        else:
            segments = [*before.decoded.segments, *work.decoded.segments]
            joined[-1] = replace(
                before,
                decoded=replace(work.decoded, segments=segments),
                vectors=[*before.vectors, *work.vectors],
            )
    return joined


def so_far(work: Work) -> str:
    """How far into a long item its segments go, for people."""
    assert work.decoded
    reached = work.decoded.segments[-1].place.get("end") if work.decoded.segments else None
    duration = work.decoded.facts.get("duration")
    if reached is None:
        return work.entry.name
    return f"{work.entry.name}: {clock(reached)}" + (f" of {clock(duration)}" if duration else "")


def weight(work: Work) -> float:
    """How much of one run of the encoder an entry fills: all of it that is not text goes into one."""
    segments = work.decoded.segments if work.decoded else ()
    texts = sum(segment.text is not None for segment in segments)
    return max(1 / TEXT_RUNS, len(segments) - texts + texts / TEXT_RUNS)


def as_draft(work: Work) -> ItemDraft:
    assert work.draft
    assert work.decoded
    return replace(
        work.draft,
        metadata={**work.decoded.facts, **work.draft.metadata},
        segments=[one.row for one in work.decoded.segments],
        first=work.first,
    )


def light(decoded: Decoded) -> Decoded:
    """Without the prepared inputs, which are large and no longer needed."""
    return replace(decoded, segments=[replace(segment, inputs={}) for segment in decoded.segments])


def indexed(work: Work, draft: ItemDraft, written: Written) -> Outcome:
    if written.skipped:
        return duplicate(work.entry, draft.id, draft.name)
    return Outcome(work.entry.number, EntryState.INDEXED, item_id=draft.id)


def duplicate(entry: Entry, item_id: str, name: str) -> Outcome:
    return Outcome(entry.number, EntryState.SKIPPED, f"The same is here already, as {name!r}.", item_id)


def failure(entry: Entry, error: FindalikeError) -> Outcome:
    return Outcome(entry.number, EntryState.FAILED, error.detail)
