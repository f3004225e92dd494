"""Text formats of chemistry and biology as rows of a table: SDF, MOL, SMILES files and FASTA.

Only cut apart here; what a structure or a sequence means, and whether it is valid, the application says. A row that
cannot be used comes as the reason, a str.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

SDF = "chemical/x-mdl-sdfile"
MOL = "chemical/x-mdl-molfile"
SMILES = "chemical/x-daylight-smiles"
FASTA = "chemical/seq-na-fasta"

MOST_LETTERS = 10_000_000
"""Letters of one sequence, and characters of one structure with its data."""

Rows = Iterator[Mapping[str, str | None] | str]

_DATA = re.compile(r">.*?<(.+)>")


def sdf(lines: Iterable[str]) -> Rows:
    """Structures with their data items: `molblock`, `name` (its first line), and a column for each item.

    The format: "CTfile formats", BIOVIA, 2020, chapter 6."""
    part: list[str] = []
    size = 0
    for line in lines:
        if line.startswith("$$$$"):
            yield _structure(part) if size <= MOST_LETTERS else _too_long()
            part, size = [], 0
            continue
        size += len(line)
        if size <= MOST_LETTERS:
            part.append(line.rstrip("\r\n"))
    if any(line.strip() for line in part):
        yield _structure(part) if size <= MOST_LETTERS else _too_long()


def _structure(lines: list[str]) -> Mapping[str, str | None] | str:
    end = next((place for place, line in enumerate(lines) if line.startswith("M  END")), None)
    if end is None:
        return "There is no line “M  END” after its atoms and bonds: it is cut off or no structure."
    found: dict[str, str | None] = {"molblock": "\n".join(lines[: end + 1]) + "\n", "name": lines[0].strip() or None}
    name: str | None = None
    values: list[str] = []
    for line in [*lines[end + 1 :], ""]:
        header = _DATA.match(line) if name is None else None
        if header:
            name, values = header[1].strip(), []
        elif line.strip():
            values.append(line)
        elif name is not None:
            if name not in ("molblock", "name"):
                found[name] = "\n".join(values) or None
            name = None
    return found


def smiles(lines: Iterable[str]) -> Rows:
    """`smiles` and `name`, apart by white space; empty lines and those that begin with # are passed over."""
    for line in lines:
        structure, _, name = line.strip().replace("\t", " ").partition(" ")
        if structure and not structure.startswith("#"):
            yield {"smiles": structure, "name": name.strip() or None}


def fasta(lines: Iterable[str]) -> Rows:
    """`name` (the first word after >), `description` (the rest) and `sequence` (all its lines together)."""
    header: str | None = None
    parts: list[str] = []
    size = 0

    def row() -> Mapping[str, str | None] | str:
        if header is None:
            return "It does not begin with a line of > and a name."
        if size > MOST_LETTERS:
            return _too_long()
        name, _, description = header.partition(" ")
        return {"name": name or None, "description": description.strip() or None, "sequence": "".join(parts) or None}

    for raw in lines:
        line = raw.strip()
        if line.startswith(">"):
            if header is not None or parts:
                yield row()
            header, parts, size = line[1:].strip().replace("\t", " "), [], 0
        elif line and not line.startswith(";"):
            size += len(line)
            if size <= MOST_LETTERS:
                parts.append(line)
    if header is not None or parts:
        yield row()


def _too_long() -> str:
    return f"It has more than {MOST_LETTERS:,} letters, the most that is read: split it."


READERS: Mapping[str, Callable[[Iterable[str]], Rows]] = {
    SDF: sdf,
    # One structure, which may carry data too.
    MOL: sdf,
    SMILES: smiles,
    FASTA: fasta,
}
"""What reads each of these formats, line by line."""

_NAMES = {
    **dict.fromkeys((".sdf", ".sd"), SDF),
    **dict.fromkeys((".mol", ".mdl"), MOL),
    **dict.fromkeys((".smi", ".smiles", ".ism", ".can"), SMILES),
    **dict.fromkeys((".fasta", ".fa", ".fna", ".ffn", ".fas", ".fsa"), FASTA),
}
_COUNTS = re.compile(r"[ \d]{6}.* V[23]000\s*$", re.MULTILINE)
_LETTERS = re.compile(r">[^\n]*\n+[A-Za-z*.\-]{10}")


def kind_of_text(text: str, name: str) -> str | None:
    """Which of these formats a text is, by its name or its beginning; None if it is another."""
    for suffix, kind in _NAMES.items():
        if name.endswith(suffix):
            return kind
    if _LETTERS.match(text):
        return FASTA
    if _COUNTS.search("\n".join(text.split("\n", 4)[:4])):
        return SDF if "$$$$" in text else MOL
    return None
