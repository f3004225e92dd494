"""What recommendation takes in, and what one can ask of it."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema, field_validator, model_validator

from findalike.applications.base import BaseRecord, Moment, Opinion, SearchQuery

_USERS = ("user", "user_id", "userid", "customer", "customer_id", "visitor", "visitor_id")
_ITEMS = ("item", "item_id", "itemid", "movie_id", "movieid", "product_id", "productid", "book_id", "song_id", "sku")
_VALUES = ("value", "rating", "score", "weight", "stars")
_TIMES = ("time", "timestamp", "date", "at")
_TITLES = ("title", "name", "movie_title", "product", "headline")
_TEXTS = ("text", "description", "overview", "summary", "plot")
_CATEGORIES = ("categories", "genres", "category", "genre", "tags")
_SEPARATORS = re.compile(r"[|;,]")
_LINK = re.compile(r"https?://", re.IGNORECASE)
_MOST_PICTURE = 4_000_000

Picture = Annotated[
    bytes, Field(max_length=_MOST_PICTURE), WithJsonSchema({"type": "string", "contentEncoding": "base64"})
]


class ItemRecord(BaseRecord):
    """Something that can be recommended. What it is called and about is all that is known of it while it is new."""

    title: str | None = Field(None, max_length=1000)
    text: str | None = Field(None, max_length=50_000)
    categories: list[Annotated[str, Field(min_length=1, max_length=200)]] = Field(
        default_factory=list, max_length=100, description="In tables with |, ; or , between them."
    )

    picture: Picture | None = Field(None, description="What it looks like: JPEG, PNG, WebP and others, in base64.")

    @field_validator("categories", mode="before")
    @classmethod
    def parted(cls, value: Any) -> Any:
        if value is None:
            return []
        return [part.strip() for part in _SEPARATORS.split(value) if part.strip()] if isinstance(value, str) else value

    @field_validator("picture", mode="before")
    @classmethod
    def decoded(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        # data:image/png;base64,iVBORw0… (RFC 2397)
        text = "".join((value.partition(",")[2] if value.startswith("data:") else value).split())
        try:
            return base64.b64decode(text, validate=True) or None
        except ValueError:
            raise ValueError("give the picture itself in base64, or as a data: URL") from None

    @model_validator(mode="after")
    def says_something(self) -> ItemRecord:
        if not (self.title or self.text or self.categories):
            raise ValueError("give a title, a text or categories")
        return self

    @property
    def item_name(self) -> str | None:
        return " ".join((self.title or "").split()) or self.id


class ItemQuery(SearchQuery):
    """Ask with words, or with an item that is there: by what items are about, not by who likes them."""

    text: str | None = Field(None, min_length=1, max_length=4000, description="Words of a title, or what it is about.")
    item_id: str | None = Field(None, min_length=1, max_length=64, description="About the same as this item.")

    @model_validator(mode="after")
    def one_of_both(self) -> ItemQuery:
        if (self.text is None) == (self.item_id is None):
            raise ValueError("give either text or item_id")
        return self


class TasteQuery(SearchQuery):
    """What `recommend` searches for: a user's taste, or what the liked items are about; without what was seen."""

    taste: list[float] | None = None
    about: list[tuple[str, float]] = []
    skip: list[str] = []
    group: bool = False


Key = Annotated[str, Field(min_length=1, max_length=512)]


class Liked(BaseModel):
    """An item, and how much it is liked."""

    model_config = ConfigDict(extra="forbid")

    item: Key = Field(description="The item's id, or your key of it.")
    weight: float = Field(1.0, ge=-5, le=5, description="1 is ordinary liking; below 0 is disliking, -3 strongly.")


class RecommendRequest(BaseModel):
    """For whom: a user, a visitor who likes some items, both together, or one item ("similar to this").

    Without any, what suits most users."""

    model_config = ConfigDict(extra="forbid")

    user: Key | None = None
    liked: list[Liked] = Field(default_factory=list, max_length=500)
    item: Key | None = Field(None, description="Who likes this, likes what?")
    limit: int = Field(10, ge=1, le=200)
    filter: str | None = Field(None, max_length=4000, description="Only items that match.")
    diversity: float = Field(0.0, ge=0, le=1, description="0 is the best first; towards 1, unlike what stands above.")
    repeat: bool = Field(False, description="Recommend also what the user has had already.")

    @model_validator(mode="after")
    def one_question(self) -> RecommendRequest:
        if self.item is not None and (self.user is not None or self.liked):
            raise ValueError("give either item, or user and liked")
        return self


class Reason(BaseModel):
    """An item that the user likes, and how much of the score comes of it."""

    item_id: str
    name: str
    share: float = Field(description="Part of what all liked items together add to the score.")


class Recommendation(BaseModel):
    """An item, and why it is recommended."""

    rank: int
    score: float
    item_id: str
    key: str | None
    name: str
    metadata: dict[str, Any]
    because: list[Reason] = Field(description="What speaks for it more than for the others shown comes first.")


class RecommendTook(BaseModel):
    """Milliseconds: finding out who asks, the search with the call of Milvus that it has in it, and all together."""

    user_ms: float
    search_ms: float
    vectors_ms: float
    total_ms: float


class RecommendAnswer(BaseModel):
    """Recommendations, best first. `basis` says what they come from: the taste learned from events (`taste`), what
    most users like (`everybody`), or, before anything was learned, what the liked items are about (`content`)."""

    recommendations: list[Recommendation]
    basis: str
    events: int = Field(description="Of how many events and liked items the user's taste was made.")
    generation: int
    took: RecommendTook


class EventIn(BaseModel):
    """What a user did with an item, or thinks of it."""

    model_config = ConfigDict(extra="forbid")

    user: Key
    item: Key = Field(description="The item's id, or your key of it.")
    value: Opinion = 1.0
    time: Moment | None = Field(None, description="Now, if left out.")


class EventsRequest(BaseModel):
    """Events that take effect at once."""

    model_config = ConfigDict(extra="forbid")

    events: list[EventIn] = Field(min_length=1, max_length=10_000)


class HistoryRequest(BaseModel):
    """Whose events."""

    model_config = ConfigDict(extra="forbid")

    user: Key
    limit: int = Field(100, ge=1, le=1000)


class UsersRequest(BaseModel):
    """Which users."""

    model_config = ConfigDict(extra="forbid")

    beginning: str = Field("", max_length=512, description="How their names begin.")
    limit: int = Field(20, ge=1, le=1000)


class ForgetRequest(BaseModel):
    """Whom to forget."""

    model_config = ConfigDict(extra="forbid")

    user: Key


class UserOut(BaseModel):
    user: str
    events: int


class UsersAnswer(BaseModel):
    """Users, the busiest first."""

    users: list[UserOut]


class EventOut(BaseModel):
    """An event. `name` is the item's, null if there is no such item (yet)."""

    item_id: str
    name: str | None
    value: float
    time: str


class HistoryAnswer(BaseModel):
    """A user's events, newest first. `total` is how many there are."""

    events: list[EventOut]
    total: int


class CountAnswer(BaseModel):
    """How many events were written or deleted."""

    events: int


def event_row(row: Mapping[str, Any], columns: Mapping[str, Sequence[str]]) -> dict[str, Any] | None:
    """A table's row as an event: user, item, value, time. None if it is none, because it names no user."""
    found = {
        part: _first(row, columns.get(part, ()), names)
        for part, names in (("user", _USERS), ("item", _ITEMS), ("value", _VALUES), ("time", _TIMES))
    }
    if found["user"] is None:
        return None
    return {
        part: str(row[name]) if part in ("user", "item") else row[name]
        for part, name in found.items()
        if name is not None and row[name] is not None and row[name] != ""
    }


def item_columns(row: Mapping[str, Any], columns: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Which columns of a table are which part of an item, by their names."""
    guessed = {
        part: _first(row, (), names)
        for part, names in (
            ("id", ("id", *_ITEMS)), ("title", _TITLES), ("text", _TEXTS), ("categories", _CATEGORIES),
        )
    }  # fmt: skip
    return {part: [name] for part, name in guessed.items() if name and part not in columns and part not in row}


def without_links(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """A table's row whose `picture`, if it is only an address, is called `picture_url`: it is metadata then."""
    picture = row.get("picture")
    if not (isinstance(picture, str) and _LINK.match(picture.lstrip())):
        return row
    return {"picture_url" if name == "picture" else name: value for name, value in row.items()}


def _first(row: Mapping[str, Any], chosen: Sequence[str], names: Sequence[str]) -> str | None:
    """The column that was chosen, or the first that is called like that."""
    if chosen:
        return chosen[0] if chosen[0] in row else None
    return _called(tuple(row), tuple(names))


@lru_cache(maxsize=256)
def _called(there: tuple[str, ...], names: tuple[str, ...]) -> str | None:
    """Which of the columns that are there has the first of these names. The rows of a table all have the same ones."""
    by_name = {name.lower(): name for name in there}
    return next((by_name[name] for name in names if name in by_name), None)
