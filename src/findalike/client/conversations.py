"""The client's calls that ask questions, and what was asked before."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import Any

from findalike.client.asking import AnswerEvent, ask
from findalike.client.calling import Caller
from findalike.client.calls import address, conversation_address, present
from findalike.server.schemas import API, ConversationOut, ConversationPage, MessageOut, MessagePage


class Conversations(Caller):
    """Questions, and the conversations of this API key."""

    def ask(self, application: str, collection: str, question: str, /, **request: Any) -> Generator[AnswerEvent]:
        """The answer to a question, as it comes: Citations, then its Pieces, then Done. Stop by closing it.

        `request`: conversation_id, limit, filter, form. Raises what goes wrong, also in the middle of an answer."""
        body = present({"question": question, **request})
        return ask(self._connection, address(application, collection) + "/ask", body)

    def conversations(
        self, *, application: str | None = None, collection: str | None = None, page: int = 50
    ) -> Iterator[ConversationOut]:
        """The conversations of this API key, those spoken in last first, fetched page by page."""
        given = {"application": application, "collection": collection, "limit": page}
        for some in self._pages(ConversationPage, f"{API}/conversations", **given):
            yield from some.conversations

    def messages(self, conversation: str, *, page: int = 100) -> Iterator[MessageOut]:
        """What was said in a conversation, in order."""
        for some in self._pages(MessagePage, conversation_address(conversation) + "/messages", limit=page):
            yield from some.messages

    def rename_conversation(self, conversation: str, title: str) -> ConversationOut:
        return self._send(ConversationOut, "PATCH", conversation_address(conversation), {"title": title})

    def delete_conversation(self, conversation: str) -> None:
        """Delete a conversation with all that was said in it."""
        self._connection.request("DELETE", conversation_address(conversation))
