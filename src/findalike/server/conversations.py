"""Routes of conversations: those of the key that asks, and of no other."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Path, Query

from findalike.server.problems import RESPONSES
from findalike.server.schemas import (
    API,
    ConversationOut,
    ConversationPage,
    ConversationPatch,
    MessageOut,
    MessagePage,
)
from findalike.server.state import Asker, StateDep

ConversationId = Annotated[
    str, Path(pattern="^[0-9a-f]{32}$", examples=["0" * 32], description="The conversation's id.")
]
Cursor = Annotated[int | None, Query(ge=1, le=2**62, description="`next_cursor` of the page before.")]

routes = APIRouter(prefix=f"{API}/conversations", tags=["Conversations"], responses=RESPONSES)


@routes.get("", operation_id="list_conversations")
async def list_conversations(
    state: StateDep,
    asker: Asker,
    application: Annotated[str | None, Query(max_length=64, description="Only with this application.")] = None,
    collection: Annotated[str | None, Query(max_length=63, description="Only on collections of this name.")] = None,
    cursor: Cursor = None,
    limit: Annotated[int, Query(ge=1, le=200, description="Conversations per page.")] = 50,
) -> ConversationPage:
    """Your conversations, those you spoke in last first."""

    def page() -> ConversationPage:
        found, following = state.house.catalog.conversations.page(
            asker, application=application, collection=collection, before=cursor, limit=limit
        )
        return ConversationPage(conversations=[ConversationOut.of(one) for one in found], next_cursor=following)

    return await asyncio.to_thread(page)


@routes.get("/{conversation}", operation_id="get_conversation")
async def get_conversation(state: StateDep, asker: Asker, conversation: ConversationId) -> ConversationOut:
    """A conversation of yours."""
    return ConversationOut.of(await asyncio.to_thread(state.house.catalog.conversations.get, conversation, asker))


@routes.get("/{conversation}/messages", operation_id="list_messages")
async def list_messages(
    state: StateDep,
    asker: Asker,
    conversation: ConversationId,
    cursor: Cursor = None,
    limit: Annotated[int, Query(ge=1, le=200, description="Messages per page.")] = 100,
) -> MessagePage:
    """What was said in a conversation of yours, in order."""

    def page() -> MessagePage:
        found, following = state.house.catalog.conversations.messages(conversation, asker, cursor or 0, limit)
        return MessagePage(messages=[MessageOut.of(one) for one in found], next_cursor=following)

    return await asyncio.to_thread(page)


@routes.patch("/{conversation}", operation_id="rename_conversation")
async def rename_conversation(
    state: StateDep, asker: Asker, conversation: ConversationId, patch: ConversationPatch
) -> ConversationOut:
    """Give a conversation of yours another title."""
    rename = state.house.catalog.conversations.rename
    return ConversationOut.of(await asyncio.to_thread(rename, conversation, asker, patch.title))


@routes.delete("/{conversation}", operation_id="delete_conversation", status_code=204)
async def delete_conversation(state: StateDep, asker: Asker, conversation: ConversationId) -> None:
    """Delete a conversation of yours with all that was said in it."""
    await asyncio.to_thread(state.house.catalog.conversations.delete, conversation, asker)
