"""`classify`: the class of a sequence by its nearest neighbours, weighted by how well they align with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict, Field

from findalike.applications.dna_types import DnaQuery
from findalike.applications.operations import Context, Operation

FAR = 0.4
"""Identical letters in the best alignment with the nearest, as a share of the sequence: below it, it is like none."""

POWER = 4
"""How much more a better alignment counts: weights are this power of the share of identical letters."""


class ClassifyRequest(BaseModel):
    """What to classify."""

    model_config = ConfigDict(extra="forbid")

    sequence: str = Field(min_length=1, max_length=20_000, examples=["ATGAGTATTCAACATTTCCGTGTCGCC"])
    neighbours: int = Field(5, ge=1, le=50, description="How many labelled sequences vote.")
    filter: str | None = Field(None, max_length=3900, description="Only items that match.")


class Evidence(BaseModel):
    """A neighbour that voted."""

    item_id: str
    name: str
    label: str
    score: float = Field(description="Of the k-mer profiles: their cosine.")
    identity: float = Field(description="The share of identical columns of the best local alignment.")
    likeness: float = Field(description="Identical letters, as a share of the sequence asked with.")


class Share(BaseModel):
    """A class and what speaks for it."""

    label: str
    confidence: float


class ClassifyAnswer(BaseModel):
    """A class, how sure it is, and why."""

    label: str | None = Field(description="Null: like nothing here.")
    confidence: float = Field(description="The share of such answers that are right; see the documentation.")
    nearest: float | None = Field(description="The likeness of the nearest neighbour.")
    classes: list[Share] = Field(description="All classes that got votes, best first.")
    evidence: list[Evidence]


async def classify(context: Context, request: ClassifyRequest) -> ClassifyAnswer:
    """Classify a sequence by its nearest labelled neighbours.

    Candidates come by k-mers; each votes for its class with the power of the share of letters that are identical in
    its best local alignment. What aligns with nothing is unknown."""
    known = "label != null"
    query = DnaQuery(
        sequence=request.sequence,
        limit=request.neighbours,
        filter=f"({request.filter}) and {known}" if request.filter else known,
    )
    evidence = [
        Evidence(
            item_id=hit.item.id,
            name=hit.item.name,
            label=str(hit.item.metadata["label"]),
            score=hit.score,
            identity=hit.details["identity"],
            likeness=round(hit.details["identity"] * hit.details["coverage"], 4),
        )
        for hit in (await context.search(query)).hits
        if hit.details
    ]
    return decided(evidence)


def decided(evidence: Sequence[Evidence]) -> ClassifyAnswer:
    """The class that evidence tells.

    The confidence is the winner's share of all votes times how near the nearest is, from FAR (0) to identical (1), so
    that votes of distant neighbours alone never sound sure."""
    nearest = max((one.likeness for one in evidence), default=None)
    votes: defaultdict[str, float] = defaultdict(float)
    for one in evidence:
        votes[one.label] += one.likeness**POWER
    total = sum(votes.values())
    if nearest is None or nearest < FAR or not total:
        return ClassifyAnswer(label=None, confidence=0.0, nearest=nearest, classes=[], evidence=list(evidence))
    sure = calibrated(nearest)
    shares = [Share(label=label, confidence=sure * vote / total) for label, vote in votes.items()]
    shares.sort(key=lambda share: (-share.confidence, share.label))
    return ClassifyAnswer(
        label=shares[0].label,
        confidence=shares[0].confidence,
        nearest=nearest,
        classes=shares,
        evidence=list(evidence),
    )


def calibrated(nearest: float) -> float:
    """How often a unanimous vote is right, by the likeness of the nearest."""
    return min(1.0, 0.7 + 0.3 * (nearest - FAR) / (0.8 - FAR))


CLASSIFY = Operation(
    classify, ClassifyRequest, ClassifyAnswer, "Classify", {"sequence": "ATGAGTATTCAACATTTCCGTGTCGCC", "neighbours": 5}
)
