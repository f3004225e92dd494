"""What an application is: declared data, plus the few functions that are really its own.

No application touches HTTP, threads, files or Milvus: it says what the segments of an item are and what a query
looks for; the pipelines do the rest.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from copy import copy
from datetime import UTC, datetime
from itertools import islice
from typing import Annotated, Any, ClassVar, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from findalike.applications.operations import Context, Listed, Operation, Streaming, View
from findalike.applications.scan import Scan
from findalike.domain import FieldType, Item, Place, Segment, Source, Term, VectorSpec
from findalike.errors import InvalidInput, MissingColumn
from findalike.settings import Settings

Columns = Mapping[str, Sequence[str]]
"""Which columns of a table become which part of a record: {"text": ["abstract", "body"]}."""


class SearchQuery(BaseModel):
    """What every search has. An application's `Query` adds what one can ask with."""

    model_config = ConfigDict(extra="forbid")

    limit: int = Field(10, ge=1, le=1000, description="Hits per page.")
    cursor: str | None = Field(None, max_length=2000, description="`next_cursor` of the page before.")
    filter: str | None = Field(None, max_length=4000, description='For example `width >= 640 and not format == "GIF"`.')
    min_score: float | None = Field(
        None, allow_inf_nan=False, description="Leave out hits worse than this (for L2: farther than this)."
    )
    group: bool = Field(True, description="One hit an item, near-duplicates folded into the best of them.")


class BaseRecord(BaseModel):
    """One record as a client sends it; an application that takes records declares its own."""

    model_config = ConfigDict(extra="forbid")

    id: str | None = Field(None, min_length=1, max_length=512, description="Your key; the content's hash if left out.")
    metadata: dict[str, Any] = Field(default_factory=dict)

    @property
    def item_name(self) -> str | None:
        """What its item is called."""
        return self.id


def _in_utc(value: datetime) -> datetime:
    aware = value if value.tzinfo else value.replace(tzinfo=UTC)
    try:
        return aware.astimezone(UTC)
    except OverflowError:
        raise ValueError("is out of range") from None


Moment = Annotated[datetime, AfterValidator(_in_utc)]
"""A moment in UTC; what says no zone is in UTC."""

Opinion = Annotated[
    float, Field(ge=-1e6, le=1e6, description="Above 0 is liking, below is disliking; 0 is neither, only known.")
]


class EventRecord(BaseRecord):
    """What a user did with an item, or thinks of it."""

    user: str = Field(min_length=1, max_length=512)
    item: str = Field(min_length=1, max_length=512, description="The item's id, or your key of it.")
    value: Opinion = 1.0
    time: Moment | None = Field(None, description="In UTC if no zone is said, or seconds since 1970; now if left out.")


class CollectionOptions(BaseModel):
    """What a collection settles for all its items when it is made; an application that has such declares its own."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Application:
    """The base of all applications. They are stateless but for a collection's `options`, and can be pickled."""

    name: ClassVar[str]
    title: ClassVar[str]
    description: ClassVar[str] = ""
    """In a sentence; the first line of the docstring if it is left out."""
    accepts: ClassVar[tuple[str, ...]] = ()
    """Media types of files it takes, e.g. ("image/*",); () if it takes none."""
    tables: ClassVar[tuple[str, ...]] = ()
    """Of the tables that only some applications take (decoders/records.py), those that it does."""
    vectors: ClassVar[Mapping[str, VectorSpec]]
    fields: ClassVar[Mapping[str, FieldType]] = {}
    """Fields that `facts` fills; a collection may declare more."""
    detectors: ClassVar[Mapping[str, str]] = {}
    """Model cards of the detectors that `segments` needs, by the names that a source has them under."""
    Query: ClassVar[type[SearchQuery]] = SearchQuery
    Record: ClassVar[type[BaseRecord] | None] = None
    Options: ClassVar[type[CollectionOptions]] = CollectionOptions
    options: CollectionOptions = CollectionOptions()
    """Those of the collection that it works for (`of`); all at their defaults until then."""
    Event: ClassVar[type[EventRecord] | None] = None
    """What rows of tables may be instead of records, if it learns from events."""
    sample: ClassVar[str | None] = None
    """The data card that `findalike demo` loads."""
    query_example: ClassVar[Mapping[str, Any]] = {}
    record_example: ClassVar[Mapping[str, Any]] = {}
    parts_are_hits: ClassVar[bool] = False
    """Whether a search without grouping gives every matching segment (passage, moment) a hit of its own."""
    operations: ClassVar[Mapping[str, Operation | Streaming]] = {}
    """What it can do beside searching, by the last part of the address."""
    plays: ClassVar[bool] = False
    """Whether its items are played: then there is a version of each for browsers."""
    part: ClassVar[int | None] = None
    """Of an item that may have any number of segments, so many are taken in at a time; `segments_after` goes on."""
    views: ClassVar[Mapping[str, View]] = {}
    """What it can tell of one item, by the last part of the address."""
    lists: ClassVar[bool] = False
    """Whether `listed` answers some of its queries."""
    explains: ClassVar[bool] = False
    """Whether `explain` has something to say of hits."""
    depth: ClassVar[int | None] = None
    """How many segments a search ranks, where that is less than the server's `search_depth`."""

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if "description" not in vars(cls) and cls.__doc__:
            cls.description = cls.__doc__.strip().splitlines()[0]
        if "Options" in vars(cls):
            cls.options = cls.Options()

    def of(self, options: Mapping[str, Any]) -> Self:
        """The application as it works for a collection with these options. Raises pydantic's ValidationError."""
        if not options:
            return self
        other = copy(self)
        other.options = self.Options.model_validate(options)
        return other

    def configured(self, settings: Settings) -> Application:
        """The application as the operator's settings want it."""
        return self

    @property
    def needs_dimension(self) -> bool:
        """Whether a collection must say the dimension of its ready-made vectors."""
        return any(
            spec.model is None and spec.dimension is None and spec.metric != "BM25" for spec in self.vectors.values()
        )

    @property
    def has_preview(self) -> bool:
        """Whether `preview` is its own, so that items can be shown small."""
        return type(self).preview is not Application.preview

    def shows(self, item: Item) -> bool:
        """Whether there is a preview of this item, which is without its record and payload here."""
        return self.has_preview

    def segments(self, source: Source) -> Iterable[Segment]:
        """The segments of one item. Runs in a decoder process; raises UndecodableMedia or InvalidInput."""
        raise NotImplementedError

    def segments_after(self, source: Source, place: Place | None) -> Iterable[Segment]:
        """What `segments` gives behind the segment at a place, or all of it: for applications that have `part`. An
        interrupted job goes on by it, so it must not depend on where it begins."""
        raise NotImplementedError

    def stage(self, record: BaseRecord) -> tuple[dict[str, Any], bytes | None]:
        """What of a record is kept as the item's original, apart from key and metadata: JSON and bytes."""
        return record.model_dump(exclude={"id", "metadata"}, mode="json"), None

    def row(self, row: Mapping[str, Any], columns: Columns) -> BaseRecord:
        """A table's row as a record: columns named like the record's own are those, the others are metadata.

        `columns` says which of the table's columns are one of the record's own instead; the texts of several are
        joined. Raises InvalidInput if this application takes no records, MissingColumn, and pydantic's
        ValidationError for a bad row."""
        if self.Record is None:
            raise InvalidInput(f"{self.title} takes files, not records.")
        if columns:
            row = _renamed(row, columns)
        own = {name: value for name, value in row.items() if name in self.Record.model_fields and name != "metadata"}
        rest = {name: value for name, value in row.items() if name not in self.Record.model_fields}
        nested = row.get("metadata")
        metadata = {**nested, **rest} if isinstance(nested, Mapping) else rest
        return self.Record.model_validate({**own, "metadata": metadata})

    def facts(self, source: Source) -> Mapping[str, Any]:
        """Metadata read from the item itself (width, date taken, …); what the user says wins over it."""
        return {}

    def folds(self, query: Any) -> bool:
        """Whether matches may become one hit: an item's segments, or near-duplicates (segments with a fingerprint).
        Else searches look at less."""
        return bool(query.group) or not self.parts_are_hits

    def query(self, query: Any) -> list[Term]:
        """What a query looks for: terms of one vector are added up, results of several vectors are fused."""
        raise NotImplementedError

    def skip(self, query: Any) -> Collection[str]:
        """Ids of items that are no hits of this query, whatever their score."""
        return ()

    def scan(self, query: Any) -> Scan | None:
        """How to answer a query that no index can: by looking at every segment. None: by the vectors of `query`."""
        return None

    async def listed(self, context: Context, query: Any) -> Sequence[Listed] | None:
        """The hits of a query that is answered neither by an index nor by a scan, all of them, best first; None: by the
        vectors of `query`. For applications with `lists`."""
        raise NotImplementedError

    def explain(
        self, query: Any, found: Sequence[tuple[Place, Mapping[str, Any]]]
    ) -> Sequence[Mapping[str, Any] | None]:
        """Of each hit of a page (its segment's place, its item's record), what there is to say of the match, as JSON:
        an alignment, for example. Runs in a decoder process, where `explains` says so."""
        raise NotImplementedError

    def candidates(self, query: Any) -> int:
        """How many of the best hits that the vectors find `rate` puts in order anew, at most 64; 0: none."""
        return 0

    def rate(self, query: Any, found: Sequence[tuple[Place, Mapping[str, Any]]]) -> Sequence[float]:
        """How good candidates really are, the more the better; otherwise like `explain`. Where `candidates` says so."""
        raise NotImplementedError

    def query_segments(self, source: Source, options: Mapping[str, Any]) -> Iterable[Segment]:
        """What of a query's file is looked for, by the mean of its vectors; `options` are its MediaRef's. Runs in a
        decoder process."""
        return islice(self.segments(source), 1)

    def preview(self, source: Source, size: int) -> tuple[bytes, str] | None:
        """A small picture of an item (bytes, media type), at most `size` pixels wide. Runs in a decoder process."""
        return None

    def preview_part(self, source: Source, place: Place, size: int) -> tuple[bytes, str] | None:
        """The same of a segment at a place; that of the item if this is left out."""
        return self.preview(source, size)

    def playable(self, source: Source, target: str) -> Iterator[float]:
        """Write what browsers can play to the path `target`, if they cannot play the original: for applications with
        `plays`. Yields now and then the second that it has come to. Runs in a decoder process, as part of the job."""
        yield from ()


def _renamed(row: Mapping[str, Any], columns: Columns) -> dict[str, Any]:
    used = {name for names in columns.values() for name in names}
    renamed = {name: value for name, value in row.items() if name not in used and name not in columns}
    for own, names in columns.items():
        missing = [name for name in names if name not in row]
        if missing:
            raise MissingColumn(f"There is no column {missing[0]!r}; there are {', '.join(map(repr, row))}.")
        given = [row[name] for name in names if row[name] is not None]
        if given:
            renamed[own] = given[0] if len(given) == 1 else "\n\n".join(map(str, given))
    return renamed
