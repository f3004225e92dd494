"""Routes of what an application can do beside searching, made of what it declares (applications/operations.py).

The annotations are evaluated (no `from __future__ import annotations`): some name what only exists in here.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from functools import reduce
from operator import or_
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import BaseModel

from findalike.applications.base import Application
from findalike.applications.operations import Operation, Streaming, View
from findalike.pipelines.operate import BoundContext
from findalike.server.parameters import ItemId, Name, operation_id
from findalike.server.problems import RESPONSES, Problem, problem_of
from findalike.server.schemas import API
from findalike.server.state import Asker, StateDep, find_collection


def router(application: Application) -> APIRouter:
    """The routes of an application's operations."""
    routes = APIRouter(
        prefix=f"{API}/apps/{application.name}/collections", tags=[application.title], responses=RESPONSES
    )

    async def context(state: StateDep, asker: Asker, collection: Name) -> BoundContext:
        return state.context(await find_collection(state, application.name, collection), asker)

    bound = Annotated[BoundContext, Depends(context)]
    for name, operation in application.operations.items():
        endpoint = _streaming(operation, bound) if isinstance(operation, Streaming) else _plain(operation, bound)
        endpoint.__doc__ = operation.run.__doc__
        routes.add_api_route(
            f"/{{collection}}/{name}",
            endpoint,
            methods=["POST"],
            operation_id=operation_id(application, name),
            summary=operation.title,
            **(
                {"response_class": EventSourceResponse}
                if isinstance(operation, Streaming)
                else {"response_model": operation.answer}
            ),
        )
    for name, view in application.views.items():
        endpoint = _view(view, bound)
        endpoint.__doc__ = view.run.__doc__
        routes.add_api_route(
            f"/{{collection}}/items/{{item}}/{name}",
            endpoint,
            operation_id=operation_id(application, name),
            summary=view.title,
            response_model=view.answer,
        )
    return routes


def _view(view: View, bound: Any) -> Any:
    async def shown(state: StateDep, context: bound, item: ItemId) -> BaseModel:
        found = await asyncio.to_thread(state.house.catalog.items.get, context.collection, item)
        return await view.run(context, found)

    return shown


def _body(operation: Operation | Streaming) -> Any:
    """The parameter that takes an operation's request."""
    return Annotated[operation.request, Body(openapi_examples={"example": {"value": dict(operation.example)}})]


def _plain(operation: Operation, bound: Any) -> Any:
    async def plain(context: bound, request: _body(operation)) -> BaseModel:  # type: ignore[valid-type]
        return await operation.run(context, request)

    return plain


def _streaming(operation: Streaming, bound: Any) -> Any:
    names = {model: name for name, model in operation.events.items()}

    async def begun(
        context: bound,
        request: _body(operation),  # type: ignore[valid-type]
    ) -> AsyncIterator[AsyncGenerator[BaseModel]]:
        """What cannot even begin is refused as anything else is: a stream has no status but 200."""
        stream = await operation.run(context, request)
        try:
            yield stream
        finally:
            await stream.aclose()

    async def streamed(
        stream: Annotated[AsyncGenerator[BaseModel], Depends(begun)],
    ) -> AsyncIterator[BaseModel]:
        try:
            async for one in stream:
                yield ServerSentEvent(data=one, event=names[type(one)])
        except Exception as error:
            yield ServerSentEvent(data=problem_of(error), event="error")

    streamed.__annotations__["return"] = AsyncIterator[reduce(or_, [*operation.events.values(), Problem])]  # type: ignore[misc]
    return streamed
