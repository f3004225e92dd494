"""Molecules by RDKit: reading, standardising, properties, fingerprints, screens and drawings.

Native code on untrusted input: to be called in decoder processes only.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from contextlib import redirect_stderr
from functools import cache
from time import monotonic
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from rdkit import Chem, rdBase
from rdkit.Chem import Crippen, Descriptors, rdDepictor, rdFingerprintGenerator, rdFMCS, rdMolDescriptors
from rdkit.Chem.Draw import rdMolDraw2D
from rdkit.Chem.MolStandardize import rdMolStandardize

from findalike.errors import InvalidInput

MOST_ATOMS = 1000
"""Heavy atoms of a molecule: far more than a drug has, far less than a protein."""

Kind = Literal["morgan", "feature-morgan", "path", "atom-pair", "torsion"]

SCREEN_BITS = 1024
"""Bits of the pattern fingerprint: what it has that a molecule lacks says that the molecule cannot contain it."""

_COMMON_SECONDS = 5.0
_COMMON_EACH = 1
_COLOUR = (0.55, 0.80, 0.98)


def read(smiles: str | None, molblock: str | None = None) -> Chem.Mol:
    """A molecule, sanitised. Raises InvalidInput with RDKit's reason."""
    with rdBase.BlockLogs():
        if smiles is not None:
            found = Chem.MolFromSmiles(smiles.strip(), sanitize=False)
        else:
            found = Chem.MolFromMolBlock(molblock or "", sanitize=False)
        if found is None:
            raise InvalidInput(f"RDKit cannot read this structure: {_reason(smiles, molblock)}.", field="smiles")
        if not found.GetNumAtoms():
            raise InvalidInput("The structure has no atoms.", field="smiles")
        if found.GetNumHeavyAtoms() > MOST_ATOMS:
            raise InvalidInput(f"The structure has more than {MOST_ATOMS:,} heavy atoms.", field="smiles")
        try:
            Chem.SanitizeMol(found)
            Chem.AssignStereochemistry(found, cleanIt=True, force=True)
            return Chem.RemoveHs(found)
        except (ValueError, RuntimeError) as error:
            raise InvalidInput(f"RDKit refuses this structure: {_sentence(error)}", field="smiles") from error


def pattern(smarts: str) -> Chem.Mol:
    """A SMARTS pattern. Raises InvalidInput with RDKit's reason."""
    with rdBase.BlockLogs():
        found = Chem.MolFromSmarts(smarts.strip())
    if found is None or not found.GetNumAtoms():
        raise InvalidInput("RDKit cannot read this SMARTS pattern.", field="smarts")
    found.UpdatePropertyCache(strict=False)
    # What compares it with molecules asks which of its atoms are in rings.
    Chem.FastFindRings(found)
    return found


def standardised(molecule: Chem.Mol, *, largest: bool = True) -> Chem.Mol:
    """Metals disconnected, functional groups in their usual form, the largest part alone (if wanted), charges removed.

    RDKit's MolStandardize, after Hersey et al., 2015, "Chemical databases: curation or integration by user-defined
    equivalence?". What it cannot do anything with stays as it is."""
    metals, normalizer, reionizer, chooser, uncharger = _tools()
    try:
        with rdBase.BlockLogs():
            clean = reionizer.reionize(normalizer.normalize(metals.Disconnect(molecule)))
            found = uncharger.uncharge(chooser.choose(clean) if largest else clean)
            Chem.SanitizeMol(found)
            return found
    except (ValueError, RuntimeError):
        return molecule


def of_record(record: Mapping[str, Any], standardise: bool = True) -> Chem.Mol:
    """The molecule of a record with `molblock` or `smiles`, standardised if the record says so, or else if
    `standardise` does. Raises InvalidInput."""
    block = record.get("molblock")
    # Beside a block, SMILES is what its file notes about it, which may be in some program's own way.
    molecule = read(None if block else record.get("smiles"), block)
    own = record.get("standardise")
    return standardised(molecule) if (standardise if own is None else own) else molecule


def of_query(smiles: str, standardise: bool = True, *, largest: bool = True) -> Chem.Mol:
    """The molecule that is asked with, treated as those it is compared with. Raises InvalidInput."""
    molecule = read(smiles)
    return standardised(molecule, largest=largest) if standardise else molecule


def properties(molecule: Chem.Mol) -> dict[str, Any]:
    """What chemists filter by: Lipinski's and Veber's descriptors, by RDKit."""
    return {
        "formula": rdMolDescriptors.CalcMolFormula(molecule),
        "molecular_weight": round(Descriptors.MolWt(molecule), 3),
        "logp": round(Crippen.MolLogP(molecule), 3),
        "tpsa": round(rdMolDescriptors.CalcTPSA(molecule), 2),
        "rings": rdMolDescriptors.CalcNumRings(molecule),
        "heavy_atoms": molecule.GetNumHeavyAtoms(),
        "h_donors": rdMolDescriptors.CalcNumHBD(molecule),
        "h_acceptors": rdMolDescriptors.CalcNumHBA(molecule),
        "rotatable_bonds": rdMolDescriptors.CalcNumRotatableBonds(molecule),
    }


def fingerprint(molecule: Chem.Mol, kind: Kind, bits: int, radius: int, chirality: bool) -> NDArray[np.uint8]:
    """A fingerprint, packed: (bits / 8,)."""
    made: NDArray[np.uint8] = _generator(kind, bits, radius, chirality).GetFingerprintAsNumPy(molecule)
    return np.packbits(made)


def screen(molecule: Chem.Mol) -> NDArray[np.uint8]:
    """The pattern fingerprint, packed: (SCREEN_BITS / 8,). It grows with the structure: a part has no bit more."""
    found = Chem.PatternFingerprint(molecule, SCREEN_BITS)
    return np.packbits(np.frombuffer(found.ToBitString().encode(), np.uint8) - ord("0"))


def draw(molecule: Chem.Mol, size: int, marked: Sequence[int] = ()) -> str:
    """An SVG of this width, three quarters as high, on a clear ground; `marked` atoms stand out, with their bonds."""
    drawing = rdMolDraw2D.MolDraw2DSVG(size, size * 3 // 4)
    options = drawing.drawOptions()
    options.clearBackground = False
    options.padding = 0.06
    options.setHighlightColour(_COLOUR)
    chosen = set(marked)
    bonds = [one.GetIdx() for one in molecule.GetBonds() if {one.GetBeginAtomIdx(), one.GetEndAtomIdx()} <= chosen]
    with rdBase.BlockLogs():
        rdMolDraw2D.PrepareAndDrawMolecule(drawing, molecule, highlightAtoms=sorted(chosen), highlightBonds=bonds)
    drawing.FinishDrawing()
    return str(drawing.GetDrawingText())


class Comparison:
    """What molecules have in common with another: for drawings, the atoms, and the same orientation."""

    def __init__(self, other: Chem.Mol):
        self._other = other
        # Parts that are drawn apart would tear a molecule that has them joined.
        self._one = len(Chem.GetMolFrags(other)) == 1
        self._until = monotonic() + _COMMON_SECONDS
        rdDepictor.Compute2DCoords(other)

    def common(self, molecule: Chem.Mol) -> tuple[int, ...]:
        """The atoms of a molecule that are the largest part common to both; () if there is none, or no time left.

        Lays the molecule out as the other lies, if that is in one piece."""
        pairs = self._pairs(molecule)
        if pairs and self._one:
            try:
                rdDepictor.GenerateDepictionMatching2DStructure(molecule, self._other, atomMap=pairs)
            except (ValueError, RuntimeError):
                rdDepictor.Compute2DCoords(molecule)
        return tuple(atom for _, atom in pairs)

    def _pairs(self, molecule: Chem.Mol) -> list[tuple[int, int]]:
        """Atoms that correspond: (in the other, in the molecule)."""
        whole = molecule.GetSubstructMatch(self._other)
        if whole:
            return list(enumerate(whole))
        part = self._other.GetSubstructMatch(molecule)
        if part:
            return [(there, here) for here, there in enumerate(part)]
        if monotonic() > self._until:
            return []
        try:
            found = rdFMCS.FindMCS(
                [self._other, molecule], timeout=_COMMON_EACH, ringMatchesRingOnly=True, completeRingsOnly=True
            )
        except RuntimeError:
            # Patterns may say what it cannot deal with. A drawing without marks is better than none.
            return []
        if found.numAtoms < 2:
            return []
        shared = Chem.MolFromSmarts(found.smartsString)
        return list(zip(self._other.GetSubstructMatch(shared), molecule.GetSubstructMatch(shared), strict=False))


@cache
def _tools() -> tuple[Any, ...]:
    # Made once: making them reads their tables.
    with rdBase.BlockLogs():
        return (
            rdMolStandardize.MetalDisconnector(),
            rdMolStandardize.Normalizer(),
            rdMolStandardize.Reionizer(),
            rdMolStandardize.LargestFragmentChooser(),
            rdMolStandardize.Uncharger(),
        )


@cache
def _generator(kind: Kind, bits: int, radius: int, chirality: bool) -> Any:
    match kind:
        case "morgan":
            return rdFingerprintGenerator.GetMorganGenerator(radius=radius, fpSize=bits, includeChirality=chirality)
        case "feature-morgan":
            features = rdFingerprintGenerator.GetMorganFeatureAtomInvGen()
            return rdFingerprintGenerator.GetMorganGenerator(
                radius=radius, fpSize=bits, includeChirality=chirality, atomInvariantsGenerator=features
            )
        case "path":
            return rdFingerprintGenerator.GetRDKitFPGenerator(fpSize=bits)
        case "atom-pair":
            return rdFingerprintGenerator.GetAtomPairGenerator(fpSize=bits, includeChirality=chirality)
        case "torsion":
            return rdFingerprintGenerator.GetTopologicalTorsionGenerator(fpSize=bits, includeChirality=chirality)


def _reason(smiles: str | None, molblock: str | None) -> str:
    """What RDKit writes to its log when it cannot read a structure: the first line, without its heading."""
    rdBase.LogToPythonStderr()
    heard = io.StringIO()
    with redirect_stderr(heard):
        if smiles is not None:
            Chem.MolFromSmiles(smiles, sanitize=False)
        else:
            Chem.MolFromMolBlock(molblock or "", sanitize=False)
    lines = [line.partition("] ")[2] or line for line in heard.getvalue().splitlines() if line.strip()]
    return lines[0].strip().rstrip(".:")[:300] if lines else "it follows no known form"


def _sentence(error: Exception) -> str:
    text = str(error).strip().splitlines()[0][:300]
    return text if text.endswith(".") else f"{text}."
