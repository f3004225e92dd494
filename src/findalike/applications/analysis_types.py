"""What video analysis is asked, and what it answers."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from findalike.applications.base import SearchQuery

NAME = r"^[^\s\x00-\x1f\x7f](?:[^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f])?$"


class AnalysisQuery(SearchQuery):
    """Ask with names: moments in which all of them are there together. Or with a picture: of a face, or of a thing."""

    names: list[str] = Field(
        default_factory=list,
        max_length=8,
        description="Of people and things of the gallery, of unknown faces (`person 3`), and of kinds (`dog`).",
    )
    media_id: str | None = Field(None, min_length=1, max_length=64, description="From `POST /api/v1/media`.")
    item_id: str | None = Field(None, min_length=1, max_length=64, description="A picture of this collection.")
    find: Literal["face", "thing"] = Field(
        "thing", description="Of a picture: its largest face, or all of it as a thing."
    )
    group: bool = Field(True, description="One hit a video, with its best moment; or one a moment.")

    @model_validator(mode="after")
    def one_of_all(self) -> AnalysisQuery:
        if sum((bool(self.names), self.media_id is not None, self.item_id is not None)) != 1:
            raise ValueError("give one of names, media_id and item_id")
        if any(not name.strip() for name in self.names):
            raise ValueError("a name is empty")
        return self


class BoxAt(BaseModel):
    """Where something is in a frame, in fractions of its width and height."""

    at: float = Field(description="Seconds; 0 in a picture.")
    x: float
    y: float
    width: float
    height: float


class Appearance(BaseModel):
    """From when to when something is seen."""

    segment: int = Field(description="The number of its first segment: for a small picture of it.")
    start: float = Field(description="Seconds; 0 in a picture.")
    end: float
    score: float
    boxes: list[BoxAt]


class Lane(BaseModel):
    """One thing, person or kind of thing in a time line, with all its appearances."""

    kind: Literal["person", "thing", "class"]
    name: str
    known: bool = Field(description="False for a person without a name, and for kinds of things.")
    score: float = Field(description="The surest appearance's.")
    appearances: list[Appearance]


class Timeline(BaseModel):
    """Who and what is in a video or a picture, and when."""

    item_id: str
    duration: float = Field(description="Seconds; 0 for a picture.")
    step: float = Field(description="Seconds between the frames that were looked at.")
    faces: bool = Field(description="Whether faces are looked for.")
    lanes: list[Lane]


class WhoRequest(BaseModel):
    """Nothing needs to be said."""

    model_config = ConfigDict(extra="forbid")


class Example(BaseModel):
    """A picture of the gallery."""

    item_id: str
    name: str = Field(description="Of the file.")
    usable: bool = Field(description="False if there is no face in it, though it is one of a person.")


class Known(BaseModel):
    """Someone or something of the gallery."""

    name: str
    kind: Literal["person", "thing"]
    examples: list[Example]
    named: int = Field(description="How many appearances in videos were named so.")
    items: int = Field(description="In how many videos and pictures it was found.")


class Unknown(BaseModel):
    """A face that was seen and has no name."""

    name: str = Field(description="`person` and a number, in order of first appearance.")
    item_id: str
    segment: int
    appearances: int
    items: int


class WhoAnswer(BaseModel):
    """The gallery, and the unknown faces."""

    known: list[Known]
    unknown: list[Unknown]
    classes: list[str] = Field(description="Kinds of things that were seen.")


class NameRequest(BaseModel):
    """Whose face it is."""

    model_config = ConfigDict(extra="forbid")

    item_id: str = Field(pattern=r"^[0-9a-f]{64}$", examples=["0" * 64])
    segment: int = Field(ge=0, le=2**31, description="The number of a segment that is a face.")
    name: str | None = Field(
        None, pattern=NAME, max_length=200, description="The name; without it, names that were given are taken back."
    )


class NameAnswer(BaseModel):
    """What was named."""

    appearances: int
    items: int


class Thresholds(BaseModel):
    """How alike two faces or things must be to be the same. What is left out stays as it is."""

    model_config = ConfigDict(extra="forbid")

    faces: float | None = Field(
        None,
        gt=0,
        le=2,
        strict=True,
        allow_inf_nan=False,
        description="The largest distance of two pictures of one face.",
    )
    things: float | None = Field(
        None,
        ge=-1,
        le=1,
        strict=True,
        allow_inf_nan=False,
        description="The least cosine of two pictures of one thing.",
    )
