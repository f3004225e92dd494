from __future__ import annotations

import io
import struct
import tarfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from findalike.decoders.archive import Limits, display_name, members
from findalike.errors import FindalikeError, TooLarge, UndecodableMedia

LIMITS = Limits(files=1000, total_bytes=10**9, file_bytes=10**8)
FILES = {"a.txt": b"one", "folder/b.txt": b"two" * 1000, "ü.txt": b""}


def _zip(path: Path, files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def _tar(path: Path, files: dict[str, bytes], mode: str = "w") -> Path:
    with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return path


def _read(path: Path, limits: Limits = LIMITS, start: int = 0) -> dict[str, bytes | str]:
    found: dict[str, bytes | str] = {}
    for member in members(path, limits, start):
        if member.chunks is None:
            found[member.name] = member.error or ""
        else:
            try:
                found[member.name] = b"".join(member.chunks)
            except FindalikeError as error:
                found[member.name] = error.detail
    return found


@pytest.mark.parametrize("mode", ["zip", "w", "w:gz", "w:bz2", "w:xz"])
def test_every_kind_from_any_start(tmp_path: Path, mode: str) -> None:
    make = _zip(tmp_path / "x", FILES) if mode == "zip" else _tar(tmp_path / "x", FILES, mode)
    assert _read(make) == FILES
    for start in range(5):
        assert list(_read(make, start=start)) == list(FILES)[start:]


def test_names_are_for_display_only(tmp_path: Path) -> None:
    names = ["../../etc/passwd", "/abs/file", "C:\\win\\file.txt", "a/./b/../c", "tab\there", "x" * 900]
    shown = ["etc/passwd", "abs/file", "win/file.txt", "a/b/c", "tab\ufffdhere", "x" * 500]
    assert [display_name(name) for name in names] == shown
    assert list(_read(_tar(tmp_path / "x", dict.fromkeys(names, b"1")))) == shown


@given(st.text())
def test_shown_names_are_harmless(name: str) -> None:
    shown = display_name(name)
    assert shown
    assert shown.isprintable()
    assert not set(shown.split("/")) & {"", ".", ".."}


def test_clutter_is_left_out(tmp_path: Path) -> None:
    clutter = ["__MACOSX/a.txt", "a/.DS_Store", ".hidden/b", "c/Thumbs.db", "folder/"]
    assert list(_read(_zip(tmp_path / "x", {**dict.fromkeys(clutter, b""), "kept": b""}))) == ["kept"]


def test_links_and_devices_are_left_out(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "x.tar", "w") as archive:
        for number, kind in enumerate((tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE)):
            info = tarfile.TarInfo(f"link{number}")
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
        archive.addfile(tarfile.TarInfo("kept"))
    assert list(_read(tmp_path / "x.tar")) == ["kept"]
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as packed:
        link = zipfile.ZipInfo("link")
        link.create_system, link.external_attr = 3, 0o120777 << 16
        packed.writestr(link, "/etc/passwd")
        packed.writestr("kept", "")
    assert list(_read(tmp_path / "x.zip")) == ["kept"]


def test_a_bomb_is_stopped_by_what_it_really_unpacks_to(tmp_path: Path) -> None:
    path = _zip(tmp_path / "x", {"a": b"\0" * 5_000_000, "b": b"\0" * 5_000_000, "c": b"c"})
    found = _read(path, Limits(100, 6_000_000, 10**9))
    assert len(found["a"]) == 5_000_000
    assert "unpacks to more than 6000000 bytes" in str(found["b"])
    assert list(found) == ["a", "b", "(the rest of the archive)"]


def test_a_bomb_is_stopped_by_its_ratio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("findalike.decoders.archive._RATIO_FROM", 1_000_000)
    path = _zip(tmp_path / "x", {"a": b"\0" * 30_000_000})
    assert "unpacks to more than" in str(_read(path)["a"])


def test_a_lie_about_the_size_is_found_out(tmp_path: Path) -> None:
    path = _zip(tmp_path / "x", {"a": b"\0" * 1_000_000})
    lie = path.read_bytes().replace(struct.pack("<I", 1_000_000), struct.pack("<I", 10))
    path.write_bytes(lie)
    found = _read(path, Limits(10, 10**9, 100))
    assert "damaged" in str(found["a"]) or "larger than 100" in str(found["a"])


def test_limits_of_files(tmp_path: Path) -> None:
    files = {f"{n}": b"x" * n for n in range(10)}
    for path in (_zip(tmp_path / "zip", files), _tar(tmp_path / "tar", files)):
        found = _read(path, Limits(files=6, total_bytes=10**9, file_bytes=3))
        assert list(found) == ["0", "1", "2", "3", "4", "5", "(the rest of the archive)"]
        assert "larger than 3 bytes" in str(found["4"])
        assert "more than 6 files" in str(found["(the rest of the archive)"])


@pytest.mark.parametrize("mode", ["zip", "w"])
def test_what_was_refused_is_not_counted_when_reading_goes_on(tmp_path: Path, mode: str) -> None:
    """The first run did not unpack the large file, so the second must not say that the archive is too large."""
    files = {"a": b"x" * 10, "large": b"x" * 500, "b": b"x" * 10, "c": b"x" * 10}
    path = _zip(tmp_path / "x", files) if mode == "zip" else _tar(tmp_path / "x", files)
    limits = Limits(files=10, total_bytes=100, file_bytes=50)
    whole = _read(path, limits)
    assert list(whole) == list(files)
    assert "larger than 50 bytes" in str(whole["large"])
    for start in range(1, 5):
        assert _read(path, limits, start=start) == {name: whole[name] for name in list(files)[start:]}


def test_a_huge_list_of_files_is_not_even_read(tmp_path: Path) -> None:
    path = _zip(tmp_path / "x", {f"{'n' * 200}{n}": b"" for n in range(6000)}, zipfile.ZIP_STORED)
    with pytest.raises(TooLarge, match="list of files is too long"):
        _read(path, Limits(10, 10**9, 10**9))


def test_locked_files_are_reported(tmp_path: Path) -> None:
    path = _zip(tmp_path / "x", {"open": b"1", "locked": b"2"})
    content = bytearray(path.read_bytes())
    at = content.rfind(b"PK\x01\x02")
    content[at + 8] |= 1
    path.write_bytes(content)
    found = _read(path)
    assert found["open"] == b"1"
    assert "password" in str(found["locked"])


def test_a_damaged_member_does_not_stop_the_others(tmp_path: Path) -> None:
    path = _zip(tmp_path / "x", {"a": b"AAAA", "b": b"BBBB"}, zipfile.ZIP_STORED)
    path.write_bytes(path.read_bytes().replace(b"AAAA", b"AXAA"))
    found = _read(path)
    assert "damaged inside the archive" in str(found["a"])
    assert found["b"] == b"BBBB"


@pytest.mark.parametrize("mode", ["w", "w:gz"])
def test_what_comes_before_a_break_is_kept(tmp_path: Path, mode: str) -> None:
    import random

    noise = random.Random(1).randbytes
    path = _tar(tmp_path / "x", {"a": noise(40_000), "b": noise(40_000), "c": noise(40_000)}, mode)
    path.write_bytes(path.read_bytes()[:90_000])
    found = _read(path)
    assert len(found["a"]) == 40_000
    assert len(found["b"]) == 40_000
    assert "damaged" in str(found["(the rest of the archive)"])


def test_a_damaged_header_is_not_the_end(tmp_path: Path) -> None:
    path = _tar(tmp_path / "x", {"a": b"1", "b": b"2", "c": b"3"})
    content = bytearray(path.read_bytes())
    content[1024 + 10] ^= 0xFF
    path.write_bytes(content)
    found = _read(path)
    assert found["a"] == b"1"
    assert "damaged or incomplete after 1 files" in str(found["(the rest of the archive)"])


def test_a_header_of_any_length_is_not_read_into_memory(tmp_path: Path) -> None:
    info = tarfile.TarInfo("x")
    info.type, info.size = tarfile.XHDTYPE, 10**9
    (tmp_path / "x").write_bytes(info.tobuf() + b"\0" * 2048)
    with pytest.raises(UndecodableMedia, match="header is too long"):
        _read(tmp_path / "x")


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04 broken", b"\x1f\x8b broken", b"\0" * 5000])
def test_broken_from_the_beginning(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x").write_bytes(content)
    if content.startswith(b"\0"):
        assert _read(tmp_path / "x") == {}
    else:
        with pytest.raises(UndecodableMedia, match="pack it again"):
            _read(tmp_path / "x")
