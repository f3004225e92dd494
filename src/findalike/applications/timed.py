"""What searches of sounds and of videos share: parts of what has a length in time."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, model_validator


class Part(BaseModel):
    """A part of a sound or a video, in seconds from its beginning."""

    model_config = ConfigDict(extra="forbid")

    start: float = Field(ge=0, allow_inf_nan=False)
    end: float = Field(gt=0, allow_inf_nan=False)

    @model_validator(mode="after")
    def forwards(self) -> Part:
        if self.end <= self.start:
            raise ValueError("end must be greater than start")
        return self
