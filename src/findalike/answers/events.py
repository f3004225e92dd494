"""What a stream of an answer consists of: the citations, pieces of the answer, and its end."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field, JsonValue

Form = Literal["extractive", "generative"]
"""extractive: sentences of the passages, or the stored answer, word for word. generative: a language model's words."""

Flag = Literal["unknown_marks_removed", "no_marks", "cut_off"]
"""unknown_marks_removed: the model cited passages that do not exist. no_marks: it cited none. cut_off: the answer came
to the model's limit."""


class Citation(BaseModel):
    """A passage that an answer may cite by its number."""

    number: int = Field(description="From 1: the mark [1] in the answer means this.")
    item_id: str
    name: str = Field(description="The item's name.")
    title: str = Field(description="The item's title if its metadata has one, else its name.")
    ordinal: int = Field(description="The segment's number within its item.")
    place: dict[str, JsonValue] = Field(description="Where in the item it lies; of a question, its stored answer.")
    text: str = Field(description="The passage, or the question.")
    score: float = Field(description="How well it matched.")


class Citations(BaseModel):
    """The event `citations`, the first: all passages that the answer may cite, best first."""

    conversation_id: str = Field(description="Send it with the next question, which is then understood in context.")
    form: Form = Field(description="Of the answer: what is quoted is plain text, what a model writes is Markdown.")
    citations: list[Citation]


class Piece(BaseModel):
    """The event `answer`: the next piece of its text, with marks like [1]. A mark is never split."""

    text: str


class AskTook(BaseModel):
    """Milliseconds; `answer_ms` begins when the passages are found."""

    encode_ms: float
    search_ms: float
    answer_ms: float
    total_ms: float


class Done(BaseModel):
    """The event `done`, the last of an answer that came to its end."""

    conversation_id: str
    message_id: str
    form: Form
    found: bool = Field(description="Whether there was something on the question.")
    context: list[str] = Field(description="Earlier questions with which this one was understood, newest first.")
    flags: list[Flag]
    took: AskTook
