from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import CancelledError
from pathlib import Path

import misbehaviour
import psutil
import pytest

from findalike.decoders.failures import DecoderCrashed
from findalike.decoders.pool import DecoderPool
from findalike.errors import Overloaded, Unavailable, UndecodableMedia

GIB = 1024**3


@pytest.fixture(scope="module")
def pool() -> Iterator[DecoderPool]:
    with DecoderPool(2, timeout=60, memory=GIB) as pool:
        yield pool


def test_results_and_our_errors_come_back(pool: DecoderPool) -> None:
    assert [future.result() for future in [pool.submit(misbehaviour.double, n) for n in range(20)]] == [
        2 * n for n in range(20)
    ]
    assert pool.submit(misbehaviour.pixels).result().shape == (224, 224, 3)
    with pytest.raises(UndecodableMedia, match="send another") as error:
        pool.submit(misbehaviour.refuse).result()
    assert error.value.field == "file"


@pytest.mark.parametrize("function", [misbehaviour.abort, misbehaviour.killed, misbehaviour.dies_while_pickled])
def test_a_crash_fails_its_task_only(pool: DecoderPool, function: object) -> None:
    tasks = [pool.submit(misbehaviour.abort_if, str(n), n == 3) for n in range(8)]
    with pytest.raises(DecoderCrashed):
        pool.submit(function).result()  # type: ignore[arg-type]
    with pytest.raises(DecoderCrashed):
        tasks.pop(3).result()
    assert [task.result() for task in tasks] == ["0", "1", "2", "4", "5", "6", "7"]
    assert pool.submit(misbehaviour.double, 1).result() == 2


def test_a_memory_hog_is_refused(pool: DecoderPool) -> None:
    with pytest.raises(UndecodableMedia, match="1024 MiB of memory"):
        pool.submit(misbehaviour.hog).result()


def test_errors_and_results_that_cannot_travel_harm_nobody(pool: DecoderPool) -> None:
    with pytest.raises(RuntimeError, match=r"Awkward: 1\+2"):
        pool.submit(misbehaviour.awkward).result()
    with pytest.raises(Exception, match="pickle"):
        pool.submit(misbehaviour.local).result()
    with pytest.raises(Exception, match="pickle"):
        pool.submit(lambda: 1).result()
    assert pool.submit(misbehaviour.double, 1).result() == 2


def test_an_endless_loop_is_given_up() -> None:
    with DecoderPool(1, timeout=0.3, memory=GIB) as pool:
        with pytest.raises(UndecodableMedia, match=r"longer than 0\.3 seconds"):
            pool.submit(misbehaviour.endless).result()
        assert pool.submit(misbehaviour.double, 1).result() == 2


def test_what_a_task_needs_is_imported_before_its_time_begins() -> None:
    with DecoderPool(1, timeout=0.3, memory=GIB) as pool:
        assert pool.submit(misbehaviour.double, misbehaviour.SlowToArrive()).result() == 2  # type: ignore[arg-type]


@pytest.mark.skipif(sys.platform == "win32", reason="has no such limits")
def test_processes_are_limited(pool: DecoderPool) -> None:
    assert pool.submit(misbehaviour.environment).result() == ("1", 0)
    assert "OPENBLAS_NUM_THREADS" not in os.environ


def test_a_process_killed_while_idle_is_no_fault_of_the_next_task() -> None:
    with DecoderPool(1, timeout=60, memory=GIB) as pool:
        psutil.Process(pool.submit(misbehaviour.pid).result()).kill()
        assert [pool.submit(misbehaviour.double, n).result() for n in (1, 2)] == [2, 4]


def test_a_process_that_cannot_be_started_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError("Too many open files")

    with DecoderPool(1, timeout=60, memory=GIB) as pool:
        monkeypatch.setattr(pool._context, "Pipe", full)
        with pytest.raises(Unavailable) as error:
            pool.submit(misbehaviour.double, 1).result()
        assert error.value.retry_after
        monkeypatch.undo()
        assert pool.submit(misbehaviour.double, 1).result() == 2


async def _cancel(pool: DecoderPool, gate: Path) -> int:
    blocker = asyncio.create_task(pool.run(misbehaviour.wait_for, str(gate)))
    queued = asyncio.create_task(pool.run(misbehaviour.wait_for, "/never"))
    last = asyncio.create_task(pool.run(misbehaviour.double, 4))
    await asyncio.sleep(0)
    queued.cancel()
    with pytest.raises(asyncio.CancelledError):
        await queued
    await asyncio.to_thread(gate.touch)
    await blocker
    return await last


def test_cancelling_takes_a_task_out_of_the_queue(tmp_path: Path) -> None:
    with DecoderPool(1, timeout=60, memory=GIB) as pool:
        assert asyncio.run(_cancel(pool, tmp_path / "gate")) == 8


async def _overload(pool: DecoderPool, gate: Path) -> int:
    blocker = asyncio.create_task(pool.run(misbehaviour.wait_for, str(gate)))
    queued = asyncio.create_task(pool.run(misbehaviour.double, 4))
    await asyncio.sleep(0)
    assert pool.pending == 2
    with pytest.raises(Overloaded) as error:
        await pool.run(misbehaviour.double, 5)
    assert error.value.retry_after
    await asyncio.to_thread(gate.touch)
    await blocker
    await queued
    return await pool.run(misbehaviour.double, 6)


def test_only_so_many_may_wait(tmp_path: Path) -> None:
    with DecoderPool(1, timeout=60, memory=GIB, capacity=2) as pool:
        assert asyncio.run(_overload(pool, tmp_path / "gate")) == 12
        assert pool.pending == 0


def test_closing_kills_what_runs_and_cancels_what_waits() -> None:
    pool = DecoderPool(1, timeout=60, memory=GIB)
    worker = psutil.Process(pool.submit(misbehaviour.pid).result())
    running, waiting = pool.submit(misbehaviour.endless), pool.submit(misbehaviour.double, 1)
    while not running.running():
        pass
    pool.close()
    pool.close()
    with pytest.raises((Unavailable, CancelledError)):
        running.result()
    assert waiting.cancelled()
    assert not worker.is_running()
    with pytest.raises(Unavailable, match="stopping"):
        pool.submit(misbehaviour.double, 1)


def test_a_pool_that_was_never_used_closes() -> None:
    DecoderPool(2, timeout=60, memory=GIB).close()


_SCRIPT = """
import os, sys
from findalike.decoders.pool import DecoderPool

def main():
    pool = DecoderPool(1, 60, 2**30)
    print(pool.submit(os.getpid).result(), flush=True)
    pool.submit(eval, "[0 for _ in iter(int, 1)]")
    sys.stdin.read()

if __name__ == "__main__":
    main()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there, processes are not found by number")
def test_processes_die_with_their_parent(tmp_path: Path) -> None:
    script = tmp_path / "program"
    script.write_text(_SCRIPT)
    with subprocess.Popen([sys.executable, script], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        worker = psutil.Process(int(parent.stdout.readline()))
        parent.kill()
    worker.wait(timeout=20)
