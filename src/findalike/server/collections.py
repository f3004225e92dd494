"""Routes of one application: its collections, their items and rebuilding.

Made once per application, so that its name is a literal part of the addresses and its query has its own schema.
The annotations are evaluated (no `from __future__ import annotations`): some name what only exists in here.
"""

import asyncio
from dataclasses import replace
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Header, Query, Request, Response
from pydantic import create_model
from starlette.responses import FileResponse

from findalike.applications.base import Application
from findalike.domain import Collection, Item, Job
from findalike.errors import FindalikeError, NotFound
from findalike.fields import check_fields
from findalike.filters import parse
from findalike.pipelines import write
from findalike.pipelines.rebuild import next_generation
from findalike.server.content import PreviewSize, original, played, thumbnail
from findalike.server.items import intake, intake_schema
from findalike.server.parameters import ItemId, Name, operation_id
from findalike.server.problems import RESPONSES
from findalike.server.schemas import (
    API,
    CollectionOut,
    CollectionPatch,
    CollectionSettings,
    ItemOut,
    ItemPage,
    ItemPatch,
    JobOut,
    ReadyMadeSettings,
    RebuildRequest,
    SegmentOut,
    SegmentPage,
)
from findalike.server.state import State, StateDep, find_collection, job_out, vector_settings
from findalike.server.uploads import STREAMED


def router(application: Application) -> APIRouter:
    """All its routes but the search, which is in search.py."""
    app = application.name
    routes = APIRouter(prefix=f"{API}/apps/{app}/collections", tags=[application.title], responses=RESPONSES)

    async def shown(state: State, collection: Collection) -> CollectionOut:
        catalog = state.house.catalog

        def read() -> CollectionOut:
            return CollectionOut.of(
                collection,
                application.of(collection.options).options,
                catalog.collections.counts(collection.id),
                catalog.maps.vectors(collection.id),
            )

        return await asyncio.to_thread(read)

    @routes.get("", operation_id=operation_id(application, "list_collections"))
    async def list_collections(state: StateDep) -> list[CollectionOut]:
        """The application's collections."""
        found = await asyncio.to_thread(state.house.catalog.collections.all, app)
        return [await shown(state, collection) for collection in found]

    async def create_collection(
        state: StateDep,
        collection: Name,
        response: Response,
        settings: Any,
    ) -> CollectionOut:
        """Create a collection; doing it again with the same settings changes nothing (200)."""
        house = state.house

        def create() -> tuple[Collection, bool]:
            vectors = vector_settings(house, app, settings.models, settings.index, *_ready_made(settings))
            fields = {**application.fields, **settings.fields}
            check_fields(fields)
            # What is left at its default is not kept, so that collections made before an option have it too.
            options = settings.options.model_dump(exclude_defaults=True)
            made, new = house.catalog.collections.create(
                app, collection, settings.description, vectors, fields, options
            )
            try:
                house.create_tables(made, made.generation)
            except FindalikeError:
                if new:
                    house.catalog.collections.drop(made.id)
                raise
            return made, new

        made, new = await asyncio.to_thread(create)
        response.status_code = 201 if new else 200
        return await shown(state, made)

    # Types that are the application's own cannot be said by an annotation.
    create_collection.__annotations__["settings"] = Annotated[
        _settings(application),
        Body(openapi_examples=_examples(application)),
    ]
    routes.put(
        "/{collection}",
        operation_id=operation_id(application, "create_collection"),
        status_code=201,
        responses={200: {"model": CollectionOut, "description": "It was there already."}},
    )(create_collection)

    @routes.get("/{collection}", operation_id=operation_id(application, "get_collection"))
    async def get_collection(state: StateDep, collection: Name) -> CollectionOut:
        """A collection, with its counts."""
        return await shown(state, await find_collection(state, app, collection))

    @routes.patch("/{collection}", operation_id=operation_id(application, "update_collection"))
    async def update_collection(state: StateDep, collection: Name, patch: CollectionPatch) -> CollectionOut:
        """Change the description at once; new fields start a rebuild, after which searches can filter by them."""
        house = state.house
        found = await find_collection(state, app, collection)

        def change() -> Collection:
            if patch.fields is not None:
                fields = {**application.fields, **patch.fields}
                check_fields(fields)
                _start_rebuild(state, found, dict(found.generation.vectors), fields)
            if patch.description is not None:
                house.catalog.collections.describe(found.id, patch.description)
            return house.catalog.collections.get(app, collection)

        return await shown(state, await asyncio.to_thread(change))

    @routes.delete("/{collection}", operation_id=operation_id(application, "delete_collection"), status_code=204)
    async def delete_collection(state: StateDep, collection: Name) -> None:
        """Delete a collection with all its items, at once; its jobs are cancelled."""
        found = await find_collection(state, app, collection)
        await asyncio.to_thread(state.house.catalog.collections.drop, found.id)
        state.tidy()

    @routes.post(
        "/{collection}/rebuild",
        operation_id=operation_id(application, "rebuild"),
        status_code=202,
        response_model=JobOut,
    )
    async def rebuild(
        state: StateDep, collection: Name, response: Response, request: RebuildRequest | None = None
    ) -> JobOut:
        """Make all vectors again, also with other models, while the old ones answer."""
        found = await find_collection(state, app, collection)
        wanted = request or RebuildRequest()

        def start() -> Job:
            old = found.generation.vectors
            # What the operator switched off is not made again.
            kept = {name: one.model for name, one in old.items() if one.model and name in application.vectors}
            models = kept | wanted.models
            first = next(iter(old.values()))
            vectors = vector_settings(
                state.house, app, models, wanted.index or first.index, first.metric, first.dimension
            )
            for name, one in old.items():
                if one.trained is not None:
                    # What was learned stays: its index alone can be made anew.
                    vectors[name] = replace(one, index=vectors[name].index)
            return _start_rebuild(state, found, vectors, dict(found.fields))

        job = job_out(await asyncio.to_thread(start))
        response.headers["Location"] = job.links.self
        return job

    # -- items -----------------------------------------------------------------------------------------------

    @routes.post(
        "/{collection}/items",
        operation_id=operation_id(application, "add_items"),
        status_code=202,
        openapi_extra=intake_schema(application),
        max_body_size=STREAMED,
    )
    async def add_items(
        state: StateDep,
        collection: Name,
        request: Request,
        response: Response,
        job: Annotated[str | None, Query(pattern="^[0-9a-f]{32}$", description="Feed this open job.")] = None,
        keep_open: Annotated[bool, Query(description="More requests will feed this job.")] = False,
        on_duplicate: Annotated[
            Literal["skip", "update"], Query(description="What becomes of items that are there already.")
        ] = "skip",
        name: Annotated[
            str | None, Query(max_length=500, description="The file's name, for a body that is one.")
        ] = None,
        column: Annotated[
            list[str] | None,
            Query(
                max_length=100,
                description="Of tables: which column is which part of a record, as PART=COLUMN.",
                examples=[["id=isbn"]],
            ),
        ] = None,
        idempotency_key: Annotated[
            str | None, Header(max_length=255, description="Requests that say the same make one job.")
        ] = None,
    ) -> JobOut:
        """Take items in. Answers as soon as they are safely stored; the job does the rest."""
        found = await find_collection(state, app, collection)
        made = await intake(
            state, application, found, request,
            job_id=job, keep_open=keep_open, on_duplicate=on_duplicate, column=column or [],
            name=name, idempotency_key=idempotency_key,
        )  # fmt: skip
        response.headers["Location"] = made.links.self
        return made

    @routes.get("/{collection}/items", operation_id=operation_id(application, "list_items"))
    async def list_items(
        state: StateDep,
        collection: Name,
        filter: Annotated[
            str | None, Query(max_length=4000, examples=["width >= 640"], description="Only items that match.")
        ] = None,
        order: Annotated[str, Query(max_length=64, description="A field, name or number; - for falling.")] = "number",
        cursor: Annotated[str | None, Query(max_length=2000, description="`next_cursor` of the page before.")] = None,
        limit: Annotated[int, Query(ge=1, le=1000, description="Items per page.")] = 50,
        id: Annotated[list[str] | None, Query(max_length=500, description="Only these.")] = None,
    ) -> ItemPage:
        """The items of a collection."""
        found = await find_collection(state, app, collection)
        items = state.house.catalog.items
        if id is not None:
            some = await asyncio.to_thread(items.get_many, found, id)
            return ItemPage(
                items=[ItemOut.of(item, application, collection) for item in some], next_cursor=None, total=len(some)
            )
        where = parse(filter, found.fields) if filter else None
        mark = state.cursors.fingerprint("items", found.id, filter, order)
        after = state.cursors.read(cursor, mark, 0) if cursor else None
        page = await asyncio.to_thread(items.page, found, filter=where, order=order, after=after, limit=limit)
        total = await asyncio.to_thread(items.count, found, where)
        return ItemPage(
            items=[ItemOut.of(item, application, collection) for item in page.items],
            next_cursor=state.cursors.write(mark, 0, page.next) if page.next else None,
            total=total,
        )

    @routes.get("/{collection}/items/{item}", operation_id=operation_id(application, "get_item"))
    async def get_item(state: StateDep, collection: Name, item: ItemId) -> ItemOut:
        """One item."""
        return ItemOut.of(await _item(state, app, collection, item), application, collection)

    @routes.get("/{collection}/items/{item}/segments", operation_id=operation_id(application, "list_segments"))
    async def list_segments(
        state: StateDep,
        collection: Name,
        item: ItemId,
        start: Annotated[int, Query(ge=0, le=2**31, description="The first one's number.")] = 0,
        limit: Annotated[int, Query(ge=1, le=1000, description="Segments per page.")] = 100,
    ) -> SegmentPage:
        """The parts of an item in their order, with their texts: of a document, its passages."""
        found = await _item(state, app, collection, item)
        some = await asyncio.to_thread(state.house.catalog.items.segments_of, found, start, limit + 1)
        shown = [SegmentOut.of(segment) for segment in some[:limit]]
        return SegmentPage(segments=shown, next=some[limit].ordinal if len(some) > limit else None)

    @routes.patch("/{collection}/items/{item}", operation_id=operation_id(application, "update_item"))
    async def update_item(state: StateDep, collection: Name, item: ItemId, patch: ItemPatch) -> ItemOut:
        """Change metadata; filters see it as soon as this answers."""
        found = await find_collection(state, app, collection)
        changed = await asyncio.to_thread(write.change_metadata, state.house, found, item, patch.metadata)
        return ItemOut.of(changed, application, collection)

    @routes.delete("/{collection}/items/{item}", operation_id=operation_id(application, "delete_item"), status_code=204)
    async def delete_item(state: StateDep, collection: Name, item: ItemId) -> None:
        """Delete one item; no search finds it from now on."""
        found = await find_collection(state, app, collection)
        await asyncio.to_thread(write.delete_item, state.house, found, item)

    @routes.get(
        "/{collection}/items/{item}/content",
        operation_id=operation_id(application, "get_content"),
        response_class=FileResponse,
    )
    async def get_content(state: StateDep, collection: Name, item: ItemId) -> FileResponse:
        """The original, as it was uploaded (Range requests work)."""
        return original(state.house, await _item(state, app, collection, item))

    if application.plays:

        @routes.get(
            "/{collection}/items/{item}/play",
            operation_id=operation_id(application, "play"),
            response_class=FileResponse,
        )
        async def play(state: StateDep, collection: Name, item: ItemId) -> FileResponse:
            """What browsers play: the original, or what was made of it (Range requests work)."""
            found = await _item(state, app, collection, item)
            return await asyncio.to_thread(played, state.house, application, found)

    @routes.get(
        "/{collection}/items/{item}/preview",
        operation_id=operation_id(application, "get_preview"),
        response_class=Response,
    )
    async def get_preview(
        state: StateDep,
        collection: Name,
        item: ItemId,
        request: Request,
        size: Annotated[PreviewSize, Query(description="Pixels.")] = PreviewSize.MEDIUM,
        segment: Annotated[
            int | None, Query(ge=0, le=2**31, description="The number of a segment: a moment of a video, for example.")
        ] = None,
    ) -> Response:
        """A small picture of the item, or of one of its segments."""
        known = request.headers.get("if-none-match")
        whole = await find_collection(state, app, collection)
        found = await asyncio.to_thread(state.house.catalog.items.get, whole, item)
        place = None
        if segment is not None:
            some = await asyncio.to_thread(state.house.catalog.items.segments_of, found, segment, 1)
            if not some or some[0].ordinal != segment:
                raise NotFound("This item has no segment of this number.")
            place = some[0].place
        return await thumbnail(state.house, state.house.application(whole), found, size, known, segment, place)

    return routes


async def _item(state: State, app: str, collection: str, item: str) -> Item:
    found = await find_collection(state, app, collection)
    return await asyncio.to_thread(state.house.catalog.items.get, found, item)


def _start_rebuild(state: State, collection: Collection, vectors: Any, fields: Any) -> Job:
    catalog = state.house.catalog
    with state.house.writing(collection.id):
        current = state.house.current(collection)
        catalog.items.check_fields(current, fields)
        generation = next_generation(current, vectors, fields)
        building = catalog.collections.start_building(collection.id, generation)
        job = catalog.jobs.create("rebuild", building, params={"generation": generation.number})
        catalog.items.refresh_fields(building)
    state.worker.wake()
    return job


def _settings(application: Application) -> type[CollectionSettings]:
    """How its collections are made: with its own options, where it has some."""
    base = ReadyMadeSettings if application.needs_dimension else CollectionSettings
    own = application.Options
    if not own.model_fields:
        return base
    name = "".join(part.title() for part in application.name.split("-"))
    return create_model(f"{name}Settings", __base__=base, __doc__=base.__doc__, options=(own, own()))


def _examples(application: Application) -> Any:
    value: dict[str, Any] = {"description": "Holiday 2026", "fields": {"place": "text"}}
    if application.needs_dimension:
        value |= {"dimension": 384, "metric": "COSINE"}
    return {"example": {"value": value}}


def _ready_made(settings: CollectionSettings) -> tuple[str | None, int | None]:
    return (settings.metric, settings.dimension) if isinstance(settings, ReadyMadeSettings) else (None, None)
