"""How items go in: stage → decode → encode → insert → mark, each step overlapping the next.

The entries of the job are the truth. Whatever happens, an entry is `staged` until one transaction says how it ended,
and every step before that can be repeated: ids come from the content, and writes to Milvus are upserts.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import Future
from contextlib import closing, suppress
from dataclasses import replace

from findalike.applications.base import Application
from findalike.catalog.items import EpochChanged, ItemDraft, OnDuplicate
from findalike.catalog.job_rows import Entry
from findalike.decoders.failures import DecoderCrashed
from findalike.domain import Collection, EntryKind, Generation, Job, JobState, Source
from findalike.errors import FindalikeError, InvalidInput, NotFound, Unavailable
from findalike.fields import check_metadata, field_values
from findalike.jobs.worker import Cancelled, Idle, Lease, Stopping
from findalike.pipelines.decode import Decoded, Recipe, decode, decode_many
from findalike.pipelines.embed import Embedder, checked
from findalike.pipelines.expand import GUILTY, Expander
from findalike.pipelines.flow import overlap
from findalike.pipelines.house import House
from findalike.pipelines.together import shares, together
from findalike.pipelines.works import (
    SUSPECT,
    Work,
    as_draft,
    duplicate,
    failure,
    indexed,
    joined,
    letters,
    light,
    so_far,
    suspect,
    weight,
)
from findalike.pipelines.write import delete_item, write_vectors

log = logging.getLogger(__name__)

_CHUNK = 256
_FLUSH = 1.0
_WORTH_SETTLING = 1000
_ITEMS = (EntryKind.FILE, EntryKind.RECORD)
_CONTAINERS = tuple(set(EntryKind) - set(_ITEMS))


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
        filled = 0.0
        with closing(self._each_decoded(job, lease, collection, on_duplicate)) as each:
            for work in each:
                batch.append(work)
                filled += weight(work)
                if filled >= size:
                    yield batch
                    batch, filled = [], 0.0
        if batch:
            yield batch

    def _each_decoded(
        self, job: Job, lease: Lease, collection: Collection, on_duplicate: OnDuplicate
    ) -> Generator[Work]:
        application = self._house.application(collection)
        recipe = self._embedder.recipe(application, collection.generations)
        most = self._house.settings.encode_batch + 2 * self._house.settings.decoder_processes
        ahead: deque[list[tuple[Work, Future[Decoded] | None]]] = deque()
        # Closed whatever happens, since what expands must have ended before this is begun again.
        with closing(self._to_decode(job, lease, collection, application, on_duplicate)) as staged:
            for works in together(staged, letters):
                if suspect(works[0]):
                    # Nothing else may be under way beside a suspect.
                    while ahead:
                        yield from self._all_finished(lease, recipe, ahead.popleft())
                    yield from self._alone(lease, recipe, works[0])
                elif len(works) == 1:
                    ahead.append([(works[0], None if works[0].outcome else self._start(recipe, works[0]))])
                else:
                    future = self._house.decoders.submit(decode_many, recipe, [self._source(work) for work in works])
                    ahead.append(list(zip(works, shares(future, len(works)), strict=True)))
                while len(ahead) > most:
                    yield from self._all_finished(lease, recipe, ahead.popleft())
            while ahead:
                yield from self._all_finished(lease, recipe, ahead.popleft())

    def _to_decode(
        self, job: Job, lease: Lease, collection: Collection, application: Application, on_duplicate: OnDuplicate
    ) -> Generator[Work]:
        """The files and records of the job, while what archives and tables hold becomes further ones."""
        catalog = self._house.catalog
        position = 0
        with closing(overlap(self._expanded(job, lease, application), depth=0)) as steps:
            expanding = True
            while True:
                entries = catalog.work.staged(job.id, position, _CHUNK, _ITEMS)
                lease.check()
                if not entries:
                    if not expanding:
                        return
                    # What the last step added is looked for once more.
                    expanding = next(steps, False)
                    continue
                position = entries[-1].number
                works = self._drafted(collection, application, entries, on_duplicate)
                for attempts in range(SUSPECT):
                    begun = [one.entry.number for one in works if not one.outcome and one.entry.attempts == attempts]
                    with lease.transaction() as connection:
                        catalog.work.attempt(connection, begun, attempts + 1)
                yield from works

    def _expanded(self, job: Job, lease: Lease, application: Application) -> Iterator[bool]:
        """Expand what stands for many, yielding after each step. This goes ahead of decoding as fast as it can, so that
        people see how much there is."""
        position = 0
        while entries := self._house.catalog.work.staged(job.id, position, 1, _CONTAINERS):
            position = entries[0].number
            lease.check()
            for _ in self._expander.expand(job, lease, application, entries[0]):
                yield True

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
                works.append(Work(entry, outcome=failure(entry, error)))
        if on_duplicate == "update":
            return works
        here = catalog.items.indexed(collection.id, [work.draft.id for work in works if work.draft])
        return [
            replace(work, outcome=duplicate(work.entry, work.draft.id, here[work.draft.id]))
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

    def _all_finished(
        self, lease: Lease, recipe: Recipe, begun: Sequence[tuple[Work, Future[Decoded] | None]]
    ) -> Iterator[Work]:
        for work, future in begun:
            yield from self._finished(lease, recipe, work, future)

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
            yield replace(work, outcome=failure(work.entry, error))

    def _alone(self, lease: Lease, recipe: Recipe, work: Work) -> Iterator[Work]:
        """Decode a suspect while nothing else is under way; its attempt counts only until it ends."""
        catalog, number = self._house.catalog, work.entry.number
        if work.entry.attempts >= GUILTY:
            crashed = DecoderCrashed("Each time this was decoded, findalike itself ended: it is left out.")
            yield replace(work, outcome=failure(work.entry, crashed))
            return
        with lease.transaction() as connection:
            catalog.work.attempt(connection, [number], work.entry.attempts + 1)
        yield from self._finished(lease, recipe, work, self._start(recipe, work))
        with lease.transaction() as connection:
            catalog.work.attempt(connection, [number], SUSPECT)

    # -- encode ----------------------------------------------------------------------------------------------

    def _embedded(
        self, lease: Lease, generations: Sequence[Generation], batches: Iterator[list[Work]]
    ) -> Iterator[list[Work]]:
        for batch in batches:
            sound = [self._vetted(generations, work) for work in batch]
            segments = [segment for work in sound if work.decoded for segment in work.decoded.segments]
            vectors = iter(self._embedder.embed(generations, segments, lease.check))
            yield [
                replace(work, vectors=[next(vectors) for _ in work.decoded.segments], decoded=light(work.decoded))
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
            return replace(work, decoded=None, outcome=failure(work.entry, error))
        return work

    # -- insert, mark ----------------------------------------------------------------------------------------

    def _store(
        self, job: Job, lease: Lease, collection: Collection, works: Sequence[Work], on_duplicate: OnDuplicate
    ) -> None:
        """Write a batch: catalog, then Milvus, then the mark and the outcomes. Raises EpochChanged."""
        catalog = self._house.catalog
        works = joined(works)
        outcomes = [work.outcome for work in works if work.outcome]
        last: dict[str, Work] = {}
        for work in works:
            if work.decoded and work.draft:
                previous = last.pop(work.draft.id, None)
                if previous and on_duplicate == "skip":
                    previous, work = work, previous
                last[work.draft.id if work.draft else ""] = work
                if previous:
                    outcomes.append(duplicate(previous.entry, work.draft.id if work.draft else "", work.entry.name))
        fresh = list(last.values())
        drafts = [as_draft(work) for work in fresh]
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
                indexed(work, draft, one)
                for work, draft, one in zip(fresh, drafts, written, strict=True)
                if work.entry.number not in begun
            ]
            with lease.transaction() as connection:
                catalog.items.mark(connection, [one for work, _, one in kept if work.entry.number not in begun])
                for work, draft, _ in kept:
                    if work.entry.number in begun:
                        catalog.work.reached(connection, work.entry.number, draft.id, work.first + len(draft.segments))
                        catalog.work.progress(connection, job.id, detail=so_far(work))
                catalog.work.settle(connection, job.id, outcomes)
