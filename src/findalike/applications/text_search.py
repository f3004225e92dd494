"""Text search: passages of documents and tables, by meaning and by words."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Literal

from pydantic import Field, model_validator

from findalike.applications.base import Application, BaseRecord, Columns, SearchQuery
from findalike.decoders.blocks import Document, one_line
from findalike.decoders.documents import MEDIA_TYPES, open_document
from findalike.decoders.language import language
from findalike.decoders.passages import passages
from findalike.decoders.text import paragraphs
from findalike.domain import Segment, Source, Term, VectorSpec
from findalike.encoders.tokens import tokens
from findalike.encoders.words import words

KEYWORDS = 5.0
"""How many standard deviations of the cosines a passage gains that has all words of the query: measured, see
docs/text-search.md."""

TOKENS = 190
"""What a passage has at most, by an estimate that is a little too high (encoders/tokens.py): about 160 of MiniLM's own.
With its headings before it, it fits into the 256 that MiniLM reads."""

_TEXTS = ("text", "body", "content", "passage", "document", "abstract", "summary", "description", "review", "message")
_TITLES = ("title", "headline", "subject", "name", "heading")


class TextRecord(BaseRecord):
    """A text with its id, title and metadata."""

    text: str = Field(min_length=1, max_length=5_000_000)
    title: str | None = Field(None, max_length=1000)

    @property
    def item_name(self) -> str | None:
        return one_line(self.title) or self.id


class TextQuery(SearchQuery):
    """Ask with words, or with an item that is there."""

    text: str | None = Field(None, min_length=1, max_length=4000, description="Words, or a question.")
    item_id: str | None = Field(None, min_length=1, max_length=64, description="More like this item.")
    mode: Literal["hybrid", "meaning", "keywords"] = Field(
        "hybrid", description="By meaning, by words (BM25), or by both where the engine can."
    )
    group: bool = Field(True, description="One hit a document, the same passage elsewhere folded; or one a passage.")

    @model_validator(mode="after")
    def one_of_both(self) -> TextQuery:
        if (self.text is None) == (self.item_id is None):
            raise ValueError("give either text or item_id")
        if self.item_id and self.mode == "keywords":
            raise ValueError("more like an item is found by its meaning: leave mode out")
        return self


class TextSearch(Application):
    """Find passages of your documents and tables by what they mean and by the words in them."""

    name, title = "text-search", "Text search"
    accepts = MEDIA_TYPES
    vectors = {"meaning": VectorSpec("minilm-l6"), "keywords": VectorSpec(None, "BM25")}
    fields = {"title": "text", "author": "text", "language": "text", "pages": "integer"}
    Query = TextQuery
    Record: ClassVar[type[BaseRecord] | None] = TextRecord
    parts_are_hits, depth = True, 200
    sample: ClassVar[str | None] = "python-topics"
    query_example = {"text": "how do I catch an exception", "limit": 10, "filter": 'language == "en"'}
    record_example = {"id": "t1", "title": "On cats", "text": "Cats sleep most of the day.", "metadata": {"year": 2026}}

    def row(self, row: Mapping[str, Any], columns: Columns) -> BaseRecord:
        return super().row(row, {**_guessed(row, columns), **columns})

    def segments(self, source: Source) -> Iterable[Segment]:
        document = opened(source)
        for passage in passages(document, TOKENS, tokens, language=language(document.text)):
            place = {"start": passage.start, "end": passage.end, "headings": list(passage.headings)}
            if passage.page is not None:
                place["page"] = passage.page
            yield Segment(
                {"text": in_context(document, passage.headings, passage.text)},
                place,
                fingerprint=equal_text(passage.text),
                text=passage.text,
                # A heading is no sentence of what stands under it.
                sentences=[
                    (start, end)
                    for start, end in passage.sentences
                    if " ".join(passage.text[start:end].split()) not in passage.headings
                ],
            )

    def facts(self, source: Source) -> Mapping[str, Any]:
        document = opened(source)
        known = {
            "title": document.title,
            "author": document.author,
            "pages": document.pages,
            "language": language(document.text),
        }
        return {name: value for name, value in known.items() if value is not None}

    def query(self, query: TextQuery) -> list[Term]:
        if query.item_id:
            return [Term("meaning", item_id=query.item_id)]
        meaning = Term("meaning", text=query.text)
        keywords = Term("keywords", KEYWORDS, text=query.text, optional=query.mode == "hybrid")
        return {"hybrid": [meaning, keywords], "meaning": [meaning], "keywords": [keywords]}[query.mode]


def opened(source: Source) -> Document:
    """A file's or a record's text as a document, opened once. Raises UndecodableMedia or InvalidInput."""
    if "document" not in source.memo:
        source.memo["document"] = (
            open_document(source.path, source.media_type or "")
            if source.path is not None
            else Document(tuple(paragraphs(source.record["text"])), one_line(source.record.get("title")))
        )
    document: Document = source.memo["document"]
    return document


def equal_text(text: str) -> int:
    """A fingerprint that only passages of the same words share: such are folded into one hit."""
    return int.from_bytes(hashlib.sha256(words(text).encode()).digest()[:8], "big")


def in_context(document: Document, headings: Iterable[str], text: str) -> str:
    """What is encoded of a passage: where it stands says what it is about."""
    path = dict.fromkeys([*([document.title] if document.title else []), *headings])
    return "\n".join([" › ".join(path), text]) if path else text


def _guessed(row: Mapping[str, Any], columns: Columns) -> Columns:
    """Which columns of a table are text and title, by their names; else the longest text is the text."""
    used = {name for names in columns.values() for name in names}
    free = {name.lower(): name for name in row if name not in {*used, "id"}}
    texts = [name for name in free.values() if isinstance(row[name], str)]
    longest = max(texts, key=lambda name: len(row[name]), default=None)
    text = next((free[name] for name in _TEXTS if name in free), longest)
    title = next((free[name] for name in _TITLES if name in free and free[name] != text), None)
    guessed = {"text": text, "title": title}
    return {own: [name] for own, name in guessed.items() if name and own not in columns and own not in row}
