"""Fixtures that several folders share: the engines, started once a session when a test first asks for one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engines import start_lite, start_server


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with slow tests come first: several workers then end at about the same time."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


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
