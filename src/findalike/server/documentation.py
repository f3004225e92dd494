"""Swagger UI and ReDoc from our own files, so that they work with no internet and under strict policies."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, FastAPI
from fastapi.openapi.docs import get_redoc_html
from starlette.responses import HTMLResponse, RedirectResponse
from starlette.staticfiles import StaticFiles

STATIC = Path(__file__).parent / "static"

_SWAGGER_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; font-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
# ReDoc styles itself by inline elements and searches in a worker made from a blob.
_REDOC_POLICY = _SWAGGER_POLICY + "; worker-src blob:"

_SWAGGER = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>findalike: API</title>
<link rel="icon" href="/static/favicon.svg"><link rel="stylesheet" href="/static/swagger-ui.css"></head>
<body><div id="swagger-ui"></div><script src="/static/swagger-ui-bundle.js"></script>
<script src="/static/swagger-start.js"></script></body></html>
"""


def install(app: FastAPI) -> None:
    """Add /docs, /redoc and /static."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/docs")
    async def swagger() -> HTMLResponse:
        return HTMLResponse(_SWAGGER, headers={"Content-Security-Policy": _SWAGGER_POLICY})

    @routes.get("/redoc")
    async def redoc() -> HTMLResponse:
        page = get_redoc_html(
            openapi_url="/openapi.json",
            title="findalike: API",
            redoc_js_url="/static/redoc.standalone.js",
            redoc_favicon_url="/static/favicon.svg",
            with_google_fonts=False,
        )
        page.headers["Content-Security-Policy"] = _REDOC_POLICY
        return page

    @routes.get("/favicon.ico")
    async def favicon() -> RedirectResponse:
        return RedirectResponse("/static/favicon.svg")

    app.include_router(routes)
    app.mount("/static", StaticFiles(directory=STATIC, check_dir=False), name="static")
