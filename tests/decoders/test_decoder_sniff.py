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
    for packed in (gzip.compress(tar), bz2.compress(tar), lzma.compress(tar)):
        assert sniff_bytes(packed) == "application/x-tar"
    assert sniff_bytes(gzip.compress(b"text"), "a.tar.gz") == "application/gzip"
    assert sniff_bytes(b"BZh91AY&SY", "a.tar.bz2") == "application/x-tar"
    assert sniff_bytes(_zip(a="1")) == "application/zip"
    assert sniff_bytes(_zip()) == "application/zip"


def test_documents_that_are_zips_inside() -> None:
    assert sniff_bytes(_zip(mimetype="application/epub+zip", other="x")) == "application/epub+zip"
    assert "officedocument" in sniff_bytes(_zip(**{"[Content_Types].xml": "<x/>"}))


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
    ],
)
def test_media_of_later_applications(head: bytes, kind: str) -> None:
    assert sniff_bytes(head) == kind


@given(st.binary(max_size=300), st.text(max_size=20), st.text(max_size=20))
def test_anything_has_a_type(head: bytes, name: str, declared: str) -> None:
    assert ("/" in sniff_bytes(head, name, declared)) == bool(head)
