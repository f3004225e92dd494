"""What the API answers with, and what it takes besides queries."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from findalike.answers.events import Citation, Flag, Form
from findalike.applications.base import CollectionOptions
from findalike.catalog.job_rows import Entry
from findalike.catalog.keys import Scope
from findalike.domain import (
    Collection,
    Conversation,
    FieldType,
    Generation,
    Hit,
    Item,
    Job,
    JobState,
    Message,
    Metric,
    Ranking,
    StoredSegment,
)
from findalike.models.cards import ModelCard
from findalike.vectors import IndexKind

if TYPE_CHECKING:
    # The client uses these models too, and needs no engines.
    from findalike.applications.base import Application
    from findalike.pipelines.search import Answer

API = "/api/v1"


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid")


class CollectionSettings(_In):
    """How a collection is made. Everything has a default."""

    description: str = Field("", max_length=2000)
    models: dict[str, str] = Field(
        default_factory=dict, description="Model card per vector, where not the application's own."
    )
    index: IndexKind = "AUTO"
    fields: dict[str, FieldType] = Field(
        default_factory=dict, description="Fields that filters may use, beside the application's own."
    )
    options: CollectionOptions = Field(CollectionOptions(), description="The application's own; settled for ever.")


class ReadyMadeSettings(CollectionSettings):
    """How a collection of ready-made vectors is made."""

    dimension: int = Field(ge=1, le=32768, description="Of every vector of this collection.")
    metric: Metric = Field("COSINE", description="How vectors are compared.")


class CollectionPatch(_In):
    """What of a collection can change at once. New fields take effect in searches when the rebuild is done."""

    description: str | None = Field(None, max_length=2000)
    fields: dict[str, FieldType] | None = None


class RebuildRequest(_In):
    """What the new generation shall be made with; what is left out stays."""

    models: dict[str, str] = Field(default_factory=dict)
    index: IndexKind | None = None


class MapRequest(_In):
    """Which map to make."""

    vector: str | None = Field(None, max_length=64, description="The application's first if left out.")
    afresh: bool = Field(False, description="Lay everything out anew, also where an update would do.")


class MapStale(BaseModel):
    """What has happened since the map was made."""

    added: int = Field(description="Items that have no point yet.")
    removed: int = Field(description="Deleted items; their points are left out.")
    changed: int = Field(description="Items that were replaced, or whose metadata was changed.")
    generation: bool = Field(description="The vectors were rebuilt.")
    updating: str | None = Field(description="The job that is at work on this map.")


class MapOut(BaseModel):
    """The 2-D map of a collection, as columns: item `ids[n]` lies at (`x[n]`, `y[n]`), each from 0 to `scale`."""

    vector: str
    generation: int
    made_at: datetime
    scale: int
    ids: list[str]
    x: list[int] = Field(description="From the left.")
    y: list[int] = Field(description="From the top.")
    stale: MapStale


class VectorOut(BaseModel):
    """How the vectors of one name are made and compared."""

    model: str | None
    dimension: int
    metric: Ranking
    index: str


class CollectionOut(BaseModel):
    """A collection."""

    application: str
    name: str
    description: str
    fields: dict[str, FieldType]
    options: dict[str, JsonValue] = Field(description="The application's own.")
    vectors: dict[str, VectorOut]
    generation: int
    rebuilding: bool
    items: int
    indexed: int
    segments: int
    maps: list[str] = Field(description="The vectors of which there is a map.")
    created_at: datetime

    @classmethod
    def of(
        cls, collection: Collection, options: CollectionOptions, counts: dict[str, int], maps: list[str]
    ) -> CollectionOut:
        return cls(
            application=collection.application,
            name=collection.name,
            description=collection.description,
            fields=dict(collection.fields),
            options=options.model_dump(),
            vectors=_vectors(collection.generation),
            generation=collection.generation.number,
            rebuilding=collection.building is not None,
            maps=maps,
            created_at=collection.created_at,
            **counts,
        )


def _vectors(generation: Generation) -> dict[str, VectorOut]:
    return {
        name: VectorOut(model=one.model, dimension=one.dimension, metric=one.metric, index=one.index)
        for name, one in generation.vectors.items()
    }


class ItemLinks(BaseModel):
    """Addresses of an item; `content` and `preview` are null if it has none, `play` if it is not played."""

    self: str
    content: str | None
    preview: str | None
    play: str | None


class ItemOut(BaseModel):
    """An item."""

    id: str
    key: str | None
    name: str
    media_type: str | None
    metadata: dict[str, JsonValue]
    created_at: datetime
    updated_at: datetime
    links: ItemLinks

    @classmethod
    def of(cls, item: Item, application: Application, collection: str) -> ItemOut:
        address = f"{API}/apps/{application.name}/collections/{collection}/items/{item.id}"
        return cls(
            id=item.id,
            key=item.key,
            name=item.name,
            media_type=item.media_type,
            metadata=dict(item.metadata),
            created_at=item.created_at,
            updated_at=item.updated_at,
            links=ItemLinks(
                self=address,
                content=f"{address}/content" if item.media_sha256 else None,
                preview=f"{address}/preview" if application.shows(item) else None,
                play=f"{address}/play" if application.plays and item.media_sha256 else None,
            ),
        )


class ItemPage(BaseModel):
    """A page of items."""

    items: list[ItemOut]
    next_cursor: str | None
    total: int = Field(description="Items that match the filter.")


class ItemPatch(_In):
    """Metadata to change, as a merge patch (RFC 7396): null removes."""

    metadata: dict[str, JsonValue] = Field(examples=[{"place": "Lisbon", "draft": None}])


class SegmentOut(BaseModel):
    """A part of an item."""

    ordinal: int = Field(description="From 0, in the item's own order.")
    place: dict[str, JsonValue] = Field(description="Where in the item it lies.")
    text: str | None = Field(description="Its text, where it is one.")
    highlights: list[tuple[int, int]] = Field(
        description="Where in the text the query's words stand: start and end in characters (code points)."
    )
    sentence: tuple[int, int] | None = Field(
        description="Where in the text its sentence is that is nearest to the query; null if it has only one."
    )

    @classmethod
    def of(cls, segment: StoredSegment, hit: Hit | None = None) -> Self:
        """With what is shown of it as a part of a hit."""
        sentences = hit.sentences.get(segment.id, ()) if hit else ()
        return cls(
            ordinal=segment.ordinal,
            place=dict(segment.place),
            text=segment.text,
            highlights=list(hit.highlights.get(segment.id, ())) if hit else [],
            sentence=sentences[0].place if len(sentences) > 1 and sentences[0].nearness > 0 else None,
        )


class SegmentPage(BaseModel):
    """Some segments of an item, in order."""

    segments: list[SegmentOut]
    next: int | None = Field(description="Where the next page starts.")


class OtherOut(SegmentOut):
    """A further segment of a hit's item that matched."""

    score: float


class HitOut(BaseModel):
    """One result: `score` is how well it matched (for L2 less is better, else more)."""

    rank: int
    score: float
    scores: dict[str, float] = Field(description="By vector.")
    segment: SegmentOut = Field(description="What matched.")
    others: list[OtherOut] = Field(description="What else of the item matched, best first, a few at most.")
    similar: list[str] = Field(description="Ids of near-duplicates folded into this hit.")
    details: dict[str, JsonValue] = Field(description="What the application says of the match.")
    item: ItemOut

    @classmethod
    def of(cls, hit: Hit, application: Application, collection: str) -> HitOut:
        return cls(
            rank=hit.rank,
            score=hit.score,
            scores=dict(hit.scores),
            segment=SegmentOut.of(hit.segment, hit),
            others=[OtherOut(**SegmentOut.of(one, hit).model_dump(), score=score) for one, score in hit.others],
            similar=list(hit.similar),
            details=dict(hit.details),
            item=ItemOut.of(hit.item, application, collection),
        )


class Took(BaseModel):
    """Milliseconds; encoding and vectors include waiting for one's turn."""

    encode_ms: float
    vectors_ms: float
    total_ms: float


class SearchOut(BaseModel):
    """A page of hits, best first."""

    hits: list[HitOut]
    next_cursor: str | None
    generation: int
    depth: int = Field(description="Segments ranked at most; what lies beyond is not reached by paging.")
    beyond: bool = Field(description="The last page ends at the depth: there may be more matches.")
    took: Took

    @classmethod
    def of(cls, answer: Answer, application: Application, collection: str) -> SearchOut:
        took = answer.timings
        return cls(
            hits=[HitOut.of(hit, application, collection) for hit in answer.hits],
            next_cursor=answer.next_cursor,
            generation=answer.generation,
            depth=answer.depth,
            beyond=answer.beyond,
            took=Took(encode_ms=took.encode_ms, vectors_ms=took.vectors_ms, total_ms=took.total_ms),
        )


class JobLinks(BaseModel):
    """Addresses of a job."""

    self: str
    events: str
    errors: str


class JobOut(BaseModel):
    """A job. `detail` says why it failed, or what it waits for."""

    id: str
    kind: str
    application: str
    collection: str
    state: JobState
    open: bool
    total: int
    done: int
    failed: int
    skipped: int
    rate: float | None = Field(description="Entries per second since it began.")
    remaining_seconds: float | None
    detail: str | None
    vector: str | None = Field(description="Of a map: the vector that it is made of.")
    result: dict[str, JsonValue] | None = Field(None, description="Of an evaluation: what was found.")
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    links: JobLinks

    @classmethod
    def of(cls, job: Job, moment: datetime) -> JobOut:
        settled = job.done + job.failed + job.skipped
        seconds = ((job.finished_at or moment) - job.started_at).total_seconds() if job.started_at else 0.0
        rate = settled / seconds if seconds > 0 and settled else None
        left = (job.total - settled) / rate if rate and not job.state.final else None
        address = f"{API}/jobs/{job.id}"
        return cls(
            id=job.id,
            kind=job.kind,
            application=job.application,
            collection=job.collection,
            state=job.state,
            open=job.open,
            total=job.total,
            done=job.done,
            failed=job.failed,
            skipped=job.skipped,
            rate=rate,
            remaining_seconds=left,
            detail=job.detail,
            vector=job.params.get("vector"),
            result=job.params.get("result"),
            created_at=job.created_at,
            started_at=job.started_at,
            finished_at=job.finished_at,
            links=JobLinks(self=address, events=f"{address}/events", errors=f"{address}/errors"),
        )


class JobPage(BaseModel):
    """A page of jobs, newest first."""

    jobs: list[JobOut]
    next_cursor: int | None


class FailureOut(BaseModel):
    """One entry that failed, and why."""

    entry: int
    name: str
    reason: str

    @classmethod
    def of(cls, entry: Entry) -> FailureOut:
        return cls(entry=entry.number, name=entry.name, reason=entry.reason or "Unknown.")


class FailurePage(BaseModel):
    """Entries that failed, in the order in which they came."""

    failures: list[FailureOut]
    next_cursor: int | None


class MediaOut(BaseModel):
    """A file stored for use in queries."""

    media_id: str
    media_type: str
    name: str
    expires_in: float = Field(description="Seconds.")


class LimitsOut(BaseModel):
    """Bytes that the server takes at most, and how deep a search ranks."""

    max_upload: int
    max_request: int
    max_query_media: int
    search_depth: int


class ApplicationOut(BaseModel):
    """What an application takes and how it is asked."""

    name: str
    title: str
    description: str
    accepts: list[str]
    takes_records: bool
    tables: list[str] = Field(description="Media types of tables that it takes beside those that all do.")
    vectors: dict[str, str | None] = Field(description="Default model card per vector.")
    needs_dimension: bool = Field(description="Its collections are made with the dimension of the vectors put in.")
    fields: dict[str, FieldType]
    options_schema: dict[str, Any] = Field(description="Of what a collection settles when it is made.")
    query_schema: dict[str, Any]
    query_example: dict[str, Any]
    operations: list[str] = Field(description="What it can do beside searching: POST …/{operation}.")
    sample: str | None


class ApplicationsOut(BaseModel):
    """What this server offers."""

    version: str
    applications: list[ApplicationOut]
    limits: LimitsOut


class ModelOut(BaseModel):
    """A model card, and what of it is on the server's machine."""

    card: ModelCard
    fetched: bool
    size: int = Field(description="Bytes of its fetched files and of what was made of them; 0 if there are none.")


class ConversationOut(BaseModel):
    """A conversation, of the key that asks."""

    id: str
    application: str
    collection: str
    title: str
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, one: Conversation) -> ConversationOut:
        return cls(
            id=one.id,
            application=one.application,
            collection=one.collection,
            title=one.title,
            created_at=one.created_at,
            updated_at=one.updated_at,
        )


class ConversationPage(BaseModel):
    """A page of conversations, those spoken in last first."""

    conversations: list[ConversationOut]
    next_cursor: int | None


class ConversationPatch(_In):
    """What of a conversation can change."""

    title: str = Field(min_length=1, max_length=200, examples=["On cats"])


class MessageOut(BaseModel):
    """A question of the user, or an answer of the assistant."""

    id: str
    role: Literal["user", "assistant"]
    text: str = Field(description="Of an answer, with marks like [1] of its citations.")
    citations: list[Citation] = Field(description="Of an answer: the passages that it could cite.")
    form: Form | None = Field(description="Of an answer.")
    found: bool | None = Field(description="Of an answer: whether there was something on the question.")
    complete: bool = Field(description="False for an answer that was stopped, or broke off.")
    flags: list[Flag]
    created_at: datetime

    @classmethod
    def of(cls, message: Message) -> MessageOut:
        details = {"citations": [], "form": None, "found": None, "complete": True, "flags": [], **message.details}
        return cls(id=message.id, role=message.role, text=message.text, created_at=message.created_at, **details)


class MessagePage(BaseModel):
    """Messages of a conversation, in order."""

    messages: list[MessageOut]
    next_cursor: int | None


class SessionRequest(_In):
    """Who asks for a session."""

    key: str = Field(min_length=1, max_length=200)


class SessionOut(BaseModel):
    """Whose session it is, and what it may do."""

    name: str
    scope: Scope


class Health(BaseModel):
    """The server answers."""

    status: Literal["ok"] = "ok"


class Readiness(BaseModel):
    """Whether the server is ready, and what it waits for."""

    ready: bool
    milvus: str
    models: dict[str, str] = Field(description="Models in use: warm, loading, or why not.")
    pending: dict[str, int]


class SampleRequest(_In):
    """Where the sample shall go."""

    collection: str = Field("sample", pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")
