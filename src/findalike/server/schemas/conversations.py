"""Conversations and what was said in them."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from findalike.answers.events import Citation, Flag, Form
from findalike.domain import Conversation, Message
from findalike.server.schemas.base import In


class ConversationOut(BaseModel):
    """A conversation, of the key that asks."""

    id: str
    application: str
    collection: str
    title: str
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, one: Conversation) -> ConversationOut:
        return cls(
            id=one.id,
            application=one.application,
            collection=one.collection,
            title=one.title,
            created_at=one.created_at,
            updated_at=one.updated_at,
        )


class ConversationPage(BaseModel):
    """A page of conversations, those spoken in last first."""

    conversations: list[ConversationOut]
    next_cursor: int | None


class ConversationPatch(In):
    """What of a conversation can change."""

    title: str = Field(min_length=1, max_length=200, examples=["On cats"])


class MessageOut(BaseModel):
    """A question of the user, or an answer of the assistant."""

    id: str
    role: Literal["user", "assistant"]
    text: str = Field(description="Of an answer, with marks like [1] of its citations.")
    citations: list[Citation] = Field(description="Of an answer: the passages that it could cite.")
    form: Form | None = Field(description="Of an answer.")
    found: bool | None = Field(description="Of an answer: whether there was something on the question.")
    complete: bool = Field(description="False for an answer that was stopped, or broke off.")
    flags: list[Flag]
    created_at: datetime

    @classmethod
    def of(cls, message: Message) -> MessageOut:
        details = {"citations": [], "form": None, "found": None, "complete": True, "flags": [], **message.details}
        return cls(id=message.id, role=message.role, text=message.text, created_at=message.created_at, **details)


class MessagePage(BaseModel):
    """Messages of a conversation, in order."""

    messages: list[MessageOut]
    next_cursor: int | None
