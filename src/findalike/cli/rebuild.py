"""`findalike rebuild`."""

from __future__ import annotations

from typing import Annotated

import typer

from findalike.cli.options import ApiKey, App, Collection, DataDir, Index, Json, Models, Url, pairs
from findalike.cli.progress import report
from findalike.cli.session import connected


def rebuild(
    application: App,
    collection: Collection,
    model: Models = None,
    index: Index = None,
    wait: Annotated[bool, typer.Option("--wait/--no-wait", help="Watch it until it ends.")] = True,
    url: Url = None,
    api_key: ApiKey = None,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Make all vectors of a collection again, also with other models, while the old ones answer.

    Example: findalike rebuild image-search holiday --model visual=efficientnet-lite2
    """
    models = pairs(model, "--model")
    with connected(url, api_key, data_dir) as client:
        job = client.rebuild(application, collection, models=models, index=index.upper() if index else None)
        meanwhile = f"Job {job.id} rebuilds: `findalike jobs watch {job.id}`."
        report(client, job, as_json=as_json, wait=wait, meanwhile=meanwhile)
