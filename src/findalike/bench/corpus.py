"""Texts to measure with: the samples, and what Python's own modules say of themselves."""

from __future__ import annotations

import ast
import random
import sysconfig
from collections.abc import Iterator
from pathlib import Path

from findalike.applications.text_search import TextSearch
from findalike.domain import Source
from findalike.models.datasets import DataCache, DataCards
from findalike.models.samples import SAMPLES
from findalike.settings import Settings

_LEAST = 400
"""Characters of a module's, class's or function's description that is worth a document."""
_SENTENCES, _LONGEST = 5, 160
"""Of a text that is put together: its sentences, and the characters of each at most, so that it is one passage."""


def documents(settings: Settings, characters: int) -> list[Path]:
    """Files of about so many characters in all, no two equal, made once: pages of HTML, then plain texts."""
    folder = settings.cache_dir / "bench-documents"
    folder.mkdir(parents=True, exist_ok=True)
    paths: list[Path] = []
    seen: set[bytes] = set()
    for name, content in _contents(settings):
        if characters <= 0:
            break
        if content in seen:
            continue
        seen.add(content)
        characters -= len(content)
        paths.append(folder / f"{len(paths):04}-{name}")
        if not paths[-1].exists():
            paths[-1].write_bytes(content)
    return paths


def passages(settings: Settings, number: int) -> Iterator[str]:
    """Distinct texts of some sentences each, put together at random out of documents."""
    application = TextSearch()
    sentences = [
        segment.text[start:end]
        for path in documents(settings, 500_000)
        for segment in application.segments(source(path))
        for start, end in segment.sentences
        if segment.text is not None and end - start <= _LONGEST
    ]
    rng = random.Random(0)
    for count in range(number):
        yield " ".join([f"Number {count}.", *rng.sample(sentences, _SENTENCES)])


def source(path: Path) -> Source:
    """A document as an application wants it."""
    return Source(path.name, str(path), "text/html" if path.suffix == ".html" else "text/plain")


def _contents(settings: Settings) -> Iterator[tuple[str, bytes]]:
    cache, cards = DataCache(settings.cache_dir), DataCards(SAMPLES)
    for card in ("python-topics", "django-documentation"):
        for name, content, _ in cache.members(cards.get(card)):
            yield name, content
    for path in sorted(Path(sysconfig.get_path("stdlib")).rglob("*.py")):
        if "site-packages" not in path.parts and "test" not in path.parts:
            for name, text in _descriptions(path):
                yield f"{path.stem}.{name}.txt", text.encode()


def _descriptions(path: Path) -> Iterator[tuple[str, str]]:
    try:
        tree = ast.parse(path.read_bytes())
    except (SyntaxError, ValueError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            text = ast.get_docstring(node)
            if text and len(text) >= _LEAST:
                yield getattr(node, "name", "module"), text
