"""Recommendation: items that users may like, by what they and others liked before."""

from __future__ import annotations

from collections.abc import Collection as Ids
from collections.abc import Iterable, Mapping
from importlib.util import find_spec
from typing import Any

import numpy as np

from findalike.applications.base import Application, BaseRecord, Columns, EventRecord
from findalike.applications.operations import Operation
from findalike.applications.recommendation_operations import forget, history, keep, recommend, users
from findalike.applications.recommendation_types import (
    CountAnswer,
    EventsRequest,
    ForgetRequest,
    HistoryAnswer,
    HistoryRequest,
    ItemQuery,
    ItemRecord,
    RecommendAnswer,
    RecommendRequest,
    TasteQuery,
    UsersAnswer,
    UsersRequest,
    event_row,
    item_columns,
    without_links,
)
from findalike.decoders.image import facts as picture_facts
from findalike.decoders.image import thumbnail
from findalike.domain import Item, Segment, Source, Term, VectorSpec
from findalike.taste.model import FACTORS

_PICTURE = "has_picture"
_ABOUT = 4000
"""Characters of a text that say what an item is about."""


if find_spec("implicit") is None:
    # It is imported where it is used, which is in another process.
    raise ModuleNotFoundError("No module named 'implicit'", name="implicit")


class Recommendation(Application):
    """Recommend items to users by what they and others liked, and say why."""

    name, title = "recommendation", "Recommendation"
    vectors = {
        "content": VectorSpec("minilm-l6"),
        "taste": VectorSpec(None, "IP", FACTORS, learned_from="content"),
    }
    fields = {"title": "text", "category": "text"}
    Query, Record, Event = ItemQuery, ItemRecord, EventRecord
    sample = "movielens-100k"
    query_example = {"text": "a space adventure", "limit": 10}
    record_example = {
        "id": "1",
        "title": "Toy Story",
        "categories": ["Animation", "Comedy"],
        "metadata": {"year": 1995},
    }
    operations = {
        "recommend": Operation(
            recommend, RecommendRequest, RecommendAnswer, "Recommend", {"user": "196", "limit": 10, "diversity": 0.2}
        ),
        "events": Operation(
            keep, EventsRequest, CountAnswer, "Add events",
            {"events": [{"user": "196", "item": "242", "value": 4}]}, reads=False,
        ),
        "history": Operation(history, HistoryRequest, HistoryAnswer, "A user's events", {"user": "196"}),
        "users": Operation(users, UsersRequest, UsersAnswer, "List users", {"beginning": "1", "limit": 10}),
        "forget": Operation(forget, ForgetRequest, CountAnswer, "Forget a user", {"user": "196"}, reads=False),
    }  # fmt: skip

    def row(self, row: Mapping[str, Any], columns: Columns) -> BaseRecord:
        event = event_row(row, columns)
        if event is not None:
            return EventRecord.model_validate(event)
        parts = {part: names for part, names in columns.items() if part in ItemRecord.model_fields}
        columns = {**item_columns(row, parts), **parts}
        row = without_links(row)
        number = columns.get("id", ["id"])[0]
        return super().row({**row, **({number: str(row[number])} if row.get(number) is not None else {})}, columns)

    def stage(self, record: BaseRecord) -> tuple[dict[str, Any], bytes | None]:
        assert isinstance(record, ItemRecord)
        return record.model_dump(exclude={"id", "metadata", "picture"}, mode="json"), record.picture

    def segments(self, source: Source) -> Iterable[Segment]:
        record = source.record
        parts = [record.get("title"), ", ".join(record.get("categories", ())), (record.get("text") or "")[:_ABOUT]]
        yield Segment({"text": "\n".join(part for part in parts if part)}, text=record.get("text"))

    def facts(self, source: Source) -> Mapping[str, Any]:
        categories = source.record.get("categories") or []
        known = {
            "title": source.record.get("title"),
            "category": categories[0] if categories else None,
            "categories": ", ".join(categories) or None,
            # Whether the header says that it is one: a broken picture is an error of the import.
            _PICTURE: source.payload is not None and bool(picture_facts(source.payload)),
        }
        return {name: value for name, value in known.items() if value}

    def shows(self, item: Item) -> bool:
        return bool(item.metadata.get(_PICTURE))

    def preview(self, source: Source, size: int) -> tuple[bytes, str] | None:
        return thumbnail(source.payload, size) if source.payload else None

    def folds(self, query: ItemQuery | TasteQuery) -> bool:
        return query.group

    def query(self, query: ItemQuery | TasteQuery) -> list[Term]:
        if isinstance(query, ItemQuery):
            return [Term("content", text=query.text, item_id=query.item_id)]
        if query.taste is not None:
            return [Term("taste", vector=np.asarray(query.taste))]
        return [Term("content", weight, item_id=id) for id, weight in query.about]

    def skip(self, query: ItemQuery | TasteQuery) -> Ids[str]:
        return query.skip if isinstance(query, TasteQuery) else ()
