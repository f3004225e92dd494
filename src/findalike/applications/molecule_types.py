"""What is put into molecule search, and how it is asked."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from findalike.applications.base import BaseRecord, CollectionOptions, SearchQuery
from findalike.decoders.blocks import one_line

Mode = Literal["similar", "substructure", "superstructure", "exact"]


class MoleculeOptions(CollectionOptions):
    """How a collection of molecules treats structures."""

    standardise: bool = Field(
        True,
        title="Standardise structures",
        description="Keep the largest part alone, without charges; or everything as it is drawn, salts and all.",
    )


class MoleculeRecord(BaseRecord):
    """A molecule with its id, name and metadata, as SMILES or as a MOL block; if both are given, the block counts."""

    smiles: str | None = Field(None, min_length=1, max_length=20_000)
    molblock: str | None = Field(None, min_length=1, max_length=1_000_000)
    name: str | None = Field(None, max_length=1000)
    standardise: bool | None = Field(None, description="As `standardise` of the collection says, if left out.")

    @model_validator(mode="after")
    def one_structure(self) -> MoleculeRecord:
        if self.smiles is None and self.molblock is None:
            raise ValueError("give smiles or molblock")
        return self

    @property
    def item_name(self) -> str | None:
        return one_line(self.name) or self.id or self.smiles


class MoleculeQuery(SearchQuery):
    """Ask with a structure, with an item that is there, or by name."""

    smiles: str | None = Field(None, min_length=1, max_length=20_000, description="A structure.", examples=["CCO"])
    smarts: str | None = Field(
        None, min_length=1, max_length=2000, description="A pattern; what has it is found, as by mode substructure."
    )
    name: str | None = Field(None, min_length=1, max_length=200, description="A part of a name.")
    item_id: str | None = Field(None, min_length=1, max_length=64, description="Similar to this item.")
    mode: Mode = Field(
        "similar",
        description="similar: by Tanimoto. substructure: what contains it, superstructure: what is contained in it; "
        "the closer in size, the better. exact: the same structure.",
    )
    group: bool = Field(
        True,
        description="One hit for each structure, whatever it is called elsewhere. Counts where what is similar is "
        "looked for; the other modes, patterns and names find each item by itself.",
    )

    @model_validator(mode="after")
    def one_of_them(self) -> MoleculeQuery:
        given = [one for one in (self.smiles, self.smarts, self.name, self.item_id) if one is not None]
        if len(given) != 1:
            raise ValueError("give one of smiles, smarts, name and item_id")
        if self.mode != "similar" and self.smiles is None and not (self.smarts and self.mode == "substructure"):
            raise ValueError(f"the mode {self.mode} needs smiles")
        return self
