"""kill -9 at random moments of an ingestion: is every acknowledged file there, exactly once?"""

from __future__ import annotations

import hashlib
import io
import json
import random
import signal
import subprocess
import threading
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import httpx
import numpy as np
import psutil
from PIL import Image

from findalike.bench.harness import serve
from findalike.cli.running import wait_until_ready
from findalike.errors import FindalikeError
from findalike.ports import free_port

_COLLECTION = "/api/v1/apps/image-search/collections/kill"
_FILES = 48
_LATEST = 0.8
_VICTIMS = ("server", "http worker", "milvus")


class Violated(Exception):
    """An acknowledged file is missing, or something is there twice."""


def run(folder: Path, times: int, seed: int, tell: Callable[[str], None]) -> dict[str, int]:
    """Kill `times` times, in turn `findalike serve`, its HTTP worker and its Milvus; check after each.

    Returns how often the kill came before and after the last acknowledgement of its round.
    Raises Violated with what is wrong."""
    return _Rounds(folder, seed, tell).run(times)


class _Rounds:
    def __init__(self, folder: Path, seed: int, tell: Callable[[str], None]):
        self._folder, self._tell = folder, tell
        self._random = random.Random(seed)
        self._port = free_port()
        self._url = f"http://127.0.0.1:{self._port}"
        self._acknowledged: set[str] = set()
        self._count = 0

    def run(self, times: int) -> dict[str, int]:
        moments = {"during the upload": 0, "after the upload": 0}
        process = serve(self._folder, self._port)
        try:
            models = {"models": {"visual": "tiny", "words": "tiny"}}
            httpx.put(f"{self._url}{_COLLECTION}", json=models, timeout=60, trust_env=False).raise_for_status()
            for number in range(times):
                victim = _VICTIMS[number % len(_VICTIMS)]
                process, uploading = self._round(process, victim)
                moments["during the upload" if uploading else "after the upload"] += 1
                found = self._check()
                self._tell(f"{number + 1}/{times}: {victim} killed, {found} files, each there once")
        finally:
            process.terminate()
            process.wait()
        return moments

    def _round(self, process: subprocess.Popen[bytes], victim: str) -> tuple[subprocess.Popen[bytes], bool]:
        """Upload in a thread, kill at a random moment, start again: the server now, and whether uploads were going."""
        uploads = threading.Thread(target=self._upload)
        uploads.start()
        time.sleep(self._random.uniform(0.02, _LATEST))
        uploading = uploads.is_alive()
        self._victim(process, victim).send_signal(signal.SIGKILL)
        uploads.join()
        if victim == "server":
            process.wait()
            return serve(self._folder, self._port), uploading
        wait_until_ready(self._url, process)
        return process, uploading

    def _victim(self, process: subprocess.Popen[bytes], victim: str) -> psutil.Process:
        note = json.loads((self._folder / "data" / "milvus.pid").read_text())
        milvus = int(note["child"]["pid"])
        if victim == "server":
            return psutil.Process(process.pid)
        children = psutil.Process(process.pid).children()
        return next(one for one in children if (one.pid == milvus) == (victim == "milvus"))

    def _upload(self) -> None:
        """Send files in small requests, some as archives; remember what was acknowledged with 202."""
        with httpx.Client(base_url=self._url, timeout=60, trust_env=False) as http:
            for _ in range(_FILES // 8):
                pictures = [self._picture() for _ in range(8)]
                hashes = {hashlib.sha256(data).hexdigest() for _, data in pictures}
                if self._random.random() < 0.3:
                    pictures = [("some.zip", _zipped(pictures))]
                try:
                    answer = http.post(f"{_COLLECTION}/items", files=[("file", one) for one in pictures])
                except httpx.HTTPError:
                    continue
                if answer.status_code == 202:
                    self._acknowledged |= hashes

    def _picture(self) -> tuple[str, bytes]:
        self._count += 1
        noise = np.random.default_rng(self._count).integers(0, 255, (96, 128, 3), dtype=np.uint8)
        buffer = io.BytesIO()
        Image.fromarray(noise).save(buffer, "PNG")
        return f"{self._count}.png", buffer.getvalue()

    def _check(self) -> int:
        """Wait until all jobs have ended, then compare. Returns how many files are there."""
        with httpx.Client(base_url=self._url, timeout=60, trust_env=False) as http:
            self._settled(http)
            listed: list[str] = []
            cursor: str | None = None
            while True:
                page = http.get(f"{_COLLECTION}/items", params={"limit": 1000} | ({"cursor": cursor} if cursor else {}))
                listed += [item["id"] for item in page.json()["items"]]
                cursor = page.json()["next_cursor"]
                if cursor is None:
                    break
            about = http.get(_COLLECTION).json()
            found = self._found_by_search(http)
        missing = self._acknowledged - set(listed)
        if missing:
            raise Violated(f"{len(missing)} acknowledged files are missing, for example {min(missing)}.")
        if len(listed) != len(set(listed)):
            raise Violated("An item is listed twice.")
        if not about["items"] == about["indexed"] == about["segments"] == len(listed):
            raise Violated(f"The counts disagree: {about}.")
        if sorted(found) != sorted(listed):
            raise Violated(f"Searching finds {len(found)} hits for {len(listed)} items.")
        return len(listed)

    def _settled(self, http: httpx.Client, timeout: float = 120.0) -> None:
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            states = {job["state"] for job in http.get("/api/v1/jobs", params={"limit": 200}).json()["jobs"]}
            if not states & {"received", "running"}:
                if states - {"succeeded"}:
                    raise Violated(f"A job ended as {states - {'succeeded'}}.")
                return
            time.sleep(0.1)
        raise Violated(f"The jobs did not end within {timeout:g} s.")

    def _found_by_search(self, http: httpx.Client) -> list[str]:
        """Every item that a search finds, page by page; a Milvus just started may still be away."""
        found: list[str] = []
        query = {"text": "red", "limit": 1000, "group": False}
        deadline = time.monotonic() + 60
        while True:
            answer = http.post(f"{_COLLECTION}/search", json=query)
            if answer.status_code == 503 and time.monotonic() < deadline:
                time.sleep(0.2)
                continue
            if answer.status_code != 200:
                raise FindalikeError(f"A search failed: {answer.text}")
            page = answer.json()
            found += [hit["item"]["id"] for hit in page["hits"]]
            if page["next_cursor"] is None:
                return found
            query["cursor"] = page["next_cursor"]


def _zipped(pictures: list[tuple[str, bytes]]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in pictures:
            archive.writestr(name, data)
    return buffer.getvalue()
