"""`findalike collections`."""

from __future__ import annotations

from typing import Annotated

import typer

from findalike.cli.lazy import new_app
from findalike.cli.options import (
    ApiKey,
    App,
    Collection,
    DataDir,
    Description,
    Dimension,
    Fields,
    Index,
    Json,
    Metric,
    Models,
    Options,
    Url,
    Yes,
    collection_settings,
)
from findalike.cli.output import print_json, print_record, print_table, say
from findalike.cli.session import connected

app = new_app(help="List, show, create, change and delete collections.")


@app.command("list")
def list_all(
    application: Annotated[str | None, typer.Argument(help="Only of this one.", metavar="APPLICATION")] = None,
    url: Url = None,
    api_key: ApiKey = None,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """List collections.

    Example: findalike collections list image-search
    """
    with connected(url, api_key, data_dir) as client:
        names = [application] if application else [one.name for one in client.apps().applications]
        found = [collection for name in names for collection in client.collections(name)]
    if as_json:
        print_json(found)
        return
    rows = [(one.application, one.name, one.items, one.indexed, one.created_at, one.description) for one in found]
    print_table(("application", "collection", "#items", "#indexed", "created", "description"), rows)


@app.command()
def show(
    application: App,
    collection: Collection,
    url: Url = None,
    api_key: ApiKey = None,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Show a collection: its vectors, fields and counts.

    Example: findalike collections show image-search holiday
    """
    with connected(url, api_key, data_dir) as client:
        found = client.get_collection(application, collection)
    (print_json if as_json else print_record)(found)


@app.command()
def create(
    application: App,
    collection: Collection,
    description: Description = None,
    model: Models = None,
    field: Fields = None,
    dimension: Dimension = None,
    metric: Metric = None,
    index: Index = None,
    option: Options = None,
    url: Url = None,
    api_key: ApiKey = None,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Create a collection; doing it again with the same settings changes nothing.

    Example: findalike collections create vector-search words --dimension 384 --field year=integer
    """
    settings = collection_settings(
        description=description,
        models=model,
        fields=field,
        dimension=dimension,
        metric=metric,
        index=index,
        options=option,
    )
    with connected(url, api_key, data_dir) as client:
        made = client.create_collection(application, collection, **settings)
    (print_json if as_json else print_record)(made)


@app.command()
def update(
    application: App,
    collection: Collection,
    description: Description = None,
    field: Fields = None,
    url: Url = None,
    api_key: ApiKey = None,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Change the description, or declare more fields (which starts a rebuild).

    Example: findalike collections update image-search holiday --field place=text
    """
    changes = collection_settings(description=description, fields=field)
    if not changes:
        raise typer.BadParameter("Say what to change, with --description or --field.")
    with connected(url, api_key, data_dir) as client:
        if "fields" in changes:
            # The API replaces all declared fields, and whoever names one more does not mean to lose the others.
            changes["fields"] = {**client.get_collection(application, collection).fields, **changes["fields"]}
        changed = client.update(application, collection, **changes)
    (print_json if as_json else print_record)(changed)


@app.command()
def delete(
    application: App,
    collection: Collection,
    yes: Yes = False,
    url: Url = None,
    api_key: ApiKey = None,
    data_dir: DataDir = None,
) -> None:
    """Delete a collection with all its items.

    Example: findalike collections delete image-search holiday
    """
    with connected(url, api_key, data_dir) as client:
        found = client.get_collection(application, collection)
        if not yes:
            typer.confirm(f"Delete {application}/{collection} with its {found.items:,} items?", abort=True, err=True)
        client.delete(application, collection)
    say(f"{application}/{collection} is deleted.")
