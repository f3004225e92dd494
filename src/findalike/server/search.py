"""The search of one application, which is asked for most: what FastAPI does for a request takes longer than all that
is done for a search beside the engines, so a query that is right goes past it.

FastAPI describes the route, and has every request that is not so simple: it says what is wrong, as everywhere.
The annotations are evaluated (no `from __future__ import annotations`): some name what only exists in here.
"""

from collections.abc import Callable, Coroutine
from typing import Annotated, Any

from fastapi import Body, FastAPI, Request, Response
from fastapi.routing import APIRoute
from pydantic import ValidationError

from findalike.applications.base import Application, SearchQuery
from findalike.domain import Collection
from findalike.server.door import MAX_BODY
from findalike.server.parameters import Name, operation_id
from findalike.server.problems import RESPONSES
from findalike.server.schemas import API, SearchOut
from findalike.server.state import State, StateDep, find_collection, get_state

_JSON = "application/json"


def install(to: FastAPI, application: Application) -> None:
    """Add the route. It is the server's own: one of an included router is looked for twice."""
    app = application.name

    async def answer(state: State, found: Collection, query: SearchQuery) -> SearchOut:
        return SearchOut.of(await state.context(found, None).search(query), application, found.name)

    async def search(state: StateDep, collection: Name, query: Any) -> SearchOut:
        return await answer(state, await find_collection(state, app, collection), query)

    search.__annotations__["query"] = Annotated[
        application.Query, Body(openapi_examples={"example": {"value": dict(application.query_example)}})
    ]
    search.__doc__ = application.description or application.title

    class SearchRoute(APIRoute):
        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            usual = super().get_route_handler()

            async def handle(request: Request) -> Response:
                state = await get_state(request)
                found = state.house.catalog.collections.known(app, request.path_params["collection"])
                if found is None or request.headers.get("content-type") != _JSON:
                    return await usual(request)
                try:
                    query = application.Query.model_validate_json(await request.body())
                except ValidationError:
                    return await usual(request)
                return Response((await answer(state, found, query)).model_dump_json(), media_type=_JSON)

            return handle

    to.router.add_api_route(
        f"{API}/apps/{app}/collections/{{collection}}/search",
        search,
        methods=["POST"],
        route_class_override=SearchRoute,
        operation_id=operation_id(application, "search"),
        response_model=SearchOut,
        summary="Search",
        tags=[application.title],
        responses=RESPONSES,
        max_body_size=MAX_BODY,
    )
