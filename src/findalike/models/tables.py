"""Samples of records: what packages ship, as tables with a header."""

from __future__ import annotations

import csv
import io

_PUBCHEM, _CAS, _SMILES, _SYSTEMATIC, _NAME = 0, 1, 4, 7, 8


def chemicals(content: bytes) -> tuple[str, bytes]:
    """The identifiers of the package chemicals as CSV: id (PubChem's), smiles, name and CAS number.

    Its columns have no names: PubChem's number, CAS number, formula, weight, SMILES, InChI and its key, the systematic
    name, and after it others, the most usual first."""
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow(("id", "smiles", "name", "cas"))
    for line in content.decode().splitlines():
        cells = line.split("\t")
        name = next((cell for cell in cells[_NAME : _NAME + 1] + cells[_SYSTEMATIC : _SYSTEMATIC + 1] if cell), "")
        writer.writerow((cells[_PUBCHEM], cells[_SMILES], name, cells[_CAS]))
    return "chemicals.csv", table.getvalue().encode()
