"""Putting right what crashes and outages left behind: at start, and every minute."""

from __future__ import annotations

import logging
import time
from contextlib import suppress
from itertools import islice

import numpy as np

from findalike.domain import Collection, Generation
from findalike.errors import Conflict, FindalikeError
from findalike.pipelines.house import House
from findalike.pipelines.rebuild import next_generation
from findalike.pipelines.write import delete_vectors

log = logging.getLogger(__name__)

_REPEATS = 7 * 24 * 3600.0
"""Seconds for which a request can be repeated with its Idempotency-Key."""


class Sweeper:
    """Reconciles the catalog, Milvus and the media store. Blocks."""

    def __init__(self, house: House):
        self._house = house

    def at_start(self) -> None:
        """Everything, with the comparison of Milvus's rows against the catalog."""
        self._house.catalog.jobs.release_all()
        self.regular()
        self._drop_strays()
        self.collect_strays()
        for collection in self._house.catalog.collections.all():
            try:
                self._compare(collection)
            except FindalikeError as error:
                log.error("%s/%s cannot be checked: %s", collection.application, collection.name, error.detail)

    def regular(self) -> None:
        """What must not wait for the next start."""
        self.clear_dropped()
        for collection in self._house.catalog.collections.all():
            self._stop_abandoned(collection)
            self._bury(collection)
            self._reindex(collection)
        self.forget_jobs()
        self.collect_media()

    def forget_jobs(self) -> None:
        """Delete what clients can no longer want to know: old jobs, and old Idempotency-Keys."""
        jobs = self._house.catalog.jobs
        while jobs.forget(self._house.settings.job_retention):
            pass
        jobs.forget_requests(_REPEATS)

    def collect_media(self) -> None:
        """Delete originals that nobody needs any more."""
        while self._house.catalog.media.collect(self._house.settings.media_grace, self._forget):
            pass

    def collect_strays(self) -> None:
        """Delete files that the catalog never came to know: their requests were refused or killed."""
        oldest = time.time() - self._house.settings.media_grace
        hashes = iter(self._house.media.all())

        def forget(sha256: str) -> None:
            with suppress(FileNotFoundError):
                if self._house.media.path(sha256).stat().st_mtime < oldest:
                    self._forget(sha256)

        while some := list(islice(hashes, 500)):
            self._house.catalog.media.collect_strays(some, forget)

    def _forget(self, sha256: str) -> None:
        """Delete an original, and the previews that were made of it."""
        self._house.media.delete(sha256)
        for preview in (self._house.settings.data_dir / "previews" / sha256[:2]).glob(f"*-{sha256}-*"):
            preview.unlink(missing_ok=True)

    def _stop_abandoned(self, collection: Collection) -> None:
        """Give up a generation that no job is building: the server died before there was one."""
        catalog = self._house.catalog
        with self._house.writing(collection.id):
            current = catalog.collections.by_id(collection.id)
            at_work = [
                *catalog.jobs.unfinished(collection.id, "rebuild"),
                *catalog.jobs.unfinished(collection.id, "train"),
            ]
            if current and current.building and not at_work:
                catalog.collections.stop_building(collection.id)
                catalog.items.refresh_fields(catalog.collections.get(collection.application, collection.name))
                self._house.drop_tables(current, current.building)

    def clear_dropped(self) -> None:
        """Remove what is left of dropped collections that no job works on any more."""
        for collection in self._house.catalog.collections.dropped():
            for generation in collection.generations:
                self._house.drop_tables(collection, generation)
            self._house.catalog.collections.forget(collection.id)

    def _drop_strays(self) -> None:
        """Milvus collections of ours that no generation has: a rebuild that was given up, for example."""
        # Listed first: a table that is made meanwhile is not among them.
        tables = self._house.vectors.tables()
        wanted = {
            collection.table(generation, vector)
            for collection in self._house.catalog.collections.all()
            for generation in collection.generations
            for vector in generation.vectors
        }
        for table in tables:
            if table not in wanted:
                self._house.vectors.drop(table)

    def _bury(self, collection: Collection) -> None:
        while ids := self._house.catalog.items.tombstones(collection.id):
            with self._house.writing(collection.id):
                current = self._house.catalog.collections.by_id(collection.id)
                if current is None:
                    return
                delete_vectors(self._house, current, ids)

    def _reindex(self, collection: Collection) -> None:
        """Items without vectors get a job, unless one is at work that will see to them."""
        catalog = self._house.catalog
        if catalog.jobs.unfinished(collection.id):
            return
        counts = catalog.collections.counts(collection.id)
        lacking = counts["items"] - counts["indexed"]
        last = catalog.jobs.last(collection.id, "reindex")
        # What could not be decoded the last time will not be the next time either.
        if lacking and not (last and last.failed == lacking):
            catalog.jobs.create("reindex", collection)

    def _compare(self, collection: Collection) -> None:
        """Row counts of Milvus beside the catalog's; what is missing is made again, what is too much is deleted."""
        if self._house.catalog.jobs.unfinished(collection.id):
            return
        wanted = np.array(self._house.catalog.items.segment_ids(collection.id), dtype=np.int64)
        for vector in collection.generation.vectors:
            try:
                self._compare_table(collection, collection.generation, vector, wanted)
            except FindalikeError as error:
                if error.status == 503:
                    raise
                log.error("The index of %s is damaged (%s): rebuilding it.", collection.name, error.detail)
                self.rebuild(collection)
                return

    def _compare_table(
        self,
        collection: Collection,
        generation: Generation,
        vector: str,
        wanted: np.ndarray[tuple[int], np.dtype[np.int64]],
    ) -> None:
        table = collection.table(generation, vector)
        self._house.create_tables(collection, generation)
        if self._house.vectors.count(table) == len(wanted):
            return
        found = self._house.vectors.ids(table)
        surplus = np.setdiff1d(found, wanted)
        missing = np.setdiff1d(wanted, found)
        if surplus.size:
            self._house.vectors.delete(table, surplus.tolist())
        if missing.size:
            log.warning("%d vectors of %s are missing and will be made again.", missing.size, collection.name)
            self._house.catalog.items.unmark(collection.id, missing.tolist())
            self._reindex(collection)

    def rebuild(self, collection: Collection) -> None:
        """Start a rebuild with the same settings."""
        catalog = self._house.catalog
        generation = next_generation(collection, dict(collection.generation.vectors), dict(collection.fields))
        with self._house.writing(collection.id):
            try:
                catalog.collections.start_building(collection.id, generation)
            except Conflict:
                return
            catalog.jobs.create("rebuild", collection, params={"generation": generation.number})
