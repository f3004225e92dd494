"""Question answering: questions with stored answers, and documents; asked in conversations."""

from __future__ import annotations

import secrets
import time
from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from contextlib import suppress
from itertools import pairwise
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from findalike.answers import Answerer, Passage, Said, Turn
from findalike.answers.events import AskTook, Citation, Citations, Done, Form, Piece
from findalike.answers.extractive import Extractive
from findalike.answers.followup import Asked, in_context
from findalike.answers.generative import Generative
from findalike.applications.base import Application, BaseRecord, Columns
from findalike.applications.operations import Context, Streaming
from findalike.applications.text_search import TextQuery, TextSearch
from findalike.decoders.blocks import one_line
from findalike.decoders.language import language
from findalike.domain import Hit, Message, Segment, Source, Term, Vector
from findalike.errors import FindalikeError, InvalidInput
from findalike.pipelines.search import Timings

HISTORY = 20
"""Messages of a conversation that count for the next question."""

_QUESTIONS = ("question", "questions", "q", "prompt", "query", "instruction", "input")
_ANSWERS = ("answer", "answers", "a", "response", "reply", "completion", "output", "solution")


class QuestionRecord(BaseRecord):
    """A question with its answer."""

    question: str = Field(min_length=1, max_length=4000)
    answer: str = Field(min_length=1, max_length=20_000)

    @property
    def item_name(self) -> str | None:
        return one_line(self.question) or self.id


class AskRequest(BaseModel):
    """A question, perhaps in a conversation."""

    model_config = ConfigDict(extra="forbid")

    question: str = Field(min_length=1, max_length=2000, examples=["Can I return an opened parcel?"])
    conversation_id: str | None = Field(
        None, pattern="^[0-9a-f]{32}$", description="Of an earlier answer; a new conversation is begun without it."
    )
    limit: int = Field(5, ge=1, le=20, description="Passages that the answer may be made of.")
    filter: str | None = Field(None, max_length=4000, description="Only items that match.")
    form: Form | None = Field(
        None,
        description="Sentences word for word (extractive), or a language model's own words (generative), which is the "
        "default where the operator has set one.",
    )


class AskQuery(TextQuery):
    """What is searched to answer a question: its text, and those of earlier ones, with their weights."""

    earlier: list[tuple[str, float]]


async def ask(context: Context, request: AskRequest) -> AsyncGenerator[BaseModel]:
    """Answer a question: first the passages that the answer may cite, then its text, bit by bit, then how it went.

    The events are `citations`, `answer` (some), and `done`; or `error`, a problem, as the last. Closing the connection
    stops the work. A question that leaves something out ("and on Windows?") is understood in its conversation."""
    began = time.perf_counter()
    form = _form(context, request.form)
    earlier = await context.recent(request.conversation_id, HISTORY) if request.conversation_id else []
    turns = _turns(earlier)
    asked = in_context(request.question, [turn.text for turn in turns if turn.role == "user"])
    answerer = _answerer(context, form, asked)
    query = AskQuery(text=request.question, earlier=asked[1:], limit=request.limit, filter=request.filter, group=False)
    found = await context.search(query)
    answering = answerer.answer(request.question, turns, [_passage(hit) for hit in found.hits])
    return _events(context, request, form, asked, found.hits, answering, found.timings, began)


class QuestionAnswering(TextSearch):
    """Ask questions, and get answers from your own questions and answers and from your documents."""

    name, title = "question-answering", "Question answering"
    Record = QuestionRecord
    sample = "chatterbot"
    query_example = {"text": "how do I send a parcel back", "limit": 10}
    record_example = {"id": "q1", "question": "May I open the parcel?", "answer": "Yes, of course."}
    operations = {
        "ask": Streaming(
            ask,
            AskRequest,
            {"citations": Citations, "answer": Piece, "done": Done},
            "Ask",
            {"question": "Can I return an opened parcel?"},
        )
    }

    def row(self, row: Mapping[str, Any], columns: Columns) -> BaseRecord:
        chosen = {**_guessed(row, columns), **columns}
        for own in ("question", "answer"):
            if own not in chosen and own not in row:
                there = ", ".join(map(repr, row))
                raise InvalidInput(f"No column looks like the {own}: say which it is, {own}=COLUMN, of {there}.")
        return Application.row(self, row, chosen)

    def segments(self, source: Source) -> Iterable[Segment]:
        """A question is one segment: itself by meaning, and with its answer by words. The answer is its place."""
        if source.path is not None:
            yield from super().segments(source)
            return
        question, answer = source.record["question"], source.record["answer"]
        yield Segment({"text": question, "words": f"{question}\n{answer}"}, {"answer": answer}, text=question)

    def query(self, query: TextQuery) -> list[Term]:
        if not isinstance(query, AskQuery) or not query.earlier:
            return super().query(query)
        # Words say little of a question that leaves something out, and those of an earlier one lead back to it.
        asked = [(query.text, 1.0), *query.earlier]
        return [Term("meaning", weight, text=text) for text, weight in asked]

    def facts(self, source: Source) -> Mapping[str, Any]:
        if source.path is not None:
            return super().facts(source)
        question = source.record["question"]
        known = {"title": one_line(question), "language": language(f"{question}\n{source.record['answer']}")}
        return {name: value for name, value in known.items() if value is not None}


def _guessed(row: Mapping[str, Any], columns: Columns) -> Columns:
    """Which columns of a table are question and answer, by their names."""
    used = {name for names in columns.values() for name in names}
    free = {name.lower(): name for name in row if name not in used}
    guessed: dict[str, list[str]] = {}
    for own, known in (("question", _QUESTIONS), ("answer", _ANSWERS)):
        name = next((free[one] for one in known if one in free), None)
        if name and own not in columns and own not in row:
            guessed[own] = [name]
    return guessed


# -- asking --------------------------------------------------------------------------------------------------


def _form(context: Context, wanted: Form | None) -> Form:
    """The form of the answer. Raises InvalidInput for a generated one where there is no language model."""
    if wanted == "generative" and context.language_model is None:
        raise InvalidInput(
            "This server has no language model: ask with the form extractive, or let the operator set "
            "FINDALIKE_LLM_BASE_URL.",
            field="form",
        )
    return wanted or ("generative" if context.language_model else "extractive")


def _answerer(context: Context, form: Form, asked: Asked) -> Answerer:
    settings = context.settings
    if form == "generative" and context.language_model:
        return Generative(context.language_model, settings.llm_answer)

    async def compare(texts: Sequence[str]) -> Vector:
        return await context.compare("meaning", asked, texts)

    return Extractive(compare, settings.answer_threshold)


def _turns(messages: Sequence[Message]) -> list[Turn]:
    """What was said, in pairs: a question that got no answer is left out."""
    turns: list[Turn] = []
    for question, answer in pairwise(messages):
        if question.role == "user" and answer.role == "assistant" and answer.text:
            turns += [Turn("user", question.text), Turn("assistant", answer.text)]
    return turns


def _passage(hit: Hit) -> Passage:
    answer = hit.segment.place.get("answer")
    return Passage(
        hit.rank,
        _title(hit),
        hit.segment.text or "",
        answer if isinstance(answer, str) else None,
        hit.scores.get("meaning"),
        hit.sentences.get(hit.segment.id, ()),
    )


def _title(hit: Hit) -> str:
    title = hit.item.metadata.get("title")
    return title if isinstance(title, str) and title else hit.item.name


def _citation(hit: Hit) -> Citation:
    return Citation(
        number=hit.rank,
        item_id=hit.item.id,
        name=hit.item.name,
        title=_title(hit),
        ordinal=hit.segment.ordinal,
        place=dict(hit.segment.place),
        text=hit.segment.text or "",
        score=hit.score,
    )


async def _events(
    context: Context,
    request: AskRequest,
    form: Form,
    asked: Asked,
    hits: Sequence[Hit],
    answering: AsyncGenerator[str | Said],
    timings: Timings,
    began: float,
) -> AsyncGenerator[BaseModel]:
    """The events of an answer. Whatever becomes of it, what was asked and said is kept."""
    conversation = request.conversation_id or secrets.token_hex(16)
    citations = [_citation(hit) for hit in hits]
    details: dict[str, Any] = {"citations": [one.model_dump() for one in citations], "form": form}
    text: list[str] = []
    end: Said | None = None
    answer_began = time.perf_counter()

    async def keep(**more: Any) -> str:
        said = "".join(text)
        new = request.conversation_id is None
        return await context.say(conversation, request.question, said, {**details, **more}, new=new)

    try:
        yield Citations(conversation_id=conversation, form=form, citations=citations)
        async for piece in answering:
            if isinstance(piece, Said):
                end = piece
            else:
                text.append(piece)
                yield Piece(text=piece)
    finally:
        if end is None:
            await answering.aclose()
            with suppress(FindalikeError):
                await keep(complete=False)
    assert end
    ended = time.perf_counter()
    flags = sorted(end.flags)
    message = await keep(complete=True, found=end.found, flags=flags)
    yield Done(
        conversation_id=conversation,
        message_id=message,
        form=form,
        found=end.found,
        context=[text for text, _ in asked[1:]],
        flags=flags,
        took=AskTook(
            encode_ms=timings.encode_ms,
            search_ms=timings.total_ms - timings.encode_ms,
            answer_ms=(ended - answer_began) * 1000,
            total_ms=(ended - began) * 1000,
        ),
    )
