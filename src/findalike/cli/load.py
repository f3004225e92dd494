"""`findalike load`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from findalike.cli.gathering import Gathered, Taste, gather
from findalike.cli.loading import Loader, Report
from findalike.cli.options import (
    ApiKey,
    App,
    Collection,
    DataDir,
    Dimension,
    Fields,
    Index,
    Json,
    Metric,
    Models,
    Options,
    Url,
    collection_settings,
)
from findalike.cli.output import print_json, print_table, say
from findalike.cli.progress import summarise
from findalike.cli.session import connected
from findalike.client.uploads import BATCH_BYTES, BATCH_FILES
from findalike.domain import JobState
from findalike.errors import InvalidInput, NotFound
from findalike.terminal import bars

if TYPE_CHECKING:
    from findalike.client import Client
    from findalike.client.calls import OnDuplicate
    from findalike.server.schemas import ApplicationOut

_SHOWN_FAILURES = 50
_INTERRUPTED = 130


def load(
    application: App,
    collection: Collection,
    paths: Annotated[
        list[Path], typer.Argument(exists=True, help="Files, folders, archives, or tables.", metavar="PATH")
    ],
    model: Models = None,
    field: Fields = None,
    dimension: Dimension = None,
    metric: Metric = None,
    index: Index = None,
    option: Options = None,
    on_duplicate: Annotated[
        str, typer.Option(help="What to do with items that are there: skip or update.", metavar="skip|update")
    ] = "skip",
    column: Annotated[
        list[str] | None,
        typer.Option(help="Of tables: which column is which part of a record.", metavar="PART=COLUMN"),
    ] = None,
    batch: Annotated[int, typer.Option(min=1, max=BATCH_FILES, help="Files a request, at most.")] = BATCH_FILES,
    url: Url = None,
    api_key: ApiKey = None,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Load files, folders (recursively), archives or tables into a collection, which is created if it is missing.

    Files that are there already are not sent again, so an interrupted load goes on when it is run again.
    The exit code is 1 if any file failed.

    Example: findalike load image-search holiday ~/Pictures/2026
    """
    if on_duplicate not in ("skip", "update"):
        raise typer.BadParameter("It is either skip or update.", param_hint="--on-duplicate")
    settings = collection_settings(
        models=model, fields=field, dimension=dimension, metric=metric, index=index, options=option
    )
    with connected(url, api_key, data_dir) as client:
        offered = client.apps()
        taken = next((one for one in offered.applications if one.name == application), None)
        if taken is None:
            there = ", ".join(one.name for one in offered.applications)
            raise NotFound(f"There is no application {application!r} on {client.url}; there are: {there}.")
        gathered = _gather(paths, taken)
        made = _ensure_collection(client, taken, collection, settings)
        with bars() as shown:
            loader = Loader(
                client,
                application,
                collection,
                Taste(taken.accepts, taken.takes_records, taken.tables),
                shown,
                on_duplicate=cast("OnDuplicate", on_duplicate),
                columns=column or (),
                batch_files=batch,
                # A request is a little more than its files.
                batch_bytes=min(BATCH_BYTES, offered.limits.max_request // 2),
                max_file=offered.limits.max_upload,
            )
            report = loader.load(gathered)
        if made and _in_vain(report):
            client.delete(application, collection)
            say(f"Nothing could be used, so the collection {collection!r} was not kept.")
    _show(report, gathered, application, collection, as_json)


def _gather(paths: list[Path], taken: ApplicationOut) -> Gathered:
    gathered = gather(paths, Taste(taken.accepts, taken.takes_records, taken.tables))
    if gathered.left_out:
        kinds = ", ".join(f"{count:,} {kind}" for kind, count in gathered.left_out.most_common(5))
        say(f"Left out, because {taken.title} does not take them: {kinds}.")
    if not gathered.uploads and not gathered.unreadable:
        raise InvalidInput(f"There is nothing for {taken.title} in {', '.join(map(str, paths))}.")
    return gathered


def _ensure_collection(client: Client, taken: ApplicationOut, collection: str, settings: Mapping[str, Any]) -> bool:
    """Create the collection if it is missing: whether it was.

    If settings were given for one that is there, they must be its own."""
    try:
        client.get_collection(taken.name, collection)
    except NotFound:
        missing = True
    else:
        missing = False
    if not missing and not settings:
        return False
    if taken.needs_dimension and "dimension" not in settings:
        raise InvalidInput(f"{taken.title} needs to know how many numbers your vectors have: say --dimension N.")
    client.create_collection(taken.name, collection, **settings)
    return missing


def _in_vain(report: Report) -> bool:
    """Whether nothing of a load that came to its end could be used."""
    ended = all(job.state == JobState.SUCCEEDED for job in report.jobs.values())
    return ended and not report.interrupted and not any(job.done or job.skipped for job in report.jobs.values())


def _show(report: Report, gathered: Gathered, application: str, collection: str, as_json: bool) -> None:
    if as_json:
        print_json(
            {
                "application": application,
                "collection": collection,
                "jobs": list(report.jobs.values()),
                "sent": report.sent,
                "there": report.there,
                "left_out": dict(gathered.left_out),
                "failures": [{"name": name, "reason": reason} for name, reason in report.failures],
                "interrupted": report.interrupted,
            }
        )
    else:
        _tell(report)
    if report.interrupted:
        raise typer.Exit(_INTERRUPTED)
    if report.failures or any(job.state != JobState.SUCCEEDED for job in report.jobs.values()):
        raise typer.Exit(1)


def _tell(report: Report) -> None:
    if report.there:
        say(f"{report.there:,} files were there already.")
    if report.interrupted:
        last = next(reversed(report.jobs), None)
        say(f"Stopped. {report.sent:,} files are sent" + (f"; `findalike jobs watch {last}`." if last else "."))
        say("To go on, run the same command again: what is there is not sent twice.")
    else:
        for job in report.jobs.values():
            say(summarise(job))
    if report.failures:
        print_table(("failed", "why"), report.failures[:_SHOWN_FAILURES])
    if len(report.failures) > _SHOWN_FAILURES:
        say(f"… and {len(report.failures) - _SHOWN_FAILURES:,} more: `findalike jobs errors JOB`, or --json.")
