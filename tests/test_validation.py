"""What is said of wrong input."""

from __future__ import annotations

from datetime import datetime

import pytest
from pydantic import BaseModel, ValidationError, model_validator

from findalike.validation import first_of


class Liked(BaseModel):
    """One thing that somebody likes."""

    item: str


class Request(BaseModel):
    """Something with parts."""

    liked: list[Liked] = []
    at: datetime | None = None
    smiles: str | None = None

    @model_validator(mode="after")
    def _check(self) -> Request:
        if self.smiles == "":
            raise ValueError("give smiles or molblock")
        return self


@pytest.mark.parametrize(
    ("sent", "place", "said"),
    [
        ([], "", "Send a JSON object, and say so: Content-Type: application/json."),
        ({"liked": ["1"]}, "liked.0", "Give a JSON object."),
        ({"liked": [{}]}, "liked.0.item", "It is missing."),
        ({"at": "yesterday"}, "at", "Give a moment as 2026-11-22T10:00:00Z, or in seconds since 1970."),
        ({"smiles": ""}, "", "Give smiles or molblock."),
    ],
)
def test_the_first_thing_wrong_is_a_sentence(sent: object, place: str, said: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Request.model_validate(sent)
    assert first_of(caught.value) == (place, said)
    assert first_of(caught.value, "records.3")[0] == ".".join(filter(None, ["records.3", place]))
