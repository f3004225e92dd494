"""Molecule search: similar structures, parts of structures, names; and properties predicted from neighbours."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from rdkit import Chem

from findalike.applications.base import Application, BaseRecord, Columns
from findalike.applications.molecule_operations import DRAW, PREDICT
from findalike.applications.molecule_scans import Contained, Containing, Equal, Named, kept
from findalike.applications.molecule_types import MoleculeOptions, MoleculeQuery, MoleculeRecord
from findalike.applications.scan import Scan
from findalike.decoders.blocks import one_line
from findalike.decoders.molecules import draw, of_record, properties
from findalike.decoders.records import MOL, SDF, SMILES
from findalike.domain import Segment, Source, Term, VectorSpec

_NAMES = ("name", "title", "compound", "pref_name", "common_name", "molecule_name", "iupac", "iupac_name")


class MoleculeSearch(Application):
    """Find molecules by structure: similar ones, those that contain a part, or by name."""

    name, title = "molecule-search", "Molecule search"
    vectors = {"structure": VectorSpec("morgan-2048", "JACCARD")}
    fields = {
        "name": "text",
        "formula": "text",
        "molecular_weight": "number",
        "logp": "number",
        "tpsa": "number",
        "rings": "integer",
        "heavy_atoms": "integer",
        "h_donors": "integer",
        "h_acceptors": "integer",
        "rotatable_bonds": "integer",
    }
    Options = MoleculeOptions
    options: MoleculeOptions
    Query = MoleculeQuery
    Record: ClassVar[type[BaseRecord] | None] = MoleculeRecord
    tables = (SDF, MOL, SMILES)
    sample = "molecules"
    query_example = {"smiles": "CC(=O)Oc1ccccc1C(=O)O", "limit": 10, "filter": "molecular_weight < 300"}
    record_example = {"id": "m1", "name": "aspirin", "smiles": "CC(=O)Oc1ccccc1C(=O)O", "metadata": {"year": 1899}}
    operations = {"predict": PREDICT, "draw": DRAW}

    def row(self, row: Mapping[str, Any], columns: Columns) -> BaseRecord:
        return super().row(row, {**_guessed(row, columns), **columns})

    def segments(self, source: Source) -> Iterable[Segment]:
        molecule = self._opened(source)
        smiles = Chem.MolToSmiles(molecule)
        yield Segment(
            {"molecule": molecule},
            # Only equal structures have near fingerprints.
            fingerprint=int.from_bytes(hashlib.sha256(smiles.encode()).digest()[:8], "big"),
            text=smiles,
            data=kept(molecule),
        )

    def query_segments(self, source: Source, options: Mapping[str, Any]) -> Iterable[Segment]:
        yield Segment({"molecule": self._opened(source)})

    def facts(self, source: Source) -> Mapping[str, Any]:
        name = one_line(source.record.get("name"))
        return {**properties(self._opened(source)), **({"name": name} if name else {})}

    def folds(self, query: MoleculeQuery) -> bool:
        return query.group

    def query(self, query: MoleculeQuery) -> list[Term]:
        if query.item_id:
            return [Term("structure", item_id=query.item_id)]
        return [Term("structure", record={"smiles": query.smiles})]

    def scan(self, query: MoleculeQuery) -> Scan | None:
        if query.name is not None:
            return Named(query.name)
        if query.smarts is not None:
            return Containing(smarts=query.smarts)
        if query.smiles is None or query.mode == "similar":
            return None
        if query.mode == "substructure":
            return Containing(query.smiles, standardise=self.options.standardise)
        scan = Contained if query.mode == "superstructure" else Equal
        return scan(query.smiles, self.options.standardise)

    def preview(self, source: Source, size: int) -> tuple[bytes, str] | None:
        return draw(self._opened(source), size).encode(), "image/svg+xml"

    def _opened(self, source: Source) -> Chem.Mol:
        """A record's molecule, read and standardised once. Raises InvalidInput."""
        if "molecule" not in source.memo:
            source.memo["molecule"] = of_record(source.record, self.options.standardise)
        return source.memo["molecule"]


def _guessed(row: Mapping[str, Any], columns: Columns) -> Columns:
    """Which columns of a table are structure and name, by their names."""
    used = {name for names in columns.values() for name in names}
    free = {name.lower(): name for name in row if name not in used}
    structure = next((name for low, name in free.items() if "smiles" in low), free.get("structure"))
    title = next((free[one] for one in _NAMES if one in free), None)
    guessed = {"smiles": structure if "molblock" not in row else None, "name": title}
    return {own: [name] for own, name in guessed.items() if name and own not in columns and own not in row}
