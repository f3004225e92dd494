"""The 2-D map of a collection: laid out by a job, then kept up to date with what is added.

A map is laid out as a whole when there is none, when the vectors were rebuilt, and when more than a fifth of it would
be new. Else what is new is placed among what is there. Points are items: the mean of their segments' vectors.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from findalike.catalog.database import now
from findalike.catalog.maps import SCALE, Cells, Contents, Points, StoredMap
from findalike.domain import Collection, Job, JobState, Vector
from findalike.errors import InvalidInput, NotFound
from findalike.jobs.worker import Cancelled, Handler, Lease
from findalike.pipelines.house import House
from findalike.pipelines.layout import Plane, lay_out_apart

Vectors = NDArray[np.float32]
Numbers = NDArray[np.int64]

_BATCH = 500
_DIRECTIONS = 50
"""Dimensions that are left for the layout: it is by neighbours, which these keep."""
_SAMPLE_ROWS, _SAMPLE_BYTES = 10_000, 64 * 1024 * 1024
_MOST_PLACED = 0.2
"""A map of which more was placed, and not laid out, is laid out again."""
_NEIGHBOURS = 5
"""Their median is where a new point goes: nearer to where a new layout puts it than any weighted mean (measured)."""
_CANDIDATES = 100
_READ, _LAID_OUT = 0.15, 0.99


def start_map(house: House, collection: Collection, vector: str | None, *, afresh: bool = False) -> Job:
    """A job that makes or updates the map; the one that is at work on it, if there is one.

    `vector` is the application's first if left out. Raises InvalidInput for one that there is not."""
    name = vector_of(collection, vector)
    jobs = house.catalog.jobs
    with house.writing(collection.id):
        current = house.current(collection)
        return job_at_work(house, current, name) or jobs.create(
            "map", current, params={"vector": name, "afresh": afresh}
        )


def job_at_work(house: House, collection: Collection, vector: str) -> Job | None:
    """The unfinished job on this map."""
    unfinished = house.catalog.jobs.unfinished(collection.id, "map")
    return next((job for job in unfinished if job.params["vector"] == vector), None)


def vector_of(collection: Collection, vector: str | None) -> str:
    """The vector that is meant. Raises InvalidInput if there is no such."""
    names = [name for name, setting in collection.generation.vectors.items() if not setting.lexical]
    if vector is not None and vector not in names:
        raise InvalidInput(f"There is no vector {vector!r}; there are {', '.join(names)}.", field="vector")
    return vector or names[0]


class Mapped:
    """A handler of jobs that change items: when one has ended, the collection's maps are updated."""

    def __init__(self, house: House, handler: Handler):
        self._house, self._handler = house, handler

    def __call__(self, job: Job, lease: Lease) -> None:
        self._handler(job, lease)
        catalog = self._house.catalog
        collection = catalog.collections.by_id(job.collection_id)
        if collection and catalog.jobs.get(job.id).done:
            for vector in catalog.maps.vectors(collection.id):
                start_map(self._house, collection, vector)


class MakeMap:
    """The handler of map jobs. `params`: "vector", and "afresh" (lay out as a whole in any case)."""

    def __init__(self, house: House):
        self._house = house

    def __call__(self, job: Job, lease: Lease) -> None:
        catalog = self._house.catalog
        while True:
            collection = catalog.collections.by_id(job.collection_id)
            if collection is None:
                raise Cancelled
            before = catalog.maps.state(collection.id)
            try:
                made = _Making(self._house, job, lease, collection).made()
            except NotFound:
                # A rebuild has dropped the generation that was being read, or somebody all of the collection.
                if catalog.collections.by_id(collection.id) == collection:
                    raise
                continue
            with lease.transaction() as connection:
                current = catalog.collections.by_id_in(connection, collection.id)
                if current and current.generation.number == made.generation:
                    catalog.maps.save(connection, collection.id, made)
                    catalog.work.progress(connection, job.id, total=100, done=100)
                    catalog.work.finish(connection, job.id, JobState.SUCCEEDED)
                    break
        # Whoever ended meanwhile found this job at work, and left it to us to see to what was added.
        if catalog.maps.state(collection.id) != before and not catalog.jobs.unfinished(collection.id):
            start_map(self._house, collection, job.params["vector"])


class _Making:
    """One attempt at a map, of one generation."""

    def __init__(self, house: House, job: Job, lease: Lease, collection: Collection):
        self._house, self._job, self._lease, self._collection = house, job, lease, collection
        self._vector = vector_of(collection, job.params["vector"])
        self._metric = collection.generation.vectors[self._vector].metric
        self._table = collection.table(collection.generation, self._vector)
        self._per_cent = -1

    def made(self) -> StoredMap:
        self._report(0.0)
        catalog, collection = self._house.catalog, self._collection
        contents = catalog.maps.contents(collection.id)
        found = catalog.maps.find(collection.id, self._vector)
        usable = found and found.generation == collection.generation.number and not self._job.params["afresh"]
        points, laid_out = None, 0
        if found and usable:
            points, laid_out = self._updated(found, contents), found.laid_out
        if points is None:
            points = self._anew(contents)
            laid_out = len(points.numbers)
        return StoredMap(self._vector, collection.generation.number, laid_out, points, now())

    # -- as a whole ------------------------------------------------------------------------------------------

    def _anew(self, contents: Contents) -> Points:
        numbers, revisions = contents.numbers[contents.indexed], contents.revisions[contents.indexed]
        sample = self._sample(numbers)
        middle, directions = _directions(sample)
        there: list[Numbers] = []
        reduced: list[Vectors] = []
        for batch in self._batches(numbers, 0.0, _READ):
            some, vectors = self._read(batch)
            there.append(some)
            reduced.append(np.matmul(vectors - middle, directions, dtype=np.float32))
        kept = np.concatenate([np.empty(0, np.int64), *there])
        plane = lay_out_apart(
            np.concatenate([np.empty((0, directions.shape[1]), np.float32), *reduced]),
            self._house.settings.encoder_threads,
            self._lease.check,
            lambda fraction: self._report(_READ + fraction * (_LAID_OUT - _READ)),
        )
        return Points(kept, revisions[np.searchsorted(numbers, kept)], to_cells(plane))

    def _sample(self, numbers: Numbers) -> Vectors:
        """Vectors of items from all over the collection: enough to find its main directions."""
        dimension = self._collection.generation.vectors[self._vector].dimension
        count = min(len(numbers), _SAMPLE_ROWS, max(1, _SAMPLE_BYTES // (4 * dimension)))
        chosen = numbers[np.linspace(0, len(numbers) - 1, count).astype(np.int64)] if count else numbers
        parts = [self._read(batch)[1] for batch in self._batches(chosen, 0.0, 0.0)]
        return np.concatenate([np.empty((0, dimension), np.float32), *parts])

    # -- an update -------------------------------------------------------------------------------------------

    def _updated(self, found: StoredMap, contents: Contents) -> Points | None:
        """The map with what is new placed among what is there; None if it must be laid out as a whole."""
        old = found.points
        # What is deleted leaves the map; what changed is placed anew.
        kept = np.isin(old.numbers, contents.numbers)
        kept[kept] = contents.revisions[np.searchsorted(contents.numbers, old.numbers[kept])] == old.revisions[kept]
        numbers, revisions, cells = old.numbers[kept], old.revisions[kept], old.cells[kept]
        new = np.setdiff1d(contents.numbers[contents.indexed], numbers)
        total = len(numbers) + len(new)
        if total - min(found.laid_out, len(numbers)) > _MOST_PLACED * total:
            return None
        placed: list[int] = []
        nearest: list[Numbers] = []
        for batch in self._batches(new, 0.0, _LAID_OUT):
            some, vectors = self._read(batch)
            near = list(self._neighbours(vectors, numbers))
            if not all(len(one) for one in near):
                # Something without a likeness on the map has no place on it.
                return None
            placed += some.tolist()
            nearest += near
        fresh = np.array([np.median(cells[near], axis=0) for near in nearest]).reshape(-1, 2)
        numbers = np.concatenate([numbers, np.array(placed, dtype=np.int64)])
        revisions = np.concatenate([revisions, contents.revisions[np.searchsorted(contents.numbers, placed)]])
        cells = np.concatenate([cells, fresh.round().astype(np.uint16)])
        order = np.argsort(numbers)
        return Points(numbers[order], revisions[order], cells[order])

    def _neighbours(self, vectors: Vectors, mapped: Numbers) -> Iterator[Numbers]:
        """For each vector, where in `mapped` its nearest items are, at most _NEIGHBOURS."""
        if not len(vectors) or not len(mapped):
            yield from (np.empty(0, np.int64) for _ in vectors)
            return
        found = [matches.ids.tolist() for matches in self._house.vectors.search(self._table, vectors, _CANDIDATES)]
        with self._house.catalog.items.snapshot() as snapshot:
            owners = snapshot.outline(list({id for ids in found for id in ids}))
        for ids in found:
            near = np.array(list(dict.fromkeys(owners[id][0] for id in ids if id in owners)), dtype=np.int64)
            places = np.minimum(np.searchsorted(mapped, near), len(mapped) - 1)
            yield places[mapped[places] == near][:_NEIGHBOURS]

    # -- both ------------------------------------------------------------------------------------------------

    def _batches(self, numbers: Numbers, start: float, end: float) -> Iterator[list[int]]:
        for first in range(0, len(numbers), _BATCH):
            self._lease.check()
            yield numbers[first : first + _BATCH].tolist()
            if end > start:
                self._report(start + (end - start) * min(1.0, (first + _BATCH) / len(numbers)))

    def _read(self, numbers: Sequence[int]) -> tuple[Numbers, Vectors]:
        """Vectors of items, shape (n, dimension), with their numbers; those that Milvus lacks are left out."""
        dimension = self._collection.generation.vectors[self._vector].dimension
        segments = self._house.catalog.maps.segments_of(numbers)
        found = self._house.vectors.get(self._table, [id for _, id in segments])
        of_item: dict[int, list[Vector]] = {}
        for number, id in segments:
            if id in found:
                of_item.setdefault(number, []).append(np.asarray(found[id]))
        vectors = np.empty((len(of_item), dimension), dtype=np.float32)
        for row, parts in enumerate(of_item.values()):
            vectors[row] = np.mean(parts, axis=0)
        if self._metric in ("COSINE", "JACCARD"):
            vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), np.float32(1e-12))
        return np.array(list(of_item), dtype=np.int64), vectors

    def _report(self, fraction: float) -> None:
        per_cent = int(100 * fraction)
        if per_cent != self._per_cent:
            self._per_cent = per_cent
            with self._lease.transaction() as connection:
                self._house.catalog.work.progress(connection, self._job.id, total=100, done=per_cent)


def _directions(sample: Vectors) -> tuple[Vectors, Vectors]:
    """The mean (d,) and the main directions (d, k) of a sample (m, d), k at most _DIRECTIONS."""
    count, dimension = sample.shape
    if not count:
        return np.zeros(dimension, np.float32), np.eye(dimension, min(dimension, _DIRECTIONS), dtype=np.float32)
    middle = sample.mean(axis=0)
    centred = sample - middle
    if dimension <= count:
        main = np.linalg.eigh(centred.T @ centred)[1][:, ::-1][:, :_DIRECTIONS]
    else:
        # Of few points in many dimensions, what they have among each other is the smaller problem.
        strength, mixes = np.linalg.eigh(centred @ centred.T)
        strength, mixes = strength[::-1][:_DIRECTIONS], mixes[:, ::-1][:, :_DIRECTIONS]
        main = (centred.T @ mixes) / np.sqrt(np.maximum(strength, np.float32(1e-12)))
    return middle, np.ascontiguousarray(main, dtype=np.float32)


def to_cells(plane: Plane) -> Cells:
    """Places (n, 2) as whole numbers: the longer side fills 0 … SCALE, the other has the same scale and is centred."""
    if not len(plane):
        return np.empty((0, 2), np.uint16)
    low, high = plane.min(axis=0), plane.max(axis=0)
    span = float((high - low).max()) or 1.0
    return np.asarray(np.rint(((plane - (low + high) / 2) / span + 0.5) * SCALE), dtype=np.uint16)
