from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from findalike.catalog import Catalog
from findalike.domain import Collection, VectorSetting

VECTORS = {"embedding": VectorSetting(None, 2, "L2", "AUTO")}


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    with closing(Catalog(f"sqlite:///{tmp_path}/catalog.sqlite")) as catalog:
        yield catalog


def made(catalog: Catalog, name: str) -> Collection:
    return catalog.collections.create("vector-search", name, "", VECTORS, {})[0]


def test_a_collection_is_known_until_anybody_commits_anything(catalog: Catalog, tmp_path: Path) -> None:
    one, other = made(catalog, "one"), made(catalog, "other")
    assert catalog.collections.known("vector-search", "one") is None
    assert catalog.collections.get("vector-search", "one") == one
    assert catalog.collections.known("vector-search", "one") == one
    assert catalog.collections.known("vector-search", "other") is None
    catalog.collections.describe(other.id, "Changed.")
    assert catalog.collections.known("vector-search", "one") is None
    assert catalog.collections.get("vector-search", "one") == one
    # As another process would.
    with closing(Catalog(f"sqlite:///{tmp_path}/catalog.sqlite")) as elsewhere:
        assert catalog.collections.known("vector-search", "one") == one
        elsewhere.collections.drop(one.id)
    assert catalog.collections.known("vector-search", "one") is None


def test_what_changes_while_it_is_read_is_not_known(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    one = made(catalog, "one")
    find = catalog.collections._find

    def overtaken(*arguments: Any) -> Collection | None:
        found = find(*arguments)
        catalog.collections.describe(one.id, "Changed.")
        return found

    monkeypatch.setattr(catalog.collections, "_find", overtaken)
    assert catalog.collections.get("vector-search", "one").description == ""
    assert catalog.collections.known("vector-search", "one") is None
