"""`findalike map`."""

from __future__ import annotations

from typing import Annotated

import typer

from findalike.cli.options import ApiKey, App, Collection, DataDir, Json, Url
from findalike.cli.progress import report
from findalike.cli.session import connected


def make_map(
    application: App,
    collection: Collection,
    vector: Annotated[str | None, typer.Option(help="Which vector; the application's first if left out.")] = None,
    afresh: Annotated[bool, typer.Option("--afresh", help="Lay everything out anew, not only what is new.")] = False,
    wait: Annotated[bool, typer.Option("--wait/--no-wait", help="Watch it until it ends.")] = True,
    url: Url = None,
    api_key: ApiKey = None,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Make or update the 2-D map of a collection, on which items that are alike lie together.

    Example: findalike map image-search holiday
    """
    with connected(url, api_key, data_dir) as client:
        job = client.make_map(application, collection, vector=vector, afresh=afresh)
        meanwhile = f"Job {job.id} makes the map: `findalike jobs watch {job.id}`."
        report(client, job, as_json=as_json, wait=wait, meanwhile=meanwhile)
