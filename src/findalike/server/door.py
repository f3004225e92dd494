"""The door: who may come in, and from where. Checked for every request before its body is read.

Host against an allow-list (DNS rebinding), Origin for unsafe methods and WebSockets (cross-site requests), API keys by
bearer token or session cookie, and headers that keep what we serve harmless.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.datastructures import State as StarletteState
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from findalike.catalog.keys import SCOPES, Key, Keys
from findalike.catalog.keys import Scope as KeyScope
from findalike.errors import FindalikeError, Forbidden, TooLarge, Unauthorized
from findalike.server.page import is_page
from findalike.server.problems import send_problem

COOKIE = "findalike_session"
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_PUBLIC = re.compile(r"/(healthz|readyz|docs|redoc|openapi\.json|static/.*|favicon\.ico)|/api/v1/session")
_READING = re.compile(r"/api/v1/(media|apps/[^/]+/collections/[^/]+/search)")
_OPERATION = re.compile(r"/api/v1/apps/([^/]+)/collections/[^/]+/([^/]+)")
# Whoever may ask may also tidy up what was answered to them: conversations belong to their key.
_OWN = re.compile(r"/api/v1/conversations/[^/]+")
_STREAMED = re.compile(r"/api/v1/(media|apps/[^/]+/collections/[^/]+/items)")
_HARMLESS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
)
"""Headers of every answer that has not its own."""
_HARMLESS_API = (*_HARMLESS, (b"cache-control", b"no-store"))
_REMEMBER = 2.0

MAX_BODY = 8 * 1024 * 1024
"""Bytes of a request's body, except where files are streamed, which have the limits of the settings."""


class Door:
    """ASGI middleware in front of everything."""

    def __init__(
        self,
        app: ASGIApp,
        app_state: StarletteState,
        hosts: Iterable[str],
        origins: Iterable[str],
        always: bool,
        reading: Iterable[tuple[str, str]] = (),
    ):
        """`reading`: operations (application, name) that a key which may only read may call."""
        self._app, self._state = app, app_state
        self._reading = frozenset(reading)
        self._hosts = LOOPBACK | {host.lower().strip("[]") for host in hosts}
        self._origins = frozenset(origins)
        self._always = always
        self._known: dict[str, tuple[float, Key | None]] = {}
        self._locked: tuple[float, bool] = (0.0, False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        try:
            await self._admit(scope)
        except FindalikeError as error:
            if scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": 1008, "reason": error.detail[:120]})
            else:
                await send_problem(error, scope, receive, send)
            return

        async def harmless(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = message.get("headers", ())
                there = {name.lower() for name, _ in headers}
                wanted = _HARMLESS_API if scope["path"].startswith("/api/") else _HARMLESS
                message["headers"] = [*headers, *(one for one in wanted if one[0] not in there)]
            await send(message)

        await self._app(scope, receive, harmless)

    async def _admit(self, scope: Scope) -> None:
        headers = Headers(scope=scope)
        method = scope.get("method", "GET")
        host = _host_name(headers.get("host", ""))
        if host not in self._hosts:
            raise Forbidden(f"This server does not answer for the host {host!r}: add it to FINDALIKE_ALLOWED_HOSTS.")
        origin = headers.get("origin")
        unsafe = method not in _SAFE or scope["type"] == "websocket"
        if unsafe and origin and not self._own(origin, headers.get("host", "")):
            raise Forbidden(f"Requests from {origin} are not allowed: add it to FINDALIKE_ALLOWED_ORIGINS.")
        length = headers.get("content-length", "")
        if length.isascii() and length.isdigit() and int(length) > MAX_BODY and not _STREAMED.fullmatch(scope["path"]):
            # FastAPI's own limit (app.py) is for bodies that declare no length; this one it answers in plain text.
            raise TooLarge(f"This request is larger than {MAX_BODY} bytes: only uploads of files may be.")
        # The page holds nothing of the users, and must load before somebody can sign in there.
        public = _PUBLIC.fullmatch(scope["path"]) or (method in _SAFE and is_page(scope))
        if not public and await self._is_locked():
            await self._authorise(scope, headers, self._needed(method, scope["path"]))

    def _needed(self, method: str, path: str) -> KeyScope:
        operation = _OPERATION.fullmatch(path)
        if method in _SAFE or _OWN.fullmatch(path):
            return "read"
        if method == "POST" and (_READING.fullmatch(path) or (operation and operation.groups() in self._reading)):
            return "read"
        return "write"

    def _own(self, origin: str, host: str) -> bool:
        try:
            parts = urlsplit(origin)
        except ValueError:
            return False
        return origin in self._origins or (parts.scheme in ("http", "https") and parts.netloc.lower() == host.lower())

    @property
    def _keys(self) -> Keys:
        # The catalog is opened when the application starts, which is after the middlewares are made.
        keys: Keys = self._state.keys
        return keys

    async def _is_locked(self) -> bool:
        """Whether keys are asked for: as soon as there is one, and always on a network."""
        if self._always:
            return True
        moment, locked = self._locked
        if time.monotonic() - moment > _REMEMBER:
            locked = await asyncio.to_thread(self._keys.any)
            self._locked = (time.monotonic(), locked)
        return locked

    async def _authorise(self, scope: Scope, headers: Headers, needed: KeyScope) -> None:
        scheme, _, token = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and token:
            key = await self._look_up("key:", token)
        else:
            key = await self._look_up("session:", cookie_parser(headers.get("cookie", "")).get(COOKIE, ""))
        if key is None:
            raise Unauthorized("This server wants an API key: send it as `Authorization: Bearer …`.")
        if SCOPES.index(key.scope) < SCOPES.index(needed):
            raise Forbidden(f"This key may only {key.scope}; this request needs a key with the scope {needed}.")
        scope["findalike.key"] = key

    async def _look_up(self, kind: str, token: str) -> Key | None:
        if not token or len(token) > 200:
            return None
        moment, key = self._known.get(kind + token, (0.0, None))
        if time.monotonic() - moment > _REMEMBER:
            check = self._keys.check if kind == "key:" else self._keys.check_session
            key = await asyncio.to_thread(check, token)
            if len(self._known) > 10_000:
                self._known.clear()
            self._known[kind + token] = (time.monotonic(), key)
        return key


def _host_name(host: str) -> str:
    """The name or address in a Host header, without port, and without the brackets around an IPv6 address."""
    host = host.lower()
    return host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]
