"""Servers in this process, on each engine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from findalike.server.app import create_app
from findalike.settings import Settings
from server_api import Api, Start


@contextmanager
def starting(folder: Path) -> Iterator[Start]:
    with ExitStack() as stack:

        def begin(uri: str, **settings: Any) -> Api:
            made = Settings(
                **{"data_dir": folder / "data", "cache_dir": folder / "cache", "decoder_processes": 1, **settings}
            )
            http = stack.enter_context(TestClient(create_app(made, uri), base_url="http://localhost"))
            return Api(http, made)

        yield begin


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start a server on a Milvus; `data_dir` may be that of an earlier one."""
    with starting(tmp_path) as begin:
        yield begin


@pytest.fixture(scope="module")
def start_shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start]:
    """Start a server for the tests of a file, each of which uses collections of its own."""
    with starting(tmp_path_factory.mktemp("shared")) as begin:
        yield begin


@pytest.fixture(scope="module")
def shared(start_shared: Start, lite_uri: str) -> Api:
    """Such a server on Milvus Lite."""
    return start_shared(lite_uri)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Of a server that a test makes itself."""
    return Settings(data_dir=tmp_path / "data", cache_dir=tmp_path / "cache", decoder_processes=1)


@pytest.fixture
def api(start: Start, lite_uri: str) -> Api:
    """A server on Milvus Lite."""
    return start(lite_uri)


@pytest.fixture
def any_api(start: Start, engine_uri: str) -> Api:
    """A server on each engine in turn."""
    return start(engine_uri)
