"""Many passages in one collection: imported with a kill -9 in the middle, then searched. Times, and the most memory."""

from __future__ import annotations

import json
import random
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from findalike.bench.corpus import passages
from findalike.bench.harness import Result, Run, serve
from findalike.bench.memory import watched
from findalike.client import Client
from findalike.ports import free_port
from findalike.settings import Settings

_ASKED = 40
_WORDS = 40
"""So many of a passage's words are of two or three of its sentences, each of which is in many others, too."""
_INTERVAL = 0.5


def run(number: int, model: str, tell: Run) -> Result:
    """Raises AssertionError if a passage is missing afterwards, or there twice."""
    result = tell.begin("large", {"passages": number, "model": model})
    port = free_port()
    with TemporaryDirectory(prefix="findalike-bench-") as name:
        folder = Path(name)
        tell(f"writing {number} passages")
        texts = list(passages(Settings(), number))
        table = folder / "passages.ndjson"
        lines = (json.dumps({"id": str(count), "text": text}) for count, text in enumerate(texts))
        table.write_text("\n".join(lines))
        process = serve(folder, port)
        try:
            with Client(f"http://127.0.0.1:{port}", timeout=120) as client:
                with _memory(result, process.pid, "before the kill"):
                    job = _until_half(client, table, number, model, result, tell)
                process.send_signal(signal.SIGKILL)
                process.wait()
                tell("killed; starting again")
                began = time.perf_counter()
                process = serve(folder, port)
                result.add("ready again after", "s", time.perf_counter() - began)
                with _memory(result, process.pid, "after the kill"):
                    _resumed(client, job, number, result, tell)
                    _searched(client, texts, result)
        finally:
            process.terminate()
            process.wait()
        result.add("data on disk", "MiB", sum(one.stat().st_size for one in (folder / "data").rglob("*")) / 2**20)
    return result


def _until_half(
    client: Client, table: Path, number: int, model: str, result: Result, tell: Callable[[str], None]
) -> str:
    client.create_collection("text-search", "large", models={"meaning": model})
    began = time.perf_counter()
    job = client.add_files("text-search", "large", [table])
    result.add("acknowledged after", "s", time.perf_counter() - began)
    for state in client.watch(job.id):
        tell(f"{state.done} of {number}")
        if state.done >= number // 2:
            break
    result.add("import, passages a second", "1/s", state.done / (time.perf_counter() - began))
    return job.id


def _resumed(client: Client, job: str, number: int, result: Result, tell: Callable[[str], None]) -> None:
    began = time.perf_counter()
    first, resumed = client.job(job).done, False
    for state in client.watch(job):
        tell(f"{state.done} of {number}")
        if state.done > first and not resumed:
            resumed = True
            result.add("at work again after", "s", time.perf_counter() - began)
    seconds = time.perf_counter() - began
    result.add("the rest, passages a second", "1/s", (number - first) / seconds)
    about = client.get_collection("text-search", "large")
    assert state.state == "succeeded", state
    assert about.items == about.indexed == number, about
    result.notes.append(f"{about.segments} passages: few texts are longer than one.")


def _searched(client: Client, texts: list[str], result: Result) -> None:
    """Passages are looked for by a part of what they say; the first search pays for making indexes."""
    rng, found = random.Random(1), 0
    for count, number in enumerate(rng.sample(range(len(texts)), _ASKED)):
        words = texts[number].split()
        start = rng.randrange(len(words) // 2)
        query = " ".join(words[start : start + _WORDS])
        began = time.perf_counter()
        hits = client.search("text-search", "large", text=query).hits
        name = "the first search" if count == 0 else "a search"
        result.add(name, "ms", 1000 * (time.perf_counter() - began))
        found += bool(hits) and hits[0].item.key == str(number)
    result.add("share found first", "", found / _ASKED)


@contextmanager
def _memory(result: Result, pid: int, when: str) -> Iterator[None]:
    """The most memory of the server's processes together, and of each kind."""
    with watched(pid) as curves:
        yield
    for kind, curve in curves.items():
        result.add(f"most memory {when}: {kind}", "MiB", max(value for _, value in curve))
