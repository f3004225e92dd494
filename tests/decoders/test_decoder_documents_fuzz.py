"""Whatever bytes come, nothing but our own errors may come out of a reader."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from documents import docx_parts, epub_parts, packed, pdf, word
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from findalike.decoders.documents import DOCX, MEDIA_TYPES, open_document
from findalike.decoders.language import language
from findalike.decoders.passages import passages
from findalike.decoders.sniff import sniff
from findalike.errors import InvalidInput, TooLarge
from findalike.models.datasets import DataCache, DataCard, DataFile
from findalike.settings import Settings

_PAGE = (
    b"<html><head><title>T</title></head><body><h1>A</h1><p>b<br>c<ul><li>d</ul><table><tr><td>e</table><pre>f</pre>"
)
_WHOLE = {
    "text/plain": "Grüße.\n\nÄnderung".encode("latin-1"),
    "text/markdown": b"---\na: b\n---\n# A\n\n- b\n  1. c\n\n|d|e|\n|-|-|\n|f|g|\n\n```\nh\n```\n<b>i",
    "text/html": _PAGE,
    "application/pdf": pdf([("Tea", 20), ("green", 10)], [("black", 10)], title="T"),
}
_FOLDER = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


def _read(path: Path, content: bytes, kind: str) -> None:
    path.write_bytes(content)
    with suppress(InvalidInput, TooLarge):
        document = open_document(path, kind)
        assert document.text
        assert list(passages(document, 50, len))


@_FOLDER
@given(st.binary(max_size=400), st.sampled_from(MEDIA_TYPES))
def test_any_bytes(tmp_path: Path, content: bytes, kind: str) -> None:
    _read(tmp_path / "file", content, kind)


def _damaged(whole: bytes) -> st.SearchStrategy[bytes]:
    """A file with some of its bytes replaced by others, and perhaps its end missing."""
    place = st.integers(0, len(whole))
    change = st.tuples(place, st.integers(0, 20), st.binary(max_size=20))

    def made(changes: list[tuple[int, int, bytes]], end: int) -> bytes:
        content = whole
        for start, count, new in changes:
            content = content[:start] + new + content[start + count :]
        return content[: end or None]

    return st.builds(made, st.lists(change, max_size=4), st.one_of(st.just(0), place))


@_FOLDER
@given(st.sampled_from(sorted(_WHOLE)).flatmap(lambda kind: st.tuples(st.just(kind), _damaged(_WHOLE[kind]))))
def test_damaged_files(tmp_path: Path, damaged: tuple[str, bytes]) -> None:
    kind, content = damaged
    _read(tmp_path / "file", content, kind)


_PACKAGES = {
    DOCX: docx_parts(word("Tea", "H1") + f"<w:tbl><w:tr><w:tc>{word('green')}</w:tc></w:tr></w:tbl>"),
    "application/epub+zip": epub_parts(_PAGE.decode(), "<p>two"),
}


@_FOLDER
@given(st.data(), st.sampled_from(sorted(_PACKAGES)))
def test_damaged_parts_and_packages(tmp_path: Path, data: st.DataObject, kind: str) -> None:
    parts = dict(_PACKAGES[kind])
    name = data.draw(st.sampled_from(sorted(parts)))
    whole = parts[name]
    parts[name] = data.draw(_damaged(whole.encode() if isinstance(whole, str) else whole))
    _read(tmp_path / "file", packed(parts), kind)
    _read(tmp_path / "file", data.draw(_damaged(packed(_PACKAGES[kind]))), kind)
    del parts[name]
    _read(tmp_path / "file", packed(parts), kind)


_SAMPLES = DataCard(
    name="iscc-samples",
    title="Files in many formats",
    application="text-search",
    files=(
        DataFile(
            sources=("pypi:iscc-samples==0.6.0/iscc_samples-0.6.0.tar.gz",),
            sha256="5714df1ecbc49df091042fabf2f96a9c99623eb442453598db26198c7d187d22",
            licence="iscc-samples: CC BY 4.0",
            members=("*/files/text/*",),
        ),
    ),
)


@pytest.mark.models
def test_files_that_other_programs_made(tmp_path: Path) -> None:
    found = {}
    for name, content, _ in DataCache(Settings().cache_dir).members(_SAMPLES):
        path = tmp_path / name
        path.write_bytes(content)
        kind = sniff(path, name)
        if kind in MEDIA_TYPES:
            document = open_document(path, kind)
            found[name] = (kind, document.title, language(document.text), document.pages)
        for other in MEDIA_TYPES:
            _read(path, content, other)
    told = "title from metadata"
    assert found == {
        "demo.docx": (DOCX, told, "la", None),
        "demo.epub": ("application/epub+zip", told, "en", None),
        "demo.html": ("text/html", told, "la", None),
        "demo.md": ("text/markdown", None, "en", None),
        "demo.pdf": ("application/pdf", told, "en", 9),
        "demo.txt": ("text/plain", None, "la", None),
        "demo.xhtml": ("text/html", told, "la", None),
        "demo.xml": ("text/plain", None, "la", None),
    }
