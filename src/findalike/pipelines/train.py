"""Learning from events, as a job: it learns in a process of its own, then makes a new generation whose learned vectors
are new and whose others are copied, while the old one answers.

What a kill costs: while learning, all of it; afterwards, what was learned is in the catalog, and the new generation is
filled from where it was.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from findalike.domain import Collection, Generation, Indexed, Item, Job, JobState
from findalike.errors import Conflict, FindalikeError, InvalidInput, Unavailable
from findalike.jobs.worker import Cancelled, Handler, Lease
from findalike.pipelines.apart import apart
from findalike.pipelines.decode import Decoded
from findalike.pipelines.embed import Embedded
from findalike.pipelines.house import House
from findalike.pipelines.rebuild import Rebuild, next_generation
from findalike.taste.model import Learning, Lessons, Matrix, Tastes

_BATCH = 500
_MEMORY = "free some, then try again."


def learned_vector(house: House, collection: Collection) -> str | None:
    """The vector of a collection that is learned from events."""
    vectors = collection.generation.vectors.items()
    return next((name for name, setting in vectors if setting.trained is not None), None)


def start_training(house: House, collection: Collection, learning: Learning, kind: str = "train") -> Job:
    """A job that learns (or, of the kind "evaluate", tries how well it does); the one at work, if there is one.

    Raises InvalidInput if there is nothing to learn from, or nothing to learn."""
    if learned_vector(house, collection) is None:
        raise InvalidInput("This collection has nothing that is learned from events.")
    if not house.catalog.events.any(collection.id):
        raise InvalidInput("There are no events to learn from yet: send ratings or events first.")
    with house.writing(collection.id):
        unfinished = house.catalog.jobs.unfinished(collection.id, kind)
        if unfinished:
            return unfinished[0]
        params = {"learning": learning.model_dump()}
        return house.catalog.jobs.create(kind, house.current(collection), params=params)


class FirstTraining:
    """A handler of jobs that bring events: when one has ended and nothing was learned yet, learning begins."""

    def __init__(self, house: House, handler: Handler):
        self._house, self._handler = house, handler

    def __call__(self, job: Job, lease: Lease) -> None:
        self._handler(job, lease)
        catalog = self._house.catalog
        collection = catalog.collections.by_id(job.collection_id)
        name = learned_vector(self._house, collection) if collection else None
        if collection and name and catalog.jobs.get(job.id).state == JobState.SUCCEEDED:
            untrained = not any(one.vectors[name].trained for one in collection.generations)
            if untrained and lessons_there(self._house, collection):
                start_training(self._house, collection, Learning.model_validate({}))


def lessons_there(house: House, collection: Collection) -> bool:
    """Whether there are events, and items that could be learned."""
    return house.catalog.events.any(collection.id) and house.catalog.collections.counts(collection.id)["indexed"] > 0


class Train(Rebuild):
    """The handler of training jobs. `params`: "learning"; later "generation", that is being made, and "position"."""

    def __call__(self, job: Job, lease: Lease) -> None:
        house = self._house
        collection = house.catalog.collections.by_id(job.collection_id)
        if collection is None:
            raise Cancelled
        wanted = job.params.get("generation")
        known = {one.number for one in collection.generations}
        if wanted is None or (wanted not in known and wanted > max(known)):
            self._learn(job, lease, collection)
        super().__call__(house.catalog.jobs.get(job.id), lease)
        current = house.catalog.collections.by_id(collection.id)
        if current:
            numbers = {one.trained for each in current.generations for one in each.vectors.values() if one.trained}
            house.catalog.trainings.keep(collection.id, numbers)

    def _learn(self, job: Job, lease: Lease, collection: Collection) -> None:
        """Learn, keep what was learned, and begin the generation that is made of it."""
        house = self._house
        if collection.building:
            raise Unavailable("the collection is being rebuilt.", retry_after=1)
        name = learned_vector(house, collection)
        if name is None:
            raise InvalidInput("This collection has nothing that is learned from events.")
        lessons = gather(house, lease, collection, name)
        count = len(lessons.item_ids)

        def report(fraction: float) -> None:
            with lease.transaction() as connection:
                house.catalog.work.progress(connection, job.id, total=2 * count, done=int(fraction * count))

        report(0.0)
        # Its libraries are an extra, and it takes a second to import them.
        from findalike.taste.learning import learn

        learning = Learning(**job.params["learning"])
        tastes: Tastes = apart(
            learn,
            (lessons, learning, house.settings.encoder_threads),
            lease.check,
            report,
            f"The process that learned ended before it was done, most likely for lack of memory: {_MEMORY}",
        )
        with house.writing(collection.id):
            current = house.current(collection)
            old = current.generation.vectors
            following = next_generation(current, dict(old), dict(current.fields))
            with lease.transaction() as connection:
                number = house.catalog.trainings.save(connection, collection.id, tastes.packed())
                params = {"learning": job.params["learning"], "generation": following.number}
                house.catalog.work.progress(connection, job.id, total=2 * count, done=count, params=params)
            made = replace(old[name], dimension=learning.factors, trained=number)
            try:
                house.catalog.collections.start_building(collection.id, replace(following, vectors={**old, name: made}))
            except Conflict as error:
                raise Unavailable("the collection is being rebuilt.", retry_after=1) from error

    def _batches(
        self, lease: Lease, collection: Collection, generations: Sequence[Generation], start: int, *, unindexed: bool
    ) -> Generator[list[tuple[Item, Decoded | FindalikeError, Sequence[Embedded]]]]:
        """Items with the vectors that the old generation has; `write_vectors` adds what was learned."""
        old = collection.generation
        names = [name for name, setting in old.vectors.items() if setting.trained is None]
        position = start
        while items := self._house.catalog.items.after(collection.id, position, _BATCH, unindexed=unindexed):
            lease.check()
            position = items[-1].number
            of_item: dict[int, list[int]] = {item.number: [] for item in items}
            for number, segment in self._house.catalog.maps.segments_of(list(of_item)):
                of_item[number].append(segment)
            ids = [id for some in of_item.values() for id in some]
            found = {name: self._house.vectors.get(collection.table(old, name), ids) for name in names}
            yield [(item, Decoded([]), _copied(of_item[item.number], found, generations)) for item in items]

    def _segment_ids(self, item: Item, decoded: Decoded, vectors: Sequence[Embedded]) -> Sequence[int]:
        """Those that it has, for nothing was decoded; none while it has no vectors."""
        return [segment.id for segment in self._house.catalog.items.segments_of(item)][: len(vectors)]


def _copied(
    ids: Sequence[int], found: dict[str, dict[int, Indexed]], generations: Sequence[Generation]
) -> list[Embedded]:
    """The vectors of an item's segments; none at all where one is missing: then the item is not indexed yet."""
    if not all(id in vectors for vectors in found.values() for id in ids):
        return []
    return [Embedded({(one.number, name): found[name][id] for one in generations for name in found}) for id in ids]


class Evaluate:
    """The handler of jobs that learn from what was before a moment, and look how well it foretells what came after."""

    def __init__(self, house: House):
        self._house = house

    def __call__(self, job: Job, lease: Lease) -> None:
        house = self._house
        collection = house.catalog.collections.by_id(job.collection_id)
        name = learned_vector(house, collection) if collection else None
        if collection is None or name is None:
            raise Cancelled
        lessons = gather(house, lease, collection, name)

        def report(fraction: float) -> None:
            with lease.transaction() as connection:
                house.catalog.work.progress(connection, job.id, total=100, done=int(100 * fraction))

        from findalike.taste.evaluation import evaluate

        learning = Learning(**job.params["learning"])
        found: dict[str, Any] = apart(
            evaluate,
            (lessons, learning, house.settings.encoder_threads),
            lease.check,
            report,
            f"The process that learned ended before it was done, most likely for lack of memory: {_MEMORY}",
        )
        found["index"] = self._beside_exact(collection, name)
        with lease.transaction() as connection:
            house.catalog.work.progress(connection, job.id, total=100, done=100, params={**job.params, "result": found})
            house.catalog.work.finish(connection, job.id, JobState.SUCCEEDED)

    def _beside_exact(
        self, collection: Collection, name: str, users: int = 200, depth: int = 10
    ) -> dict[str, Any] | None:
        """How much of the exact best items Milvus finds, for users of the live generation; None before training."""
        setting = collection.generation.vectors[name]
        tastes = self._house.learned.tastes(setting.trained)
        if tastes is None:
            return None
        some = [user for user, _ in self._house.catalog.events.users(collection.id, "", users)]
        solved = [solution for user in some if (solution := self._user(collection, tastes, user)) is not None]
        queries, depth = np.stack(solved), min(depth, len(tastes.items))
        exact = np.sort(queries @ tastes.items.T, axis=1)[:, -depth:][:, 0]
        found = self._house.vectors.search(collection.table(collection.generation, name), queries, depth)
        # Of items that score alike, any is as good: what counts is that none scores less than the exact last.
        good = [int((matches.scores >= least - 1e-5).sum()) for matches, least in zip(found, exact, strict=True)]
        return {"users": len(solved), "recall": round(sum(good) / (depth * len(solved)), 4), "depth": depth}

    def _user(self, collection: Collection, tastes: Tastes, user: str) -> Matrix | None:
        events = self._house.catalog.events.of(collection.id, user)
        known = [(vector, one) for one in events if (vector := tastes.item(one.item_id)) is not None]
        if not known:
            return None
        values = np.array([one.value for _, one in known])
        times = np.array([one.at.timestamp() for _, one in known])
        return tastes.solve(np.stack([vector for vector, _ in known]), values, times).user


def gather(house: House, lease: Lease, collection: Collection, name: str) -> Lessons:
    """What a collection has to learn from: the events of items that are there, oldest first.

    Raises InvalidInput if there are none."""
    generation = collection.generation
    source = house.application(collection).vectors[name].learned_from or ""
    table, setting = collection.table(generation, source), generation.vectors[source]
    contents = house.catalog.maps.contents(collection.id)
    ids: list[str] = []
    segments: list[int] = []
    vectors: list[Matrix] = []
    by_number = dict(zip(contents.numbers.tolist(), contents.ids, strict=True))
    for first in range(0, len(contents.numbers), _BATCH):
        lease.check()
        owners = house.catalog.maps.segments_of(contents.numbers[first : first + _BATCH].tolist())
        found = house.vectors.get(table, [segment for _, segment in owners])
        for number, segment in owners:
            if segment in found:
                ids.append(by_number[number])
                segments.append(segment)
                vectors.append(np.asarray(found[segment], dtype=np.float32))
    columns = house.catalog.events.columns(collection.id)
    places = {id: place for place, id in enumerate(ids)}
    place_of = np.array([places.get(id, -1) for id in columns.item_ids], dtype=np.int64)
    there = place_of[columns.item] >= 0 if len(columns.item) else np.zeros(0, np.bool_)
    if not there.any() or not (columns.value[there] > 0).any():
        raise InvalidInput(
            "No event says that somebody likes an item that is here: load the items, or see that the events name them "
            "by the same ids."
        )
    return Lessons(
        ids,
        np.array(segments, dtype=np.int64),
        np.stack(vectors),
        setting.model,
        columns.user[there],
        place_of[columns.item[there]],
        columns.value[there],
        columns.at[there],
    )
