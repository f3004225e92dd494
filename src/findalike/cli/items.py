"""`findalike items`."""

from __future__ import annotations

from itertools import islice
from typing import Annotated, Any

import typer

from findalike.cli.lazy import new_app
from findalike.cli.options import ApiKey, App, Collection, DataDir, ItemId, Json, Url, values
from findalike.cli.output import print_json, print_record, print_table, say
from findalike.cli.session import connected

app = new_app(help="List, show, change and delete items.")


@app.command("list")
def list_some(
    application: App,
    collection: Collection,
    filter: Annotated[str | None, typer.Option(help="Only those that match.", metavar="FILTER")] = None,
    order: Annotated[str, typer.Option(help="A field, name or number; - in front for falling.")] = "number",
    limit: Annotated[int, typer.Option(min=0, help="At most so many; 0 for all.")] = 50,
    url: Url = None,
    api_key: ApiKey = None,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """List items.

    Example: findalike items list image-search holiday --filter 'width >= 640' --order -width
    """
    with connected(url, api_key, data_dir) as client:
        page = min(limit or 1000, 1000)
        every = client.items(application, collection, filter=filter, order=order, page=page)
        found = list(islice(every, limit or None))
    if as_json:
        print_json(found)
        return
    print_table(("name", "id", "type", "metadata"), [(one.name, one.id, one.media_type, one.metadata) for one in found])


@app.command()
def show(
    application: App,
    collection: Collection,
    item: ItemId,
    url: Url = None,
    api_key: ApiKey = None,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Show an item.

    Example: findalike items show image-search holiday 9f86d081…
    """
    with connected(url, api_key, data_dir) as client:
        found = client.item(application, collection, item)
    (print_json if as_json else print_record)(found)


@app.command()
def update(
    application: App,
    collection: Collection,
    item: ItemId,
    put: Annotated[
        list[str] | None, typer.Option("--set", help="JSON or text; may be repeated.", metavar="NAME=VALUE")
    ] = None,
    remove: Annotated[list[str] | None, typer.Option(help="May be repeated.", metavar="NAME")] = None,
    url: Url = None,
    api_key: ApiKey = None,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Change an item's metadata.

    Example: findalike items update image-search holiday 9f86d081… --set place=Lisbon --remove draft
    """
    patch: dict[str, Any] = {**values(put, "--set"), **dict.fromkeys(remove or ())}
    if not patch:
        raise typer.BadParameter("Say what to change, with --set or --remove.")
    with connected(url, api_key, data_dir) as client:
        changed = client.update_item(application, collection, item, patch)
    (print_json if as_json else print_record)(changed)


@app.command()
def delete(
    application: App,
    collection: Collection,
    items: Annotated[list[str], typer.Argument(help="Their ids.", metavar="ITEM")],
    url: Url = None,
    api_key: ApiKey = None,
    data_dir: DataDir = None,
) -> None:
    """Delete items.

    Example: findalike items delete image-search holiday 9f86d081…
    """
    with connected(url, api_key, data_dir) as client:
        for item in items:
            client.delete_item(application, collection, item)
    say(f"{len(items)} deleted.")
