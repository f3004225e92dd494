"""Learned vectors: what a training made of an item, or what its content says of it."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import replace

import numpy as np

from findalike.applications.registry import Applications
from findalike.catalog.trainings import Trainings
from findalike.domain import Collection, Generation
from findalike.pipelines.embed import Embedded
from findalike.taste.model import Tastes, unpacked

_KEPT = 8
"""So many trainings are kept in memory."""


class Learned:
    """The trainings of collections, read once. Thread-safe; all methods block."""

    def __init__(self, trainings: Trainings, applications: Applications):
        self._trainings, self._applications = trainings, applications
        self._known: OrderedDict[int, Tastes] = OrderedDict()
        self._lock = threading.Lock()

    def tastes(self, number: int | None) -> Tastes | None:
        """The training of this number; None if there is none."""
        if not number:
            return None
        with self._lock:
            if number not in self._known:
                found = self._trainings.find(number)
                if found is None:
                    return None
                self._known[number] = unpacked(found)
            self._known.move_to_end(number)
            while len(self._known) > _KEPT:
                self._known.popitem(last=False)
            return self._known[number]

    def completed(self, collection: Collection, generation: Generation, segment: int, embedded: Embedded) -> Embedded:
        """The vectors of a segment with those that are learned: zeros before the first training."""
        lacking = [
            name
            for name, setting in generation.vectors.items()
            if setting.trained is not None and (generation.number, name) not in embedded.vectors
        ]
        if not lacking:
            return embedded
        specs = self._applications.get(collection.application).vectors
        whole = dict(embedded.vectors)
        for name in lacking:
            setting, source = generation.vectors[name], specs[name].learned_from or ""
            content = embedded.vectors.get((generation.number, source))
            tastes = self.tastes(setting.trained)
            if tastes is None:
                whole[generation.number, name] = np.zeros(setting.dimension, np.float32)
            else:
                vector = None if content is None or isinstance(content, str) else content
                whole[generation.number, name] = tastes.vector(segment, vector, generation.vectors[source].model)
        return replace(embedded, vectors=whole)
