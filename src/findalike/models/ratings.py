"""Samples of ratings: tables of items and of what users think of them."""

from __future__ import annotations

import csv
import io
from pathlib import PurePosixPath

File = tuple[str, bytes]
"""Name and content."""

_COLUMNS = {
    "item_id": "id",
    "movie_title": "title",
    "release_year": "year",
    "class": "categories",
    "user_id": "user",
    "rating": "value",
    "timestamp": "time",
}
_NOT_KNOWN = ("unknown", "unkonwn")


def atomic(inside: str, content: bytes) -> File:
    """A table of RecBole's "atomic files" (https://recbole.io/docs/user_guide/data/atomic_files.html) as CSV.

    Their heads are `name:type`, and the parts of a `token_seq` stand between spaces."""
    path = PurePosixPath(inside)
    rows = csv.reader(io.StringIO(content.decode()), delimiter="\t", quoting=csv.QUOTE_NONE)
    ratings = path.suffix == ".inter"
    names = [name.partition(":")[0] for name in next(rows)]
    names = ["item" if ratings and name == "item_id" else _COLUMNS.get(name, name) for name in names]
    made = io.StringIO()
    table = csv.writer(made)
    table.writerow(names)
    for row in rows:
        record = dict(zip(names, row, strict=True))
        known = {name: "" if value in _NOT_KNOWN else value for name, value in record.items()}
        if not ratings:
            # Of one movie nothing is known at all.
            if not known["title"]:
                continue
            known["categories"] = "|".join(known["categories"].split())
            # One year is the number of a sequel.
            known["year"] = known["year"] if known["year"].isdigit() else ""
        table.writerow(known.values())
    return f"{path.stem}-{'ratings' if ratings else 'items'}.csv", made.getvalue().encode()
