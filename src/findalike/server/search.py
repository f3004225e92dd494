"""The search of one application, which is asked for most: what FastAPI does for a request takes longer than all that
is done for a search beside the engines.

FastAPI describes the route. `QuickSearch` answers queries that are right before they come to it; FastAPI has every
other request, and says what is wrong with it, as everywhere.
The annotations are evaluated (no `from __future__ import annotations`): some name what only exists in here.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Body, FastAPI, Response
from pydantic import ValidationError
from starlette.datastructures import State as StarletteState
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from findalike.applications.base import Application
from findalike.domain import Collection
from findalike.errors import FindalikeError
from findalike.server.door import MAX_BODY
from findalike.server.parameters import Name, operation_id
from findalike.server.problems import RESPONSES, from_error
from findalike.server.schemas import API, SearchOut
from findalike.server.state import State, StateDep, find_collection

_SEARCH = re.compile(rf"{API}/apps/([^/]+)/collections/([^/]+)/search")
_JSON = "application/json"


@dataclass(frozen=True)
class Search:
    """The search of an application, and FastAPI's route for it."""

    application: Application
    route: BaseRoute


def install(to: FastAPI, application: Application) -> Search:
    """Add the route. It is the server's own: one of an included router is looked for twice."""

    async def search(state: StateDep, collection: Name, query: Any) -> SearchOut:
        found = await find_collection(state, application.name, collection)
        return SearchOut.of(await state.context(found, None).search(query), application, collection)

    search.__annotations__["query"] = Annotated[
        application.Query, Body(openapi_examples={"example": {"value": dict(application.query_example)}})
    ]
    search.__doc__ = application.description or application.title
    to.router.add_api_route(
        f"{API}/apps/{application.name}/collections/{{collection}}/search",
        search,
        methods=["POST"],
        operation_id=operation_id(application, "search"),
        response_model=SearchOut,
        summary="Search",
        tags=[application.title],
        responses=RESPONSES,
        max_body_size=MAX_BODY,
    )
    return Search(application, to.router.routes[-1])


class QuickSearch:
    """ASGI middleware that answers right queries of collections that are known."""

    def __init__(self, app: ASGIApp, app_state: StarletteState, searches: Mapping[str, Search]):
        """`searches` by the names of their applications."""
        self._app, self._state, self._searches = app, app_state, searches

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = self._asked(scope)
        if asked is None:
            await self._app(scope, receive, send)
            return
        search, collection = asked
        messages = [await receive()]
        while messages[-1].get("more_body"):
            messages.append(await receive())
        try:
            query = search.application.Query.model_validate_json(b"".join(one.get("body", b"") for one in messages))
        except ValidationError:
            await self._app(scope, _again(messages, receive), send)
            return
        # Requests are counted by their routes.
        scope["route"] = search.route
        try:
            answer = await self._server.context(collection, None).search(query)
            response = Response(SearchOut.written(answer, search.application, collection.name), media_type=_JSON)
        except FindalikeError as error:
            response = from_error(error)
        await response(scope, receive, send)

    @property
    def _server(self) -> State:
        # It is there when the application has started, which is after the middlewares are made.
        state: State = self._state.findalike
        return state

    def _asked(self, scope: Scope) -> tuple[Search, Collection] | None:
        """The search that a request is for, and the collection; None for what FastAPI answers."""
        address = _SEARCH.fullmatch(scope["path"]) if scope.get("method") == "POST" else None
        search = self._searches.get(address[1]) if address else None
        if address is None or search is None or not _is_plain(scope):
            return None
        collection = self._server.house.catalog.collections.known(*address.groups())
        return (search, collection) if collection else None


def _is_plain(scope: Scope) -> bool:
    """Whether a body is JSON and of a length that is told, which the door has looked at."""
    headers = dict(scope["headers"])
    return headers.get(b"content-type") == _JSON.encode() and b"content-length" in headers


def _again(messages: list[Message], receive: Receive) -> Receive:
    """What was received already, and then what comes."""

    async def next_one() -> Message:
        return messages.pop(0) if messages else await receive()

    return next_one
