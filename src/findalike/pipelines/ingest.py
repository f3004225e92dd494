"""How items go in: stage → decode → encode → insert → mark, each step overlapping the next.

The entries of the job are the truth. Whatever happens, an entry is `staged` until one transaction says how it ended,
and every step before that can be repeated: ids come from the content, and writes to Milvus are upserts.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import closing, suppress
from dataclasses import dataclass, replace

from findalike.applications.base import Application
from findalike.catalog.items import EpochChanged, ItemDraft, OnDuplicate, Written
from findalike.catalog.job_rows import Entry, Outcome
from findalike.decoders.failures import DecoderCrashed
from findalike.domain import Collection, EntryKind, EntryState, Generation, Job, JobState, Place, Source, clock
from findalike.errors import FindalikeError, InvalidInput, NotFound, Unavailable
from findalike.fields import check_metadata, field_values
from findalike.jobs.worker import Cancelled, Idle, Lease, Stopping
from findalike.pipelines.decode import Decoded, Recipe, decode
from findalike.pipelines.embed import Embedded, Embedder, checked
from findalike.pipelines.expand import GUILTY, Expander
from findalike.pipelines.flow import overlap
from findalike.pipelines.house import House
from findalike.pipelines.write import delete_item, write_vectors

log = logging.getLogger(__name__)

_CHUNK = 256
_SUSPECT = 2
"""Decoding was begun so often and never ended: from now on alone, so that an innocent neighbour is not blamed."""
_FLUSH = 1.0
_WORTH_SETTLING = 1000
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


class Ingest:
    """The handler of ingestion jobs."""

    def __init__(self, house: House, embedder: Embedder):
        self._house, self._embedder = house, embedder
        self._expander = Expander(house)

    def __call__(self, job: Job, lease: Lease) -> None:
        catalog = self._house.catalog
        while True:
            collection = catalog.collections.by_id(job.collection_id)
            if collection is None:
                raise Cancelled
            try:
                self._drain(job, lease, collection)
            except (EpochChanged, Unavailable, Cancelled, Stopping) as error:
                # Nothing crashed: what was begun is nobody's fault.
                with suppress(FindalikeError), lease.transaction() as connection:
                    catalog.work.forget_attempts(connection, job.id)
                if isinstance(error, EpochChanged):
                    continue
                if isinstance(error, Cancelled):
                    self._forget_begun(job, collection)
                raise
            with lease.transaction() as connection:
                complete = catalog.work.complete(connection, job.id)
                if complete:
                    catalog.work.finish(connection, job.id, JobState.SUCCEEDED)
            if complete:
                self._settle(job, collection)
                return
            lease.check(now=True)
            self._await_more(job)

    def _forget_begun(self, job: Job, collection: Collection) -> None:
        """Delete what a cancelled job has stored of items that it did not finish. Items that were there before it are
        left to the sweeper, which makes them whole again."""
        items = self._house.catalog.items
        for item in items.get_many(collection, self._house.catalog.work.begun_items(job.id)):
            if item.created_at >= job.created_at:
                with suppress(NotFound):
                    delete_item(self._house, collection, item.id)

    def _settle(self, job: Job, collection: Collection) -> None:
        """After a large job only: it takes seconds, and the items can be found before. Where rows are ranked by words
        after any: until then Milvus Lite makes a part of its index again with every search."""
        lexical = any(setting.lexical for setting in collection.generation.vectors.values())
        if lexical or self._house.catalog.jobs.get(job.id).done >= _WORTH_SETTLING:
            with suppress(FindalikeError):
                self._house.settle_tables(collection, collection.generation)

    def _await_more(self, job: Job) -> None:
        """Let an open job rest until it is fed or closed; one that nobody feeds any more is closed."""
        catalog = self._house.catalog
        closed = catalog.work.close_silent(job.id, self._house.settings.open_job_timeout)
        if not closed and not catalog.work.staged(job.id, 0, 1):
            raise Idle

    def _drain(self, job: Job, lease: Lease, collection: Collection) -> None:
        """Take in all that is staged."""
        generations = collection.generations
        for generation in generations:
            self._house.create_tables(collection, generation)
        on_duplicate: OnDuplicate = "update" if job.params.get("on_duplicate") == "update" else "skip"
        decoded = self._decoded(job, lease, collection, on_duplicate)
        with (
            closing(overlap(decoded)) as batches,
            closing(overlap(self._embedded(lease, generations, batches))) as ready,
        ):
            waiting: list[Work] = []
            flushed = time.monotonic()
            for batch in ready:
                lease.check()
                waiting += batch
                if len(waiting) >= self._house.settings.insert_batch or time.monotonic() - flushed > _FLUSH:
                    self._store(job, lease, collection, waiting, on_duplicate)
                    waiting, flushed = [], time.monotonic()
            if waiting:
                self._store(job, lease, collection, waiting, on_duplicate)

    # -- decode ----------------------------------------------------------------------------------------------

    def _decoded(
        self, job: Job, lease: Lease, collection: Collection, on_duplicate: OnDuplicate
    ) -> Iterator[list[Work]]:
        """Batches of decoded entries (and of those that failed or need not be decoded), in order."""
        size = self._house.settings.encode_batch
        batch: list[Work] = []
        for work in self._each_decoded(job, lease, collection, on_duplicate):
            batch.append(work)
            if _weight(batch) >= size:
                yield batch
                batch = []
        if batch:
            yield batch

    def _each_decoded(
        self, job: Job, lease: Lease, collection: Collection, on_duplicate: OnDuplicate
    ) -> Iterator[Work]:
        application = self._house.application(collection)
        recipe = self._embedder.recipe(application, collection.generations)
        most = self._house.settings.encode_batch + 2 * self._house.settings.decoder_processes
        ahead: deque[tuple[Work, Future[Decoded] | None]] = deque()
        for work in self._to_decode(job, lease, collection, application, on_duplicate):
            if work.outcome is None and work.entry.attempts >= _SUSPECT:
                # Nothing else may be under way beside a suspect.
                while ahead:
                    yield from self._finished(lease, recipe, *ahead.popleft())
                yield from self._alone(lease, recipe, work)
            else:
                ahead.append((work, None if work.outcome else self._start(recipe, work)))
            while len(ahead) > most:
                yield from self._finished(lease, recipe, *ahead.popleft())
        while ahead:
            yield from self._finished(lease, recipe, *ahead.popleft())

    def _to_decode(
        self, job: Job, lease: Lease, collection: Collection, application: Application, on_duplicate: OnDuplicate
    ) -> Iterator[Work]:
        catalog = self._house.catalog
        position = 0
        while entries := catalog.work.staged(job.id, position, _CHUNK):
            position = entries[-1].number
            lease.check()
            singles: list[Entry] = []
            for entry in entries:
                if entry.kind in (EntryKind.FILE, EntryKind.RECORD):
                    singles.append(entry)
                else:
                    self._expander.expand(job, lease, application, entry)
            works = self._drafted(collection, application, singles, on_duplicate)
            for attempts in range(_SUSPECT):
                begun = [one.entry.number for one in works if not one.outcome and one.entry.attempts == attempts]
                with lease.transaction() as connection:
                    catalog.work.attempt(connection, begun, attempts + 1)
            yield from works

    def _drafted(
        self, collection: Collection, application: Application, entries: Sequence[Entry], on_duplicate: OnDuplicate
    ) -> list[Work]:
        """Give every entry its item's id, and settle what is here already."""
        catalog = self._house.catalog
        types = catalog.media.types([entry.media_sha256 for entry in entries if entry.media_sha256])
        works: list[Work] = []
        for entry in entries:
            try:
                draft = self._expander.draft(application, entry, types)
                works.append(self._resumed(collection, Work(entry, draft), draft))
            except FindalikeError as error:
                works.append(Work(entry, outcome=_failure(entry, error)))
        if on_duplicate == "update":
            return works
        here = catalog.items.indexed(collection.id, [work.draft.id for work in works if work.draft])
        return [
            replace(work, outcome=_duplicate(work.entry, work.draft.id, here[work.draft.id]))
            if work.draft and work.draft.id in here
            else work
            for work in works
        ]

    def _resumed(self, collection: Collection, work: Work, draft: ItemDraft) -> Work:
        """With the place where an earlier worker was; from the beginning if what it stored is gone."""
        if not work.entry.position:
            return work
        place = self._house.catalog.items.place(collection, draft.id, work.entry.position - 1)
        return work if place is None else replace(work, first=work.entry.position, after=place)

    def _start(self, recipe: Recipe, work: Work) -> Future[Decoded]:
        return self._house.decoders.submit(decode, recipe, self._source(work), work.after)

    def _source(self, work: Work) -> Source:
        draft = work.draft
        assert draft
        return self._house.source_of(draft.name, draft.media_sha256, draft.media_type, draft.record, draft.payload)

    def _finished(self, lease: Lease, recipe: Recipe, work: Work, future: Future[Decoded] | None) -> Iterator[Work]:
        """The work with what was decoded, part by part, or with its failure."""
        if future is None:
            yield work
            return
        try:
            for part in self._house.parts(recipe, self._source(work), future, lease.check, work.after):
                if recipe.application.plays and not part.more and work.draft and work.draft.media_sha256:
                    self._house.make_playable(
                        recipe.application, self._source(work), work.draft.media_sha256, lease.check
                    )
                yield replace(work, decoded=part)
                work = replace(work, first=work.first + len(part.segments))
        except FindalikeError as error:
            if error.status >= 500:
                raise
            yield replace(work, outcome=_failure(work.entry, error))

    def _alone(self, lease: Lease, recipe: Recipe, work: Work) -> Iterator[Work]:
        """Decode a suspect while nothing else is under way; its attempt counts only until it ends."""
        catalog, number = self._house.catalog, work.entry.number
        if work.entry.attempts >= GUILTY:
            crashed = DecoderCrashed("Each time this was decoded, findalike itself ended: it is left out.")
            yield replace(work, outcome=_failure(work.entry, crashed))
            return
        with lease.transaction() as connection:
            catalog.work.attempt(connection, [number], work.entry.attempts + 1)
        yield from self._finished(lease, recipe, work, self._start(recipe, work))
        with lease.transaction() as connection:
            catalog.work.attempt(connection, [number], _SUSPECT)

    # -- encode ----------------------------------------------------------------------------------------------

    def _embedded(
        self, lease: Lease, generations: Sequence[Generation], batches: Iterator[list[Work]]
    ) -> Iterator[list[Work]]:
        for batch in batches:
            sound = [self._vetted(generations, work) for work in batch]
            segments = [segment for work in sound if work.decoded for segment in work.decoded.segments]
            vectors = iter(self._embedder.embed(generations, segments, lease.check))
            yield [
                replace(work, vectors=[next(vectors) for _ in work.decoded.segments], decoded=_light(work.decoded))
                if work.decoded
                else work
                for work in sound
            ]

    def _vetted(self, generations: Sequence[Generation], work: Work) -> Work:
        """The work, with a failure instead of contents that could not be stored: checked before the batch is made."""
        if not work.decoded or not work.draft:
            return work
        try:
            check_metadata({**work.decoded.facts})
            for generation in generations:
                field_values({**work.decoded.facts, **work.draft.metadata}, generation.fields)
                for setting in generation.vectors.values():
                    if setting.ready_made:
                        for segment in work.decoded.segments:
                            checked(segment.inputs.get("vector", ()), setting)
        except InvalidInput as error:
            return replace(work, decoded=None, outcome=_failure(work.entry, error))
        return work

    # -- insert, mark ----------------------------------------------------------------------------------------

    def _store(
        self, job: Job, lease: Lease, collection: Collection, works: Sequence[Work], on_duplicate: OnDuplicate
    ) -> None:
        """Write a batch: catalog, then Milvus, then the mark and the outcomes. Raises EpochChanged."""
        catalog = self._house.catalog
        works = _joined(works)
        outcomes = [work.outcome for work in works if work.outcome]
        last: dict[str, Work] = {}
        for work in works:
            if work.decoded and work.draft:
                previous = last.pop(work.draft.id, None)
                if previous and on_duplicate == "skip":
                    previous, work = work, previous
                last[work.draft.id if work.draft else ""] = work
                if previous:
                    outcomes.append(_duplicate(previous.entry, work.draft.id if work.draft else "", work.entry.name))
        fresh = list(last.values())
        drafts = [_complete(work) for work in fresh]
        with self._house.writing(collection.id):
            for work in works:
                if work.outcome and work.first and work.draft:
                    # What was stored of it before it failed.
                    with suppress(NotFound):
                        delete_item(self._house, collection, work.draft.id)
            with lease.transaction() as connection:
                written = catalog.items.write(connection, collection, drafts, on_duplicate)
            kept = [
                (work, draft, one) for work, draft, one in zip(fresh, drafts, written, strict=True) if not one.skipped
            ]
            write_vectors(
                self._house,
                collection,
                collection.generations,
                [(one.segment_ids, draft.metadata, work.vectors) for work, draft, one in kept],
            )
            begun = {work.entry.number for work, _, _ in kept if work.decoded and work.decoded.more}
            outcomes += [
                _indexed(work, draft, one)
                for work, draft, one in zip(fresh, drafts, written, strict=True)
                if work.entry.number not in begun
            ]
            with lease.transaction() as connection:
                catalog.items.mark(connection, [one for work, _, one in kept if work.entry.number not in begun])
                for work, draft, _ in kept:
                    if work.entry.number in begun:
                        catalog.work.reached(connection, work.entry.number, draft.id, work.first + len(draft.segments))
                        catalog.work.progress(connection, job.id, detail=_so_far(work))
                catalog.work.settle(connection, job.id, outcomes)


def _joined(works: Sequence[Work]) -> list[Work]:
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


def _so_far(work: Work) -> str:
    """How far into a long item its segments go, for people."""
    assert work.decoded
    reached = work.decoded.segments[-1].place.get("end") if work.decoded.segments else None
    duration = work.decoded.facts.get("duration")
    if reached is None:
        return work.entry.name
    return f"{work.entry.name}: {clock(reached)}" + (f" of {clock(duration)}" if duration else "")


def _weight(batch: Sequence[Work]) -> float:
    """How full a batch is: what is not text goes into one run of the encoder."""
    segments = [segment for work in batch if work.decoded for segment in work.decoded.segments]
    texts = sum(segment.text is not None for segment in segments)
    return max(len(batch) / TEXT_RUNS, len(segments) - texts) + texts / TEXT_RUNS


def _complete(work: Work) -> ItemDraft:
    assert work.draft
    assert work.decoded
    return replace(
        work.draft,
        metadata={**work.decoded.facts, **work.draft.metadata},
        segments=[one.row for one in work.decoded.segments],
        first=work.first,
    )


def _light(decoded: Decoded) -> Decoded:
    """Without the prepared inputs, which are large and no longer needed."""
    return replace(decoded, segments=[replace(segment, inputs={}) for segment in decoded.segments])


def _indexed(work: Work, draft: ItemDraft, written: Written) -> Outcome:
    if written.skipped:
        return _duplicate(work.entry, draft.id, draft.name)
    return Outcome(work.entry.number, EntryState.INDEXED, item_id=draft.id)


def _duplicate(entry: Entry, item_id: str, name: str) -> Outcome:
    return Outcome(entry.number, EntryState.SKIPPED, f"The same is here already, as {name!r}.", item_id)


def _failure(entry: Entry, error: FindalikeError) -> Outcome:
    return Outcome(entry.number, EntryState.FAILED, error.detail)
