"""Questions about texts with known answers, out of the sample data, for measuring retrieval."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from findalike.decoders.markup import read_html
from findalike.encoders.words import words
from findalike.models.datasets import DataCache, DataCards

_HEADINGS = 300
"""About so many headings are asked for of one set: more say little more."""
_LEAST = 8
"""Words of a section that can be found."""
_RARE = 80
"""Rare words asked for of one set, of so many letters at least."""
_LETTERS = 4


@dataclass
class TextSet:
    """The ids of texts by the texts, and queries with the ids of the texts that answer them."""

    name: str
    texts: dict[str, str] = field(default_factory=dict)
    queries: dict[str, set[str]] = field(default_factory=dict)

    def add(self, text: str, query: str | None) -> None:
        """A text, each once, that answers the query."""
        id = self.texts.setdefault(text, f"t{len(self.texts)}")
        if query:
            self.queries.setdefault(query, set()).add(id)


def text_sets(cache: DataCache, cards: DataCards) -> Iterator[tuple[TextSet, list[TextSet]]]:
    """A corpus, and the sets of queries that are asked of it (their texts are the corpus).

    Sections of Python's reference by their headings (keyword-like); sections of Django's documentation by headings and
    by frequent questions; Wikipedia's passages by questions about them (SQuAD 2.0); ChatterBot's answers by their
    questions, which have hardly a word in common. Sections stand without their headings. Rare words are those of one
    text alone, as one looks for a name or a code."""
    python = TextSet("Python, headings")
    for _, content, _ in cache.members(cards.get("python-topics")):
        for heading, text in _sections(content):
            python.add(text, heading)
    yield python, [python, _rare(python, "Python, rare words")]
    django = TextSet("Django")
    for _, content, _ in cache.members(cards.get("django-documentation")):
        for heading, text in _sections(content):
            django.add(text, heading)
    single = {query: ids for query, ids in django.queries.items() if len(ids) == 1}
    questions = {query: ids for query, ids in single.items() if query.endswith("?")}
    headings = [query for query in single if query not in questions and re.fullmatch(r"[\w' -]+ [\w' -]+", query)]
    chosen = {query: single[query] for query in headings[:: max(1, len(headings) // _HEADINGS)]}
    yield (
        django,
        [
            TextSet("Django, questions", django.texts, questions),
            TextSet("Django, headings", django.texts, chosen),
        ],
    )
    wikipedia = TextSet("Wikipedia, questions")
    for row in _rows(cache, cards, "wikipedia-passages"):
        wikipedia.add(row["text"], row["question"])
    yield wikipedia, [wikipedia]
    chatterbot = TextSet("Chatterbot, answers")
    for row in _rows(cache, cards, "chatterbot"):
        chatterbot.add(row["answer"], row["question"])
    yield chatterbot, [chatterbot, _rare(chatterbot, "Chatterbot, rare words")]


def _rare(texts: TextSet, name: str) -> TextSet:
    found: dict[str, set[str]] = defaultdict(set)
    written: dict[str, str] = {}
    for text, id in texts.texts.items():
        for word in re.findall(rf"[A-Za-z_]{{{_LETTERS},}}", text):
            stem = words(word)
            found[stem].add(id)
            written[stem] = word
    single = sorted(stem for stem, ids in found.items() if stem and len(ids) == 1)
    chosen = single[:: max(1, -(-len(single) // _RARE))]
    return TextSet(name, texts.texts, {written[stem]: found[stem] for stem in chosen})


def _rows(cache: DataCache, cards: DataCards, name: str) -> Iterator[Mapping[str, str]]:
    for _, content, _ in cache.members(cards.get(name)):
        yield from csv.DictReader(io.StringIO(content.decode()))


def _sections(content: bytes) -> Iterator[tuple[str, str]]:
    """Heading and text of each section of a page that has enough of it."""
    heading = ""
    texts: list[str] = []
    for kind, text in [*((block.kind, block.text) for block in read_html(content).blocks), ("heading", "")]:
        if kind != "heading":
            texts.append(text)
            continue
        if heading and sum(len(one.split()) for one in texts) >= _LEAST:
            yield heading, "\n\n".join(texts)
        heading, texts = text, []


def mean(figures: Iterable[Mapping[str, float]]) -> dict[str, float]:
    """The means of figures of the same names."""
    sums: Counter[str] = Counter()
    count = 0
    for one in figures:
        sums.update(one)
        count += 1
    return {name: total / count for name, total in sums.items()}
