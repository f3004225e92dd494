"""The page: its files as the build made them, and index.html at every address that is the page's own.

The browser keeps what has a hash in its name for ever, and asks for index.html each time.
"""

from __future__ import annotations

import mimetypes
import re
from pathlib import Path

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import Match, Route
from starlette.types import Scope

BUILT = Path(__file__).parent / "static" / "page"

_SERVERS_OWN = frozenset(
    {"api", "docs", "redoc", "static", "healthz", "readyz", "metrics", "openapi.json", "favicon.ico"}
)
_ASSET = re.compile(r"[\w-][\w.-]*\.(js|css|svg|woff2|png|webp)")
_ENCODINGS = {"br": ".br", "gzip": ".gz"}
_HEADERS = {
    "Cache-Control": "no-cache",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; "
        "connect-src 'self'; worker-src 'self'; font-src 'self'; manifest-src 'self'; frame-ancestors 'none'; "
        "base-uri 'none'; form-action 'self'"
    ),
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(self), microphone=(self), geolocation=(), display-capture=(), usb=(), payment=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def is_page(scope: Scope) -> bool:
    """Whether an address is the page's: everything that is not the server's own."""
    path: str = scope["path"].removeprefix(scope.get("root_path", ""))
    # Patterns of routes end with "$", which overlooks a line break: without stripping, "/metrics\n" would be both.
    return path.lstrip("/").partition("/")[0].strip() not in _SERVERS_OWN


class _PageRoute(Route):
    """Takes GET at the page's addresses, and leaves all others to be answered as before (404, 405)."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        match, child = super().matches(scope)
        return (match, child) if match is Match.FULL and is_page(scope) else (Match.NONE, {})


def install(app: FastAPI, built: Path = BUILT) -> None:
    """Serve the page built in `built`. Call it last: it takes what no other route does."""

    async def asset(request: Request) -> Response:
        # The build puts all of them into one folder: whatever has a slash leads somewhere else.
        name = request.path_params["name"]
        path = built / "assets" / name
        if not _ASSET.fullmatch(name) or not path.is_file():
            raise HTTPException(404)
        return _compressed(path, request.headers.get("accept-encoding", ""))

    async def index(request: Request) -> Response:
        path = built / "index.html"
        if not path.is_file():
            return RedirectResponse("/docs")
        # FileResponse gives it an ETag; a browser that has it already needs only to hear that it still holds.
        answer = FileResponse(path, headers=_HEADERS, stat_result=path.stat())
        tag = answer.headers["etag"]
        if request.headers.get("if-none-match") == tag:
            # With the policy: the headers of a 304 replace those that the browser kept.
            return Response(status_code=304, headers={**_HEADERS, "ETag": tag})
        return answer

    app.router.routes.append(Route("/assets/{name:path}", asset, include_in_schema=False))
    app.router.routes.append(_PageRoute("/{path:path}", index, include_in_schema=False))


def _compressed(path: Path, accepted: str) -> Response:
    """A file of the build, in the best form that the client takes."""
    wanted = {part.partition(";")[0].strip() for part in accepted.split(",") if not part.endswith("q=0")}
    headers = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"}
    media_type = mimetypes.guess_type(path.name)[0]
    for encoding, suffix in _ENCODINGS.items():
        smaller = path.with_name(path.name + suffix)
        if encoding in wanted and smaller.is_file():
            return FileResponse(smaller, media_type=media_type, headers={**headers, "Content-Encoding": encoding})
    return FileResponse(path, media_type=media_type, headers=headers)
