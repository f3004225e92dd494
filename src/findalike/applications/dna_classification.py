"""DNA classification: nearest sequences by k-mers, aligned; and the class that they tell."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from findalike.applications.base import Application, BaseRecord, Columns
from findalike.applications.dna_operations import CLASSIFY
from findalike.applications.dna_types import DnaQuery, DnaRecord
from findalike.decoders.records import FASTA
from findalike.decoders.sequences import align, clean, gc, rated, windows
from findalike.domain import Place, Segment, Source, Term, VectorSpec
from findalike.encoders.kmers import codes
from findalike.errors import InvalidInput

WINDOW = 1500
"""Letters of a segment: as long as most genes. Longer sequences have several, overlapping by half."""

_CANDIDATES = 50
_LETTERS = 15_000
"""So many of the best profiles are put in order by their alignments; of long queries fewer, whose letters together come
to so many. Profiles tell these apart better, and time grows with the letters."""

_LEAST = 11
_TELLING = re.compile(f"[ACGT]{{{_LEAST}}}")
"""What a query needs; BLAST's words are as long."""

_SEQUENCES = ("sequence", "seq", "dna", "rna", "nucleotides", "bases")
_LABELS = ("label", "class", "category", "target", "family", "taxon", "species")


class DnaClassification(Application):
    """Find the nearest DNA sequences, aligned, and the class that they tell."""

    name, title = "dna-classification", "DNA classification"
    vectors = {"kmers": VectorSpec("kmers-5")}
    fields = {"name": "text", "label": "text", "length": "integer", "gc": "number"}
    Query = DnaQuery
    Record: ClassVar[type[BaseRecord] | None] = DnaRecord
    tables = (FASTA,)
    parts_are_hits, depth = True, 200
    explains = True
    sample = "resistance-genes"
    query_example = {"sequence": "ATGAGTATTCAACATTTCCGTGTCGCCCTTATTCCCTTTTTTGCGGCATTTTGCC", "limit": 5}
    record_example = {"id": "s1", "name": "TEM-1", "sequence": "ATGAGTATTCAACATTTCCGTGTC", "label": "beta-lactamase"}
    operations = {"classify": CLASSIFY}

    def row(self, row: Mapping[str, Any], columns: Columns) -> BaseRecord:
        return super().row(row, {**_guessed(row, columns), **columns})

    def segments(self, source: Source) -> Iterable[Segment]:
        sequence = opened(source)
        for start, end in windows(len(sequence), WINDOW):
            yield Segment({"sequence": codes(sequence[start:end])}, {"start": start, "end": end})

    def query_segments(self, source: Source, options: Mapping[str, Any]) -> Iterable[Segment]:
        """All of a query is one profile: it is looked for as a whole."""
        sequence = opened(source)
        if not _TELLING.search(sequence):
            raise InvalidInput(
                f"Send at least {_LEAST} letters A, C, G, T in a row: shorter ones, and ambiguous ones, are like all.",
                field="sequence",
            )
        yield Segment({"sequence": codes(sequence)})

    def facts(self, source: Source) -> Mapping[str, Any]:
        sequence = opened(source)
        given = {name: source.record.get(name) for name in ("name", "label", "description")}
        known = {name: value for name, value in given.items() if value}
        return {**known, "length": len(sequence), "gc": round(gc(sequence), 4)}

    def query(self, query: DnaQuery) -> list[Term]:
        if query.item_id:
            return [Term("kmers", item_id=query.item_id)]
        return [Term("kmers", record={"sequence": query.sequence})]

    def candidates(self, query: DnaQuery) -> int:
        return min(_CANDIDATES, _LETTERS // len(query.sequence)) if query.sequence and query.align else 0

    def rate(self, query: DnaQuery, found: Sequence[tuple[Place, Mapping[str, Any]]]) -> Sequence[float]:
        asked = clean(query.sequence or "")
        return [rated(asked, _part(place, record)) for place, record in found]

    def explain(
        self, query: DnaQuery, found: Sequence[tuple[Place, Mapping[str, Any]]]
    ) -> list[Mapping[str, Any] | None]:
        """The best local alignment with each hit, where it was asked with a sequence."""
        if query.sequence is None or not query.align:
            return [None] * len(found)
        asked = clean(query.sequence)
        return [aligned(asked, place, record) for place, record in found]


def opened(source: Source) -> str:
    """A record's sequence, checked once. Raises InvalidInput."""
    if "sequence" not in source.memo:
        source.memo["sequence"] = clean(source.record["sequence"])
    sequence: str = source.memo["sequence"]
    return sequence


def aligned(asked: str, place: Place, record: Mapping[str, Any]) -> dict[str, Any]:
    """How a query lies on a window of a sequence, as JSON; places count from 0 in the whole sequence."""
    start = int(place["start"])
    found = align(asked, _part(place, record))
    return {
        "identity": round(found.identity, 4),
        "coverage": round((found.query[1] - found.query[0]) / len(asked), 4),
        "identities": found.identities,
        "columns": found.columns,
        "strand": found.strand,
        "query_place": {"start": found.query[0], "end": found.query[1]},
        "place": {"start": start + found.target[0], "end": start + found.target[1]},
        "lines": list(found.lines),
    }


def _part(place: Place, record: Mapping[str, Any]) -> str:
    """The letters of a window."""
    return clean(record["sequence"])[int(place["start"]) : int(place["end"])]


def _guessed(row: Mapping[str, Any], columns: Columns) -> Columns:
    """Which columns of a table are sequence and class, by their names."""
    used = {name for names in columns.values() for name in names}
    free = {name.lower(): name for name in row if name not in used}
    guessed = {
        own: next((free[one] for one in known if one in free), None)
        for own, known in (("sequence", _SEQUENCES), ("label", _LABELS))
    }
    return {own: [name] for own, name in guessed.items() if name and own not in columns and own not in row}
