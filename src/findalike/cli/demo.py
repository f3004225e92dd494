"""`findalike demo`."""

from __future__ import annotations

import shutil
import sys
import time
from typing import TYPE_CHECKING, Annotated

import typer

from findalike.cli.options import ApiKey, DataDir, Json, Url
from findalike.cli.output import print_json, say
from findalike.cli.progress import exit_for, failures_of, follow, print_failures, summarise
from findalike.cli.session import end_tidily, settings_of
from findalike.errors import Unavailable

if TYPE_CHECKING:
    from findalike.client import Client
    from findalike.server.schemas import JobOut
    from findalike.settings import Settings

_COLLECTION = "sample"
_LOOK = 5.0
_MISSES = 3
"""Seconds between looks whether the server still runs, and how many must miss it: it may just be very busy."""


def demo(
    applications: Annotated[
        list[str] | None, typer.Argument(help="Which ones; image-search if none is named.", metavar="APPLICATION")
    ] = None,
    serve: Annotated[
        bool, typer.Option("--serve/--no-serve", help="Keep serving afterwards, if no server was running.")
    ] = True,
    url: Url = None,
    api_key: ApiKey = None,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Load sample collections, and serve them until Control-C.

    Example: findalike demo image-search vector-search
    """
    from findalike.cli.running import ensure_server, running_server
    from findalike.client import Client

    names = applications or ["image-search"]
    if url:
        with Client(url, api_key) as client:
            jobs = _load(client, names)
        _finish(jobs, as_json)
        return
    end_tidily()
    settings = settings_of(data_dir)
    runs = running_server(settings) is not None
    with ensure_server(settings, port=None if runs else _port(settings)) as address:
        with Client(address, api_key) as client:
            jobs = _load(client, names)
        if serve and not runs:
            if as_json:
                print_json(jobs)
            _tell(jobs, address)
            _wait(settings, address)
            _finish(jobs, False)
            return
        if runs:
            _tell(jobs, address)
    _finish(jobs, as_json)


def _load(client: Client, names: list[str]) -> list[JobOut]:
    ended: list[JobOut] = []
    for name in names:
        say(f"Loading the sample of {name} …")
        job = follow(client, client.load_sample(name, _COLLECTION))
        say(summarise(job))
        print_failures(failures_of(client, job), job.id)
        ended.append(job)
    return ended


def _finish(jobs: list[JobOut], as_json: bool) -> None:
    if as_json:
        print_json(jobs)
    for job in jobs:
        exit_for(job)


def _tell(jobs: list[JobOut], address: str) -> None:
    say(f"Open {address}/ in a browser.")
    if any(job.application == "image-search" for job in jobs):
        say(f'Or, in another terminal: {_command()} search image-search {_COLLECTION} --text "a cat"')


def _command() -> str:
    """How this very program is called from here: a virtual environment need not be on the path."""
    return "findalike" if shutil.which("findalike") else sys.argv[0]


def _port(settings: Settings) -> int | None:
    """The port of the settings, if it is free; else None, for any that is."""
    from findalike.ports import is_free

    return settings.port if settings.port and is_free("127.0.0.1", settings.port) else None


def _wait(settings: Settings, address: str) -> None:
    """Until Control-C, or until the server is gone."""
    from findalike.cli.running import running_server

    say("Serving. Control-C ends it; `findalike serve` starts it again.")
    missed = 0
    try:
        while missed < _MISSES:
            time.sleep(_LOOK)
            missed = 0 if running_server(settings) == address else missed + 1
    except KeyboardInterrupt:
        return
    raise Unavailable(f"The server at {address} has ended: see {settings.data_dir / 'server.log'}.")
