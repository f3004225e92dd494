"""What all benchmarks share: a result with raw samples, the machine and the versions; JSON, and a table."""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rich.console import Console
from rich.table import Table

from findalike.cli.running import ensure_server, wait_until_started
from findalike.settings import Settings

_PACKAGES = ("findalike", "milvus-lite", "pymilvus", "onnxruntime", "fastapi", "granian", "numpy")


@dataclass
class Figure:
    """One measured quantity: its raw samples, and the goal that it is held against, if there is one."""

    name: str
    unit: str
    samples: list[float]
    goal: str = ""

    @property
    def median(self) -> float:
        return statistics.median(self.samples)


@dataclass
class Result:
    """What one benchmark found. `settings` are its own parameters."""

    benchmark: str
    settings: dict[str, Any]
    figures: list[Figure] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, name: str, unit: str, samples: list[float] | float, goal: str = "") -> None:
        """Add samples to the figure of this name, which is made by the first of them."""
        values = samples if isinstance(samples, list) else [samples]
        known = next((one for one in self.figures if one.name == name), None)
        if known:
            known.samples.extend(values)
        elif values:
            self.figures.append(Figure(name, unit, values, goal))

    def write(self, folder: Path) -> Path:
        """Everything as JSON: figures with raw samples, versions, machine, time."""
        moment = datetime.now(UTC)
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{self.benchmark}-{moment:%Y%m%d-%H%M%S}.json"
        body = {
            **asdict(self),
            "time": moment.isoformat(),
            "machine": {"system": platform.platform(), "cores": os.cpu_count(), "python": platform.python_version()},
            "versions": {name: version(name) for name in _PACKAGES},
        }
        path.write_text(json.dumps(body, indent=1))
        return path

    def show(self, console: Console) -> None:
        """A table of medians, with least and most."""
        table = Table("measure", "median", "least", "most", "unit", "goal", title=self.benchmark)
        for one in self.figures:
            numbers = (f"{value:.4g}" for value in (one.median, min(one.samples), max(one.samples)))
            table.add_row(one.name, *numbers, one.unit, one.goal)
        console.print(table)
        for note in self.notes:
            console.print(note)


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
