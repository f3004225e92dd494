from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
from pathlib import Path

import numpy as np
import pillow_heif
import pyarrow as pa
import pytest
from documents import docx, epub, epub_parts, packed, pdf, word
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from pyarrow import parquet

from findalike.decoders.sniff import sniff, sniff_bytes


def _picture(kind: str) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (64, 48), "red").save(buffer, kind)
    return buffer.getvalue()


def _tar() -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("a"), io.BytesIO())
    return buffer.getvalue()


def _zip(**members: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "AVIF"])
def test_pictures(kind: str) -> None:
    assert sniff_bytes(_picture(kind), "lie.csv", "text/csv") == f"image/{kind.lower()}"


def test_heic() -> None:
    buffer = io.BytesIO()
    pillow_heif.from_pillow(Image.new("RGB", (64, 64))).save(buffer)
    assert sniff_bytes(buffer.getvalue()) == "image/heic"


def test_archives() -> None:
    tar = _tar()
    assert sniff_bytes(tar) == "application/x-tar"
    for small in (gzip.compress(tar), bz2.compress(tar), lzma.compress(tar)):
        assert sniff_bytes(small) == "application/x-tar"
    assert sniff_bytes(gzip.compress(b"text"), "a.tar.gz") == "application/gzip"
    assert sniff_bytes(b"BZh91AY&SY", "a.tar.bz2") == "application/x-tar"
    assert sniff_bytes(_zip(a="1")) == "application/zip"
    assert sniff_bytes(_zip()) == "application/zip"


def test_documents_that_are_zips_inside() -> None:
    assert sniff_bytes(_zip(mimetype="application/epub+zip", other="x")) == "application/epub+zip"
    assert "officedocument" in sniff_bytes(_zip(**{"[Content_Types].xml": "<x/>"}))


def _office(main: str) -> str:
    return f'<Types><Override PartName="/x" ContentType="application/{main}+xml"/></Types>'


_OFFICE = "application/vnd.openxmlformats-officedocument"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (docx(word("tea")), f"{_OFFICE}.wordprocessingml.document"),
        (epub("<p>tea"), "application/epub+zip"),
        (packed(dict(reversed(epub_parts("<p>tea").items()))), "application/epub+zip"),
        (
            packed({"word/x.xml": "", "[Content_Types].xml": _office("vnd.ms-word.document.macroEnabled.main")}),
            f"{_OFFICE}.wordprocessingml.document",
        ),
        (
            packed({"[Content_Types].xml": _office(f"{_OFFICE[12:]}.spreadsheetml.sheet.main")}),
            f"{_OFFICE}.spreadsheetml.sheet",
        ),
        (
            packed({"[Content_Types].xml": _office(f"{_OFFICE[12:]}.presentationml.slideshow.main")}),
            f"{_OFFICE}.presentationml.presentation",
        ),
        (packed({"[Content_Types].xml": "<x/>"}), _OFFICE),
        (packed({"word/document.xml": "<x/>"}), "application/zip"),
        (packed({"a.txt": "mimetype"})[:-9], "application/zip"),
        (b"HTTP/1.1 200\r\n\r\n" + pdf([("tea", 10)]), "application/pdf"),
        (b"A note on files that begin with %PDF-1.7 in text", "text/plain"),
    ],
)
def test_documents_by_their_parts(tmp_path: Path, content: bytes, kind: str) -> None:
    (tmp_path / "file").write_bytes(content)
    assert sniff(tmp_path / "file", "lie.csv" if kind != "text/plain" else "") == kind


def test_tables_of_numbers(tmp_path: Path) -> None:
    np.save(tmp_path / "a", np.zeros((2, 2)))
    assert sniff(tmp_path / "a.npy") == "application/x-npy"
    parquet.write_table(pa.table({"a": [1]}), tmp_path / "b")
    assert sniff(tmp_path / "b") == "application/vnd.apache.parquet"


@pytest.mark.parametrize(
    ("head", "name", "declared", "kind"),
    [
        (b"a,b\n1,2\n", "x.CSV", "", "text/csv"),
        (b"a,b\n1,2\n", "", "text/csv; charset=utf-8", "text/csv"),
        (b"a\tb\n", "x.tsv", "", "text/tab-separated-values"),
        (b'\xef\xbb\xbf [{"a": 1}]', "", "", "application/json"),
        (b'{"a": 1}\n{"a": 2}\n', "", "", "application/x-ndjson"),
        (b'{"a": 1}\n', "x.jsonl", "", "application/x-ndjson"),
        (b'{\n  "a": 1\n}\n', "", "", "application/json"),
        ("a;b\nä;ö".encode("utf-16"), "x.csv", "", "text/csv"),
        ("ä".encode("latin-1") + b",b\n", "x.csv", "", "text/csv"),
        (("é" * 5000).encode()[:8191], "", "", "text/plain"),
        (b"just words", "x.png", "image/png", "text/plain"),
        (b"", "x.csv", "text/csv", ""),
        (b"\0\1\2", "x.csv", "text/csv", "application/octet-stream"),
        (b"BMW,Audi\n1,2\n", "cars.csv", "", "text/csv"),
        (b"# Tea\n", "x.MD", "", "text/markdown"),
        (b"<!DOCTYPE html>\n# Tea\n", "x.markdown", "", "text/markdown"),
        (b"# Tea\n", "", "text/markdown", "text/markdown"),
        (b"# Tea\n", "x.txt", "text/plain", "text/plain"),
        (b"<p>tea", "x.htm", "", "text/html"),
        (b"<p>tea", "", "text/html; charset=utf-8", "text/html"),
        (b"<p>tea", "", "", "text/plain"),
        (b"\n <!-- x --> <!doctype HTML><title>", "", "", "text/html"),
        (b'<?xml version="1.0"?>\n<html xmlns="x">', "x.txt", "", "text/html"),
        (b'<?xml version="1.0"?>\n<feed/>', "", "", "text/plain"),
        (b"<htmlish>", "", "", "text/plain"),
        (b"{\\rtf1 tea}", "x.txt", "", "application/rtf"),
    ],
)
def test_text_by_its_hints(head: bytes, name: str, declared: str, kind: str) -> None:
    assert sniff_bytes(head, name, declared) == kind


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\0\0\0\x18ftypisom\0\0\0\0isommp42", "video/mp4"),
        (b"\0\0\0\x18ftypqt  \0\0\0\0qt  qt  ", "video/quicktime"),
        (b"\x1aE\xdf\xa3\x9fB\x86\x81\x01webm", "video/webm"),
        (b"RIFF\0\0\0\0WAVEfmt ", "audio/wav"),
        (b"ID3\x04", "audio/mpeg"),
        (b"\xff\xfb\x90\x64", "audio/mpeg"),
        (b"fLaC\0", "audio/flac"),
        (b"OggS\0", "audio/ogg"),
        (b"%PDF-1.7", "application/pdf"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    ],
)
def test_media_of_later_applications(head: bytes, kind: str) -> None:
    assert sniff_bytes(head) == kind


@given(st.binary(max_size=300), st.text(max_size=20), st.text(max_size=20))
def test_anything_has_a_type(head: bytes, name: str, declared: str) -> None:
    assert ("/" in sniff_bytes(head, name, declared)) == bool(head.strip())
