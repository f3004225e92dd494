"""`findalike serve`: owns Milvus Lite's process and the HTTP server's, and ends both."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import FrameType
from typing import IO, Annotated, Any

import typer

from findalike.cli.running import note_owner, write_note
from findalike.errors import Conflict, FindalikeError, Forbidden
from findalike.ports import is_free
from findalike.settings import Settings

_WIND_UP = 30.0
_PATIENCE = 15
"""Seconds that the HTTP worker has for its end. Whatever it was at is done again at the next start."""
_CLOSING = 3.0
_LITE_STARTS = 60.0
_ENDING = (signal.SIGTERM, signal.SIGINT)
_SPIN = "4"
"""NumPy's threads wait for more work by spinning, 2**28 ticks of the processor by default (a tenth of a second), and
take it from the process that works next: Milvus Lite used 78 ms of it for a search of 20,000 vectors, instead of 29.
This is the logarithm that OpenBLAS wants: https://github.com/OpenMathLib/OpenBLAS/issues/5171"""

LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.", min=1, max=65535)] = None,
    data_dir: Annotated[Path | None, typer.Option(help="Where catalog, originals and vectors live.")] = None,
    milvus_uri: Annotated[str | None, typer.Option(help="A Milvus server, instead of Milvus Lite inside.")] = None,
) -> None:
    """Start the server; Control-C ends it.

    Example: findalike serve --port 8000
    """
    given = {"host": host, "port": port, "data_dir": str(data_dir) if data_dir else None, "milvus_uri": milvus_uri}
    run({name: value for name, value in given.items() if value is not None})


def run(overrides: dict[str, Any]) -> None:
    """Serve until told to stop.

    Raises Forbidden for an open door to the network, Conflict for a folder or a port in use."""
    settings = Settings(**overrides)
    _check_exposure(settings)
    signal.signal(signal.SIGTERM, _leave)
    # A shell starts what runs in the background with interrupts ignored, and Granian hears them later all the same.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    # It is read when NumPy is loaded: in the processes that we start.
    os.environ.setdefault("OPENBLAS_THREAD_TIMEOUT", _SPIN)
    with _exclusive(settings.data_dir):
        _await_port(settings.host, settings.port)
        _serve(settings, overrides)


def _await_port(host: str, port: int) -> None:
    """Granian would share the port with another server of ours, and end in a backtrace beside any other program.

    Raises Conflict if the port is in use, and stays so: the files of a server that was killed are closed one after the
    other, the lock's before the port's, and a busy disk puts seconds between them."""
    deadline = time.monotonic() + _CLOSING
    while not is_free(host, port):
        if time.monotonic() > deadline:
            raise Conflict(
                f"Port {port} of {host} is in use: end the program that has it, or choose another with --port."
            )
        time.sleep(0.05)


def _serve(settings: Settings, overrides: dict[str, Any]) -> None:
    with _milvus(settings) as uri:
        from granian.constants import HTTPModes, Interfaces
        from granian.server import Server

        from findalike.server import HANDOVER

        handover = {"settings": overrides, "milvus_uri": uri, "parent": os.getpid()}
        patience = 0 if settings.milvus_uri else _LITE_STARTS
        os.environ[HANDOVER] = json.dumps({**handover, "patience": patience})
        shown = "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host
        url = f"http://[{shown}]:{settings.port}" if ":" in shown else f"http://{shown}:{settings.port}"
        os.register_at_fork(
            before=partial(signal.pthread_sigmask, signal.SIG_BLOCK, _ENDING),
            after_in_parent=partial(signal.pthread_sigmask, signal.SIG_UNBLOCK, _ENDING),
            after_in_child=_end_by_signals,
        )
        write_note(settings, url)
        print(f"findalike serves at {url} (API documentation: {url}/docs)", file=sys.stderr, flush=True)
        Server(
            "findalike.server.main:build",
            address=settings.host,
            port=settings.port,
            interface=Interfaces.ASGI,
            http=HTTPModes(settings.http),
            factory=True,
            workers=1,
            backpressure=max(1024, 2 * settings.queue_limit),
            respawn_failed_workers=True,
            respawn_interval=0.5,
            workers_kill_timeout=_PATIENCE,
            log_enabled=False,
        ).serve()


def _check_exposure(settings: Settings) -> None:
    if settings.host in LOOPBACK or settings.insecure:
        return
    from findalike.catalog import Catalog

    catalog = Catalog(settings.catalog_url)
    try:
        if not catalog.keys.any():
            raise Forbidden(
                f"Listening on {settings.host} would let everybody on the network in: make a key first with "
                "`findalike keys create NAME --scope admin`, or set FINDALIKE_INSECURE=true if that is what you want."
            )
    finally:
        catalog.close()


@contextmanager
def _exclusive(data_dir: Path) -> Iterator[None]:
    """One server a data folder; the lock goes with the process, however it ends."""
    data_dir.mkdir(parents=True, exist_ok=True)
    with (data_dir / "server.lock").open("w") as file:
        deadline = time.monotonic() + _WIND_UP
        while not _lock(file):
            # The HTTP worker of a server that was killed holds the lock until it has wound up.
            if note_owner(data_dir) is not None or time.monotonic() > deadline:
                raise Conflict(f"Another findalike serves {data_dir}: stop it, or choose another --data-dir.")
            time.sleep(0.05)
        yield


def _lock(file: IO[str]) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


@contextmanager
def _milvus(settings: Settings) -> Iterator[str]:
    if settings.milvus_uri:
        yield settings.milvus_uri
        return
    from findalike.vectors.lite import MilvusLite

    lite = MilvusLite(settings.data_dir / "milvus", settings.data_dir / "milvus.log", plain=settings.milvus_lite_plain)
    failures: list[FindalikeError] = []
    ending = threading.Event()

    def watch() -> None:
        try:
            lite.wait()
        except FindalikeError as error:
            if not ending.is_set():
                failures.append(error)
                os.kill(os.getpid(), signal.SIGTERM)

    # It starts while the HTTP worker does: each needs seconds to import what it needs.
    lite.begin()
    watcher = threading.Thread(target=watch, name="milvus-lite-start", daemon=True)
    watcher.start()
    try:
        yield lite.uri
    finally:
        ending.set()
        lite.stop()
        if failures:
            raise failures[0]


def _end_by_signals() -> None:
    """In the HTTP worker. Until it has handlers of its own, for seconds, ours would take its signals and do nothing."""
    for one in _ENDING:
        signal.signal(one, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDING)


def _leave(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)
