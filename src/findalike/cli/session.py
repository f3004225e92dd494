"""From a command's options to settings, and to a client of the right server."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from findalike.cli.output import say

if TYPE_CHECKING:
    from findalike.client import Client
    from findalike.settings import Settings


def settings_of(data_dir: Path | None) -> Settings:
    """The settings, with the folder of the command line, if one was given."""
    from findalike.settings import Settings

    return Settings(data_dir=data_dir.absolute()) if data_dir else Settings()


def end_tidily() -> None:
    """Let SIGTERM and SIGINT end this process by way of its `finally`s, so that no server started for it is left
    behind."""

    def leave(number: int, _frame: FrameType | None) -> None:
        sys.exit(128 + number)

    signal.signal(signal.SIGTERM, leave)
    # A shell starts what runs in the background with interrupts ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)


@contextmanager
def connected(url: str | None, api_key: str | None, data_dir: Path | None) -> Iterator[Client]:
    """A client of the server at `url`; else of the one on the data folder, started for as long as it is needed."""
    from findalike.client import Client

    if url:
        with Client(url, api_key) as client:
            yield client
        return
    from findalike.cli.running import ensure_server, running_server

    end_tidily()
    settings = settings_of(data_dir)
    if running_server(settings) is None:
        say("No server is running: starting one for this command (`findalike serve` keeps one).")
    with ensure_server(settings) as address, Client(address, api_key) as client:
        yield client
