"""Queries that every search makes, asked of the driver itself.

SQLAlchemy writes the SQL and says how values are read, as everywhere else. What is left out is its making of results:
for a page of hits it takes several times as long as the reading.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Dialect, Select
from sqlalchemy.engine.interfaces import DBAPICursor

Row = tuple[Any, ...]


class Fetch:
    """One query, with parameters by name; expanding ones take lists."""

    def __init__(self, query: Select[Any], dialect: Dialect):
        self._compiled = query.compile(dialect=dialect)
        self._positional = dialect.positional
        readers = (
            column.type.dialect_impl(dialect).result_processor(dialect, None) for column in query.selected_columns
        )
        self._readers = [(place, reader) for place, reader in enumerate(readers) if reader]

    def rows(self, cursor: DBAPICursor, **asked: Any) -> list[Row]:
        """All rows, their values as SQLAlchemy gives them."""
        query = self._compiled.construct_expanded_state(asked)
        cursor.execute(query.statement, query.positional_parameters if self._positional else query.parameters)
        return [self._read(row) for row in cursor.fetchall()]

    def _read(self, row: Row) -> Row:
        values = list(row)
        for place, reader in self._readers:
            values[place] = reader(values[place])
        return tuple(values)
