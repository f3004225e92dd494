from __future__ import annotations

from pathlib import Path

import pytest
from tokenizers import Tokenizer, models, pre_tokenizers, processors

from findalike.encoders.tokens import token_counter
from findalike.errors import InvalidInput


def test_tokens_are_counted_without_special_ones(tmp_path: Path) -> None:
    tokenizer = Tokenizer(models.WordLevel({"[CLS]": 0, "a": 1, "[UNK]": 2}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(single="[CLS] $A", special_tokens=[("[CLS]", 0)])
    tokenizer.enable_truncation(2)
    tokenizer.enable_padding(length=8)
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    count = token_counter(str(tmp_path / "tokenizer.json"))
    assert [count(text) for text in ("", "a", "a b\n\na a")] == [0, 1, 4]
    assert count.extra == 1
    assert token_counter(str(tmp_path / "tokenizer.json")) is count


def test_what_is_no_tokenizer(tmp_path: Path) -> None:
    (tmp_path / "tokenizer.json").write_text("{}")
    with pytest.raises(InvalidInput, match="cannot be read as a tokenizer"):
        token_counter(str(tmp_path / "tokenizer.json"))
