"""Errors as problem+json (RFC 9457), one shape for all."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field, ValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from findalike.errors import FindalikeError
from findalike.validation import sentence

log = logging.getLogger(__name__)

PROBLEM = "application/problem+json"
_APPLICATIONS = "/api/v1/apps/"
_UNREADABLE = "There was an error parsing the body"
"""What FastAPI says of a body that breaks its reader of JSON."""
_UNEXPECTED = "Something went wrong inside findalike; the server's log says what."


class FieldProblem(BaseModel):
    """What is wrong with one field."""

    field: str
    detail: str


class Problem(BaseModel):
    """What went wrong, and what to do about it (RFC 9457)."""

    type: str = Field("about:blank", examples=["urn:findalike:not-found"])
    title: str = Field(examples=["Not found"])
    status: int = Field(examples=[404])
    detail: str = Field(examples=["There is no collection image-search/holiday: create it with PUT."])
    errors: list[FieldProblem] = Field(default_factory=list)


def problem(
    status: int,
    title: str,
    detail: str,
    *,
    errors: list[FieldProblem] | None = None,
    headers: dict[str, str] | None = None,
) -> JSONResponse:
    body = _body(status, title, detail, errors or [])
    return JSONResponse(body.model_dump(), status, headers, media_type=PROBLEM)


def _body(status: int, title: str, detail: str, errors: list[FieldProblem]) -> Problem:
    kind = "urn:findalike:" + title.lower().replace(" ", "-")
    return Problem(type=kind, title=title, status=status, detail=detail, errors=errors)


def problem_of(error: Exception) -> Problem:
    """What an error is called where there is no HTTP answer to put it in. Unexpected ones are logged."""
    if isinstance(error, FindalikeError):
        errors = [FieldProblem(field=error.field, detail=error.detail)] if error.field else []
        return _body(error.status, error.title, error.detail, errors)
    if isinstance(error, ValidationError):
        return _invalid(error.errors())
    log.error("An answer that had begun failed", exc_info=error)
    return _body(500, "Internal error", _UNEXPECTED, [])


def _invalid(found: Sequence[Any]) -> Problem:
    errors = [FieldProblem(field=_place(one), detail=sentence(one)) for one in found]
    first = errors[0] if errors else FieldProblem(field="body", detail="invalid")
    return _body(422, "Invalid input", f"{first.field}: {first.detail}", errors)


def from_error(error: FindalikeError) -> JSONResponse:
    headers = {"Retry-After": str(error.retry_after)} if error.retry_after is not None else {}
    if error.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse(problem_of(error).model_dump(), error.status, headers, media_type=PROBLEM)


async def send_problem(error: FindalikeError, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer from a middleware, where no exception handler is near."""
    await from_error(error)(scope, receive, send)


def install(app: FastAPI) -> None:
    """Let every error of this application become problem+json."""

    async def ours(_: Request, error: Exception) -> Response:
        assert isinstance(error, FindalikeError)
        return from_error(error)

    async def http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        headers = dict(error.headers) if error.headers else {}
        if error.status_code == 405:
            headers["Allow"] = ", ".join(_allowed(app, request.url.path)) or headers.get("Allow", "")
        detail = {
            404: _nothing_at(app, request.url.path),
            405: "This address does not take that method; /docs lists which it takes.",
            413: "This request is too large: only files may be, and those go to …/items and /api/v1/media.",
        }.get(error.status_code, str(error.detail))
        if detail == _UNREADABLE:
            detail = "The body cannot be read: send JSON in UTF-8, without thousands of brackets or digits."
        return problem(error.status_code, HTTPStatus(error.status_code).phrase, detail, headers=headers)

    async def validation(_: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        return JSONResponse(_invalid(error.errors()).model_dump(), 422, media_type=PROBLEM)

    async def unexpected(request: Request, error: Exception) -> Response:
        log.exception("%s %s failed", request.method, request.url.path, exc_info=error)
        return problem(500, "Internal error", _UNEXPECTED)

    app.add_exception_handler(FindalikeError, ours)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(RequestValidationError, validation)
    app.add_exception_handler(Exception, unexpected)
    plain = app.openapi

    def described() -> dict[str, Any]:
        """The description, with problems under their own media type, which FastAPI has no word for."""
        if app.openapi_schema is None:
            for path in plain()["paths"].values():
                for operation in path.values():
                    for status, response in operation["responses"].items():
                        if status in RESPONSES:
                            response["content"] = {PROBLEM: next(iter(response["content"].values()))}
        return plain()

    app.openapi = described  # type: ignore[method-assign]


def _nothing_at(app: FastAPI, path: str) -> str:
    """What is wrong with an address that there is not: most often the name of its application, or of what another one
    can do."""
    known = [one.split("/")[4:] for one in app.openapi()["paths"] if one.startswith(_APPLICATIONS)]
    applications = sorted({one[0] for one in known})
    match path.removeprefix(_APPLICATIONS).split("/") if path.startswith(_APPLICATIONS) else []:
        case [asked, *_] if asked not in applications:
            return f"There is no application {asked!r} here; there are: {', '.join(applications)}."
        case [asked, "collections", _, operation]:
            able = {name: [one[3] for one in known if one[0] == name and len(one) == 4] for name in applications}
            others = [name for name in applications if operation in able[name]]
            whose = f", but of {' and '.join(others)}" if others else ""
            return f"{operation!r} is nothing of {asked}{whose}. A collection of {asked} has: {', '.join(able[asked])}."
    return "There is nothing at this address; GET /api/v1/apps lists the applications, /docs all that there is."


def _allowed(app: FastAPI, path: str) -> list[str]:
    """The methods of an address: each of them is a route of its own, so no route knows them all."""
    for template, operations in app.openapi()["paths"].items():
        if re.fullmatch(re.sub(r"\\{[^/]+\\}", "[^/]+", re.escape(template)), path):
            return sorted(method.upper() for method in operations)
    return []


def _place(one: Mapping[str, Any]) -> str:
    parts = [str(part) for part in one["loc"]]
    if one["type"] == "json_invalid":
        return "body"
    return ".".join(parts[1:] if len(parts) > 1 and parts[0] in ("body", "query", "path", "header") else parts)


RESPONSES: dict[int | str, dict[str, Any]] = {
    "4XX": {"model": Problem, "description": "What was sent cannot be used; `detail` says what to do."},
    "5XX": {"model": Problem, "description": "Something we need is away; `detail` says what to do."},
}
