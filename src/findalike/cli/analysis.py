"""`findalike analysis`."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from findalike.cli.lazy import new_app
from findalike.cli.options import ApiKey, App, Collection, DataDir, ItemId, Json, Url
from findalike.cli.output import print_json, print_table, say
from findalike.cli.session import connected
from findalike.domain import clock

app = new_app(help="Say who and what is in a video or a picture.")


@app.command()
def timeline(
    application: App,
    collection: Collection,
    item: ItemId,
    url: Url = None,
    api_key: ApiKey = None,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Show who and what is in an item, from when to when.

    Example: findalike analysis timeline video-analysis sample 9f86d081…
    """
    with connected(url, api_key, data_dir) as client:
        found = client.view(application, collection, item, "timeline")
    if as_json:
        print_json(found)
        return
    rows = [
        (lane["kind"], lane["name"], f"{clock(one['start'])}-{clock(one['end'])}", one["score"], one["segment"])
        for lane in found["lanes"]
        for one in lane["appearances"]
    ]
    print_table(("kind", "name", "when", "#score", "#segment"), rows)


@app.command()
def who(
    application: App,
    collection: Collection,
    url: Url = None,
    api_key: ApiKey = None,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Show the gallery, and the faces that have no name.

    Example: findalike analysis who video-analysis sample
    """
    with connected(url, api_key, data_dir) as client:
        found = client.operate(application, collection, "who")
    if as_json:
        print_json(found)
        return
    rows: list[tuple[Any, ...]] = [
        (one["name"], one["kind"], len(one["examples"]) + one["named"], one["items"], "") for one in found["known"]
    ]
    rows += [
        (one["name"], "unknown", one["appearances"], one["items"], f"{one['item_id']} {one['segment']}")
        for one in found["unknown"]
    ]
    print_table(("name", "kind", "#pictures", "#found in", "item and segment of the face"), rows)
    say(f"Kinds of things: {', '.join(found['classes']) or 'none'}.")


@app.command()
def name(
    application: App,
    collection: Collection,
    item: ItemId,
    segment: Annotated[int, typer.Argument(min=0, help="The number of a segment that is a face.")],
    name: Annotated[str | None, typer.Argument(help="The name; without it, names are taken back.")] = None,
    url: Url = None,
    api_key: ApiKey = None,
    data_dir: DataDir = None,
) -> None:
    """Name an unknown face, with all appearances that are taken for the same person.

    Example: findalike analysis name video-analysis sample 9f86d081… 4 Ada
    """
    with connected(url, api_key, data_dir) as client:
        found = client.operate(application, collection, "name", item_id=item, segment=segment, name=name)
    say(f"{found['appearances']} appearances in {found['items']} items.")


@app.command()
def thresholds(
    application: App,
    collection: Collection,
    faces: Annotated[float | None, typer.Option(min=0, max=2, help="Largest distance of one person's faces.")] = None,
    things: Annotated[float | None, typer.Option(min=-1, max=1, help="Least cosine of pictures of one thing.")] = None,
    url: Url = None,
    api_key: ApiKey = None,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Show or change how alike two faces or things must be to be the same.

    Example: findalike analysis thresholds video-analysis sample --faces 0.55
    """
    with connected(url, api_key, data_dir) as client:
        found = client.operate(application, collection, "thresholds", faces=faces, things=things)
    if as_json:
        print_json(found)
        return
    print_table(("threshold", "#value"), list(found.items()))
