"""`findalike jobs`."""

from __future__ import annotations

from itertools import islice
from typing import Annotated

import typer

from findalike.cli.lazy import new_app
from findalike.cli.options import ApiKey, DataDir, JobId, Json, Url
from findalike.cli.output import print_json, print_record, print_table
from findalike.cli.progress import report
from findalike.cli.session import connected
from findalike.terminal import settled

app = new_app(help="List, show, watch, cancel and retry jobs.")


@app.command("list")
def list_some(
    application: Annotated[str | None, typer.Option("--application", help="Only of this application.")] = None,
    collection: Annotated[str | None, typer.Option("--collection", help="Only of this collection.")] = None,
    state: Annotated[
        str | None, typer.Option(help="received, running, succeeded, failed or cancelled.", metavar="STATE")
    ] = None,
    limit: Annotated[int, typer.Option(min=0, help="At most so many; 0 for all.")] = 20,
    url: Url = None,
    api_key: ApiKey = None,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """List jobs, newest first.

    Example: findalike jobs list --state running
    """
    with connected(url, api_key, data_dir) as client:
        page = min(limit or 200, 200)
        every = client.jobs(application=application, collection=collection, state=state, page=page)
        found = list(islice(every, limit or None))
    if as_json:
        print_json(found)
        return
    rows = [
        (one.id, one.kind, f"{one.application}/{one.collection}", one.state.value, settled(one), one.total, one.failed)
        for one in found
    ]
    print_table(("id", "kind", "collection", "state", "#settled", "#of", "#failed"), rows)


@app.command()
def show(job: JobId, url: Url = None, api_key: ApiKey = None, data_dir: DataDir = None, as_json: Json = False) -> None:
    """Show how far a job is.

    Example: findalike jobs show 0123456789abcdef0123456789abcdef
    """
    with connected(url, api_key, data_dir) as client:
        found = client.job(job)
    (print_json if as_json else print_record)(found)


@app.command()
def watch(job: JobId, url: Url = None, api_key: ApiKey = None, data_dir: DataDir = None, as_json: Json = False) -> None:
    """Watch a job until it ends; exit code 1 if not all of it succeeded.

    Example: findalike jobs watch 0123456789abcdef0123456789abcdef
    """
    with connected(url, api_key, data_dir) as client:
        report(client, client.job(job), as_json=as_json)


@app.command()
def cancel(
    job: JobId, url: Url = None, api_key: ApiKey = None, data_dir: DataDir = None, as_json: Json = False
) -> None:
    """Ask a job to stop; what it has done stays.

    Example: findalike jobs cancel 0123456789abcdef0123456789abcdef
    """
    with connected(url, api_key, data_dir) as client:
        report(client, client.cancel(job), as_json=as_json, wait=False, meanwhile=f"Job {job} is asked to stop.")


@app.command()
def retry(
    job: JobId,
    wait: Annotated[bool, typer.Option("--wait/--no-wait", help="Watch it until it ends.")] = True,
    url: Url = None,
    api_key: ApiKey = None,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Run what failed, or was cancelled, again.

    Example: findalike jobs retry 0123456789abcdef0123456789abcdef
    """
    with connected(url, api_key, data_dir) as client:
        meanwhile = f"Job {job} runs again: `findalike jobs watch {job}`."
        report(client, client.retry(job), as_json=as_json, wait=wait, meanwhile=meanwhile)


@app.command()
def errors(
    job: JobId, url: Url = None, api_key: ApiKey = None, data_dir: DataDir = None, as_json: Json = False
) -> None:
    """List every entry of a job that failed, and why.

    Example: findalike jobs errors 0123456789abcdef0123456789abcdef
    """
    with connected(url, api_key, data_dir) as client:
        found = list(client.errors(job))
    if as_json:
        print_json(found)
    else:
        print_table(("#entry", "name", "why"), [(one.entry, one.name, one.reason) for one in found])
