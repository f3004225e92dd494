"""kill -9 in the middle of a long video: the job goes on where it was, and finds what it would have found."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest

from findalike.bench.harness import serve
from findalike.bench.made_videos import loop
from findalike.client import Client
from findalike.decoders.video import moments
from findalike.ports import free_port
from support import eventually
from videos import scene, video

pytestmark = pytest.mark.slow


def reached(detail: str | None) -> int:
    """The second that a job says it has come to."""
    found = re.search(r": (\d+):(\d\d) of", detail or "")
    return 60 * int(found[1]) + int(found[2]) if found else 0


def test_kill_in_the_middle_of_a_video(tmp_path: Path) -> None:
    short = video(tmp_path / "short.mp4", *(scene(seed, 1.0 + seed % 3, moving=30) for seed in range(8)))
    loop(short, tmp_path / "long.mp4", 300)
    wanted = [(one.start, one.end) for one in moments(tmp_path / "long.mp4")]
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    process = serve(tmp_path, port)
    try:
        with Client(url) as client:
            client.create_collection("video-search", "long", models={"visual": "tiny", "words": "tiny"})
            job = client.add_files("video-search", "long", [tmp_path / "long.mp4"])
            eventually(lambda: reached(client.job(job.id).detail) > 0 or client.job(job.id).finished_at)
            before = reached(client.job(job.id).detail)
            assert before > 0
        process.kill()
        process.wait()
        process = serve(tmp_path, port)
        with Client(url) as client:
            said = [reached(one.detail) for one in client.watch(job.id)]
            assert min(one for one in said if one) >= before
            ended = client.job(job.id)
            assert (ended.state, ended.done) == ("succeeded", 1)
            (item,) = client.items("video-search", "long")
            address = f"{url}{item.links.self}/segments"
            found = httpx.get(address, params={"limit": 1000}, timeout=30, trust_env=False).json()["segments"]
            assert [(one["place"]["start"], one["place"]["end"]) for one in found] == wanted
    finally:
        process.kill()
        process.wait()
