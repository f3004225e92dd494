"""Complete searches of molecules: what contains a structure, what is contained in it, what is the same, and names.

What is kept of each molecule (`kept`) begins with its screen, of fixed length, and its number of heavy atoms, by which
scans rate; then comes the molecule in RDKit's binary form, by which they confirm.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from rdkit import Chem

from findalike.catalog.reading import Sketches
from findalike.decoders.molecules import SCREEN_BITS, of_query, pattern, screen

_SCREEN = SCREEN_BITS // 8
_ATOMS = 2
_HEAD = _SCREEN + _ATOMS

Begun = tuple[NDArray[np.uint8], int]
"""The query's screen (SCREEN_BITS / 8,), and its number of heavy atoms."""


def kept(molecule: Chem.Mol) -> bytes:
    """What a segment keeps of its molecule."""
    atoms = molecule.GetNumHeavyAtoms().to_bytes(_ATOMS, "big")
    data: bytes = screen(molecule).tobytes() + atoms + molecule.ToBinary()
    return data


def _parts(sketches: Sketches) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Screens (n, SCREEN_BITS / 8) and numbers of heavy atoms (n,)."""
    high, low = sketches.heads[:, _SCREEN].astype(np.int64), sketches.heads[:, _SCREEN + 1]
    return sketches.heads[:, :_SCREEN], high * 256 + low


def _scores(possible: NDArray[np.bool_], few: NDArray[np.int64], many: NDArray[np.int64]) -> NDArray[np.float32]:
    """The smaller's share of the larger's atoms, from 0 to 1; NaN for what is no hit."""
    share = np.minimum(1.0, np.maximum(few, 1) / np.maximum(many, 1))
    return np.where(possible, share, np.nan).astype(np.float32)


@dataclass(frozen=True)
class Containing:
    """Molecules that contain a structure, or match a SMARTS pattern; those with the least beside it first.

    Charges are removed from the structure if they were from the molecules; stereochemistry does not count."""

    smiles: str = ""
    smarts: str | None = None
    standardise: bool = True
    name: ClassVar[str] = "substructure"
    head: ClassVar[int] = _HEAD

    def _molecule(self) -> Chem.Mol:
        if self.smarts is not None:
            return pattern(self.smarts)
        return of_query(self.smiles, self.standardise, largest=False)

    def begin(self) -> Begun:
        molecule = self._molecule()
        return screen(molecule), molecule.GetNumHeavyAtoms()

    def rate(self, begun: Begun, sketches: Sketches) -> NDArray[np.float32]:
        wanted, atoms = begun
        screens, sizes = _parts(sketches)
        return _scores(((screens & wanted) == wanted).all(axis=1), np.full_like(sizes, atoms), sizes)

    def confirm(self, data: Sequence[bytes]) -> list[bool]:
        wanted = self._molecule()
        return [Chem.Mol(one[_HEAD:]).HasSubstructMatch(wanted) for one in data]


@dataclass(frozen=True)
class Contained:
    """Molecules that are a part of a structure; the largest first."""

    smiles: str
    standardise: bool = True
    name: ClassVar[str] = "superstructure"
    head: ClassVar[int] = _HEAD

    def begin(self) -> Begun:
        molecule = of_query(self.smiles, self.standardise)
        return screen(molecule), molecule.GetNumHeavyAtoms()

    def rate(self, begun: Begun, sketches: Sketches) -> NDArray[np.float32]:
        whole, atoms = begun
        screens, sizes = _parts(sketches)
        return _scores(((screens & ~whole) == 0).all(axis=1), sizes, np.full_like(sizes, atoms))

    def confirm(self, data: Sequence[bytes]) -> list[bool]:
        whole = of_query(self.smiles, self.standardise)
        return [whole.HasSubstructMatch(Chem.Mol(one[_HEAD:])) for one in data]


@dataclass(frozen=True)
class Equal:
    """The same structure, stereochemistry included: by RDKit's canonical SMILES."""

    smiles: str
    standardise: bool = True
    name: ClassVar[str] = "exact"
    head: ClassVar[int] = _HEAD

    def begin(self) -> Begun:
        molecule = of_query(self.smiles, self.standardise)
        return screen(molecule), molecule.GetNumHeavyAtoms()

    def rate(self, begun: Begun, sketches: Sketches) -> NDArray[np.float32]:
        wanted, atoms = begun
        screens, sizes = _parts(sketches)
        return np.where((screens == wanted).all(axis=1) & (sizes == atoms), 1, np.nan).astype(np.float32)

    def confirm(self, data: Sequence[bytes]) -> list[bool]:
        wanted = Chem.MolToSmiles(of_query(self.smiles, self.standardise))
        return [Chem.MolToSmiles(Chem.Mol(one[_HEAD:])) == wanted for one in data]


@dataclass(frozen=True)
class Named:
    """Molecules whose name has a text in it: the same name first, then names that begin with it, then shorter ones."""

    text: str
    name: ClassVar[str] = "name"
    head: ClassVar[int] = 0

    def begin(self) -> str:
        return " ".join(self.text.casefold().split())

    def rate(self, begun: str, sketches: Sketches) -> NDArray[np.float32]:
        return np.fromiter((_likeness(begun, name.casefold()) for name in sketches.names), np.float32)

    def confirm(self, data: Sequence[bytes]) -> list[bool]:
        return [True] * len(data)


def _likeness(text: str, name: str) -> float:
    place = name.find(text)
    if place < 0:
        return float("nan")
    share = len(text) / max(1, len(name))
    return 0.5 + share / 2 if place == 0 else share / 2
