"""SDF, MOL, SMILES files and FASTA: as rows, alone and compressed."""

from __future__ import annotations

import bz2
import gzip
import lzma
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from findalike.decoders import records
from findalike.decoders.archive import UNPACKED, Limits, members
from findalike.decoders.sniff import sniff, sniff_bytes
from findalike.decoders.tables import Row, RowError, rows

BLOCK = "methane\n  drawn\n\n  1  0  0  0  0  0            999 V2000\n    0.0 0.0 0.0 C   0  0\nM  END\n"
SDF = BLOCK + "> <logP>\n1.09\n\n>  25  <NOTE> (7)\ntwo\nlines\n\n$$$$\n" + "broken\n$$$$\n" + BLOCK + "$$$$\n"
FASTA = ">seq1 a gene of yeast\nACGT\nacgtn\n\n>seq2\nTTTT\n>empty\n"
SMILES = "CCO ethanol\n# a remark\n\nc1ccccc1\tbenzene ring\nC\n"


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.sdf", SDF, records.SDF),
        ("unnamed", SDF, records.SDF),
        ("unnamed", BLOCK, records.MOL),
        ("a.mol", BLOCK, records.MOL),
        ("a.smi", SMILES, records.SMILES),
        ("unnamed", ">x\nACGTACGTACGT\n", records.FASTA),
        ("a.fa", FASTA, records.FASTA),
        ("unnamed", "> a quotation\nand so on, in words", "text/plain"),
        ("unnamed", SMILES, "text/plain"),
        ("a.csv", "smiles,name\nC,methane\n", "text/csv"),
    ],
)
def test_what_they_are(name: str, content: str, kind: str) -> None:
    assert sniff_bytes(content.encode(), name) == kind


def table(path: Path, name: str, content: bytes, start: int = 0) -> list[Row | RowError]:
    (path / name).write_bytes(content)
    return list(rows(path / name, sniff(path / name, name), start))


def test_structures_come_with_their_data(tmp_path: Path) -> None:
    first, broken, last = table(tmp_path, "a.sdf", SDF.encode())
    assert isinstance(first, Row)
    assert dict(first.values) == {"molblock": BLOCK, "name": "methane", "logP": "1.09", "NOTE": "two\nlines"}
    assert broken == RowError(2, "There is no line “M  END” after its atoms and bonds: it is cut off or no structure.")
    assert last == Row(3, {"molblock": BLOCK, "name": "methane"})
    assert table(tmp_path, "b.sdf", SDF.replace("\n", "\r\n").encode(), 2) == [last]
    assert table(tmp_path, "c.mol", BLOCK.encode()) == [Row(1, {"molblock": BLOCK, "name": "methane"})]


def test_lines_of_smiles_have_names(tmp_path: Path) -> None:
    assert [dict(row.values) for row in table(tmp_path, "a.smi", SMILES.encode()) if isinstance(row, Row)] == [
        {"smiles": "CCO", "name": "ethanol"},
        {"smiles": "c1ccccc1", "name": "benzene ring"},
        {"smiles": "C", "name": None},
    ]


def test_sequences_go_over_lines(tmp_path: Path) -> None:
    assert [dict(row.values) for row in table(tmp_path, "a.fasta", FASTA.encode()) if isinstance(row, Row)] == [
        {"name": "seq1", "description": "a gene of yeast", "sequence": "ACGTacgtn"},
        {"name": "seq2", "description": None, "sequence": "TTTT"},
        {"name": "empty", "description": None, "sequence": None},
    ]
    (first, second) = table(tmp_path, "b.fasta", b"ACGT\n>x\nAC\n")
    assert first == RowError(1, "It does not begin with a line of > and a name.")
    assert second == Row(2, {"name": "x", "description": None, "sequence": "AC"})


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_a_lone_compressed_file_is_unpacked(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    (tmp_path / "a").write_bytes(pack(FASTA.encode()))
    limits = Limits(10, 10**6, 10**6)
    (member,) = members(tmp_path / "a", limits)
    assert member.name == UNPACKED
    assert member.chunks is not None
    assert b"".join(member.chunks) == FASTA.encode()
    assert list(members(tmp_path / "a", limits, start=1)) == []


@given(text=st.text(alphabet=st.sampled_from(">< $MEND\n\tACGT;#1CV2000"), max_size=300))
@pytest.mark.parametrize("kind", sorted(records.READERS))
def test_garbage_gives_rows_or_reasons(kind: str, text: str) -> None:
    for row in records.READERS[kind](text.splitlines(keepends=True)):
        assert isinstance(row, str | dict)
