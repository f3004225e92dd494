"""`findalike train` and `findalike evaluate`: learning from events, and how well it foretells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from findalike.cli.options import ApiKey, App, Collection, DataDir, Json, Url, values
from findalike.cli.output import print_json, print_table, say
from findalike.cli.progress import exit_for, follow, report
from findalike.cli.session import connected
from findalike.domain import JobState

if TYPE_CHECKING:
    from collections.abc import Mapping

Set = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        help="factors, regularization, confidence, half_life or iterations; may be repeated.",
        metavar="NAME=VALUE",
    ),
]


def train(
    application: App,
    collection: Collection,
    set: Set = None,
    wait: Annotated[bool, typer.Option("--wait/--no-wait", help="Watch it until it ends.")] = True,
    url: Url = None,
    api_key: ApiKey = None,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Learn from the events of a collection again, while what was learned before answers.

    Example: findalike train recommendation shop
    """
    with connected(url, api_key, data_dir) as client:
        job = client.train(application, collection, **values(set, "--set"))
        report(
            client, job, as_json=as_json, wait=wait, meanwhile=f"Job {job.id} learns: `findalike jobs watch {job.id}`."
        )


def evaluate(
    collection: Collection,
    set: Set = None,
    url: Url = None,
    api_key: ApiKey = None,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Learn from the first 90 % of the events, foretell the rest, and say how well, beside simple ways.

    Example: findalike evaluate recommendation shop --set factors=32
    """
    with connected(url, api_key, data_dir) as client:
        job = follow(client, client.evaluate("recommendation", collection, **values(set, "--set")))
    if job.state != JobState.SUCCEEDED or job.result is None:
        say(job.detail or f"Job {job.id} {job.state.value}.")
    elif as_json:
        print_json(job.result)
    else:
        _show(job.result)
    exit_for(job)


def _show(result: Mapping[str, Any]) -> None:
    methods = result["methods"]
    names = list(next(iter(methods.values())))
    rows = [(method, *(found[name] for name in names)) for method, found in methods.items()]
    print_table(("method", *(f"#{name.replace('_at_', '@')}" for name in names)), rows)
    say(
        f"{result['events_before']:,} events before the cut, {result['events_after']:,} after it; "
        f"{result['users']:,} users have both."
    )
    if result["index"]:
        index = result["index"]
        say(f"Of the exact {index['depth']} best, Milvus finds {index['recall']:.1%} ({index['users']} users).")
