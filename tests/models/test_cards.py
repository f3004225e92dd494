"""Cards: what is accepted, what is refused with a sentence, and what the built-in ones promise."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from findalike.errors import InvalidInput, NotFound
from findalike.models.addresses import parse
from findalike.models.cards import FileSource
from findalike.models.registry import Registry, check_family
from findalike.models.samples import SAMPLES

COMMIT = "0123456789abcdef0123456789abcdef01234567"
SHA = "0" * 64


def fields(**changes: Any) -> dict[str, Any]:
    return {
        "family": "onnx-image",
        "dimension": 8,
        "accepts": ["image"],
        "licence": "MIT",
        "image": {"size": 32},
        "files": {"model": {"sources": ["file:/models/own.onnx"]}},
        **changes,
    }


def test_the_built_in_cards_are_complete() -> None:
    cards = list(Registry())
    assert {c.name for c in cards} >= {"efficientnet-lite0", "conse-minilm", "minilm-l6", "tiny-image", "tiny-text"}
    for card in cards:
        check_family(card)
        assert card.licence
        assert all(source.sha256 for source in card.files.values())
    assert len({card.digest for card in cards}) == len(cards)
    for sample in SAMPLES:
        assert sample.licence
        # Only what belongs to the Python that runs has no hash.
        assert all(file.sha256 or "/pydoc_data/" in file.sources[0] for file in sample.files)


def test_own_cards_join_the_built_in_ones_and_replace_them() -> None:
    registry = Registry({"mine": fields(), "tiny": fields(dimension=9)})
    assert registry.get("mine").title == "mine"
    assert registry.get("tiny").dimension == 9
    with pytest.raises(NotFound, match=r"'other'.* There are: .*bge-small-en, blazeface, conse-minilm, .*mine"):
        registry.get("other")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"dimension": 0}, "0 for detectors, and for them only"),
        ({"family": "magic"}, "no family 'magic'. There are: tiny, onnx-image"),
        ({"image": None}, "needs \\[image\\]"),
        ({"accepts": []}, "at least one modality"),
        ({"accepts": ["smell"]}, "accepts"),
        ({"files": {}}, "exactly these files: model"),
        ({"options": {"outptu": "x"}}, "outptu"),
        ({"metrik": "L2"}, "metrik"),
        ({"name": "another"}, "calls itself 'another'"),
        ({"files": {"model": {"sources": ["https://host/m.onnx"]}}}, "needs a sha256"),
        ({"files": {"model": {"sources": ["hf:a/b@main/m.onnx"]}}}, "needs a sha256"),
        ({"files": {"model": {"sources": ["ftp://host/m.onnx"], "sha256": SHA}}}, "is not a source"),
        ({"files": {"model": {"sources": []}}}, "at least 1 item"),
    ],
)
def test_a_bad_card_is_refused_with_a_sentence(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InvalidInput, match=sentence):
        Registry({"mine": fields(**changes)})


def test_sources_are_read() -> None:
    wheel = parse("pypi:a-b==1.0/a_b-1.0-py3-none-any.whl/a_b/model.onnx")
    assert (wheel.project, wheel.version, wheel.member) == ("a-b", "1.0", "a_b/model.onnx")
    assert parse("pypi:a==1/a-1.tar.gz").member is None
    hub = parse(f"hf:org/name@{COMMIT}/onnx/model.onnx")
    assert (hub.location, hub.file_name, hub.immutable) == ("onnx/model.onnx", "model.onnx", True)
    assert parse("file:///tmp/with%20space.onnx").location == "/tmp/with space.onnx"  # noqa: S108


@pytest.mark.parametrize(
    "text",
    [
        "pypi:a==1/a-1.whl/../../etc/passwd",
        "pypi:a==1/../a-1.whl",
        "pypi:a/a-1.whl",
        "pypi:a==1 --index-url=evil/a-1.whl",
        "pypi:--help==1/a-1.whl",
        "hf:org/name@main/../x",
        "hf:name@main/x",
        "http://host/x",
        "https://host/",
        "file:relative.onnx",
        "file://host/x",
        "/etc/passwd",
    ],
)
def test_other_sources_are_not(text: str) -> None:
    with pytest.raises(ValidationError):
        FileSource(sources=(text,), sha256=SHA)


def test_the_digest_follows_every_change() -> None:
    first = Registry({"mine": fields()}).get("mine")
    assert first.digest == Registry({"mine": fields()}).get("mine").digest
    assert first.digest != Registry({"mine": fields(image={"size": 33})}).get("mine").digest
