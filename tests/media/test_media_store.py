from __future__ import annotations

import errno
import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from findalike.errors import NotFound, StorageFull
from findalike.media.store import MediaStore, Staged


@pytest.fixture
def store(tmp_path: Path) -> MediaStore:
    return MediaStore(tmp_path / "media")


def _put(store: MediaStore, *chunks: bytes) -> Staged:
    with store.writer() as writer:
        for chunk in chunks:
            writer.write(chunk)
        return writer.finish()


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_round_trip(store: MediaStore) -> None:
    staged = _put(store, b"he", b"", b"llo")
    assert staged == Staged(hashlib.sha256(b"hello").hexdigest(), 5)
    store.flush([staged, staged])
    store.flush([])
    with store.open(staged.sha256) as file:
        assert file.read() == b"hello"
    assert store.exists(staged.sha256)
    assert list(store.all()) == [staged.sha256]
    store.delete(staged.sha256)
    store.delete(staged.sha256)
    assert not store.exists(staged.sha256)
    with pytest.raises(NotFound, match="no longer stored"):
        store.open(staged.sha256)
    with pytest.raises(NotFound, match="deleted while"):
        store.flush([staged])


def test_many_are_flushed_at_once(store: MediaStore) -> None:
    staged = [_put(store, bytes([n])) for n in range(40)]
    store.flush(staged)
    assert set(store.all()) == {one.sha256 for one in staged}


@given(st.text() | st.from_regex(r"[0-9a-fA-F./]{60,66}"))
def test_no_path_is_made_of_anything_else(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    store = MediaStore(tmp_path_factory.getbasetemp() / "hostile")
    if len(text) == 64 and set(text) <= set("0123456789abcdef"):
        assert store.path(text).is_relative_to(tmp_path_factory.getbasetemp() / "hostile")
    else:
        with pytest.raises(NotFound):
            store.path(text)


@pytest.mark.parametrize("text", ["", "../../etc/passwd", "A" * 64, "a" * 64 + "\n", "a" * 63])
def test_hostile_names(store: MediaStore, text: str) -> None:
    for call in (store.path, store.open, store.exists, store.delete):
        with pytest.raises(NotFound):
            call(text)


def test_the_same_content_at_the_same_time(store: MediaStore, tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        staged = list(threads.map(lambda _: _put(store, b"x" * 100_000, b"y"), range(40)))
    assert len(set(staged)) == 1
    assert len(_files(tmp_path)) == 1
    with store.open(staged[0].sha256) as file:
        assert file.read() == b"x" * 100_000 + b"y"


def test_a_file_that_lost_its_content_is_mended(store: MediaStore) -> None:
    staged = _put(store, b"hello")
    store.path(staged.sha256).write_bytes(b"")
    _put(store, b"hello")
    assert store.path(staged.sha256).read_bytes() == b"hello"


def test_what_is_not_finished_leaves_nothing(store: MediaStore, tmp_path: Path) -> None:
    with store.writer() as writer:
        writer.write(b"half")
    writer.abort()
    assert _files(tmp_path) == []


@pytest.mark.parametrize("call", ["write", "replace", "fsync", "open"])
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk(store: MediaStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, code: int) -> None:
    def full(*_: object) -> int:
        raise OSError(code, os.strerror(code))

    with monkeypatch.context() as patched:
        patched.setattr(Path if call == "replace" else os, call, full)
        with pytest.raises(StorageFull, match="disk is full"):
            store.flush([_put(store, b"x")])
    if call != "fsync":
        assert _files(tmp_path) == []
    assert _put(store, b"x").size == 1


def test_a_short_write_goes_on(store: MediaStore, monkeypatch: pytest.MonkeyPatch) -> None:
    write = os.write
    monkeypatch.setattr(os, "write", lambda file, data: write(file, bytes(data[:3])))
    staged = _put(store, b"hello world")
    assert store.path(staged.sha256).read_bytes() == b"hello world"


def test_only_what_earlier_processes_left_is_cleared(tmp_path: Path) -> None:
    store = MediaStore(tmp_path)
    stale = tmp_path / "staging" / "stale"
    stale.touch()
    os.utime(stale, (1, 1))
    with store.writer() as writer:
        writer.write(b"hello")
        again = MediaStore(tmp_path)
        assert not stale.exists()
        assert again.exists(writer.finish().sha256)
