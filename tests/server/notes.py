"""An application of records with previews, for tests: a note is a number, and its preview shows it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from findalike.applications.base import Application, BaseRecord, SearchQuery
from findalike.domain import Segment, Source, Term, VectorSpec


class Note(BaseRecord):
    number: int


class NoteSearch(Application):
    """Find notes."""

    name, title = "notes", "Notes"
    vectors = {"number": VectorSpec(model=None, metric="L2", dimension=2)}
    Query, Record = SearchQuery, Note

    def segments(self, source: Source) -> Iterable[Segment]:
        yield Segment({"vector": np.array([1, source.record["number"]], np.float32)})

    def query(self, query: Any) -> list[Term]:
        return [Term("number", vector=np.array([1, 1], np.float32))]

    def preview(self, source: Source, size: int) -> tuple[bytes, str] | None:
        return str(source.record["number"]).encode(), "text/plain"
