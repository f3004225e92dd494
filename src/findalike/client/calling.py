"""What every part of the client stands on: one connection, and answers read as models."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Protocol, Self, TypeVar

import httpx
from pydantic import BaseModel, TypeAdapter

from findalike.client.calls import as_json, parsed, present
from findalike.client.connection import Connection

T = TypeVar("T")
M = TypeVar("M", bound=BaseModel)


class _Listing(Protocol):
    """A page of a listing, which says where the next one begins."""

    @property
    def next_cursor(self) -> str | int | None: ...


P = TypeVar("P", bound=_Listing)


class Caller:
    """A connection to a server; a context that closes it."""

    def __init__(
        self,
        url: str,
        api_key: str | None = None,
        timeout: float = 60.0,
        *,
        transport: httpx.BaseTransport | None = None,
    ):
        self._connection = Connection(url, api_key, timeout, transport)

    @property
    def url(self) -> str:
        return self._connection.url

    def close(self) -> None:
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _get(self, kind: type[M], path: str, params: Mapping[str, Any] | None = None) -> M:
        return parsed(kind, self._connection.request("GET", path, params=params))

    def _pages(self, kind: type[P], path: str, **params: Any) -> Iterator[P]:
        """Page after page of a listing, each fetched when it is asked for."""
        reader, cursor = TypeAdapter(kind), None
        while True:
            answer = self._connection.request("GET", path, params=present({**params, "cursor": cursor}))
            page = parsed(reader, answer)
            yield page
            if (cursor := page.next_cursor) is None:
                return

    def _send(self, kind: type[T] | TypeAdapter[T], method: str, path: str, body: Any = None, **options: Any) -> T:
        if body is not None:
            options["content"] = as_json(body)
            options["headers"] = {"Content-Type": "application/json", **options.get("headers", {})}
        return parsed(kind, self._connection.request(method, path, **options))
