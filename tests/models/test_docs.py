"""The examples in docs/models.md are cards that findalike accepts."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from findalike.models.registry import Registry

PAGE = Path(__file__).parents[2] / "docs" / "models.md"


def test_every_example_is_a_card() -> None:
    examples = re.findall(r"```toml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert len(examples) == 2
    for example in examples:
        filled = example.replace("…", "0" * 64).replace("COMMIT", "0" * 40)
        models = tomllib.loads(filled)["models"]
        registry = Registry(models)
        assert all(registry.get(name).licence == "MIT" for name in models)


def test_every_built_in_card_is_listed() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert all(f"`{card.name}`" in page for card in Registry())
