"""Asking a question: the events of its answer, one after the other."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from typing import Any

from pydantic import TypeAdapter

from findalike.answers.events import Citations, Done, Piece
from findalike.client.calls import parsed_text
from findalike.client.connection import Connection, problem
from findalike.client.events import events, lines
from findalike.errors import Unavailable

AnswerEvent = Citations | Piece | Done

_SILENCE = 60.0
"""Longer than the pauses between the server's keep-alive comments."""
_KINDS: dict[str, TypeAdapter[AnswerEvent]] = {
    "citations": TypeAdapter(Citations),
    "answer": TypeAdapter(Piece),
    "done": TypeAdapter(Done),
}


def ask(connection: Connection, path: str, request: Mapping[str, Any]) -> Generator[AnswerEvent]:
    """The citations, the pieces of the answer, and its end. What goes wrong in between is raised."""
    headers = {"Accept": "text/event-stream"}
    with connection.stream("POST", path, _SILENCE, headers=headers, json=dict(request)) as answer:
        for event in events(lines(answer.iter_bytes())):
            if event.kind == "error":
                raise _error(event.data)
            if event.kind in _KINDS:
                one = parsed_text(_KINDS[event.kind], event.data)
                yield one
                if isinstance(one, Done):
                    return
    raise Unavailable("The answer broke off: ask again.")


def _error(text: str) -> Exception:
    status = parsed_text(dict[str, Any], text).get("status")
    return problem(text, status if isinstance(status, int) else 500, "The answer broke off: ask again.")
