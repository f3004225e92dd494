"""Making vectors again from the originals: whole generations, and items that a crash left without vectors.

While a new generation is built, the old one answers, and what is written goes to both.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from itertools import islice

from findalike.catalog.items import Written
from findalike.catalog.work import LeaseLost
from findalike.domain import Collection, FieldType, Generation, Item, Job, JobState, StoredSegment, VectorSetting
from findalike.errors import FindalikeError
from findalike.jobs.worker import Cancelled, Lease, Stopping
from findalike.pipelines.decode import Decoded, DecodedSegment, decode
from findalike.pipelines.embed import Embedded, Embedder
from findalike.pipelines.flow import overlap
from findalike.pipelines.house import House
from findalike.pipelines.write import Vectors, write_vectors

log = logging.getLogger(__name__)


def next_generation(
    collection: Collection, vectors: dict[str, VectorSetting], fields: dict[str, FieldType]
) -> Generation:
    """The generation that a rebuild with these settings makes."""
    return Generation(max(one.number for one in collection.generations) + 1, vectors, fields)


Remade = tuple[Item, Decoded | FindalikeError, Sequence[Embedded]]
"""An item with its new vectors, or with the reason why it has none."""


class _Remake:
    """What rebuilding and re-indexing share: walking through items and making their vectors again."""

    def __init__(self, house: House, embedder: Embedder):
        self._house, self._embedder = house, embedder

    def _batches(
        self, lease: Lease, collection: Collection, generations: Sequence[Generation], start: int, *, unindexed: bool
    ) -> Generator[list[Remade]]:
        """Items with their new vectors, or with the reason why they have none."""
        recipe = self._embedder.recipe(self._house.application(collection), generations)
        size = self._house.settings.encode_batch

        def decoded() -> Iterator[tuple[Item, Decoded | FindalikeError]]:
            position = start
            while items := self._house.catalog.items.after(collection.id, position, size, unindexed=unindexed):
                lease.check()
                position = items[-1].number
                futures = [self._house.decoders.submit(decode, recipe, self._house.source(item)) for item in items]
                for item, future in zip(items, futures, strict=True):
                    try:
                        for part in self._house.parts(recipe, self._house.source(item), future, lease.check):
                            yield item, part
                    except FindalikeError as error:
                        if error.status >= 500:
                            raise
                        yield item, error

        def batches() -> Iterator[list[tuple[Item, Decoded | FindalikeError]]]:
            parts = decoded()
            while batch := list(islice(parts, size)):
                yield batch

        held: list[Remade] = []
        with closing(overlap(batches())) as ready:
            for batch in ready:
                segments = [one for _, made in batch if isinstance(made, Decoded) for one in made.segments]
                vectors = iter(self._embedder.embed(generations, segments, lease.check))
                for item, made in batch:
                    held = _with_part(held, item, made, vectors)
                # An item of which there is more waits for the rest of it.
                whole = len(held) - (1 if held and isinstance(held[-1][1], Decoded) and held[-1][1].more else 0)
                if whole:
                    yield held[:whole]
                held = held[whole:]

    def _write(
        self,
        collection: Collection,
        generations: Sequence[Generation],
        made: Sequence[Remade],
    ) -> list[Item]:
        """Write the vectors of items that are still as they were: those items. The others were written meanwhile."""
        catalog = self._house.catalog
        with self._house.writing(collection.id):
            current = {item.id: item for item in catalog.items.get_many(collection, [item.id for item, _, _ in made])}
            kept: list[Item] = []
            rows: list[Vectors] = []
            for item, decoded, vectors in made:
                now_there = current.get(item.id)
                if not now_there or now_there.revision != item.revision or not isinstance(decoded, Decoded):
                    continue
                rows.append((self._segment_ids(item, decoded, vectors), item.metadata, vectors))
                kept.append(item)
            write_vectors(self._house, collection, generations, rows)
        return kept

    def _segment_ids(self, item: Item, decoded: Decoded, vectors: Sequence[Embedded]) -> Sequence[int]:
        """The segments that an item's vectors belong to, made again if they lie elsewhere now."""
        catalog = self._house.catalog
        stored = catalog.items.segments_of(item)
        if _places(stored) == _places(decoded.segments):
            return [segment.id for segment in stored]
        # Only a part of it was stored, or what decodes it has changed since.
        with catalog.database.write() as connection:
            return catalog.items.resegment(connection, item, [one.row for one in decoded.segments])


def _places(segments: Sequence[StoredSegment | DecodedSegment]) -> list[str]:
    """Where segments are, as the catalog tells it."""
    return [json.dumps(segment.place, sort_keys=True) for segment in segments]


def _with_part(
    held: list[Remade], item: Item, made: Decoded | FindalikeError, vectors: Iterator[Embedded]
) -> list[Remade]:
    """What was made so far and one part more, without its prepared inputs, which are large and no longer needed."""
    if not isinstance(made, Decoded):
        return [*(one for one in held if one[0].number != item.number), (item, made, ())]
    fresh = [next(vectors) for _ in made.segments]
    light = replace(made, segments=[replace(segment, inputs={}) for segment in made.segments])
    if held and held[-1][0].number == item.number and isinstance(before := held[-1][1], Decoded):
        light = replace(light, segments=[*before.segments, *light.segments])
        return [*held[:-1], (item, light, [*held[-1][2], *fresh])]
    return [*held, (item, light, fresh)]


class Rebuild(_Remake):
    """The handler of rebuild jobs. `params["generation"]` is the new generation's number."""

    def __call__(self, job: Job, lease: Lease) -> None:
        catalog = self._house.catalog
        collection = catalog.collections.by_id(job.collection_id)
        if collection is None:
            raise Cancelled
        building = collection.building
        if building is None or building.number != job.params["generation"]:
            done = collection.generation.number == job.params["generation"]
            lease.finish(
                JobState.SUCCEEDED if done else JobState.FAILED,
                None if done else "The generation that this job was building is gone: start another rebuild.",
            )
            return
        try:
            self._fill(job, lease, collection, building)
        except (Stopping, LeaseLost):
            raise
        except Exception as error:
            if getattr(error, "retry_after", None) is None:
                self._give_up(collection)
            raise

    def _fill(self, job: Job, lease: Lease, collection: Collection, building: Generation) -> None:
        catalog = self._house.catalog
        self._house.create_tables(collection, building)
        total = max(job.total, catalog.collections.counts(collection.id)["items"])
        start, done, failed = job.params.get("position", 0), job.done, job.failed
        with closing(self._batches(lease, collection, (building,), start, unindexed=False)) as batches:
            for batch in batches:
                self._write(collection, (building,), batch)
                broken = [item for item, made, _ in batch if not isinstance(made, Decoded)]
                done, failed = done + len(batch) - len(broken), failed + len(broken)
                params = {**job.params, "position": batch[-1][0].number}
                with lease.transaction() as connection:
                    catalog.items.unmark_items(connection, [item.number for item in broken])
                    catalog.work.progress(
                        connection, job.id, done=done, failed=failed, total=max(total, done + failed), params=params
                    )
        self._house.settle_tables(collection, building)
        with self._house.writing(collection.id):
            old, current = catalog.collections.swap(collection.id)
        self._house.drop_tables(current, old)
        lease.finish(JobState.SUCCEEDED, f"{failed} items could not be decoded again." if failed else None)

    def _give_up(self, collection: Collection) -> None:
        building = self._house.catalog.collections.stop_building(collection.id)
        if building:
            current = self._house.catalog.collections.by_id(collection.id)
            if current:
                self._house.catalog.items.refresh_fields(current)
            self._house.drop_tables(collection, building)


class Reindex(_Remake):
    """The handler of jobs that give vectors to items that a crash or an outage left without."""

    def __call__(self, job: Job, lease: Lease) -> None:
        catalog = self._house.catalog
        collection = catalog.collections.by_id(job.collection_id)
        if collection is None:
            raise Cancelled
        generations = collection.generations
        for generation in generations:
            self._house.create_tables(collection, generation)
        done, failed, reason = job.done, job.failed, None
        with closing(self._batches(lease, collection, generations, 0, unindexed=True)) as batches:
            for batch in batches:
                kept = self._write(collection, generations, batch)
                failures = [made for _, made, _ in batch if isinstance(made, FindalikeError)]
                done, failed = done + len(kept), failed + len(failures)
                reason = failures[-1].detail if failures else reason
                with lease.transaction() as connection:
                    catalog.items.mark(connection, [Written(item.number, item.revision) for item in kept])
                    catalog.work.progress(connection, job.id, done=done, failed=failed, total=done + failed)
        lease.finish(JobState.SUCCEEDED, reason)
