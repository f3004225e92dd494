"""Fixtures that several folders share: the engines, started once a session when a test first asks for one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from engines import start_lite, start_server


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files come first: several workers then end at about the same time."""
    seconds: Counter[Path] = Counter()
    for item in items:
        if marker := item.get_closest_marker("slow"):
            seconds[item.path] += marker.kwargs.get("seconds", 20)
    items.sort(key=lambda item: -seconds[item.path])


@pytest.fixture(scope="session")
def lite_uri(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Milvus Lite of this session."""
    uri, stop = start_lite(tmp_path_factory.mktemp("lite"))
    yield uri
    stop()


@pytest.fixture(scope="session")
def server_uri(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Milvus 2.3.5 server of this session."""
    uri, stop = start_server(tmp_path_factory.mktemp("server"))
    yield uri
    stop()


@pytest.fixture(scope="session", params=["lite", pytest.param("server", marks=pytest.mark.server)])
def engine_uri(request: pytest.FixtureRequest) -> str:
    """Each engine in turn."""
    uri: str = request.getfixturevalue(f"{request.param}_uri")
    return uri
