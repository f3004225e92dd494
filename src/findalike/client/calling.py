"""What every part of the client stands on: one connection, and answers read as models."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

import httpx
from pydantic import BaseModel, TypeAdapter

from findalike.client.calls import as_json, parsed
from findalike.client.connection import Connection

T = TypeVar("T")
M = TypeVar("M", bound=BaseModel)


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

    def _send(self, kind: type[T] | TypeAdapter[T], method: str, path: str, body: Any = None, **options: Any) -> T:
        if body is not None:
            options["content"] = as_json(body)
            options["headers"] = {"Content-Type": "application/json", **options.get("headers", {})}
        return parsed(kind, self._connection.request(method, path, **options))
