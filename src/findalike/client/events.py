"""Server-Sent Events, read line by line as the HTML standard says (no input or output here)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Event:
    """One event; `id` is what to send as `Last-Event-ID` to go on behind it."""

    data: str
    kind: str = "message"
    id: str = ""


def lines(chunks: Iterable[bytes]) -> Iterator[str]:
    """The lines of a stream. Only line feeds end them: JSON may contain the others that `str.splitlines` knows."""
    rest = b""
    for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n")
        for line in whole:
            yield line.removesuffix(b"\r").decode()


def events(lines: Iterable[str]) -> Iterator[Event]:
    """The events of a stream's lines. A last event without its empty line is cut off, so it is dropped."""
    data: list[str] = []
    kind = identity = ""
    for line in lines:
        if not line:
            if data:
                yield Event("\n".join(data), kind or "message", identity)
            data, kind = [], ""
            continue
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "data":
            data.append(value)
        elif name == "event":
            kind = value
        elif name == "id" and "\0" not in value:
            identity = value
