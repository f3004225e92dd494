"""The catalog's tables. Together with the media store they are the truth; Milvus can be rebuilt from them.

Numbers that leave the catalog as keys (segments.id in Milvus) are never used twice: AUTOINCREMENT.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

SCHEMA_VERSION = 4

UPGRADES = {
    2: "ALTER TABLE segments ADD COLUMN text TEXT",
    3: "ALTER TABLE segments ADD COLUMN data BLOB",
    4: "ALTER TABLE collections ADD COLUMN options JSON NOT NULL DEFAULT '{}'",
}
"""What makes a catalog of the version before one of this version; tables that are new are made by themselves."""

metadata = MetaData()


class Time(TypeDecorator[datetime]):
    """Moments in UTC, aware on both sides; SQLite itself forgets the zone."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Any) -> Any:
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        return value.astimezone(UTC) if value else None

    def result_processor(self, dialect: Any, coltype: Any) -> Any:
        # What a page of hits reads most often takes a tenth of the time like this.
        return _written_utc if dialect.name == "sqlite" else super().result_processor(dialect, coltype)


def _written_utc(moment: str | None) -> datetime | None:
    """A moment as SQLAlchemy writes it into SQLite."""
    return None if moment is None else datetime.fromisoformat(moment + "+00:00")


# SQLite gives out row ids only for INTEGER, Postgres needs BIGINT for the same range.
_BIG = BigInteger().with_variant(Integer, "sqlite")

about = Table(
    "about",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("value", JSON, nullable=False),
)

collections = Table(
    "collections",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("application", String(64), nullable=False),
    # Null once dropped, so that the name is free while a sweeper clears up.
    Column("name", String(63)),
    Column("description", Text, nullable=False),
    Column("fields", JSON, nullable=False),
    Column("options", JSON, nullable=False),
    Column("generation", JSON, nullable=False),
    Column("building", JSON),
    Column("epoch", Integer, nullable=False),
    Column("created_at", Time, nullable=False),
    UniqueConstraint("application", "name"),
    sqlite_autoincrement=True,
)

# An application's own values of a collection, which may be changed at any time.
preferences = Table(
    "preferences",
    metadata,
    Column("collection_id", ForeignKey("collections.id"), primary_key=True),
    Column("values", JSON, nullable=False),
)
"""Settings of collections that are their application's own."""

items = Table(
    "items",
    metadata,
    Column("number", _BIG, primary_key=True, autoincrement=True),
    Column("collection_id", ForeignKey("collections.id"), nullable=False),
    Column("id", String(64), nullable=False),
    Column("key", String(512)),
    Column("name", Text, nullable=False),
    Column("media_sha256", String(64)),
    Column("media_type", String(127)),
    Column("metadata", JSON, nullable=False),
    # The declared fields' values, checked and converted: what filters see.
    Column("fields", JSON, nullable=False),
    # For records: what was sent, apart from key and metadata, as JSON and as bytes.
    Column("record", JSON),
    Column("payload", LargeBinary),
    Column("revision", Integer, nullable=False),
    # False between the catalog's write and Milvus's: what a crash left so is written again.
    Column("indexed", Boolean, nullable=False),
    Column("created_at", Time, nullable=False),
    Column("updated_at", Time, nullable=False),
    UniqueConstraint("collection_id", "id"),
    UniqueConstraint("collection_id", "key"),
    Index("items_media", "media_sha256"),
    Index("items_unindexed", "collection_id", "indexed"),
    sqlite_autoincrement=True,
)

segments = Table(
    "segments",
    metadata,
    Column("id", _BIG, primary_key=True, autoincrement=True),
    Column("item_number", ForeignKey("items.number", ondelete="CASCADE"), nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("place", JSON, nullable=False),
    # A 64-bit hash as a signed integer.
    Column("fingerprint", BigInteger),
    # What is shown of it: a passage, for example.
    Column("text", Text),
    # What a scan looks at.
    Column("data", LargeBinary),
    UniqueConstraint("item_number", "ordinal"),
    sqlite_autoincrement=True,
)

# For finding the sentence of a segment's text that is nearest to a query.
sentences = Table(
    "sentences",
    metadata,
    Column("segment_id", ForeignKey("segments.id", ondelete="CASCADE"), primary_key=True),
    Column("generation", Integer, primary_key=True),
    Column("vector", String(64), primary_key=True),
    # [[start, end], …] in the text, and for each an int8 vector, one after the other.
    Column("places", JSON, nullable=False),
    Column("vectors", LargeBinary, nullable=False),
)

tombstones = Table(
    "tombstones",
    metadata,
    Column("segment_id", _BIG, primary_key=True, autoincrement=False),
    Column("collection_id", Integer, nullable=False, index=True),
)

jobs = Table(
    "jobs",
    metadata,
    Column("number", _BIG, primary_key=True, autoincrement=True),
    Column("id", String(32), nullable=False, unique=True),
    Column("kind", String(32), nullable=False),
    Column("application", String(64), nullable=False),
    Column("collection", String(63), nullable=False),
    Column("collection_id", Integer, nullable=False, index=True),
    Column("state", String(16), nullable=False, index=True),
    Column("open", Boolean, nullable=False),
    Column("cancel_requested", Boolean, nullable=False),
    Column("params", JSON, nullable=False),
    Column("total", Integer, nullable=False),
    Column("done", Integer, nullable=False),
    Column("failed", Integer, nullable=False),
    Column("skipped", Integer, nullable=False),
    Column("detail", Text),
    # Grows with every visible change; it is the id of the job's events.
    Column("version", Integer, nullable=False),
    Column("owner", String(64)),
    Column("lease_until", Time),
    Column("created_at", Time, nullable=False),
    Column("fed_at", Time, nullable=False),
    Column("started_at", Time),
    Column("finished_at", Time),
    sqlite_autoincrement=True,
)

entries = Table(
    "entries",
    metadata,
    Column("number", _BIG, primary_key=True, autoincrement=True),
    Column("job_id", ForeignKey("jobs.id", ondelete="CASCADE"), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("name", Text, nullable=False),
    Column("media_sha256", String(64), index=True),
    Column("record", JSON(none_as_null=True)),
    Column("payload", LargeBinary),
    Column("metadata", JSON, nullable=False),
    Column("state", String(16), nullable=False),
    # How often decoding was begun and not ended; what crashes processes is found by it.
    Column("attempts", Integer, nullable=False),
    # Where the expansion of an archive, a table or a sample goes on.
    Column("position", Integer, nullable=False),
    Column("reason", Text),
    Column("item_id", String(64)),
    Index("entries_open", "job_id", "state", "number"),
    sqlite_autoincrement=True,
)

maps = Table(
    "maps",
    metadata,
    Column("collection_id", ForeignKey("collections.id", ondelete="CASCADE"), primary_key=True),
    Column("vector", String(64), primary_key=True),
    Column("generation", Integer, nullable=False),
    # How many of the points were laid out together; the others were placed among them later.
    Column("laid_out", Integer, nullable=False),
    Column("points", LargeBinary, nullable=False),
    Column("made_at", Time, nullable=False),
)

# One row for each user and item: the newest event is what counts. Items need not be there yet.
events = Table(
    "events",
    metadata,
    Column("collection_id", ForeignKey("collections.id", ondelete="CASCADE"), primary_key=True),
    Column("user", String(512), primary_key=True),
    Column("item_id", String(64), primary_key=True),
    Column("value", Float, nullable=False),
    Column("at", Time, nullable=False),
    sqlite_with_rowid=False,
)

trainings = Table(
    "trainings",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("collection_id", ForeignKey("collections.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("model", LargeBinary, nullable=False),
    sqlite_autoincrement=True,
)

requests = Table(
    "requests",
    metadata,
    Column("key", String(255), primary_key=True),
    Column("scope", String(200), primary_key=True),
    Column("job_id", String(32)),
    # What the request looked like from outside, so that a key is not used for another by mistake.
    Column("fingerprint", String(64), nullable=False),
    Column("created_at", Time, nullable=False),
)

query_media = Table(
    "query_media",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("sha256", String(64), nullable=False, index=True),
    Column("media_type", String(127), nullable=False),
    Column("name", Text, nullable=False),
    Column("expires_at", Time, nullable=False),
)

media = Table(
    "media",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("media_type", String(127), nullable=False),
    # Set again whenever the same bytes arrive: the grace period counts from here.
    Column("used_at", Time, nullable=False),
)

keys = Table(
    "keys",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("name", String(120), nullable=False),
    Column("hash", String(64), nullable=False, unique=True),
    Column("scope", String(16), nullable=False),
    Column("created_at", Time, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("key_id", ForeignKey("keys.id", ondelete="CASCADE"), nullable=False),
    Column("expires_at", Time, nullable=False),
)

conversations = Table(
    "conversations",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("collection_id", ForeignKey("collections.id", ondelete="CASCADE"), nullable=False, index=True),
    # Of the key that began it, and gone with it; null on a server without keys.
    Column("owner", ForeignKey("keys.id", ondelete="CASCADE"), index=True),
    Column("title", Text, nullable=False),
    # The number of its last message: listings are in this order.
    Column("last", _BIG, nullable=False),
    Column("created_at", Time, nullable=False),
    Column("updated_at", Time, nullable=False),
)

messages = Table(
    "messages",
    metadata,
    Column("number", _BIG, primary_key=True, autoincrement=True),
    Column("id", String(32), nullable=False, unique=True),
    Column("conversation_id", ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False),
    Column("role", String(16), nullable=False),
    Column("text", Text, nullable=False),
    Column("details", JSON, nullable=False),
    Column("created_at", Time, nullable=False),
    Index("messages_in_order", "conversation_id", "number"),
    sqlite_autoincrement=True,
)
