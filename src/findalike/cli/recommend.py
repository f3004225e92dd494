"""`findalike recommend`."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from findalike.cli.options import ApiKey, App, Collection, DataDir, Json, Url
from findalike.cli.output import print_json, print_table, say
from findalike.cli.session import connected


def recommend(
    application: App,
    collection: Collection,
    user: Annotated[str | None, typer.Option(help="To whom.", metavar="USER")] = None,
    like: Annotated[
        list[str] | None, typer.Option(help="An item that is liked, by its id or key; may be repeated.", metavar="ITEM")
    ] = None,
    item: Annotated[str | None, typer.Option(help="Similar to this item, by its id or key.", metavar="ITEM")] = None,
    filter: Annotated[str | None, typer.Option(help="Only items that match.", metavar="FILTER")] = None,
    diversity: Annotated[
        float, typer.Option(min=0, max=1, help="0: the best first; towards 1: unlike each other.")
    ] = 0,
    limit: Annotated[int, typer.Option(min=1, max=200, help="How many.")] = 10,
    url: Url = None,
    api_key: ApiKey = None,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Recommend items to a user, to somebody who likes some items, or similar to an item, and say why.

    Example: findalike recommend recommendation sample --user 196
    """
    asked: dict[str, Any] = {"user": user, "item": item, "filter": filter, "diversity": diversity, "limit": limit}
    asked["liked"] = [{"item": one} for one in like or ()]
    with connected(url, api_key, data_dir) as client:
        answer = client.operate(application, collection, "recommend", **asked)
    if as_json:
        print_json(answer)
        return
    rows = [
        (one["rank"], one["score"], one["name"], ", ".join(reason["name"] for reason in one["because"]))
        for one in answer["recommendations"]
    ]
    print_table(("#rank", "#score", "name", "because you liked"), rows)
    if answer["basis"] == "everybody":
        say(f"Nothing is known of what {f'user {user}' if user else 'you'} may like: this is what suits most users.")
    say(f"{len(rows)} recommendations in {answer['took']['total_ms']:.0f} ms, by {answer['basis']}.")
