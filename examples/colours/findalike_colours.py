"""A complete findalike application: find colours that look alike. Install it, and it is there."""

from __future__ import annotations

import colorsys
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from pydantic import Field

from findalike.applications.base import Application, BaseRecord, SearchQuery
from findalike.domain import Segment, Source, Term, Vector, VectorSpec

Hex = Field(pattern="^#[0-9a-fA-F]{6}$", description="For example #1e90ff.")


def position(colour: str) -> Vector:
    """Where a colour lies in the cone of hue, saturation and value: near colours look alike. Shape (3,)."""
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    hue, saturation, value = colorsys.rgb_to_hsv(red, green, blue)
    radius, angle = saturation * value, 2 * np.pi * hue
    return np.array([radius * np.cos(angle), radius * np.sin(angle), value], dtype=np.float32)


class ColourRecord(BaseRecord):
    """A colour; name it in the metadata."""

    colour: str = Hex


class ColourQuery(SearchQuery):
    """Ask with a colour."""

    colour: str = Hex


class ColourSearch(Application):
    """Find colours that look alike."""

    name, title = "colour-search", "Colour search"
    vectors = {"cone": VectorSpec(model=None, metric="L2", dimension=3)}
    fields = {"brightness": "number"}
    Query, Record = ColourQuery, ColourRecord
    query_example = {"colour": "#1e90ff", "limit": 5}
    record_example = {"id": "dodgerblue", "colour": "#1e90ff", "metadata": {"name": "Dodger blue"}}

    def segments(self, source: Source) -> Iterable[Segment]:
        yield Segment({"vector": position(source.record["colour"])})

    def facts(self, source: Source) -> Mapping[str, Any]:
        return {"brightness": float(position(source.record["colour"])[2])}

    def query(self, query: ColourQuery) -> list[Term]:
        return [Term("cone", vector=position(query.colour))]
