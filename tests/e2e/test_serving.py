"""`findalike serve` as a process: its protocols, its Milvus dying, a command line against it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import psutil
import pytest
from PIL import Image

from findalike.cli.running import ensure_server, running_server, wait_until_ready
from findalike.client import Client
from findalike.errors import NotFound
from findalike.ports import free_port
from findalike.settings import Settings
from server_api import TINY, drawn
from support import eventually

pytestmark = pytest.mark.slow


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data", cache_dir=tmp_path / "cache")


@pytest.fixture
def url(settings: Settings, tmp_path: Path) -> Iterator[str]:
    with ensure_server(settings, tmp_path / "server.log") as url:
        yield url


def findalike(*arguments: str, timeout: float | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "findalike", *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL, timeout=timeout
    )


def milvus_of(settings: Settings) -> psutil.Process:
    """The Milvus Lite of this data folder."""
    note = json.loads((settings.data_dir / "milvus.pid").read_text())
    return psutil.Process(int(note["child"]["pid"]))


def test_http_1_and_http_2_both_work(url: str) -> None:
    for version, options in (("HTTP/1.1", {}), ("HTTP/2", {"http1": False, "http2": True})):
        with httpx.Client(trust_env=False, **options) as http:  # type: ignore[arg-type]
            answer = http.get(f"{url}/api/v1/apps")
        assert (answer.status_code, answer.http_version) == (200, version)


def test_a_server_started_for_a_command_has_the_settings_of_the_command(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data", cache_dir=tmp_path / "cache", max_upload=12345, search_depth=20)
    with ensure_server(settings, tmp_path / "server.log") as url, Client(url) as client:
        limits = client.apps().limits
        assert (limits.max_upload, limits.search_depth) == (12345, 20)
        assert running_server(settings) == url


def test_while_milvus_is_away_searches_say_so_and_then_work_again(url: str, settings: Settings) -> None:
    with Client(url) as client, httpx.Client(base_url=url, trust_env=False, timeout=30) as http:
        client.create_collection("vector-search", "things", dimension=2)
        client.wait(client.add_records("vector-search", "things", [{"id": "a", "vector": [1, 2]}]).id)
        search = "/api/v1/apps/vector-search/collections/things/search"
        milvus = milvus_of(settings)
        milvus.suspend()
        milvus.kill()
        away = []

        def answered() -> bool:
            answer = http.post(search, json={"vector": [1, 2]})
            if answer.status_code != 200:
                away.append(answer)
            return answer.status_code == 200

        job = client.add_records("vector-search", "things", [{"id": "b", "vector": [2, 1]}])
        eventually(answered)
        assert all(answer.status_code == 503 and "retry-after" in answer.headers for answer in away)
        assert client.wait(job.id).done == 1
        assert len(client.search("vector-search", "things", vector=[1, 2]).hits) == 2
        assert milvus_of(settings).pid != milvus.pid


def test_nothing_is_left_running_after_a_kill(settings: Settings, tmp_path: Path) -> None:
    port = free_port()
    serve = [sys.executable, "-m", "findalike", "serve", "--port", str(port), "--data-dir", str(settings.data_dir)]
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(serve, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        wait_until_ready(f"http://127.0.0.1:{port}", process)
        family = psutil.Process(process.pid).children(recursive=True)
        assert len(family) >= 2
        process.kill()
        process.wait()
        eventually(lambda: not [one for one in family if one.is_running() and one.status() != "zombie"])
        again = subprocess.Popen(serve, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        wait_until_ready(f"http://127.0.0.1:{port}", again)
        second = findalike("serve", "--port", str(free_port()), "--data-dir", str(settings.data_dir))
        again.send_signal(signal.SIGINT)
        assert again.wait(30) == 0
    assert second.returncode != 0
    assert "Another findalike serves" in second.stderr
    assert "Traceback" not in second.stderr


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
def test_a_server_that_is_ended_while_it_starts_ends_quietly(settings: Settings, told: signal.Signals) -> None:
    command = [sys.executable, "-m", "findalike", "serve", "--port", str(free_port())]
    process = subprocess.Popen(
        [*command, "--data-dir", str(settings.data_dir)], stderr=subprocess.PIPE, text=True, stdin=subprocess.DEVNULL
    )
    assert process.stderr
    # Neither of its processes is ready then.
    assert "serves at" in process.stderr.readline()
    process.send_signal(told)
    said = process.communicate(timeout=60)[1]
    assert process.returncode in (0, 130)
    assert "did not start" not in said
    assert "Traceback" not in said


def test_an_open_door_to_the_network_is_refused(settings: Settings) -> None:
    refused = findalike("serve", "--host", "0.0.0.0", "--port", "1", "--data-dir", str(settings.data_dir))
    assert refused.returncode != 0
    assert "findalike keys create" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_port_that_another_server_has_is_refused(url: str, tmp_path: Path) -> None:
    port = url.rpartition(":")[2]
    done = findalike("serve", "--port", port, "--data-dir", str(tmp_path))
    assert done.returncode == 3
    assert f"Port {port} of 127.0.0.1 is in use" in done.stderr
    assert "serves at" not in done.stderr


def test_a_milvus_lite_that_cannot_start_ends_the_server_with_the_reason(tmp_path: Path) -> None:
    # Where its own lock file would be.
    (tmp_path / "milvus" / "LOCK").mkdir(parents=True)
    done = findalike("serve", "--port", str(free_port()), "--data-dir", str(tmp_path), timeout=25)
    assert done.returncode != 0
    assert "Milvus Lite did not start" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_folder_is_loaded_searched_and_changed_on_the_command_line(url: str, tmp_path: Path) -> None:
    folder = tmp_path / "pictures"
    (folder / "deep").mkdir(parents=True)
    for n in range(5):
        (folder / "deep" / f"{n}.png").write_bytes(drawn(n))
    Image.new("RGB", (50, 50), "orange").save(folder / "orange.jpg")
    (folder / "broken.jpg").write_bytes(b"\xff\xd8\xff no")
    models = [part for vector in ("visual", "words") for part in ("--model", f"{vector}=tiny")]
    load = ["load", "image-search", "holiday", str(folder), "--url", url, *models]
    loaded = findalike(*load, "--json")
    assert loaded.returncode == 1, loaded.stderr
    assert "broken.jpg" in loaded.stdout
    again = findalike(*load)
    assert "broken.jpg" in again.stdout + again.stderr
    found = findalike("search", "image-search", "holiday", "--text", "orange", "--json", "--url", url)
    assert json.loads(found.stdout)["hits"][0]["item"]["name"].endswith("orange.jpg")
    best = findalike(
        "search", "image-search", "holiday", "--image", str(folder / "deep" / "3.png"), "--json", "--url", url
    )
    item = json.loads(best.stdout)["hits"][0]["item"]
    assert item["name"].endswith("3.png")
    rebuilt = findalike("rebuild", "image-search", "holiday", "--model", "visual=tiny-image", "--url", url)
    assert rebuilt.returncode == 0, rebuilt.stderr
    mapped = findalike("map", "image-search", "holiday", "--json", "--url", url)
    assert (json.loads(mapped.stdout)["kind"], json.loads(mapped.stdout)["state"]) == ("map", "succeeded")
    assert findalike("map", "image-search", "holiday", "--vector", "smell", "--url", url).returncode == 3
    assert findalike("items", "delete", "image-search", "holiday", item["id"], "--url", url).returncode == 0
    with Client(url) as client:
        drawn_map = client.map("image-search", "holiday")
        assert len(drawn_map.ids) == len(drawn_map.x) == 5
        assert item["id"] not in drawn_map.ids
        with pytest.raises(NotFound, match="no map yet"):
            client.map("image-search", "holiday", vector="words")
    shown = findalike("collections", "show", "image-search", "holiday", "--json", "--url", url)
    assert json.loads(shown.stdout)["items"] == 5
    assert findalike("collections", "show", "image-search", "nothing", "--url", url).returncode == 3
    assert findalike("search", "image-search", "holiday", "--text", "x", "--url", "http://127.0.0.1:9").returncode == 4


def test_many_clients_at_once_are_all_answered(url: str, tmp_path: Path) -> None:
    with Client(url) as client:
        client.create_collection("image-search", "things", **TINY)
        Image.new("RGB", (50, 50), "purple").save(tmp_path / "purple.png")
        client.wait(client.add_files("image-search", "things", [tmp_path / "purple.png"]).id)

        def ask(number: int) -> str:
            with httpx.Client(base_url=url, trust_env=False, timeout=60) as http:
                body = {"text": "purple", "limit": 1, "filter": f"width >= {number % 3}"}
                answer = http.post("/api/v1/apps/image-search/collections/things/search", json=body)
            return str(answer.json()["hits"][0]["item"]["name"])

        with ThreadPoolExecutor(32) as threads:
            assert set(threads.map(ask, range(96))) == {"purple.png"}
