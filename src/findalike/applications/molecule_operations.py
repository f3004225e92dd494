"""What molecule search can do beside searching: predict a property from the nearest molecules, and draw."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, model_validator

from findalike.applications.molecule_types import MoleculeOptions, MoleculeQuery
from findalike.applications.operations import Context, Operation
from findalike.decoders.molecules import Comparison, draw, of_query, of_record, pattern
from findalike.errors import InvalidInput

if TYPE_CHECKING:
    from rdkit import Chem


class PredictRequest(BaseModel):
    """Of which molecule to predict what."""

    model_config = ConfigDict(extra="forbid")

    smiles: str | None = Field(None, min_length=1, max_length=20_000)
    item_id: str | None = Field(None, min_length=1, max_length=64, description="Of an item, from the others.")
    field: str = Field(max_length=63, description="A declared field that holds numbers.")
    neighbours: int = Field(5, ge=1, le=100, description="Of how many molecules at most.")
    min_score: float = Field(0.3, ge=0, le=1, description="Their least Tanimoto.")
    filter: str | None = Field(None, max_length=3900, description="Only from items that match.")

    @model_validator(mode="after")
    def one_of_both(self) -> PredictRequest:
        if (self.smiles is None) == (self.item_id is None):
            raise ValueError("give either smiles or item_id")
        return self


class Neighbour(BaseModel):
    """A molecule that a prediction is made from."""

    item_id: str
    name: str
    smiles: str | None
    score: float = Field(description="Tanimoto, which is its weight.")
    value: float


class PredictAnswer(BaseModel):
    """A property as the neighbours' mean, weighted by their Tanimoto."""

    field: str
    value: float | None = Field(description="Null if no molecule is near enough.")
    spread: float | None = Field(
        description="The weighted standard deviation of the neighbours' values; null of fewer than two."
    )
    nearest: float | None = Field(description="The Tanimoto of the nearest: the lower, the less it means.")
    neighbours: list[Neighbour]


async def predict(context: Context, request: PredictRequest) -> PredictAnswer:
    """Predict a property by nearest neighbours: similar molecules tend to have similar properties.

    A baseline that every model of properties must beat. It says nothing where the molecule is unlike all others."""
    numbers = [name for name, kind in context.collection.fields.items() if kind in ("number", "integer")]
    if request.field not in numbers:
        raise InvalidInput(
            f"There is no declared number {request.field!r}; there are {', '.join(numbers)}.", field="field"
        )
    known = f"{request.field} != null"
    query = MoleculeQuery(
        smiles=request.smiles,
        item_id=request.item_id,
        limit=request.neighbours,
        min_score=request.min_score,
        filter=f"({request.filter}) and {known}" if request.filter else known,
    )
    found = [
        Neighbour(
            item_id=hit.item.id,
            name=hit.item.name,
            smiles=hit.segment.text,
            score=hit.score,
            value=float(hit.item.metadata[request.field]),
        )
        for hit in (await context.search(query)).hits
    ]
    weights = np.array([one.score for one in found])
    if not weights.sum():
        return PredictAnswer(field=request.field, value=None, spread=None, nearest=None, neighbours=found)
    values = np.array([one.value for one in found])
    mean = float(np.average(values, weights=weights))
    spread = float(np.sqrt(np.average((values - mean) ** 2, weights=weights))) if len(found) > 1 else None
    return PredictAnswer(field=request.field, value=mean, spread=spread, nearest=found[0].score, neighbours=found)


class DrawRequest(BaseModel):
    """What to draw, and what to compare it with."""

    model_config = ConfigDict(extra="forbid")

    ids: list[str] = Field(max_length=100, description="Items.", examples=[["0" * 64]])
    smiles: str | None = Field(
        None, min_length=1, max_length=20_000, description="Mark what they have in common with this structure."
    )
    smarts: str | None = Field(None, min_length=1, max_length=2000, description="Mark what matches this pattern.")
    size: int = Field(320, ge=64, le=1024, description="Pixels: how wide; three quarters as high.")


class DrawAnswer(BaseModel):
    """Drawings."""

    drawings: dict[str, str] = Field(description="SVG by the item's id; of those that are there.")
    missing: list[str] = Field(description="Ids that no item of this collection has.")
    query: str | None = Field(description="SVG of the structure that they are compared with.")


async def draw_items(context: Context, request: DrawRequest) -> DrawAnswer:
    """Draw molecules, with what they have in common with another marked, and lying as it lies.

    What they have in common is the whole of it where one contains the other, else their largest common substructure;
    nothing is marked where finding that takes too long."""
    items = await context.items(request.ids)
    structures = {item.id: item.record or {} for item in items}
    standardise = MoleculeOptions.model_validate(context.collection.options).standardise
    drawings, query = await context.work(_drawings, structures, request, standardise)
    missing = [id for id in dict.fromkeys(request.ids) if id not in drawings]
    return DrawAnswer(drawings=drawings, missing=missing, query=query)


def _drawings(
    structures: Mapping[str, Mapping[str, Any]], request: DrawRequest, standardise: bool
) -> tuple[dict[str, str], str | None]:
    wanted = _compared(request, standardise)
    comparison = Comparison(wanted) if wanted else None
    drawn: dict[str, str] = {}
    for id, record in structures.items():
        molecule = of_record(record, standardise)
        drawn[id] = draw(molecule, request.size, comparison.common(molecule) if comparison else ())
    return drawn, draw(wanted, request.size) if wanted and request.smiles is not None else None


def _compared(request: DrawRequest, standardise: bool) -> Chem.Mol | None:
    if request.smiles is not None:
        return of_query(request.smiles, standardise, largest=False)
    return pattern(request.smarts) if request.smarts is not None else None


PREDICT = Operation(
    predict,
    PredictRequest,
    PredictAnswer,
    "Predict a property",
    {"smiles": "CCCCCO", "field": "logp"},
)
DRAW = Operation(draw_items, DrawRequest, DrawAnswer, "Draw", {"ids": [], "smiles": "c1ccccc1"})
