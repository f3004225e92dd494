"""The words of the house as plain types: no input or output, no third-party imports but numpy.

Everything here can be pickled, because decoding happens in other processes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float32]
"""One embedding: shape (dimension,), float32."""

Indexed = Vector | str
"""What stands in an index for one segment: its vector, or its words where rows are ranked by words."""

Metric = Literal["COSINE", "IP", "L2", "JACCARD"]
"""How two vectors are compared. For COSINE and IP more is better; L2 is the squared distance, less is better. JACCARD
is for vectors of zeros and ones: the share of ones that both have (Tanimoto's coefficient), more is better."""

Ranking = Literal["COSINE", "IP", "L2", "JACCARD", "BM25"]
"""How rows are ranked: by vectors, or by the words that they share with the query (Robertson and Zaragoza, 2009,
"The Probabilistic Relevance Framework: BM25 and Beyond"; more is better)."""

FieldType = Literal["text", "integer", "number", "boolean"]
"""Types of declared fields: str, signed 64-bit int, float64, bool."""

Scalar = str | int | float | bool
"""A value of a declared field."""

Place = Mapping[str, Any]
"""Where in its item a segment lies, as JSON: {} for the whole, {"start": s, "end": s} in seconds, …"""

Span = tuple[int, int]
"""From where to where in a text, in characters (code points)."""

SegmentRow = tuple[Place, int | None, str | None, bytes | None]
"""What the catalog keeps of a segment: its place, fingerprint, text and data."""

COLLECTION_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
"""What a collection may be called (matched whole): it stands in addresses and on command lines."""

FIELD_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,62}")
"""What a declared field may be called (matched whole)."""


@dataclass(frozen=True)
class VectorSpec:
    """One vector of an application: the model card that makes it, and how vectors are compared.

    `model` is None where items bring their own vectors, of `dimension` or of what the collection's settings say, and
    for BM25, which ranks by words. A collection has no BM25 vector if its engine cannot do that. With `learned_from` a
    vector is learned from events; items without any get theirs by way of the vector of that name.
    """

    model: str | None
    metric: Ranking = "COSINE"
    dimension: int | None = None
    learned_from: str | None = None


@dataclass(frozen=True)
class Segment:
    """The part of an item that gets vectors, as an application yields it.

    `contents` maps a modality ("image", "text", "vector", …) to the content: a PIL image, a str, a Vector. A list of
    them are several views of the same; its vector is the mean of theirs. Rows that are ranked by words have those of
    "words", a str, or else of "text".
    `fingerprint` is a 64-bit perceptual hash, or None: segments whose hashes differ in few bits are near-duplicates.
    `text` is kept with the segment to be shown: a passage, for example. `sentences` are places in it, in order; what
    is encoded then ends with the text. `data` is kept for scans, which look at every segment (applications/scan.py).
    """

    contents: Mapping[str, Any]
    place: Place = field(default_factory=dict)
    fingerprint: int | None = None
    text: str | None = None
    sentences: Sequence[Span] = ()
    data: bytes | None = None


@dataclass(frozen=True)
class Detection:
    """Something that was found in a picture: what, how sure, and its box (x, y, width, height) in fractions of the
    picture, from the top left. `points` are the detector's own (x, y): of a face the eyes come first."""

    label: str
    score: float
    box: tuple[float, float, float, float]
    points: tuple[tuple[float, float], ...] = ()


Detector = Callable[[Any], list[Detection]]
"""From an upright PIL image to what is in it, surest first."""


@dataclass(frozen=True)
class Source:
    """What one item is made of, handed to an application in a decoder process.

    For media, `path` is the original on disk and `media_type` what its bytes say (never what its name says).
    For records, `record` is the record as JSON and `payload` its binary part (e.g. float32 bytes of a vector).
    In `memo` an application may keep what it has opened, for the next of its functions that is given this source.
    `detectors` are those that the application asked for (`Application.detectors`), ready to be called.
    """

    name: str
    path: str | None = None
    media_type: str | None = None
    record: Mapping[str, Any] = field(default_factory=dict)
    payload: bytes | None = None
    memo: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)
    detectors: Mapping[str, Detector] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True)
class MediaRef:
    """A file to search with: one stored for queries, or an item's original; `options` are the application's own."""

    media_id: str | None = None
    item_id: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Term:
    """One part of a query: what to look for, in which vector, and how much it counts.

    Exactly one of `text`, `media`, `record`, `item_id` and `vector` is given; a `record` is looked for as if it were an
    item (see `Application.stage`). A negative weight means "not like that".
    An `optional` term is left out where the collection lacks its vector.
    """

    vector_name: str
    weight: float = 1.0
    text: str | None = None
    media: MediaRef | None = None
    record: Mapping[str, Any] | None = None
    item_id: str | None = None
    vector: Vector | None = None
    optional: bool = False


class JobState(StrEnum):
    RECEIVED = "received"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def final(self) -> bool:
        return self in (JobState.SUCCEEDED, JobState.FAILED, JobState.CANCELLED)


class EntryKind(StrEnum):
    """What one entry of a job is. All but FILE and RECORD are expanded into further entries by the job; an EVENT is
    written at once, and never an entry of its own."""

    FILE = "file"
    RECORD = "record"
    EVENT = "event"
    ARCHIVE = "archive"
    TABLE = "table"
    URL = "url"
    SAMPLE = "sample"


class EntryState(StrEnum):
    STAGED = "staged"
    INDEXED = "indexed"
    SKIPPED = "skipped"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class VectorSetting:
    """How one vector of a generation is made and indexed. `model` is None where items bring their own vectors.

    With the metric BM25 there are words instead of vectors: no model, and the dimension is 0. A learned vector has
    the number of its training in `trained`; 0 is none yet, and all such vectors are zeros."""

    model: str | None
    dimension: int
    metric: Ranking
    index: str = "AUTO"
    trained: int | None = None

    @property
    def lexical(self) -> bool:
        return self.metric == "BM25"

    @property
    def ready_made(self) -> bool:
        return self.model is None and not self.lexical and self.trained is None


@dataclass(frozen=True)
class Generation:
    """One complete set of vectors of a collection, with the declared fields that its filters may use."""

    number: int
    vectors: Mapping[str, VectorSetting]
    fields: Mapping[str, FieldType]


@dataclass(frozen=True)
class Collection:
    """A named, searchable set of items of one application.

    `fields` are the declared fields as they shall be; a generation has those it was made with.
    `epoch` changes whenever the collection's generations or fields change or it is dropped: whoever writes
    vectors compares it inside the catalog's transaction. `building` is the generation that a rebuild is filling.
    """

    id: int
    application: str
    name: str
    description: str
    fields: Mapping[str, FieldType]
    generation: Generation
    building: Generation | None
    epoch: int
    created_at: datetime
    options: Mapping[str, Any] = field(default_factory=dict)
    """The application's own (`Application.Options`), settled when the collection was made."""

    @property
    def generations(self) -> tuple[Generation, ...]:
        """Every generation that must receive what is written now."""
        return (self.generation, self.building) if self.building else (self.generation,)

    def table(self, generation: Generation, vector: str) -> str:
        """The name of the Milvus collection that holds one vector of one generation."""
        return f"c{self.id}_g{generation.number}_{vector.replace('-', '_')}"


class Item(NamedTuple):
    """One thing that a user put in: a row of the catalog."""

    number: int
    id: str
    collection_id: int
    key: str | None
    name: str
    media_sha256: str | None
    media_type: str | None
    metadata: Mapping[str, Any]
    record: Mapping[str, Any] | None
    payload: bytes | None
    revision: int
    created_at: datetime
    updated_at: datetime


class StoredSegment(NamedTuple):
    """A segment: a row of the catalog. `id` is its primary key in Milvus too, and is never used again."""

    id: int
    item_number: int
    ordinal: int
    place: Place
    fingerprint: int | None
    text: str | None = None


@dataclass(frozen=True)
class Sentence:
    """A sentence of a segment's text, and how near it is to a query: a cosine where the segment's sentences have
    vectors, else how many of the query's words it has, from 0 to 1."""

    place: Span
    nearness: float


@dataclass(frozen=True)
class Job:
    """One durable piece of work."""

    id: str
    kind: str
    application: str
    collection: str
    collection_id: int
    state: JobState
    open: bool
    cancel_requested: bool
    params: Mapping[str, Any]
    total: int
    done: int
    failed: int
    skipped: int
    detail: str | None
    version: int
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


@dataclass(frozen=True)
class Event:
    """What a user did with an item, or thinks of it: `value` above 0 is liking, below is disliking."""

    user: str
    item_id: str
    value: float
    at: datetime


@dataclass(frozen=True)
class Conversation:
    """Questions and answers on one collection. `owner` is the id of the API key that began it; None without keys."""

    id: str
    application: str
    collection: str
    collection_id: int
    owner: str | None
    title: str
    last: int
    """Grows with every message, over all conversations: who spoke last."""
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True)
class Message:
    """A question ("user") or an answer ("assistant"); `details` are JSON: citations, whether it was cut off, …"""

    number: int
    id: str
    role: Literal["user", "assistant"]
    text: str
    details: Mapping[str, Any]
    created_at: datetime


@dataclass(frozen=True)
class EntryDraft:
    """One thing that a job shall take in."""

    kind: EntryKind
    name: str
    media_sha256: str | None = None
    record: Mapping[str, Any] | None = None
    payload: bytes | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)
    reason: str | None = None
    """Why it failed before it could be staged; such an entry is written as failed."""


_NOTHING: Mapping[Any, Any] = {}


class Hit(NamedTuple):
    """One search result: the item, how well it matched (see Metric), its rank from 1, and the segment that matched.

    `similar` are the ids of items folded into this one as near-duplicates, `others` further segments of the item
    that matched, with their scores, best first. `highlights` says where in the texts of these segments (by id) the
    query's words stand, `sentences` how near each of their sentences is to the query, nearest first. `details` are what
    the application says of the match.
    """

    rank: int
    score: float
    item: Item
    segment: StoredSegment
    scores: Mapping[str, float] = _NOTHING
    similar: tuple[str, ...] = ()
    others: tuple[tuple[StoredSegment, float], ...] = ()
    highlights: Mapping[int, Sequence[Span]] = _NOTHING
    sentences: Mapping[int, Sequence[Sentence]] = _NOTHING
    details: Mapping[str, Any] = _NOTHING


def clock(moment: float) -> str:
    """Seconds as 4:05 or 1:04:05."""
    minutes, rest = divmod(int(moment), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
