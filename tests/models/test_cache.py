"""The caches: verify, remove, convert once, and two processes at once."""

from __future__ import annotations

import gzip
import hashlib
import multiprocessing
import threading
from pathlib import Path

import numpy as np
import pytest
from tiny_packages import CONTENT, SDIST, Packages

from findalike.errors import ModelUnavailable, NotFound, Unavailable
from findalike.models.cache import ModelCache
from findalike.models.cards import FileSource, ModelCard
from findalike.models.datasets import DataCache, DataCard, DataCards, DataFile
from findalike.models.samples import SAMPLES
from findalike.models.store import FileStore


def card(path: Path, name: str = "mine") -> ModelCard:
    digest = hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else None
    files = {"model": FileSource(sources=(f"file:{path}",), sha256=digest)}
    return ModelCard(
        name=name, title=name, family="onnx-text", dimension=2, accepts=("text",), licence="MIT", files=files
    )


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    path = tmp_path / "weights.bin"
    path.write_bytes(b"weights")
    return path


def test_fetch_verify_remove(weights: Path, tmp_path: Path) -> None:
    cache, mine = ModelCache(tmp_path / "cache"), card(weights)
    assert not cache.fetched(mine)
    assert cache.verify(mine) == ["weights.bin is not fetched."]
    cache.fetch(mine)
    assert cache.fetched(mine)
    assert cache.verify(mine) == []
    cache.file(mine, "model").write_bytes(b"rotten!")
    assert cache.verify(mine) == ["weights.bin is not what it was when it was fetched or made."]
    assert cache.remove(mine) > 0
    assert not cache.fetched(mine)


def test_files_that_another_card_needs_stay(weights: Path, tmp_path: Path) -> None:
    cache, one, two = ModelCache(tmp_path / "cache"), card(weights, "one"), card(weights, "two")
    cache.fetch(one)
    assert cache.fetched(two)
    assert cache.remove(one, keep=[two]) == 0
    assert cache.fetched(two)


def test_conversion_happens_once_per_version(weights: Path, tmp_path: Path) -> None:
    cache, mine, made = ModelCache(tmp_path / "cache"), card(weights), []

    def convert(source: Path, target: Path) -> None:
        made.append(target)
        target.write_bytes(source.read_bytes().upper())

    first = cache.converted(mine, "model", "v1.onnx", convert)
    assert cache.converted(mine, "model", "v1.onnx", convert) == first
    assert first.read_bytes() == b"WEIGHTS"
    assert cache.converted(mine, "model", "v2.onnx", convert) != first
    assert len(made) == 2
    first.write_bytes(b"rotten")
    assert len(cache.verify(mine)) == 1


def test_a_conversion_that_fails_leaves_nothing(weights: Path, tmp_path: Path) -> None:
    cache, mine = ModelCache(tmp_path / "cache"), card(weights)

    def fail(_: Path, target: Path) -> None:
        target.write_bytes(b"half")
        raise RuntimeError("broken")

    with pytest.raises(RuntimeError):
        cache.converted(mine, "model", "v1.onnx", fail)
    folder = cache.file(mine, "model").parent
    assert sorted(file.name for file in folder.iterdir()) == ["weights.bin", "weights.bin.sha256"]


def test_a_model_that_cannot_be_fetched_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match=r"^Model mine: gone\.bin is not in the cache"):
        ModelCache(tmp_path / "cache").file(card(tmp_path / "gone.bin"), "model")


def _make(folder: Path, log: Path, barrier: object) -> None:
    def convert(source: Path, target: Path) -> None:
        with log.open("a") as file:
            file.write("made\n")
        target.write_bytes(source.read_bytes())

    barrier.wait()  # type: ignore[attr-defined]
    ModelCache(folder / "cache").converted(card(folder / "weights.bin"), "model", "v1.onnx", convert)


def test_two_processes_make_one_file(weights: Path, tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    barrier, log = context.Barrier(2), tmp_path / "log"
    children = [context.Process(target=_make, args=(tmp_path, log, barrier)) for _ in range(2)]
    for child in children:
        child.start()
    for child in children:
        child.join()
        assert child.exitcode == 0
    assert log.read_text() == "made\n"
    assert ModelCache(tmp_path / "cache").verify(card(weights)) == []


def test_threads_share_a_fetch_too(weights: Path, tmp_path: Path) -> None:
    store, made = FileStore(tmp_path / "store"), []
    source = card(weights).files["model"]
    base = store.fetched(source, "command")
    threads = [
        threading.Thread(
            target=store.derived, args=(base, "v1", lambda _, part: (made.append(1), part.write_bytes(b"x")))
        )
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 1


def test_a_sample_gives_its_members(packages: Packages, tmp_path: Path) -> None:
    file = DataFile(
        sources=(f"file:{packages.folder / SDIST}",),
        sha256=packages.sha256(SDIST),
        licence="MIT",
        members=("*/weights.bin", "*/setup.py"),
        metadata={"weights.bin": {"caption": "weights"}},
    )
    sample, cache = DataCard(name="mine", title="", application="x", files=(file, file)), DataCache(tmp_path)
    assert list(cache.members(sample)) == [("weights.bin", CONTENT, {"caption": "weights"})] * 2
    assert sample.licence == "MIT"
    assert cache.verify(sample) == []
    assert cache.remove(sample) > 0
    assert not cache.fetched(sample)


def test_a_plain_file_is_a_sample_too(weights: Path, tmp_path: Path) -> None:
    file = DataFile(sources=(f"file:{weights}",), licence="MIT")
    sample = DataCard(name="mine", title="", application="x", files=(file,))
    assert list(DataCache(tmp_path).members(sample)) == [("weights.bin", b"weights", {})]


def test_digits_are_vectors_with_labels(tmp_path: Path) -> None:
    path = tmp_path / "digits.csv.gz"
    path.write_bytes(gzip.compress(b"0.0,16.0,3\n1.0,2.0,9\n"))
    file = DataFile(sources=(f"file:{path}",), licence="MIT")
    sample = DataCard(name="digits", title="", application="x", files=(file,), format="digits")
    (name, content, metadata), (_, _, other) = DataCache(tmp_path).members(sample)
    assert (name, metadata, other) == ("digit-0001", {"label": 3}, {"label": 9})
    assert np.frombuffer(content, "<f4").tolist() == [0, 16]


def test_samples_are_found_by_name_and_application(tmp_path: Path) -> None:
    cards = DataCards(SAMPLES)
    assert [c.name for c in cards.of("image-search")] == ["pictures", "characters"]
    assert [c.name for c in cards][:4] == ["pictures", "characters", "digits", "python-topics"]
    with pytest.raises(
        NotFound, match="There are: characters, chatterbot, chemicals, digits, django-documentation, labelled-sounds"
    ):
        cards.get("other")
    gone = DataFile(sources=(f"file:{tmp_path}/gone",), licence="MIT")
    with pytest.raises(Unavailable, match=r"^Sample mine: "):
        DataCache(tmp_path).fetch(DataCard(name="mine", title="", application="x", files=(gone,)))
