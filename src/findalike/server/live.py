"""Searching while somebody types or films: a WebSocket on which the newest query wins. docs/live.md is its contract."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
import tempfile
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Generic, TypeVar

from fastapi import APIRouter, WebSocket, WebSocketDisconnect
from pydantic import BaseModel, ConfigDict, Field, StrictInt, StringConstraints, TypeAdapter, ValidationError
from pydantic_core import from_json

from findalike.applications.base import Application
from findalike.decoders.sniff import sniff_bytes
from findalike.domain import Collection, Source
from findalike.errors import FindalikeError, InvalidInput, NotFound, StorageFull, TooLarge, UnsupportedMedia
from findalike.pipelines.house import QueryFrame
from findalike.server.door import MAX_BODY
from findalike.server.problems import problem_of
from findalike.server.schemas import API, SearchOut
from findalike.server.state import State, find_collection

FRAME = "frame"
"""The media id that means the newest binary frame."""

_GONE, _GOING_AWAY = 4404, 1001
_REASON_BYTES = 120
_ID_LENGTH = 200

T = TypeVar("T")

Id = StrictInt | Annotated[str, StringConstraints(strict=True, max_length=_ID_LENGTH)]
_IDS: TypeAdapter[Id] = TypeAdapter(Id)


class Question(BaseModel):
    """A text frame."""

    model_config = ConfigDict(extra="forbid")

    id: Id
    query: dict[str, Any] = Field(description="The application's own.")


@dataclass(frozen=True)
class Asked:
    """A question, and the file it may mean."""

    question: Question
    frame: bytes | None


class Newest(Generic[T]):
    """A place for one thing: what is put there replaces what nobody has taken yet. Belongs to one event loop."""

    def __init__(self) -> None:
        self._there: asyncio.Queue[T] = asyncio.Queue(1)

    def put(self, one: T) -> None:
        if self._there.full():
            self._there.get_nowait()
        self._there.put_nowait(one)

    async def take(self) -> T:
        return await self._there.get()


routes = APIRouter()


@routes.websocket(f"{API}/live/{{application}}/{{collection}}")
async def live(socket: WebSocket, application: str, collection: str) -> None:
    """Answer queries until the client leaves, the collection is dropped, or the server stops."""
    state: State = socket.app.state.findalike
    # A reason can be read by a page only if it comes after the handshake.
    await socket.accept()
    try:
        offered = state.house.applications.get(application)
        await find_collection(state, application, collection)
    except NotFound as error:
        await _close(socket, _GONE, error.detail)
        return
    await _Conversation(state, socket, offered, collection).run()


class _Dropped(NotFound):
    """The collection of a socket is gone; other things that are not found are only a query's problem."""


class _Conversation:
    """One socket: one task listens, one answers, so that what is newer can replace what waits."""

    def __init__(self, state: State, socket: WebSocket, application: Application, collection: str):
        self._state, self._socket, self._application, self._name = state, socket, application, collection
        self._waiting: Newest[Asked] = Newest()
        self._frame: bytes | None = None
        self._media_id = secrets.token_urlsafe(18)
        self._written: bytes | None = None
        self._sending = asyncio.Lock()
        self._keeping = threading.Lock()
        self._closed = False

    async def run(self) -> None:
        work = (self._listen(), self._answer(), self._state.stopping.wait())
        tasks = [asyncio.create_task(one) for one in work]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            # Begun here and awaited below, shielded: whoever cancels us may do so again while we wait.
            ended = asyncio.get_running_loop().run_in_executor(None, self._end)
        await asyncio.wait(tasks)
        await asyncio.shield(ended)
        for error in (task.exception() for task in tasks if not task.cancelled()):
            if isinstance(error, _Dropped):
                await _close(self._socket, _GONE, error.detail)
            elif error and not isinstance(error, WebSocketDisconnect):
                raise error
        if self._state.stopping.is_set():
            await _close(self._socket, _GOING_AWAY, "The server stops: connect again in a few seconds.")

    # -- listening -------------------------------------------------------------------------------------------

    async def _listen(self) -> None:
        """Take frames in as they come, until the client leaves."""
        while True:
            message = await self._socket.receive()
            if message["type"] == "websocket.disconnect":
                return
            text, data = message.get("text"), message.get("bytes")
            number: Id | None = None
            try:
                if data is not None:
                    self._frame = self._checked(data)
                else:
                    found = _parsed(text or "")
                    number = _id(found)
                    self._waiting.put(Asked(Question.model_validate(found), self._frame))
            except (FindalikeError, ValueError) as error:
                await self._refuse(number, error)

    def _checked(self, data: bytes) -> bytes:
        limit = self._state.house.settings.max_query_media
        if not self._application.accepts:
            raise UnsupportedMedia(f"{self._application.title} takes no files: send queries as text frames.")
        if len(data) > limit:
            raise TooLarge(f"This frame is larger than {limit} bytes: send a smaller picture.")
        return data

    # -- answering -------------------------------------------------------------------------------------------

    async def _answer(self) -> None:
        """Answer what waits, one at a time. Raises _Dropped when the collection is gone."""
        while True:
            asked = await self._waiting.take()
            try:
                written = await self._search(await self._collection(), asked)
            except _Dropped:
                raise
            except Exception as error:
                await self._refuse(asked.question.id, error)
            else:
                await self._send(written.decode())

    async def _collection(self) -> Collection:
        try:
            return await find_collection(self._state, self._application.name, self._name)
        except NotFound as error:
            raise _Dropped(error.detail) from error

    async def _search(self, collection: Collection, asked: Asked) -> bytes:
        """What a question is answered with: a search's answer with the question's id."""
        question = asked.question
        query = _replaced(question.query, self._media_id)
        if query != question.query:
            if asked.frame is None:
                raise InvalidInput("There is no frame yet: send the file as a binary frame first.", field="media_id")
            if asked.frame is not self._written:
                await asyncio.to_thread(self._keep_frame, asked.frame)
        checked = self._application.Query.model_validate(query)
        answer = await self._state.context(collection, None).search(checked)
        return SearchOut.written(answer, self._application, self._name, id=question.id)

    def _keep_frame(self, frame: bytes) -> None:
        """Put a file where decoder processes can read it: one a socket, in the system's folder for such things."""
        with self._keeping:
            self._forget_frame()
            if self._closed:
                return
            try:
                with tempfile.NamedTemporaryFile(prefix="findalike-live-", delete=False) as file:
                    file.write(frame)
            except OSError as error:
                raise StorageFull("The server has no room for this picture: try again later.") from error
            source = Source(FRAME, file.name, sniff_bytes(frame[:8192]))
            self._state.house.frames[self._media_id] = QueryFrame(source, hashlib.sha256(frame).hexdigest())
            self._written = frame

    def _forget_frame(self) -> None:
        self._written = None
        kept = self._state.house.frames.pop(self._media_id, None)
        if kept and kept.source.path:
            Path(kept.source.path).unlink(missing_ok=True)

    def _end(self) -> None:
        # A search that was cancelled may still be keeping its file.
        with self._keeping:
            self._closed = True
            self._forget_frame()

    async def _refuse(self, number: Id | None, error: Exception) -> None:
        await self._send(_Refusal(id=number, problem=problem_of(error).model_dump()).model_dump_json())

    async def _send(self, text: str) -> None:
        async with self._sending:
            try:
                await self._socket.send_text(text)
            except RuntimeError as error:
                # What some servers say of a client that has just left.
                raise WebSocketDisconnect(1006) from error


class _Refusal(BaseModel):
    id: Id | None
    problem: dict[str, Any]


async def _close(socket: WebSocket, code: int, reason: str) -> None:
    with suppress(RuntimeError, WebSocketDisconnect):
        await socket.close(code, reason.encode()[:_REASON_BYTES].decode(errors="ignore"))


def _parsed(text: str) -> Any:
    if len(text) > MAX_BODY:
        raise TooLarge(f"This frame is larger than {MAX_BODY} bytes: send files as binary frames.")
    try:
        return from_json(text, allow_inf_nan=False)
    except ValueError as error:
        raise InvalidInput('This frame is not JSON: send {"id": 1, "query": {…}}.') from error


def _id(found: Any) -> Id | None:
    """The id of a frame that may be of any shape, so that its problem can be told to whom it concerns."""
    number = found.get("id") if isinstance(found, dict) else None
    try:
        return _IDS.validate_python(number)
    except ValidationError:
        return None


def _replaced(query: Any, media_id: str) -> Any:
    """A query with the socket's own media id where it says `frame`."""
    if isinstance(query, dict):
        return {
            key: media_id if key == "media_id" and value == FRAME else _replaced(value, media_id)
            for key, value in query.items()
        }
    return [_replaced(one, media_id) for one in query] if isinstance(query, list) else query
