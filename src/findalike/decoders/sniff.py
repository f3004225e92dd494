"""What a file is, by its first bytes. Names are hints only where bytes cannot tell: between kinds of text."""

from __future__ import annotations

import bz2
import lzma
import re
import zipfile
import zlib
from pathlib import Path

from findalike.decoders import records
from findalike.decoders.archive import directory_size

ARCHIVES = frozenset(
    ("application/zip", "application/x-tar", "application/gzip", "application/x-bzip2", "application/x-xz")
)
"""What `archive.members` unpacks."""
TABLES = frozenset(
    (
        "text/csv",
        "text/tab-separated-values",
        "application/json",
        "application/x-ndjson",
        "application/vnd.apache.parquet",
        "application/x-npy",
    )
)
"""What `tables.rows` reads for any application that takes records."""
SPECIAL_TABLES = frozenset(records.READERS)
"""What it reads for those that say so; for all others these are plain texts."""

_HEAD = 8192
_UNKNOWN = "application/octet-stream"

_MAGICS: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"II+\0", "image/tiff"),
    (b"MM\0+", "image/tiff"),
    (b"\x93NUMPY", "application/x-npy"),
    (b"PAR1", "application/vnd.apache.parquet"),
    (b"%PDF-", "application/pdf"),
    (b"fLaC", "audio/flac"),
    (b"ID3", "audio/mpeg"),
    (b"caff", "audio/x-caf"),
    (b".snd", "audio/basic"),
    (b"#!AMR", "audio/amr"),
    (b"wvpk", "audio/x-wavpack"),
    (b"MAC ", "audio/x-ape"),
    (b"riff\x2e\x91\xcf\x11", "audio/x-w64"),
    (b"FLV\x01", "video/x-flv"),
    (b".RMF", "video/x-realmedia"),
    (b"\0\0\x01\xba", "video/mpeg"),
    (b"\0\0\x01\xb3", "video/mpeg"),
    (b"\x06\x0e\x2b\x34\x02\x05\x01\x01\x0d\x01\x02\x01\x01\x02", "application/mxf"),
    (b"\x1f\x8b", "application/gzip"),
    (b"BZh", "application/x-bzip2"),
    (b"\xfd7zXZ\0", "application/x-xz"),
    (b"PK\x05\x06", "application/zip"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"{\\rtf", "application/rtf"),
    # Word, Excel and PowerPoint up to 2003, and newer documents under a password.
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
)
_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}
_FTYP = {
    b"avif": "image/avif",
    b"avis": "image/avif",
    **dict.fromkeys((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"), "image/heic"),
    b"mif1": "image/heif",
    b"msf1": "image/heif",
    b"qt  ": "video/quicktime",
    b"3gp4": "video/3gpp",
    b"3gp5": "video/3gpp",
    b"3gp6": "video/3gpp",
    b"3g2a": "video/3gpp2",
    b"M4A ": "audio/mp4",
    b"M4B ": "audio/mp4",
}
_ASF, _ASF_VIDEO = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c"), bytes.fromhex("c0ef19bc4d5bcf11a8fd00805f5c442b")
_TS_PACKET = 188
_TEXT_NAMES = {
    ".csv": "text/csv",
    ".tsv": "text/tab-separated-values",
    ".tab": "text/tab-separated-values",
    ".json": "application/json",
    ".ndjson": "application/x-ndjson",
    ".jsonl": "application/x-ndjson",
    ".md": "text/markdown",
    ".markdown": "text/markdown",
    ".html": "text/html",
    ".htm": "text/html",
    ".xhtml": "text/html",
}
_DECLARED = {
    **{kind: kind for kind in (*_TEXT_NAMES.values(), *records.READERS)},
    "application/xhtml+xml": "text/html",
    "text/x-markdown": "text/markdown",
    "application/x-jsonlines": "application/x-ndjson",
    "application/jsonl": "application/x-ndjson",
    "application/ndjson": "application/x-ndjson",
}


_OPEN_XML = "application/vnd.openxmlformats-officedocument"
# By what their list of content types calls the main part; macros are not run by anyone here.
_OFFICE = (
    (re.compile(rb"(wordprocessingml|ms-word)\.[\w.]+\.main\+xml"), "wordprocessingml.document"),
    (re.compile(rb"(spreadsheetml|ms-excel)\.[\w.]+\.main\+xml"), "spreadsheetml.sheet"),
    (re.compile(rb"(presentationml|ms-powerpoint)\.[\w.]+\.main\+xml"), "presentationml.presentation"),
)
_PARTS = "[Content_Types].xml"
_MAX_DIRECTORY = 1024 * 1024
_HTML = re.compile(r"(<\?xml[^>]*>\s*|<!--.*?-->\s*)*<(!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)


def sniff(path: str | Path, name: str = "", declared: str = "") -> str:
    """The media type of a file; `name` and `declared` (a Content-Type) only decide between kinds of text.

    "application/octet-stream" is what nobody knows, "" an empty file, or one that begins with 8 KiB of white space.
    A compressed tar is "application/x-tar".
    """
    with Path(path).open("rb") as file:
        found = sniff_bytes(file.read(_HEAD), name, declared)
    return _package(Path(path)) or found if found in ("application/zip", _OPEN_XML) else found


def sniff_bytes(head: bytes, name: str = "", declared: str = "") -> str:
    """`sniff` for the first 8 KiB of a file, which do not tell documents of Word, Excel and PowerPoint apart."""
    if not head.strip():
        return ""
    found = _binary(head)
    if found in ("application/gzip", "application/x-bzip2", "application/x-xz"):
        return "application/x-tar" if _is_tar(_unpacked(head, found), name) else found
    return found or _text(head, name.lower(), declared.partition(";")[0].strip().lower())


def _binary(head: bytes) -> str | None:
    for magic, kind in _MAGICS:
        if head.startswith(magic):
            return kind
    if head.startswith(b"PK\x03\x04"):
        return _zip(head)
    if head.startswith(b"RIFF"):
        return _RIFF.get(head[8:12], _UNKNOWN)
    if head.startswith(b"FORM") and head[8:12] in (b"AIFF", b"AIFC"):
        return "audio/aiff"
    if head.startswith(b"OggS"):
        return "video/ogg" if b"\x80theora" in head[:512] else "audio/ogg"
    if head.startswith(_ASF):
        return "video/x-ms-asf" if _ASF_VIDEO in head else "audio/x-ms-wma"
    if len(head) > 2 * _TS_PACKET and head[0] == head[_TS_PACKET] == head[2 * _TS_PACKET] == 0x47:
        return "video/mp2t"
    if head[4:8] in (b"moov", b"mdat", b"wide", b"free", b"skip"):
        return "video/quicktime"
    if head[4:8] == b"ftyp":
        return _ftyp(head)
    if head.startswith(b"\x1aE\xdf\xa3"):
        return "video/webm" if b"webm" in head[:64] else "video/x-matroska"
    if head[257:262] == b"ustar":
        return "application/x-tar"
    # Two letters are a weak sign: the header's reserved fields and its length must fit as well.
    if head.startswith(b"BM") and head[6:10] == b"\0\0\0\0" and head[14:18] in _BMP_HEADERS:
        return "image/bmp"
    # What came before the file on its way, such as headers of mail, stays before it; Acrobat looks as far.
    if re.search(rb"%PDF-\d\.\d\s", head[:1024]) and re.search(rb"\d \d+ obj\b", head):
        return "application/pdf"
    # Two bytes are a weak sign: the version of the bit stream must fit as well.
    if head.startswith(b"\x0b\x77") and head[5] >> 3 in (6, 8, 16):
        return "audio/ac3"
    if re.match(rb"\xff[\xf0\xf1\xf8\xf9][\x40-\xbf]", head) and not head.startswith(b"\xff\xfe"):
        return "audio/aac"
    if re.match(rb"\xff[\xe2-\xe7\xf2-\xf7\xfa\xfb]", head) and not head.startswith(b"\xff\xfe"):
        return "audio/mpeg"
    return None


_BMP_HEADERS = tuple(size.to_bytes(4, "little") for size in (12, 16, 40, 52, 56, 64, 108, 124))


def _zip(head: bytes) -> str:
    """Documents that are zip files inside are documents, not archives of their parts."""
    name_length = int.from_bytes(head[26:28], "little")
    extra_length = int.from_bytes(head[28:30], "little")
    name = head[30 : 30 + name_length]
    if name == b"mimetype":
        start = 30 + name_length + extra_length
        found = re.match(rb"application/[\w.+-]+", head[start : start + int.from_bytes(head[18:22], "little")])
        return found[0].decode() if found else "application/zip"
    if name in (b"[Content_Types].xml", b"_rels/.rels"):
        return _OPEN_XML
    return "application/zip"


def _package(path: Path) -> str | None:
    """What kind of document a zip is by its parts, wherever in it they stand; None if it is another zip."""
    try:
        if directory_size(path) > _MAX_DIRECTORY:
            return None
        with zipfile.ZipFile(path) as archive:
            names = archive.NameToInfo
            if "META-INF/container.xml" in names and "mimetype" in names:
                with archive.open("mimetype") as part:
                    return "application/epub+zip" if part.read(40).strip() == b"application/epub+zip" else None
            if _PARTS not in names:
                return None
            with archive.open(_PARTS) as part:
                types = part.read(_MAX_DIRECTORY)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, NotImplementedError, RuntimeError):
        return None
    return next((f"{_OPEN_XML}.{kind}" for sign, kind in _OFFICE if sign.search(types)), _OPEN_XML)


def _ftyp(head: bytes) -> str:
    size = min(int.from_bytes(head[:4], "big"), 256)
    brands = [head[8:12], *(head[at : at + 4] for at in range(16, size, 4))]
    if brands[0] in (b"mif1", b"msf1"):
        # A general picture container: what is inside, the compatible brands say.
        brands = [*brands[1:], brands[0]]
        return next((_FTYP[brand] for brand in brands if brand in _FTYP), "image/heif")
    return _FTYP.get(brands[0], "video/mp4")


def _unpacked(head: bytes, kind: str) -> bytes:
    """The first bytes inside a compressed file, as far as its head goes."""
    try:
        match kind:
            case "application/gzip":
                return zlib.decompressobj(31).decompress(head, 512)
            case "application/x-xz":
                return lzma.LZMADecompressor(memlimit=2**27).decompress(head, 512)
        return bz2.BZ2Decompressor().decompress(head, 512)
    except (OSError, EOFError, ValueError, zlib.error, lzma.LZMAError):
        return b""


def _is_tar(content: bytes, name: str) -> bool:
    # bzip2 gives nothing before a whole block, up to 900 kB, is read; then the name must do.
    return content[257:262] == b"ustar" or (not content and bool(re.search(r"\.(tar\.\w+|t[bx]z2?)$", name.lower())))


def _text(head: bytes, name: str, declared: str) -> str:
    text = _decoded(head)
    if not text or not text.strip():
        return _UNKNOWN
    if declared in _DECLARED:
        return _DECLARED[declared]
    for suffix, kind in _TEXT_NAMES.items():
        if name.endswith(suffix):
            return kind
    if special := records.kind_of_text(text, name):
        return special
    start = text.lstrip()
    if _HTML.match(start):
        return "text/html"
    if start.startswith("["):
        return "application/json"
    if start.startswith("{"):
        first, newline, rest = start.partition("\n")
        lines = bool(newline) and first.rstrip().endswith("}") and rest.lstrip()[:1] in ("{", "")
        return "application/x-ndjson" if lines else "application/json"
    return "text/plain"


def _decoded(head: bytes) -> str:
    """The head as text, or "" if it is none."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head[: len(head) // 2 * 2].decode("utf-16", errors="replace")
    if b"\0" in head or re.search(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f]", head):
        return ""
    try:
        return head.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # The head may end within a character.
        if error.start >= len(head) - 3:
            return head[: error.start].decode("utf-8-sig")
        return head.decode("latin-1")
