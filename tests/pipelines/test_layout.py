"""Laying points out on a plane, and the process that does it."""

from __future__ import annotations

import multiprocessing
import subprocess
import sys
import threading
from multiprocessing.connection import Connection

import numpy as np
import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from findalike.catalog.maps import SCALE
from findalike.errors import FindalikeError
from findalike.pipelines.apart import apart
from findalike.pipelines.layout import lay_out, lay_out_apart
from findalike.pipelines.map import _directions, to_cells
from support import eventually


def clusters(count: int, each: int, dimension: int = 20) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    random = np.random.default_rng(0)
    centres = np.repeat(5 * random.normal(size=(count, dimension)), each, axis=0)
    return (centres + random.normal(size=centres.shape)).astype(np.float32)


def endless(results: Connection, *_: object) -> None:
    results.send(0.5)
    threading.Event().wait()


def dying(results: Connection, *_: object) -> None:
    sys.exit(1)


def ignore(*_: object) -> None:
    """Neither checks nor reports."""


def lock_of_a_library(report: object) -> str | None:
    """The name that a lock has in the system."""
    name: str | None = multiprocessing.RLock()._semlock.name  # type: ignore[attr-defined]
    return name


def test_a_lock_of_a_library_leaves_nothing_when_its_process_is_killed() -> None:
    assert apart(lock_of_a_library, (), ignore, ignore, "It ended.") is None


def test_neighbours_stay_together_and_progress_is_told() -> None:
    points, told = clusters(8, 40), []
    plane = lay_out(points, 2, told.append)
    assert plane.shape == (320, 2)
    assert np.isfinite(plane).all()
    assert told == sorted(told)
    assert told[-1] == 1.0
    distances = ((plane[:, None] - plane[None]) ** 2).sum(axis=2)
    np.fill_diagonal(distances, np.inf)
    nearest = np.argsort(distances, axis=1)[:, :10]
    assert (nearest // 40 == np.arange(320)[:, None] // 40).mean() > 0.99


def test_another_process_lays_out_the_same() -> None:
    points = clusters(3, 20)
    told: list[float] = []
    assert np.array_equal(lay_out_apart(points, 1, ignore, told.append), lay_out(points, 1))
    assert told


@pytest.mark.parametrize("count", [0, 1, 2, 15])
def test_few_points_are_shown_by_their_main_directions(count: int) -> None:
    plane = lay_out(clusters(1, max(1, count))[:count], 1)
    assert plane.shape == (count, 2)
    assert len(np.unique(plane, axis=0)) == count


def test_the_process_is_killed_when_the_job_is_cancelled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("findalike.pipelines.apart._work", endless)
    told: list[float] = []

    def cancelled_soon() -> None:
        if told:
            raise KeyError

    before = set(psutil.Process().children())
    with pytest.raises(KeyError):
        lay_out_apart(clusters(1, 3), 1, cancelled_soon, told.append)
    assert not [child for child in set(psutil.Process().children()) - before if "spawn_main" in str(child.cmdline())]


def test_a_process_that_dies_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("findalike.pipelines.apart._work", dying)
    with pytest.raises(FindalikeError, match="ask for the map again"):
        lay_out_apart(clusters(1, 3), 1, ignore, ignore)


@pytest.mark.skipif(sys.platform == "win32", reason="processes end otherwise there")
def test_the_process_ends_with_its_parent() -> None:
    code = (
        "import numpy, findalike.pipelines.layout as layout\n"
        "print('ready', flush=True)\n"
        "points = numpy.random.default_rng(0).normal(size=(200_000, 10)).astype('float32')\n"
        "layout.lay_out_apart(points, 1, lambda: None, print)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as process:
        assert process.stdout
        process.stdout.readline()
        me = psutil.Process(process.pid)

        def children() -> list[psutil.Process]:
            return [one for one in me.children() if "spawn_main" in str(one.cmdline())]

        eventually(children)
        child = children()[0]
        process.kill()
    eventually(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE)


@given(arrays(np.float64, st.tuples(st.integers(1, 30), st.just(2)), elements=st.floats(-1e6, 1e6, width=32)))
def test_cells_fill_their_square_and_keep_the_proportions(
    plane: np.ndarray[tuple[int, int], np.dtype[np.float64]],
) -> None:
    cells = to_cells(plane).astype(np.int64)
    sides, spans = np.ptp(plane, axis=0), np.ptp(cells, axis=0)
    assert spans.max() == (SCALE if sides.max() > 0 else 0)
    assert (np.abs(cells.min(axis=0) + cells.max(axis=0) - SCALE) <= 1).all()
    if sides.max() > 0:
        assert np.allclose(spans, sides / sides.max() * SCALE, atol=1)


@pytest.mark.parametrize("shape", [(300, 60), (30, 60), (300, 2)])
def test_main_directions_keep_distances(shape: tuple[int, int]) -> None:
    sample = np.random.default_rng(0).normal(size=shape).astype(np.float32) * np.linspace(3, 0, shape[1])
    sample = sample.astype(np.float32)
    middle, directions = _directions(sample)
    assert directions.shape == (shape[1], min(50, *shape))
    reduced = (sample - middle) @ directions
    whole = np.linalg.norm(sample[:20, None] - sample[None, :20], axis=2)
    kept = np.linalg.norm(reduced[:20, None] - reduced[None, :20], axis=2)
    assert np.allclose(whole, kept, rtol=0.1, atol=0.2)
