"""Conversations in the catalog: each belongs to the API key that began it, and nobody else learns that it is there."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update
from sqlalchemy.sql import ColumnElement, Select

from findalike.catalog.database import Database, now
from findalike.catalog.schema import collections, conversations, keys, messages
from findalike.domain import Collection, Conversation, Message
from findalike.errors import NotFound, Unauthorized

TITLE = 80
"""Characters of a title that is made from the first question."""

_message = [messages.c[one.name] for one in fields(Message)]
_conversations: Select[Any] = select(
    conversations.c.id,
    collections.c.application,
    collections.c.name.label("collection"),
    *(conversations.c[name] for name in ("collection_id", "owner", "title", "last", "created_at", "updated_at")),
).select_from(conversations.join(collections))


class Conversations:
    """All methods block. `owner` is the id of the asker's key, None where there are no keys."""

    def __init__(self, database: Database):
        self._database = database

    def say(
        self,
        collection: Collection,
        owner: str | None,
        conversation: str,
        question: str,
        answer: str,
        details: Mapping[str, Any],
        *,
        new: bool,
    ) -> str:
        """Add a question and its answer, and begin the conversation of this id if it is new: the id of the answer.

        Raises NotFound if conversation or collection is gone, or not the asker's, and Unauthorized if the key is."""
        moment, answer_id = now(), secrets.token_hex(16)
        rows = [("user", secrets.token_hex(16), question, {}), ("assistant", answer_id, answer, dict(details))]
        with self._database.write() as connection:
            if not new:
                self._mine(connection, conversation, owner, collection.id)
            elif not connection.execute(
                select(collections.c.id).where(collections.c.id == collection.id, collections.c.name.is_not(None))
            ).first():
                raise NotFound("This collection was dropped meanwhile.")
            elif owner and not connection.execute(select(keys.c.id).where(keys.c.id == owner)).first():
                raise Unauthorized("This API key was removed meanwhile.")
            else:
                connection.execute(
                    insert(conversations).values(
                        id=conversation,
                        collection_id=collection.id,
                        owner=owner,
                        title=titled(question),
                        last=0,
                        created_at=moment,
                        updated_at=moment,
                    )
                )
            for role, message_id, text, more in rows:
                last = connection.execute(
                    insert(messages).values(
                        id=message_id,
                        conversation_id=conversation,
                        role=role,
                        text=text,
                        details=more,
                        created_at=moment,
                    )
                ).inserted_primary_key
            assert last
            connection.execute(
                update(conversations).where(conversations.c.id == conversation).values(last=last[0], updated_at=moment)
            )
        return answer_id

    def get(self, id: str, owner: str | None) -> Conversation:
        """Raises NotFound, also for somebody else's."""
        with self._database.read() as connection:
            return _conversation(self._mine(connection, id, owner))

    def page(
        self,
        owner: str | None,
        *,
        application: str | None = None,
        collection: str | None = None,
        before: int | None = None,
        limit: int,
    ) -> tuple[list[Conversation], int | None]:
        """The owner's, those spoken in last first, and what to give as `before` for the next page."""
        query = _conversations.where(_owned(owner))
        if application is not None:
            query = query.where(collections.c.application == application)
        if collection is not None:
            query = query.where(collections.c.name == collection)
        if before is not None:
            query = query.where(conversations.c.last < before)
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(conversations.c.last.desc()).limit(limit + 1)).all()
        found = [_conversation(row) for row in rows[:limit]]
        return found, found[-1].last if len(rows) > limit else None

    def messages(
        self, id: str, owner: str | None, after: int = 0, limit: int = 100
    ) -> tuple[list[Message], int | None]:
        """Messages in order, and what to give as `after` for the next page. Raises NotFound."""
        query = select(*_message).where(messages.c.conversation_id == id, messages.c.number > after)
        with self._database.read() as connection:
            self._mine(connection, id, owner)
            rows = connection.execute(query.order_by(messages.c.number).limit(limit + 1)).all()
        found = [Message(*row) for row in rows[:limit]]
        return found, found[-1].number if len(rows) > limit else None

    def recent(self, id: str, owner: str | None, limit: int, collection_id: int) -> list[Message]:
        """The last messages, in order. Raises NotFound, also for a conversation on another collection."""
        query = select(*_message).where(messages.c.conversation_id == id)
        with self._database.read() as connection:
            self._mine(connection, id, owner, collection_id)
            rows = connection.execute(query.order_by(messages.c.number.desc()).limit(limit)).all()
        return [Message(*row) for row in reversed(rows)]

    def rename(self, id: str, owner: str | None, title: str) -> Conversation:
        """Raises NotFound."""
        with self._database.write() as connection:
            self._mine(connection, id, owner)
            connection.execute(update(conversations).where(conversations.c.id == id).values(title=title))
            return _conversation(self._mine(connection, id, owner))

    def delete(self, id: str, owner: str | None) -> None:
        """With its messages. Raises NotFound."""
        with self._database.write() as connection:
            self._mine(connection, id, owner)
            connection.execute(delete(conversations).where(conversations.c.id == id))

    def _mine(self, connection: Connection, id: str, owner: str | None, collection_id: int | None = None) -> Row[Any]:
        query = _conversations.where(conversations.c.id == id, _owned(owner))
        if collection_id is not None:
            query = query.where(conversations.c.collection_id == collection_id)
        row = connection.execute(query).one_or_none()
        if row is None:
            raise NotFound(
                f"There is no conversation {id} here: list yours with GET /api/v1/conversations, or leave it out to "
                "begin a new one."
            )
        return row


def titled(question: str) -> str:
    """A question as a title: on one line, and cut between words."""
    line = " ".join(question.split())
    if len(line) <= TITLE:
        return line
    head = line[: TITLE - 1]
    return (head.rpartition(" ")[0] or head) + "…"


def _owned(owner: str | None) -> ColumnElement[bool]:
    return conversations.c.owner.is_not_distinct_from(owner)


def _conversation(row: Row[Any]) -> Conversation:
    return Conversation(**row._mapping)
