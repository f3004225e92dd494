"""Collections, and the maps of them."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field, JsonValue

from findalike.applications.base import CollectionOptions
from findalike.domain import Collection, FieldType, Generation, Metric, Ranking
from findalike.server.schemas.base import In
from findalike.vectors import IndexKind


class CollectionSettings(In):
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


class CollectionPatch(In):
    """What of a collection can change at once. New fields take effect in searches when the rebuild is done."""

    description: str | None = Field(None, max_length=2000)
    fields: dict[str, FieldType] | None = None


class RebuildRequest(In):
    """What the new generation shall be made with; what is left out stays."""

    models: dict[str, str] = Field(default_factory=dict)
    index: IndexKind | None = None


class MapRequest(In):
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
