"""One SQL database: transactions, pragmas, and the schema's version."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic_core import from_json
from sqlalchemy import Connection, Engine, create_engine, event, insert, select, text, update
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.exc import OperationalError

from findalike.catalog.schema import SCHEMA_VERSION, UPGRADES, about, metadata
from findalike.errors import FindalikeError, StorageFull, Unavailable


def now() -> datetime:
    return datetime.now(UTC)


class Database:
    """Opens (and, when new, makes) the catalog. All methods block; connections are one a thread.

    Writers on SQLite begin with the write lock, so a transaction that reads and then writes never fails half-way,
    and its reads are still true when it writes.
    """

    def __init__(self, url: str):
        if url.startswith("sqlite:///"):
            Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
        self.engine: Engine = create_engine(
            url, pool_size=16, max_overflow=16, pool_use_lifo=True, json_deserializer=_from_json
        )
        self._sqlite = self.engine.dialect.name == "sqlite"
        if self._sqlite:
            event.listen(self.engine, "connect", _prepare_sqlite)
            self._watch = self.engine.raw_connection()
            self._watching = threading.Lock()
        with self.write() as connection:
            metadata.create_all(connection)
            found = connection.execute(select(about.c.value).where(about.c.key == "schema")).scalar()
            if found is None:
                connection.execute(insert(about).values(key="schema", value=SCHEMA_VERSION))
            elif not 0 < found <= SCHEMA_VERSION:
                raise FindalikeError(
                    f"This catalog has schema {found} and this findalike needs {SCHEMA_VERSION}: "
                    "install the version that made it, or start with an empty FINDALIKE_DATA_DIR."
                )
            elif found < SCHEMA_VERSION:
                for version in range(found + 1, SCHEMA_VERSION + 1):
                    connection.execute(text(UPGRADES[version]))
                connection.execute(update(about).where(about.c.key == "schema").values(value=SCHEMA_VERSION))

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A snapshot to read from."""
        with _translated(), self.engine.connect() as connection:
            if self._sqlite:
                connection.exec_driver_sql("BEGIN")
            yield connection

    @contextmanager
    def cursor(self) -> Iterator[DBAPICursor]:
        """A snapshot to read from, by the driver's own cursor."""
        with _translated(), closing(self.engine.raw_connection()) as connection:
            cursor = connection.cursor()
            if self._sqlite:
                cursor.execute("BEGIN")
            yield cursor

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction: committed at the end, rolled back on any error."""
        with _translated(), self.engine.connect() as connection:
            if self._sqlite:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.rollback()
                raise
            connection.commit()

    def version(self) -> int | None:
        """A number that changes whenever anybody, in any process, has committed something; None if there is no such.

        It is read from memory within microseconds and waits for no writer, so the event loop may ask for it."""
        if not self._sqlite:
            return None
        with self._watching:
            # https://sqlite.org/pragma.html#pragma_data_version: of others' commits, and this connection makes none.
            ((version,),) = self._watch.cursor().execute("PRAGMA data_version")
        return int(version)

    def close(self) -> None:
        if self._sqlite:
            self._watch.close()
        self.engine.dispose()


def _from_json(written: str) -> Any:
    """Three times as fast as Python's own, which reads what this refuses: halves of pairs of UTF-16, as file names have
    them now and then."""
    try:
        return from_json(written)
    except ValueError:
        return json.loads(written)


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    # The driver's own implicit BEGIN would take the write lock too late.
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "busy_timeout=30000",
        "temp_store=MEMORY",
        "cache_size=-65536",
        # What a search shows lies all over the file: reading it by calls takes three times as long.
        "mmap_size=1073741824",
    ):
        connection.execute(f"PRAGMA {pragma}")


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (OperationalError, sqlite3.OperationalError) as error:
        text = str(error.orig if isinstance(error, OperationalError) else error)
        if "full" in text:
            raise StorageFull("The disk that holds the catalog is full: free some space, then try again.") from error
        if "locked" in text or "busy" in text:
            raise Unavailable("The catalog is busy; try again in a moment.", retry_after=1) from error
        raise
