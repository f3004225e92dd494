"""What is measured of each engine: accuracy and speed, how they trade, many clients, filters, writing meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from findalike.bench.ann.data import VectorSet
from findalike.bench.ann.engines import EFFORTS, Engine, Index, Shape, engine
from findalike.bench.ann.truth import Truth
from findalike.bench.harness import Chart, Result, Run

LABELS = 10_000
"""Every vector has a whole number below this one, which filters compare."""
TOP = 10
RECALLS = (1, 10, 100)
ENOUGH = 0.99
"""The recall at which engines are compared: each searches as hard as it must for it, if it can."""
PER_CALL = (1, 10, 100, 500, 1000)
DEPTHS = (1, 10, 100, 500)
"""The table that Milvus's own image-search demo printed: queries per call, and answers per query."""
_BATCH = 50
_INSERTED = 500


@dataclass(frozen=True)
class Plan:
    """How much is measured; `seconds` is for each point of each curve. Each index is built in each of `shapes` that
    differ for it."""

    engines: Sequence[str]
    indexes: Sequence[Index]
    clients: Sequence[int] = (1, 2, 4, 8, 16)
    selectivities: Sequence[float] = (0.5, 0.1, 0.01)
    seconds: float = 1.0
    table: bool = False
    shapes: Sequence[Shape] = (Shape(),)


def run(tell: Run, data: VectorSet, plan: Plan, cache: Path) -> Result:
    """Every engine with every index that it has, one after the other. `cache` keeps exact answers."""
    count, dimension = data.base.shape
    result = tell.begin(
        "ann",
        {
            "data": data.name,
            "metric": data.metric,
            "queries": len(data.queries),
            "engines": " ".join(plan.engines),
            "indexes": " ".join(plan.indexes),
            "seconds": plan.seconds,
        },
    )
    labels: NDArray[np.int64] = np.asarray(np.random.default_rng(1).integers(LABELS, size=count))
    tell("exact answers")
    truths = {1.0: Truth(data, cache=cache)} | {
        one: Truth(data, np.asarray(labels < one * LABELS), cache) for one in plan.selectivities
    }
    todo = [
        (name, index, shape)
        for name in plan.engines
        for index in plan.indexes
        for shape in {one.told(index): one for one in plan.shapes}.values()
    ]
    for number, (name, index, shape) in enumerate(todo):
        found = engine(name, index, shape)
        if found is None:
            continue
        with found as one:
            _Measurement(result, tell, number / len(todo), data, labels, truths, plan, one).all()
    result.notes.append(
        f"{count} × {dimension} vectors, {len(data.queries)} queries; speed is of the best {TOP} answers."
    )
    for index in plan.indexes:
        if len(EFFORTS[index]) > 1:
            efforts = ", ".join(map(str, EFFORTS[index]))
            result.notes.append(f"The points of a curve of {index} have the efforts {efforts}, one after the other.")
    return result


class _Measurement:
    """Of one engine with one index."""

    def __init__(
        self,
        result: Result,
        tell: Run,
        done: float,
        data: VectorSet,
        labels: NDArray[np.int64],
        truths: dict[float, Truth],
        plan: Plan,
        engine: Engine,
    ):
        self._result, self._tell, self._done = result, tell, done
        self._data, self._labels, self._truths, self._plan = data, labels, truths, plan
        self._engine, self._name = engine, engine.name

    def all(self) -> None:
        self._build()
        effort = self._trade()
        self._accuracy(effort)
        if self._plan.table:
            self._table(effort)
        self._crowds(effort)
        self._filters(effort)
        if self._engine.writable:
            self._writing(effort)

    def _say(self, what: str) -> None:
        self._tell(f"{self._name}: {what}", self._done)

    def _add(self, what: str, unit: str, samples: list[float] | float) -> None:
        self._result.add(f"{self._name}: {what}", unit, samples)

    def _point(self, chart: Chart, x: float | str, y: float, series: str = "") -> None:
        """Into the chart of this title, which the first point brings along."""
        known = next((one for one in self._result.charts if one.title == chart.title), None)
        if known is None:
            self._result.charts.append(known := chart)
        known.series.setdefault(series or self._name, []).append((x, y))

    def _build(self) -> None:
        self._say("taking vectors in")
        began = perf_counter()
        parts = self._engine.build(self._data, self._labels)
        self._add("build", "s", perf_counter() - began)
        for part, seconds in parts.items():
            self._add(f"of it {part}", "s", seconds)
        self._add("taken in", "vectors/s", len(self._data.base) / parts.get("insert", perf_counter() - began))
        for place, size in self._engine.sizes().items():
            self._add(place, "MiB", size)

    def _trade(self) -> int:
        """Recall against speed over the index's effort; returns the least effort that reaches ENOUGH, else the most."""
        chosen = None
        efforts = EFFORTS[self._engine.index]
        for effort in efforts:
            self._say(f"recall and speed{f', effort {effort}' if effort else ''}")
            recall = float(np.mean(self._recalls(effort, TOP)))
            latencies = self._alone(effort)
            speed = len(latencies) / sum(latencies)
            title = Chart("Recall and speed of one client", f"recall@{TOP}", "queries/s", {}, log_y=True)
            self._point(title, recall, speed)
            if effort:
                self._add(f"recall@{TOP} at effort {effort}", "", recall)
                self._add(f"queries a second at effort {effort}", "1/s", speed)
            if chosen is None and recall >= ENOUGH:
                chosen = effort
        return efforts[-1] if chosen is None else chosen

    def _accuracy(self, effort: int) -> None:
        if effort:
            self._add("effort chosen", "", float(effort))
        for depth in RECALLS:
            self._say(f"recall@{depth}")
            name = f"{self._name}: recall@{depth}"
            self._result.add(
                name, "", self._recalls(max(effort, depth if effort >= 10 else effort), depth), centre="mean"
            )

    def _recalls(self, effort: int, depth: int, selectivity: float = 1.0) -> list[float]:
        truth, below = self._truths[selectivity], _below(selectivity)
        found: list[float] = []
        for start in range(0, len(self._data.queries), _BATCH):
            batch = self._data.queries[start : start + _BATCH]
            for ids in self._engine.search(batch, depth, effort, below):
                found.append(truth.recall(len(found), ids, depth))
        return found

    def _alone(self, effort: int, selectivity: float = 1.0, until: Callable[[], bool] | None = None) -> list[float]:
        """Seconds of each search of one client, for as long as planned, or `until` something."""
        below = _below(selectivity)
        queries = self._data.queries
        self._engine.search(queries[:1], TOP, effort, below)
        latencies: list[float] = []
        end = perf_counter() + self._plan.seconds
        for at in cycle(range(len(queries))):
            began = perf_counter()
            self._engine.search(queries[at : at + 1], TOP, effort, below)
            latencies.append(perf_counter() - began)
            if until() if until else perf_counter() > end:
                return latencies
        raise AssertionError("queries are never at an end")

    def _crowds(self, effort: int) -> None:
        for clients in self._plan.clients:
            self._say(f"{clients} clients")
            began = perf_counter()
            with ThreadPoolExecutor(clients) as threads:
                every = list(threads.map(lambda _: self._alone(effort), range(clients)))
            latencies = [one for each in every for one in each]
            speed = len(latencies) / (perf_counter() - began)
            self._add(f"{clients} clients", "queries/s", speed)
            for share in (50, 95, 99):
                self._add(f"{clients} clients, p{share}", "ms", 1000 * float(np.percentile(latencies, share)))
            self._point(Chart("Speed over clients", "clients", "queries/s", {}, log_x=True, log_y=True), clients, speed)

    def _filters(self, effort: int) -> None:
        for selectivity in self._plan.selectivities:
            self._say(f"filtered, {selectivity:.0%} may be found")
            what = f"filter that {selectivity:.0%} pass"
            self._result.add(
                f"{self._name}: {what}, recall@{TOP}", "", self._recalls(effort, TOP, selectivity), centre="mean"
            )
            latencies = self._alone(effort, selectivity)
            self._add(f"{what}, p50", "ms", 1000 * float(np.median(latencies)))
            title = Chart("Filtered search, one client", "share that passes", "queries/s", {}, "bars", log_y=True)
            self._point(title, f"{selectivity:.0%}", len(latencies) / sum(latencies))

    def _table(self, effort: int) -> None:
        for depth in DEPTHS:
            for count in PER_CALL:
                self._say(f"{count} queries in a call, best {depth}")
                queries = np.stack(list(islice(cycle(self._data.queries), count)))
                times: list[float] = []
                end = perf_counter() + self._plan.seconds
                while not times or perf_counter() < end:
                    began = perf_counter()
                    self._engine.search(queries, depth, max(effort, depth) if effort >= 10 else effort)
                    times.append(perf_counter() - began)
                self._add(f"{count} queries in a call, best {depth}", "ms", [1000 * one for one in times])
                title = f"Queries in a call: {self._name}"
                chart = Chart(title, "queries in a call", "queries/s", {}, log_x=True, log_y=True)
                self._point(chart, count, count * len(times) / sum(times), f"best {depth}")

    def _writing(self, effort: int) -> None:
        """One client searches while another inserts."""
        self._say("searching while inserting")
        count, rounds = len(self._data.base), 20
        ended = threading.Event()
        rate: list[float] = []

        def write() -> None:
            try:
                began = perf_counter()
                written = 0
                vectors: Iterable[NDArray[np.float32]] = cycle(
                    np.array_split(self._data.base, max(1, count // _INSERTED))
                )
                for vectors_now in islice(vectors, rounds):
                    self._engine.insert(count + written, vectors_now)
                    written += len(vectors_now)
                    if perf_counter() - began > 5 * self._plan.seconds:
                        break
                rate.append(written / (perf_counter() - began))
            finally:
                ended.set()

        writer = threading.Thread(target=write)
        writer.start()
        latencies = self._alone(effort, until=ended.is_set)
        writer.join()
        for share in (50, 95):
            self._add(f"while inserting, p{share}", "ms", 1000 * float(np.percentile(latencies, share)))
        self._add("inserted while searching", "vectors/s", rate)


def _below(selectivity: float) -> int | None:
    return None if selectivity == 1.0 else int(selectivity * LABELS)
