"""Samples of records: what packages ship, as tables with a header."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from pathlib import PurePosixPath

import numpy as np

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


def molecules(inside: str, content: bytes) -> tuple[str, bytes]:
    """A table of structures as it is, but that an SDF's data items are called what they are: its names stand in the
    structures' first lines too, and SOL is the solubility, the decimal logarithm of moles in a litre of water."""
    for given, name in (("NAME", "name"), ("SOL", "solubility"), ("SOL_classification", "solubility_class")):
        content = content.replace(b">  <%b>" % given.encode(), b">  <%b>" % name.encode())
    return PurePosixPath(inside).name, content


_RESISTANCE = (
    ("beta-lactamase A", r"class A .*beta-lactamase"),
    ("beta-lactamase B", r"metallo-beta-lactamase|class B .*beta-lactamase"),
    ("beta-lactamase C", r"class C .*beta-lactamase"),
    ("beta-lactamase D", r"class D .*beta-lactamase"),
    ("aminoglycoside", r"aminoglycoside|streptomycin|16S rRNA \(guanine"),
    ("tetracycline", r"tetracycline"),
    ("macrolide", r"macrolide|lincosamide|23S rRNA \(adenine"),
    ("quinolone", r"quinolone"),
    ("phenicol", r"phenicol"),
    ("trimethoprim", r"trimethoprim|dihydrofolate reductase"),
    ("sulfonamide", r"sulfonamide"),
    ("glycopeptide", r"glycopeptide|vancomycin"),
    ("colistin", r"phosphoethanolamine"),
    ("fosfomycin", r"fosfomycin"),
    ("rifamycin", r"rifa"),
)
"""What a gene makes bacteria resist, by what its description says."""


def genes(files: Mapping[str, bytes]) -> tuple[str, bytes]:
    """Genes out of an index of BWA as CSV: id, name, description, label and sequence; only those with a label.

    Its `.ann` names the sequences, with their offsets and lengths; its `.pac` has their letters, two bits each, four to
    a byte, the first in the highest places (https://github.com/lh3/bwa, bntseq.c). Other letters than A, C, G and T, of
    which there are few, BWA replaces by some of these."""
    lines = next(content for name, content in files.items() if name.endswith(".ann")).decode().splitlines()
    packed = np.frombuffer(next(content for name, content in files.items() if name.endswith(".pac")), np.uint8)
    places = np.stack([(packed >> shift) & 3 for shift in (6, 4, 2, 0)], axis=1).ravel()
    letters = np.frombuffer(b"ACGT", np.uint8)[places].tobytes().decode()
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow(("id", "name", "description", "label", "sequence"))
    for named, placed in zip(lines[1::2], lines[2::2], strict=True):
        _, accession, description = named.split(" ", 2)
        offset, length, _ = map(int, placed.split())
        label = next((label for label, pattern in _RESISTANCE if re.search(pattern, description)), None)
        gene = re.search(r"(\S+) gene for", description)
        if label:
            name = gene[1] if gene else accession
            writer.writerow((accession, name, description, label, letters[offset : offset + length]))
    return "genes.csv", table.getvalue().encode()
