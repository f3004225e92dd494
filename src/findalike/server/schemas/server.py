"""The server: what it offers, its models, sessions, health."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, Field

from findalike.catalog.keys import Scope
from findalike.domain import FieldType
from findalike.models.cards import ModelCard
from findalike.server.schemas.base import In


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


class SessionRequest(In):
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


class SampleRequest(In):
    """Where the sample shall go."""

    collection: str = Field("sample", pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")
