"""Vector search: ready-made embeddings, with ids, metadata and declared fields."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

import numpy as np
from pydantic import Field, field_validator, model_validator

from findalike.applications.base import Application, BaseRecord, SearchQuery
from findalike.domain import Segment, Source, Term, VectorSpec

Floats = Annotated[list[float], Field(min_length=1, max_length=32768)]


class VectorRecord(BaseRecord):
    """A vector with its id and metadata."""

    vector: Floats

    @field_validator("vector", mode="before")
    @classmethod
    def from_array(cls, value: Any) -> Any:
        return value.tolist() if isinstance(value, np.ndarray) else value


class VectorQuery(SearchQuery):
    """Ask with a vector, or with an item that is there."""

    vector: Floats | None = None
    item_id: str | None = Field(None, max_length=64, description="More like this item.")

    @model_validator(mode="after")
    def one_of_both(self) -> VectorQuery:
        if (self.vector is None) == (self.item_id is None):
            raise ValueError("give either vector or item_id")
        return self


class VectorSearch(Application):
    """Bring your own embeddings: search by vector or by item, with filters."""

    name, title = "vector-search", "Vector search"
    vectors = {"embedding": VectorSpec(model=None, metric="COSINE")}
    Query, Record = VectorQuery, VectorRecord
    sample = "digits"
    query_example = {"vector": [0.1, 0.2, 0.3], "limit": 5, "filter": "label == 3"}
    record_example = {"id": "a1", "vector": [0.1, 0.2, 0.3], "metadata": {"label": 3}}

    def stage(self, record: BaseRecord) -> tuple[dict[str, Any], bytes | None]:
        assert isinstance(record, VectorRecord)
        return {}, np.asarray(record.vector, dtype=np.float32).tobytes()

    def segments(self, source: Source) -> Iterable[Segment]:
        yield Segment({"vector": np.frombuffer(source.payload or b"", dtype=np.float32)})

    def folds(self, query: Any) -> bool:
        return False

    def query(self, query: VectorQuery) -> list[Term]:
        if query.item_id:
            return [Term("embedding", item_id=query.item_id)]
        return [Term("embedding", vector=np.asarray(query.vector))]
