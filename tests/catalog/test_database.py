"""Catalogs of other versions."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from findalike.catalog.database import Database
from findalike.catalog.schema import SCHEMA_VERSION
from findalike.errors import FindalikeError


def reopened(folder: Path, *statements: str) -> Database:
    """A new catalog, changed, closed and opened again."""
    url = f"sqlite:///{folder / 'catalog.db'}"
    database = Database(url)
    with database.write() as connection:
        for statement in statements:
            connection.execute(text(statement))
    database.engine.dispose()
    return Database(url)


def test_a_catalog_of_an_earlier_version_is_brought_up_to_date(tmp_path: Path) -> None:
    database = reopened(
        tmp_path,
        "ALTER TABLE segments DROP COLUMN text",
        "ALTER TABLE segments DROP COLUMN data",
        "ALTER TABLE collections DROP COLUMN options",
        "DROP TABLE sentences",
        "UPDATE about SET value = '1' WHERE key = 'schema'",
    )
    assert {"text", "data"} <= {column["name"] for column in inspect(database.engine).get_columns("segments")}
    assert inspect(database.engine).has_table("sentences")
    with database.read() as connection:
        assert connection.execute(text("SELECT value FROM about WHERE key = 'schema'")).scalar() == SCHEMA_VERSION
    database.engine.dispose()


def test_a_catalog_of_a_later_version_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FindalikeError, match="schema 99"):
        reopened(tmp_path, "UPDATE about SET value = '99' WHERE key = 'schema'")
