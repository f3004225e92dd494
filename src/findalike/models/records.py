"""The model cards of molecules and sequences: fingerprints and profiles, which need no file."""

from __future__ import annotations

from typing import Any

from findalike.models.cards import ModelCard


def _fingerprint(name: str, title: str, source: str, bits: int = 2048, **options: Any) -> ModelCard:
    return ModelCard(
        name=name,
        title=title,
        family="fingerprint",
        dimension=bits,
        metric="JACCARD",
        accepts=("molecule",),
        licence="BSD-3-Clause (RDKit)",
        source=source,
        options=options,
    )


_MORGAN = "https://doi.org/10.1021/ci100050t"


def _kmers(name: str, title: str, dimension: int, **options: Any) -> ModelCard:
    return ModelCard(
        name=name,
        title=title,
        family="kmers",
        dimension=dimension,
        accepts=("sequence",),
        licence="Apache-2.0",
        source="https://doi.org/10.1093/bioinformatics/btg005",
        options=options,
    )


RECORDS: tuple[ModelCard, ...] = (
    _fingerprint("morgan-2048", "Morgan, radius 2 (ECFP4): circular surroundings of the atoms", _MORGAN, kind="morgan"),
    _fingerprint("morgan3-4096", "Morgan, radius 3 (ECFP6), in 4,096 bits", _MORGAN, 4096, kind="morgan", radius=3),
    _fingerprint(
        "morgan-chiral-2048", "Morgan, radius 2, that tells mirror images apart", _MORGAN, kind="morgan", chirality=True
    ),
    _fingerprint(
        "feature-morgan-2048",
        "Morgan of features, radius 2 (FCFP4): donors, acceptors, aromatic atoms, …",
        _MORGAN,
        kind="feature-morgan",
    ),
    _fingerprint("path-2048", "Paths of up to seven bonds", "https://www.rdkit.org/docs/RDKit_Book.html", kind="path"),
    _fingerprint("atom-pair-2048", "Pairs of atoms", "https://doi.org/10.1021/ci00046a002", kind="atom-pair"),
    _fingerprint("torsion-2048", "Topological torsions", "https://doi.org/10.1021/ci00054a008", kind="torsion"),
    _kmers("kmers-5", "Words of five letters, either strand", 512, k=5),
    _kmers("kmers-6", "Words of six letters, either strand", 2080, k=6),
    _kmers("kmers-5-one-strand", "Words of five letters of the strand as it is given", 1024, k=5, both_strands=False),
)
