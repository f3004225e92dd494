"""How soon a server is ready, and what it takes when idle."""

from __future__ import annotations

import time
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from findalike.bench.feeds import photos
from findalike.bench.harness import Result, Run, serve
from findalike.cli.running import ensure_server
from findalike.client import Client
from findalike.ports import free_port
from findalike.settings import Settings

_STARTS = 5


def run(tell: Run) -> Result:
    """Start a server that has one small image collection, five times."""
    result = tell.begin("start", {})
    seconds: list[float] = []
    with TemporaryDirectory(prefix="findalike-bench-") as name:
        folder = Path(name)
        settings = Settings(data_dir=folder / "data")
        with ensure_server(settings, folder / "server.log") as url, Client(url) as client:
            client.create_collection("image-search", "bench")
            client.wait(client.add_files("image-search", "bench", photos(settings.cache_dir / "bench-photos", 8)).id)
        for number in range(_STARTS):
            tell(f"start {number + 1} of {_STARTS}")
            began = time.perf_counter()
            process = serve(folder, free_port())
            seconds.append(time.perf_counter() - began)
            if number == _STARTS - 1:
                _memory(result, process.pid)
            process.terminate()
            process.wait()
    result.add("ready after", "s", seconds, "≤ 5")
    return result


def _memory(result: Result, pid: int) -> None:
    main = psutil.Process(pid)
    total = 0.0
    for process in (main, *main.children(recursive=True)):
        name = (
            "serve" if process.pid == pid else "Milvus Lite" if "lite_child" in " ".join(process.cmdline()) else "HTTP"
        )
        # Shared pages count in part for each process that has them.
        mebibytes = process.memory_full_info().pss / 2**20
        total += mebibytes
        result.add(f"memory of {name} ({process.pid})", "MiB", mebibytes)
    result.add("memory in all", "MiB", total)
