"""The keeper of Milvus Lite: nothing it starts is ever left behind, and what dies comes back."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import textwrap
import threading
import time

import numpy as np
import psutil
import pytest

from findalike.errors import Conflict, FindalikeError, Unavailable
from findalike.vectors import Row, TableSpec
from findalike.vectors.lite import MilvusLite
from findalike.vectors.milvus import MilvusStore
from support import eventually

PARENT = textwrap.dedent(
    """
    import sys, time
    from pathlib import Path
    from findalike.vectors.lite import MilvusLite
    lite = MilvusLite(Path(sys.argv[1]) / "lite", Path(sys.argv[1]) / "log")
    lite.start()
    print(lite.pid, flush=True)
    time.sleep(600)
    """
)


@pytest.fixture
def lite(tmp_path):
    lite = MilvusLite(tmp_path / "lite", tmp_path / "log")
    lite.start()
    yield lite
    lite.stop()


@pytest.fixture
def parent(tmp_path):
    """Another process that keeps a Milvus Lite: itself, and its child's pid."""
    process = subprocess.Popen([sys.executable, "-c", PARENT, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    with process:
        yield process, int(process.stdout.readline())
        process.kill()


def alive(pid):
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def free(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def test_a_crash_is_survived_on_the_same_port(lite):
    store = MilvusStore(lite.uri)
    vector = np.array([1, 0, 0, 0], np.float32)
    store.create(TableSpec("kept", 4, "COSINE", fields={"t": "text"}))
    store.upsert("kept", [Row(1, vector, {"t": "é"})])
    uri, first = lite.uri, lite.pid

    os.kill(first, signal.SIGKILL)
    eventually(lambda: not alive(first))
    began = time.monotonic()
    with pytest.raises(Unavailable):
        store.search("kept", vector[None], 1)
    assert time.monotonic() - began < 1

    eventually(lambda: lite.pid != first)
    eventually(lambda: answers(store))
    assert lite.uri == uri
    assert store.search("kept", vector[None], 1)[0].ids.tolist() == [1]
    assert store.count("kept") == 1
    store.close()


def answers(store):
    try:
        store.ping()
    except Unavailable:
        return False
    return True


def test_searches_never_hang_while_the_engine_does(lite):
    store = MilvusStore(lite.uri, timeout=1.0)
    store.create(TableSpec("kept", 4, "COSINE"))
    os.kill(lite.pid, signal.SIGSTOP)
    began = time.monotonic()
    try:
        with pytest.raises(Unavailable):
            store.search("kept", np.ones((1, 4), np.float32), 1)
        assert time.monotonic() - began < 4
    finally:
        os.kill(lite.pid, signal.SIGCONT)
    eventually(lambda: answers(store))
    assert store.count("kept") == 0
    store.close()


def test_threads_searching_through_a_restart_see_answers_or_unavailable(lite):
    store = MilvusStore(lite.uri)
    store.create(TableSpec("kept", 4, "COSINE"))
    store.upsert("kept", [Row(1, np.ones(4, np.float32))])
    stop, strange, good = threading.Event(), [], [0] * 4

    def search(place):
        while not stop.is_set():
            try:
                assert len(store.search("kept", np.ones((1, 4), np.float32), 1)[0].ids) == 1
                good[place] += 1
            except Unavailable:
                stop.wait(0.02)
            except Exception as error:
                strange.append(error)

    threads = [threading.Thread(target=search, args=(place,)) for place in range(4)]
    for thread in threads:
        thread.start()
    eventually(lambda: all(good))
    first = lite.pid
    os.kill(first, signal.SIGKILL)
    eventually(lambda: lite.pid != first)
    before = list(good)
    try:
        eventually(lambda: all(now > then + 3 for now, then in zip(good, before, strict=True)))
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert strange == []
    store.close()


def test_rows_soon_become_data_files(lite, tmp_path):
    store = MilvusStore(lite.uri)
    store.create(TableSpec("kept", 1024, "COSINE"))
    for start in range(0, 1000, 250):
        store.upsert("kept", [Row(n, np.ones(1024, np.float32)) for n in range(start, start + 250)])
    assert list((tmp_path / "lite").rglob("*.parquet"))
    store.close()


def test_its_own_search_can_be_kept(tmp_path):
    lite = MilvusLite(tmp_path / "lite", tmp_path / "log", plain=True)
    lite.start()
    try:
        assert psutil.Process(lite.pid).cmdline()[-1] == "--plain"
        store = MilvusStore(lite.uri)
        store.create(TableSpec("kept", 4, "L2"))
        store.upsert("kept", [Row(n, np.full(4, n, np.float32)) for n in range(5)])
        assert store.search("kept", np.full((1, 4), 3, np.float32), 1)[0].ids.tolist() == [3]
        store.close()
    finally:
        lite.stop()


def test_stop_is_clean_and_leaves_nothing(tmp_path):
    lite = MilvusLite(tmp_path / "lite", tmp_path / "log")
    lite.start()
    pid, port = lite.pid, int(lite.uri.rpartition(":")[2])
    lite.stop()
    assert not alive(pid)
    assert free(port)
    assert not (tmp_path / "lite.pid").exists()
    assert "Shutting down" in (tmp_path / "log").read_text()
    lite.stop()


def test_the_child_dies_with_its_parent(parent, tmp_path):
    process, child = parent
    record = json.loads((tmp_path / "lite.pid").read_text())
    assert record["child"]["pid"] == child
    process.kill()
    eventually(lambda: not alive(child))
    eventually(lambda: free(record["port"]))


def test_an_orphan_that_hangs_is_taken_over(parent, tmp_path):
    process, child = parent
    # A stopped process cannot see that its parent has died.
    os.kill(child, signal.SIGSTOP)
    process.kill()
    process.wait()
    assert alive(child)
    lite = MilvusLite(tmp_path / "lite", tmp_path / "log", grace=0.5)
    lite.start()
    try:
        assert not alive(child)
        MilvusStore(lite.uri).ping()
    finally:
        lite.stop()


def test_a_living_neighbour_is_respected(parent, tmp_path):
    _, child = parent
    with pytest.raises(Conflict):
        MilvusLite(tmp_path / "lite", tmp_path / "log").start()
    assert alive(child)


def test_a_pid_that_was_given_out_again_is_left_alone(tmp_path):
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    try:
        identity = {"pid": stranger.pid, "create_time": psutil.Process(stranger.pid).create_time()}
        record = {"port": 1, "child": identity, "parent": {"pid": 1, "create_time": 0}}
        (tmp_path / "lite.pid").write_text(json.dumps(record))
        lite = MilvusLite(tmp_path / "lite", tmp_path / "log")
        lite.start()
        lite.stop()
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


@pytest.mark.parametrize("content", ["", "{", "[]", '{"child": 1, "parent": 2}', '{"child": {}}'])
def test_a_damaged_pid_file_does_no_harm(tmp_path, content, monkeypatch):
    (tmp_path / "lite.pid").write_text(content)
    monkeypatch.setattr(MilvusLite, "_watch", lambda lite: lite._settled.set())
    with pytest.raises(FindalikeError, match="did not start"):
        MilvusLite(tmp_path / "lite", tmp_path / "log").start()


def test_what_cannot_start_is_said_with_the_reason(tmp_path):
    (tmp_path / "lite").mkdir()
    (tmp_path / "lite" / "LOCK").mkdir()
    with pytest.raises(FindalikeError, match="did not start; see"):
        MilvusLite(tmp_path / "lite", tmp_path / "log").start()
