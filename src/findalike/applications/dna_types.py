"""What is put into DNA classification, and how it is asked."""

from __future__ import annotations

from pydantic import Field, model_validator

from findalike.applications.base import BaseRecord, SearchQuery
from findalike.decoders.blocks import one_line


class DnaRecord(BaseRecord):
    """A sequence of DNA or RNA with its id, name, class and metadata. Letters are IUPAC's."""

    sequence: str = Field(min_length=1, max_length=10_000_000)
    name: str | None = Field(None, max_length=1000)
    description: str | None = Field(None, max_length=4000)
    label: str | None = Field(None, max_length=500, description="Its class.")

    @property
    def item_name(self) -> str | None:
        return one_line(self.name) or self.id


class DnaQuery(SearchQuery):
    """Ask with a sequence, or with an item that is there."""

    sequence: str | None = Field(
        None, min_length=1, max_length=20_000, description="A sequence; of a gene, best as a whole.", examples=["ACGT"]
    )
    item_id: str | None = Field(None, min_length=1, max_length=64, description="More like this item.")
    align: bool = Field(
        True,
        description="Put the best hits in the order of their alignments, and show those of the page; else all are in "
        "the order of their profiles, which `score` compares.",
    )
    group: bool = Field(True, description="One hit a sequence; or one for each of its windows.")

    @model_validator(mode="after")
    def one_of_both(self) -> DnaQuery:
        if (self.sequence is None) == (self.item_id is None):
            raise ValueError("give either sequence or item_id")
        return self
