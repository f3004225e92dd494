"""One store for each engine. Making a table on a server takes three seconds, so tests share a few."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from findalike.vectors import TableSpec
from findalike.vectors.milvus import MilvusStore


@pytest.fixture(scope="session")
def store(engine_uri: str) -> Iterator[MilvusStore]:
    store = MilvusStore(engine_uri, prefix="t_")
    yield store
    store.close()


@pytest.fixture(scope="session")
def shared_table(store: MilvusStore) -> str:
    """A table of four dimensions and one field of each kind; `table` empties it for each test."""
    fields = {"i": "integer", "n": "number", "b": "boolean", "t": "text", "u": "text"}
    store.create(TableSpec("shared", 4, "COSINE", fields=fields))
    return "shared"


@pytest.fixture
def table(store: MilvusStore, shared_table: str) -> str:
    store.delete(shared_table, store.ids(shared_table).tolist())
    return shared_table
