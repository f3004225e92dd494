"""Real Milvus engines for tests: `start_lite` and `start_server` make a process and say how to stop it."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from findalike.ports import free_port
from findalike.vectors.lite import MilvusLite
from support import eventually

Stop = Callable[[], None]


def start_lite(folder: Path) -> tuple[str, Stop]:
    """Milvus Lite with its data under `folder`: its URI, and what stops it."""
    lite = MilvusLite(folder / "lite", folder / "lite.log")
    lite.start()
    return lite.uri, lite.stop


def start_server(folder: Path, tries: int = 3) -> tuple[str, Stop]:
    """Milvus 2.3.5 standalone with its data under `folder`: its URI, and what stops it."""
    port, health = free_port(), free_port()
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "server.log").open("wb") as log:
        arguments = [sys.executable, "-W", "ignore", __file__, str(folder), str(port), str(health)]
        process = subprocess.Popen(arguments, stdout=log, stderr=log, stdin=subprocess.DEVNULL)

    def stop() -> None:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    try:
        eventually(lambda: process.poll() is not None or _healthy(health), timeout=180)
        # Its ports are chosen before they are taken, by several servers at once, and now and then its start crashes.
        if process.poll() is not None and tries > 1:
            return start_server(folder.with_name(f"{folder.name}-again"), tries - 1)
        assert process.poll() is None, (folder / "server.log").read_text()[-3000:]
    except BaseException:
        stop()
        raise
    return f"http://127.0.0.1:{port}", stop


def _healthy(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
            return b"OK" in answer.read()
    except (urllib.error.URLError, OSError):
        return False


def _give_etcd_ports(base: Path) -> None:
    """Milvus's embedded etcd has fixed ports, so that two servers at once would need a file that says others."""
    client, peer = (f"http://127.0.0.1:{free_port()}" for _ in range(2))
    settings = {
        "listen-client-urls": client,
        "advertise-client-urls": client,
        "listen-peer-urls": peer,
        "initial-advertise-peer-urls": peer,
        "initial-cluster": f"default={peer}",
    }
    etcd = base / "configs" / "etcd.yaml"
    etcd.write_text("".join(f"{name}: {value}\n" for name, value in settings.items()))
    config = base / "configs" / "milvus.yaml"
    config.write_text(config.read_text().replace("\netcd:\n", f"\netcd:\n  config:\n    path: {etcd}\n", 1))


def _become_server(folder: Path, port: int, health: int) -> None:
    """Configure Milvus as its package does, then turn this process into it.

    A process of ours in between, or none that dies with pytest, would leave orphans."""
    import milvus

    config = milvus.MilvusServerConfig(data_dir=str(folder / "milvus"), proxy_port=port)
    config.update(system_log_level="error")
    config.extra_configs["common.gracefulStopTimeout"] = 2
    config.resolve()
    base = Path(config.base_data_dir)
    milvus._initialize_data_files(str(base))
    _give_etcd_ports(base)
    environment = os.environ | {
        "DEPLOY_MODE": "STANDALONE",
        "METRICS_PORT": str(health),
        "MILVUS_RUN_DIR": str(base / "run"),
        "LD_LIBRARY_PATH": f"{base / 'bin'}:{os.environ.get('LD_LIBRARY_PATH', '')}",
    }
    pdeathsig = 1
    ctypes.CDLL(None).prctl(pdeathsig, signal.SIGKILL)
    os.chdir(base)
    binary = str(base / "bin" / "milvus")
    os.execve(binary, [binary, "run", "standalone"], environment)  # noqa: S606


if __name__ == "__main__":
    _become_server(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
