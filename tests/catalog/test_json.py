from __future__ import annotations

from pathlib import Path

from sqlalchemy import insert, select

from findalike.catalog.database import Database
from findalike.catalog.schema import about


def test_what_a_file_name_may_hold_is_read_again(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'catalog.db'}")
    values = {"name": "half \ud800", "numbers": [0.1, 1e300, 2**70], "none": None}
    with database.write() as connection:
        connection.execute(insert(about).values(key="odd", value=values))
    with database.read() as connection:
        assert connection.execute(select(about.c.value).where(about.c.key == "odd")).scalar() == values
    database.close()
