"""Preparing: one array for equal preprocessing, and every odd picture and text."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from PIL import Image

from findalike.encoders.prepare import TEXT_LIMIT, prepare, prepare_key
from findalike.errors import InvalidInput
from findalike.models.cards import ImagePreprocess, ModelCard
from findalike.models.registry import Registry


def card(**fields: Any) -> ModelCard:
    return ModelCard.model_validate(
        {
            "name": "x",
            "title": "x",
            "family": "onnx-image",
            "dimension": 8,
            "accepts": ("image", "text"),
            "licence": "MIT",
            "image": ImagePreprocess(size=32),
            **fields,
        }
    )


def test_cards_with_equal_preprocessing_share_a_key() -> None:
    registry = Registry()
    lite0, conse = registry.get("efficientnet-lite0"), registry.get("conse-minilm")
    lite2 = registry.get("efficientnet-lite2")
    assert prepare_key(lite0, "image") == prepare_key(conse, "image") != prepare_key(lite2, "image")
    other_scale = card(image=ImagePreprocess(size=32, mean=(1, 1, 1)))
    assert prepare_key(card(), "image") == prepare_key(other_scale, "image")
    assert prepare_key(card(), "text") == prepare_key(card(options={"query_prefix": "q: "}), "text")


@pytest.mark.parametrize("mode", ["RGB", "L", "1", "P", "RGBA", "LA", "CMYK", "YCbCr", "I;16", "I", "F", "HSV"])
@pytest.mark.parametrize("size", [(100, 60), (60, 100), (1, 1), (1, 3000), (32, 32)])
def test_every_mode_and_shape_becomes_one_square(mode: str, size: tuple[int, int]) -> None:
    picture = Image.new("L", size, 128).convert("I").convert("I;16") if mode == "I;16" else Image.new(mode, size)
    before = picture.tobytes()
    prepared = prepare(card(), "image", picture)
    assert prepared.shape == (32, 32, 3)
    assert prepared.dtype == np.uint8
    assert prepared.flags.c_contiguous
    assert picture.tobytes() == before


def test_crop_takes_the_middle_and_squash_takes_all() -> None:
    picture = Image.new("RGB", (300, 100), "red")
    picture.paste("blue", (100, 0, 200, 100))
    assert (prepare(card(), "image", picture)[:, 2:-2] == (0, 0, 255)).all()
    squashed = prepare(card(image=ImagePreprocess(size=30, fit="squash", interpolation="bilinear")), "image", picture)
    assert squashed[15, 2].tolist() == [255, 0, 0]
    assert squashed[15, 15].tolist() == [0, 0, 255]


def test_a_margin_is_cut_as_resize_and_crop_would_cut_it() -> None:
    picture = Image.effect_noise((512, 512), 60).convert("RGB")
    rules = ImagePreprocess(size=224, resize=256, interpolation="bicubic")
    whole = picture.resize((256, 256), Image.Resampling.BICUBIC).crop((16, 16, 240, 240))
    difference = np.abs(prepare(card(image=rules), "image", picture).astype(int) - np.array(whole))
    assert difference[2:-2, 2:-2].max() <= 1


def test_what_is_transparent_is_white() -> None:
    assert prepare(card(), "image", Image.new("RGBA", (40, 40), (255, 0, 0, 0))).min() == 255


def test_texts_are_normalised_and_bounded() -> None:
    assert prepare(card(), "text", "  a\tcafe\u0301\x00 \ud800 b\n") == "a caf\u00e9 b"
    assert len(prepare(card(), "text", "word " * TEXT_LIMIT)) <= TEXT_LIMIT
    assert prepare(card(options={"query_prefix": "query: "}), "text", "x", query=True) == "query: x"


@pytest.mark.parametrize(
    ("modality", "content"), [("text", " \n"), ("text", 5), ("image", "x"), ("vector", [1.0]), ("sound", b"")]
)
def test_what_a_card_does_not_take_is_refused(modality: str, content: Any) -> None:
    with pytest.raises(InvalidInput):
        prepare(card(), modality, content)


def test_decoder_processes_import_nothing_heavy() -> None:
    code = (
        "import sys, findalike.encoders.prepare, findalike.models.builtin, findalike.models.samples;"
        "print([m for m in ('onnxruntime', 'onnx', 'tokenizers', 'huggingface_hub', 'httpx') if m in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
