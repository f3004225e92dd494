"""What calls are made of: addresses, parameters, and answers read as models."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeVar
from urllib.parse import quote

import httpx
from pydantic import TypeAdapter, ValidationError

from findalike.errors import FindalikeError, InvalidInput
from findalike.server.schemas import API

OnDuplicate = Literal["skip", "update"]

T = TypeVar("T")


def parsed(kind: type[T] | TypeAdapter[T], answer: httpx.Response) -> T:
    return parsed_text(kind, answer.content)


def parsed_text(kind: type[T] | TypeAdapter[T], text: str | bytes) -> T:
    adapter = kind if isinstance(kind, TypeAdapter) else TypeAdapter(kind)
    try:
        return adapter.validate_json(text)
    except ValidationError as error:
        raise FindalikeError(
            "The server's answer makes no sense to this client: compare the versions of both."
        ) from error


def address(application: str, collection: str | None = None, item: str | None = None) -> str:
    path = f"{API}/apps/{quote(application, safe='')}/collections"
    if collection is not None:
        path += "/" + quote(collection, safe="")
    return f"{path}/items/{quote(item, safe='')}" if item is not None else path


def job_address(job: str) -> str:
    return f"{API}/jobs/{quote(job, safe='')}"


def conversation_address(conversation: str) -> str:
    return f"{API}/conversations/{quote(conversation, safe='')}"


def intake(
    job: str | None, keep_open: bool, on_duplicate: OnDuplicate, columns: Sequence[str] | None = None
) -> dict[str, Any]:
    return present({"job": job, "keep_open": keep_open, "on_duplicate": on_duplicate, "column": columns or None})


def present(given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if value is not None}


def as_json(body: Any) -> bytes:
    """A request's body; arrays of numpy become lists. Raises InvalidInput for what JSON cannot say."""
    try:
        return json.dumps(body, default=_listed, allow_nan=False).encode()
    except (TypeError, ValueError) as error:
        raise InvalidInput(f"This cannot be sent as JSON ({error}): send text, finite numbers and lists.") from error


def _listed(value: Any) -> Any:
    if hasattr(value, "tolist"):
        return value.tolist()
    raise TypeError(f"{type(value).__name__} is neither text, a number nor a list")
