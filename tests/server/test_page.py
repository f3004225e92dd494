"""Serving the page, with a build of three files."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from findalike.server import page, problems

SCRIPT = b"console.log('here');"


@pytest.fixture
def http(tmp_path: Path) -> TestClient:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<title>the page</title>")
    (tmp_path / "secret.js").write_text("not an asset")
    (tmp_path / "assets/main-1a2b.js").write_bytes(SCRIPT)
    (tmp_path / "assets/main-1a2b.js.gz").write_bytes(gzip.compress(SCRIPT))
    return TestClient(application(tmp_path))


def application(built: Path) -> FastAPI:
    app = FastAPI()
    problems.install(app)

    @app.get("/api/v1/apps")
    async def apps() -> list[str]:
        return []

    page.install(app, built)
    return app


@pytest.mark.parametrize("path", ["/", "/apps/image-search/sample", "/jobs", "/nowhere", "/apix"])
def test_every_address_of_its_own_is_the_page(http: TestClient, path: str) -> None:
    answer = http.get(path)
    assert (answer.status_code, answer.text) == (200, "<title>the page</title>")
    assert answer.headers["cache-control"] == "no-cache"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["permissions-policy"].startswith("camera=(self), microphone=(self)")


@pytest.mark.parametrize(
    "path", ["/api/v1/nothing", "/api", "/docs/x", "/static/x", "/metrics/x", "/assets/x.js", "/assets/..%2fsecret.js"]
)
def test_the_server_s_own_addresses_are_not(http: TestClient, path: str) -> None:
    answer = http.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


def test_other_methods_are_answered_as_before(http: TestClient) -> None:
    assert http.post("/nowhere").status_code == 404
    assert http.post("/api/v1/apps").status_code == 405
    assert http.head("/").status_code == 200


def test_a_page_that_is_still_the_same_is_not_sent_again(http: TestClient) -> None:
    tag = http.get("/").headers["etag"]
    again = http.get("/jobs", headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    assert "script-src 'self'" in again.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("accepted", "encoding"), [("gzip, deflate, br", "gzip"), ("br", None), ("gzip;q=0", None), ("", None)]
)
def test_assets_travel_in_the_best_form_there_is(http: TestClient, accepted: str, encoding: str | None) -> None:
    answer = http.get("/assets/main-1a2b.js", headers={"Accept-Encoding": accepted})
    assert answer.content == SCRIPT
    assert answer.headers.get("content-encoding") == encoding
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"].startswith("text/javascript")


def test_without_a_build_there_is_the_documentation(tmp_path: Path) -> None:
    answer = TestClient(application(tmp_path)).get("/", follow_redirects=False)
    assert answer.headers["location"] == "/docs"
