"""Operations: what an application can do beside searching (`ask`, `predict`, …), as typed functions.

The server mounts each as `POST …/collections/{collection}/{name}`. A function gets a `Context`, which is all it needs
of the house, and a validated request; what it raises becomes problem+json. It knows nothing of HTTP.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, TypeVarTuple

from pydantic import BaseModel

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from findalike.answers.followup import Asked
    from findalike.answers.language import LanguageModel
    from findalike.applications.base import EventRecord, SearchQuery
    from findalike.domain import Collection, Event, Item, Message, StoredSegment, Vector
    from findalike.pipelines.search import Answer
    from findalike.settings import Settings
    from findalike.taste.model import Tastes

T = TypeVar("T")
A = TypeVarTuple("A")


class Context(Protocol):
    """What an operation works with: one collection, asked by one client."""

    @property
    def collection(self) -> Collection: ...

    @property
    def settings(self) -> Settings: ...

    @property
    def language_model(self) -> LanguageModel | None:
        """The operator's language model, if there is one."""

    async def renewed(self) -> bool:
        """Read the collection again: whether it has another generation than before. Raises NotFound."""

    async def search(self, query: SearchQuery) -> Answer:
        """Search the collection, as `POST …/search` does."""

    async def items(self, ids: Sequence[str]) -> list[Item]:
        """The items among these that are there, in the catalog's order, with their records."""

    async def work(self, function: Callable[[*A], T], *arguments: *A) -> T:
        """Call a module-level function in a decoder process, where it may be slow, or crash. What it is given and
        answers is pickled. Raises what it raises, and UndecodableMedia if it took too long or too much memory."""

    async def compare(self, vector: str, asked: Asked, texts: Sequence[str]) -> NDArray[np.float32]:
        """How near the meaning of each text is to what is asked, by the model of one vector: cosines (len(texts),)."""

    async def segments(self) -> list[tuple[Item, StoredSegment]]:
        """All segments of the collection with their items, in the catalog's order."""

    async def segment_vectors(self, vector: str, ids: Sequence[int]) -> dict[int, Vector]:
        """The vectors of segments by their ids, as they are indexed; of zeros for what the model cannot take."""

    async def derived(self, make: Callable[[], Awaitable[T]]) -> T:
        """What `make` works out of all of the collection: its items, segments, vectors and preferences. It is kept for
        later calls, until any of these change; so each application may have one such function, and nobody may change
        what it gives."""

    async def annotate(self, item_id: str, patch: Mapping[str, Any]) -> None:
        """Merge metadata into an item (RFC 7396, one level). Raises NotFound, InvalidInput."""

    async def preferences(self) -> dict[str, Any]:
        """What `keep_preferences` kept for this collection; {} before that."""

    async def keep_preferences(self, values: Mapping[str, Any]) -> None:
        """Keep values of the collection that are the application's own, instead of those that were kept."""

    async def names(self, ids: Sequence[str]) -> dict[str, str]:
        """The names of those items among these that are there, by id."""

    async def item_ids(self, keys: Sequence[str]) -> dict[str, str]:
        """The ids of items by their keys; an id is its own key. Raises NotFound for an item that is not there."""

    async def vectors(self, vector: str, ids: Sequence[str]) -> dict[str, Vector]:
        """The vectors of items by their ids, as they are indexed; what has none is left out."""

    async def tastes(self, vector: str) -> Tastes | None:
        """What was learned for this vector; None before the first training."""

    async def events(self, user: str) -> list[Event]:
        """A user's events, newest first."""

    async def users(self, beginning: str, limit: int) -> list[tuple[str, int]]:
        """Users whose names begin so, with the numbers of their events, the busiest first."""

    async def keep_events(self, events: Sequence[EventRecord]) -> None:
        """Keep events; of a user and an item the newest counts."""

    async def forget(self, user: str) -> int:
        """Delete all events of a user: how many there were."""

    async def recent(self, conversation: str, limit: int) -> list[Message]:
        """The last messages of the client's own conversation on this collection, in order. Raises NotFound."""

    async def say(self, conversation: str, question: str, answer: str, details: Mapping[str, Any], *, new: bool) -> str:
        """Keep a question and its answer, and begin the conversation of this id if it is new: the id of the answer.

        Once begun it is done, even if the client goes away meanwhile. Raises NotFound."""


@dataclass(frozen=True)
class Listed:
    """A hit that an application found by itself: the id of its segment, its score, and what there is to say of it."""

    segment_id: int
    score: float
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class View:
    """What an application tells of one item: mounted as `GET …/items/{item}/{name}`."""

    run: Callable[[Context, Item], Awaitable[BaseModel]]
    answer: type[BaseModel]
    title: str


@dataclass(frozen=True)
class Operation:
    """An operation that answers once, with `answer`. `reads` says that a key which may only read may call it."""

    run: Callable[[Context, Any], Awaitable[BaseModel]]
    request: type[BaseModel]
    answer: type[BaseModel]
    title: str
    example: Mapping[str, Any] = field(default_factory=dict)
    reads: bool = True


@dataclass(frozen=True)
class Streaming:
    """An operation that answers bit by bit, as Server-Sent Events.

    What goes wrong before `run` returns its generator is an ordinary error; after that it is an event `error`, the
    last one. The generator is closed when the client goes away. `events` are the models it may yield, by name."""

    run: Callable[[Context, Any], Awaitable[AsyncGenerator[BaseModel]]]
    request: type[BaseModel]
    events: Mapping[str, type[BaseModel]]
    title: str
    example: Mapping[str, Any] = field(default_factory=dict)
    reads: bool = True
