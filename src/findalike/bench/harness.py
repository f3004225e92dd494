"""What all benchmarks share: a run, a result with raw samples, the machine and the versions, and a fresh server."""

from __future__ import annotations

import math
import os
import platform
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

import psutil

from findalike.cli.running import ensure_server, wait_until_started
from findalike.settings import Settings

_PACKAGES = (
    *("findalike", "milvus-lite", "milvus", "pymilvus", "onnxruntime", "fastapi", "granian", "uvicorn", "flask"),
    *("gunicorn", "gevent", "waitress", "pyreqwest", "numpy", "faiss-cpu", "hnswlib"),
)

Centre = Literal["median", "mean"]


@dataclass
class Figure:
    """One measured quantity: its raw samples, and the goal that it is held against, if there is one."""

    name: str
    unit: str
    samples: list[float]
    goal: str = ""
    centre: Centre = "median"

    @property
    def value(self) -> float:
        """The samples as one number."""
        return statistics.median(self.samples) if self.centre == "median" else statistics.fmean(self.samples)

    @property
    def met(self) -> bool | None:
        """Whether the goal is reached; None if there is none."""
        found = re.fullmatch(r"(≥|>=|≤|<=|)\s*([\d.]+)", self.goal)
        if not found:
            return None
        bound = float(found[2])
        if found[1] in ("≥", ">="):
            return self.value >= bound
        return self.value <= bound if found[1] else self.value == bound


@dataclass
class Chart:
    """A picture of some figures: points (x, y) by the name of their series. x is a number or, of bars, a name."""

    title: str
    x: str
    y: str
    series: dict[str, list[tuple[float | str, float]]]
    kind: Literal["lines", "bars", "stacked"] = "lines"
    log_x: bool = False
    log_y: bool = False


@dataclass
class Result:
    """What one benchmark found. `settings` are its own parameters, `command` is what repeats it; the rest
    says where and when."""

    benchmark: str
    settings: dict[str, Any]
    figures: list[Figure] = field(default_factory=list)
    charts: list[Chart] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    interrupted: bool = False
    command: str = ""
    time: str = field(default_factory=lambda: datetime.now(UTC).isoformat())
    machine: dict[str, Any] = field(default_factory=lambda: _machine())
    versions: dict[str, str] = field(default_factory=lambda: _versions())

    def add(
        self, name: str, unit: str, samples: list[float] | float, goal: str = "", *, centre: Centre = "median"
    ) -> None:
        """Add samples to the figure of this name, which is made by the first of them."""
        values = samples if isinstance(samples, list) else [samples]
        known = self.get(name)
        if known:
            known.samples.extend(values)
        elif values:
            self.figures.append(Figure(name, unit, list(values), goal, centre))

    def get(self, name: str) -> Figure | None:
        """The figure of this name, if there is one."""
        return next((one for one in self.figures if one.name == name), None)


class Run:
    """A run of a benchmark: tells what it does and for how long still, and keeps what it has found if it is stopped."""

    def __init__(self, show: Callable[[str], object] = lambda _: None):
        self._show = show
        self._began = time.monotonic()
        self.result: Result | None = None

    def begin(self, benchmark: str, settings: dict[str, Any]) -> Result:
        """The empty result of this run."""
        self.result = Result(benchmark, settings)
        return self.result

    def __call__(self, what: str, done: float = 0.0) -> None:
        """Say what begins now; `done` is the share of all work that lies behind, from 0 to 1."""
        left = ""
        if done > 0:
            seconds = (time.monotonic() - self._began) * (1 - done) / done
            left = f" (about {math.ceil(seconds)} s left)"
        self._show(what + left)


def _machine() -> dict[str, Any]:
    """What the figures depend on, and nothing that says whose machine it is."""
    name = platform.processor()
    if Path("/proc/cpuinfo").exists():
        found = re.search(r"^model name\s*: (.*)$", Path("/proc/cpuinfo").read_text(), re.M)
        name = found[1] if found else name
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "processor": name,
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "memory_gib": round(psutil.virtual_memory().total / 2**30, 1),
        "python": platform.python_version(),
    }


def _versions() -> dict[str, str]:
    found = {}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


@contextmanager
def fresh_server(**settings: Any) -> Iterator[tuple[str, Settings]]:
    """A server in processes of its own, on an empty data folder that is removed afterwards."""
    with TemporaryDirectory(prefix="findalike-bench-") as folder:
        made = Settings(data_dir=Path(folder) / "data", **settings)
        with ensure_server(made, Path(folder) / "server.log") as url:
            yield url, made


def serve(folder: Path, port: int) -> subprocess.Popen[bytes]:
    """`findalike serve` on data in this folder, ready; its log is there, too."""
    command = [sys.executable, "-m", "findalike", "serve", "--port", str(port), "--data-dir", str(folder / "data")]
    with (folder / "server.log").open("ab") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
    wait_until_started(f"http://127.0.0.1:{port}", process, folder / "server.log")
    return process
