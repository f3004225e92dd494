"""Keeps Milvus Lite's server alive as a child process. `findalike serve` owns one.

Beside the data folder lies a pid file that says which process uses the folder and whose child it is. A child whose
parent has died closes by itself (see lite_child.py); one that hangs is found through this file and ended, but only
if it is verifiably ours.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from pathlib import Path
from typing import IO

import psutil

from findalike.errors import Conflict, FindalikeError
from findalike.ports import free_port
from findalike.vectors.lite_child import READY

logger = logging.getLogger(__name__)

_MODULE = "findalike.vectors.lite_child"
_ENVIRONMENT = {"MILVUS_LITE_MEMTABLE_MEMORY_LIMIT_BYTES": str(2 * 1024 * 1024), "OPENBLAS_THREAD_TIMEOUT": "4"}
"""Rows not yet written to a data file cost every search 20 times what the others do, and the default is 128 MB:
20,000 rows were searched in 660 ms instead of 28. Writing files more often slows writing down by a third.
NumPy's threads are not to spin while they wait, as in cli/serve.py."""
_LOG_LIMIT = 4 * 1024 * 1024
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 10.0
"""Seconds between a death and the next start, growing while it keeps dying."""
_STEADY = 30.0
"""A child that lived so long was well: the pauses begin anew."""


class MilvusLite:
    """A Milvus Lite server on a free loopback port, which stays the same over restarts.

    `start` (which is `begin` and `wait`) and `stop` block and may be called from any thread. `grace` is how long the
    server may take to close cleanly before it is killed, `startup` how long it may take to answer. The log keeps its
    last megabytes. `plain` leaves searching to Milvus Lite itself; else it is made faster (lite_search.py).
    """

    def __init__(self, data_dir: Path, log: Path, *, startup: float = 60.0, grace: float = 10.0, plain: bool = False):
        self._data_dir = data_dir.absolute()
        self._log = log
        self._startup = startup
        self._grace = grace
        self._plain = plain
        self._pid_file = self._data_dir.with_name(self._data_dir.name + ".pid")
        self._port = 0
        self._child: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._settled = threading.Event()
        self._ready = False
        self._last_lines: deque[str] = deque(maxlen=5)
        self._thread: threading.Thread | None = None

    @property
    def uri(self) -> str:
        """Where it answers, once started."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def pid(self) -> int | None:
        """The process now running, if any."""
        child = self._child
        return child.pid if child else None

    def start(self) -> None:
        """Start it and wait until it answers.

        Raises Conflict if another findalike uses the folder, FindalikeError if it does not start."""
        self.begin()
        self.wait()

    def begin(self) -> None:
        """Start it, without waiting. Raises Conflict if another findalike uses the folder."""
        self._data_dir.mkdir(parents=True, exist_ok=True)
        self._log.parent.mkdir(parents=True, exist_ok=True)
        _end_orphan(self._pid_file, self._grace)
        self._port = free_port()
        # The kernel's parent-death signal comes when the *thread* that made the child ends: so one thread makes all.
        self._thread = threading.Thread(target=self._watch, name="milvus-lite", daemon=True)
        self._thread.start()

    def wait(self) -> None:
        """Wait until it answers. Raises FindalikeError if it does not."""
        self._settled.wait(self._startup)
        if not self._ready:
            self.stop()
            said = " ".join(self._last_lines) or "nothing"
            raise FindalikeError(f"Milvus Lite did not start; see {self._log}. It last said: {said}")

    def stop(self) -> None:
        """Close it cleanly, or kill it after the grace period. Harmless when it does not run."""
        with self._lock:
            self._stopping.set()
            child, watcher = self._child, self._thread
        if child and watcher:
            child.send_signal(signal.SIGINT)
            watcher.join(self._grace)
            child.kill()
            watcher.join()

    def _watch(self) -> None:
        pause = _FIRST_PAUSE
        while True:
            began = time.monotonic()
            with self._lock:
                if self._stopping.is_set():
                    return
                child = self._child = self._spawn()
            with child:
                self._write_pid_file(child)
                self._follow(child)
            self._settled.set()
            if self._stopping.is_set():
                self._pid_file.unlink(missing_ok=True)
                return
            pause = _FIRST_PAUSE if time.monotonic() - began > _STEADY else pause
            logger.warning("Milvus Lite ended (%s); starting it again in %.1f s", child.returncode, pause)
            self._stopping.wait(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)

    def _spawn(self) -> subprocess.Popen[bytes]:
        where = ["--data-dir", str(self._data_dir), "--host", "127.0.0.1", "--port", str(self._port)]
        return subprocess.Popen(
            [sys.executable, "-u", "-m", _MODULE, *where, *(["--plain"] if self._plain else [])],
            env={**_ENVIRONMENT, **os.environ},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            # Control-C in a terminal is for us: we close what we answer before the engine goes.
            start_new_session=True,
        )

    def _follow(self, child: subprocess.Popen[bytes]) -> None:
        """Copy what the child says into the log until it ends."""
        assert child.stdout
        with _BoundedLog(self._log) as log:
            for line in child.stdout:
                log.write(line)
                self._last_lines.append(line.decode(errors="replace").strip())
                if line.startswith(READY.encode()):
                    self._ready = True
                    self._settled.set()
        child.wait()

    def _write_pid_file(self, child: subprocess.Popen[bytes]) -> None:
        record = {"port": self._port, "child": _identity(child.pid), "parent": _identity(os.getpid())}
        draft = self._pid_file.with_suffix(".pid.new")
        draft.write_text(json.dumps(record))
        draft.replace(self._pid_file)


class _BoundedLog:
    """A file that starts anew when it is full, keeping its predecessor."""

    def __init__(self, path: Path):
        self._path = path
        self._file: IO[bytes] = path.open("ab")

    def __enter__(self) -> _BoundedLog:
        return self

    def __exit__(self, *error: object) -> None:
        self._file.close()

    def write(self, line: bytes) -> None:
        if self._file.tell() > _LOG_LIMIT:
            self._file.close()
            self._path.replace(self._path.with_name(self._path.name + ".1"))
            self._file = self._path.open("ab")
        self._file.write(line)
        self._file.flush()


def _identity(pid: int) -> dict[str, float]:
    """Pids are given out again; with the time of creation one process is meant."""
    try:
        return {"pid": pid, "create_time": psutil.Process(pid).create_time()}
    except psutil.NoSuchProcess:
        return {"pid": pid, "create_time": 0.0}


def _identified(record: dict[str, float]) -> psutil.Process | None:
    try:
        process = psutil.Process(int(record["pid"]))
        return process if abs(process.create_time() - record["create_time"]) < 1.0 else None
    except psutil.NoSuchProcess:
        return None


def _end_orphan(pid_file: Path, grace: float) -> None:
    """End what an earlier supervisor left behind. Raises Conflict if that supervisor still lives."""
    try:
        record = json.loads(pid_file.read_text())
        child, parent = _identified(record["child"]), _identified(record["parent"])
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return
    if child is None or not _runs_ours(child):
        return
    if parent is not None:
        raise Conflict(
            f"Another findalike (process {parent.pid}) uses {pid_file.with_suffix('')}: "
            "stop it, or use another data_dir."
        )
    logger.warning("Ending process %d, a Milvus Lite whose findalike is gone", child.pid)
    _end(child, grace)


def _runs_ours(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE and _MODULE in process.cmdline()
    except psutil.Error:
        return False


def _end(process: psutil.Process, grace: float) -> None:
    for ending in (signal.SIGINT, signal.SIGKILL):
        try:
            process.send_signal(ending)
        except psutil.NoSuchProcess:
            return
        deadline = time.monotonic() + grace
        while time.monotonic() < deadline:
            if _ended(process):
                return
            time.sleep(0.02)


def _ended(process: psutil.Process) -> bool:
    """Where nobody reaps orphans, as in many containers, a dead one stays as a zombie; and while threads of it are
    still ending, it holds its port and its lock."""
    try:
        return bool(process.status() == psutil.STATUS_ZOMBIE and process.num_threads() <= 1)
    except psutil.NoSuchProcess:
        return True
