"""The estimate of tokens, beside the tokenizer of the model that texts are encoded with by default."""

from __future__ import annotations

import pydoc_data.topics
from pathlib import Path

import pytest
from tokenizers import Tokenizer

from findalike.encoders.tokens import tokens
from findalike.models.cache import ModelCache
from findalike.models.registry import Registry
from findalike.settings import Settings

TEXTS = {
    "English": "The quick brown fox jumps over the lazy dog, and nobody is surprised by what it does.",
    "German": "Die Vermögensverwaltungsgesellschaft hat gestern über die Grundstücksverkehrsgenehmigung entschieden.",
    "Russian": "Быстрая коричневая лиса перепрыгивает через ленивую собаку, и никто не удивляется этому.",
    "Japanese": "東京都は日本の首都であり、世界最大級の都市圏を持つ。",
    "program": "for i in range(10):\n    print(f'{i:>3}', end='')  # (a, b) = c[0]",
}


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    card = Registry({}).get("minilm-l6")
    path: Path = ModelCache(Settings().cache_dir).file(card, "tokenizer")
    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


@pytest.mark.models
@pytest.mark.parametrize("name", TEXTS)
def test_the_estimate_is_a_little_too_high(tokenizer: Tokenizer, name: str) -> None:
    there = len(tokenizer.encode(TEXTS[name], add_special_tokens=False))
    assert 0.95 * there <= tokens(TEXTS[name]) <= 2 * there


@pytest.mark.models
def test_of_real_documentation_it_is_a_quarter_too_high(tokenizer: Tokenizer) -> None:
    text = "\n".join(pydoc_data.topics.topics.values())
    there = len(tokenizer.encode(text, add_special_tokens=False))
    assert 1.1 <= tokens(text) / there <= 1.4


def test_parts_are_counted() -> None:
    assert tokens("") == 0
    assert tokens("cat, 42") == 4
    assert tokens("extraordinary") == 4
    assert tokens("x" * 100) == 50
