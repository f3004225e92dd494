"""Watching a job: Server-Sent Events, taken up again behind the last event whenever the connection drops."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING
from urllib.parse import quote

from findalike.client.connection import Connection, backoff
from findalike.client.events import events, lines
from findalike.errors import Unavailable

if TYPE_CHECKING:
    from findalike.server.schemas import JobOut

_SILENCE = 60.0
"""Longer than the pauses between the server's keep-alive comments."""
_PATIENCE = 8
"""Attempts in a row that bring nothing before the server is given up."""


def watch(connection: Connection, job: str, parse: Callable[[str], JobOut]) -> Iterator[JobOut]:
    """The job at every change, until it ends. Raises NotFound, and Unavailable for a server that stays away."""
    path = f"/api/v1/jobs/{quote(job, safe='')}"
    last = ""
    failures = 0
    while True:
        headers = {"Accept": "text/event-stream", **({"Last-Event-ID": last} if last else {})}
        try:
            with connection.stream("GET", f"{path}/events", _SILENCE, headers=headers) as answer:
                for event in events(lines(answer.iter_bytes())):
                    last, failures = event.id or last, 0
                    if event.kind != "job":
                        continue
                    current = parse(event.data)
                    yield current
                    if current.state.final:
                        return
        except Unavailable:
            # The first attempt says at once that nobody is there.
            if not last or failures >= _PATIENCE:
                raise
        # A server that shuts down ends the stream in good order, and so may a proxy.
        time.sleep(backoff(failures))
        failures += 1
        if failures > _PATIENCE:
            raise Unavailable(f"The server says nothing more of job {job}: see `findalike jobs show {job}`.")
