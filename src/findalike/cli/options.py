"""Options that many commands share, and how their values are read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

Url = Annotated[
    str | None,
    typer.Option("--url", envvar="FINDALIKE_URL", help="The server; else the one on the data folder.", metavar="URL"),
]
ApiKey = Annotated[
    str | None, typer.Option("--api-key", envvar="FINDALIKE_API_KEY", help="Its API key.", show_envvar=True)
]
DataDir = Annotated[
    Path | None, typer.Option("--data-dir", help="The data folder, instead of FINDALIKE_DATA_DIR.", metavar="FOLDER")
]
Json = Annotated[bool, typer.Option("--json", help="Machine-readable output.")]

App = Annotated[str, typer.Argument(help="For example image-search.", metavar="APPLICATION")]
Collection = Annotated[str, typer.Argument(help="The collection's name.", metavar="COLLECTION")]
ItemId = Annotated[str, typer.Argument(help="The item's id.", metavar="ITEM")]
JobId = Annotated[str, typer.Argument(help="The job's id.", metavar="JOB")]

Models = Annotated[
    list[str] | None, typer.Option("--model", help="Model card of a vector; may be repeated.", metavar="VECTOR=CARD")
]
Fields = Annotated[
    list[str] | None,
    typer.Option(
        "--field", help="Declare a field (text, integer, number, boolean); may be repeated.", metavar="NAME=TYPE"
    ),
]
Options = Annotated[
    list[str] | None,
    typer.Option(
        "--option", help="What the collection settles, e.g. standardise=false; may be repeated.", metavar="NAME=VALUE"
    ),
]
Dimension = Annotated[int | None, typer.Option(min=1, help="Of ready-made vectors.")]
Metric = Annotated[str | None, typer.Option(help="COSINE, IP or L2, for ready-made vectors.")]
Index = Annotated[str | None, typer.Option(help="Kind of index, for example AUTO, FLAT or HNSW.")]
Description = Annotated[str | None, typer.Option(help="What the collection holds.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]


def pairs(given: Sequence[str] | None, option: str) -> dict[str, str]:
    """The dictionary of options like NAME=VALUE."""
    found: dict[str, str] = {}
    for text in given or ():
        name, equals, value = text.partition("=")
        if not (name and equals and value):
            raise typer.BadParameter(f"{text!r} is not of the form NAME=VALUE.", param_hint=option)
        found[name] = value
    return found


def values(given: Sequence[str] | None, option: str) -> dict[str, Any]:
    """Like `pairs`, the values read as JSON where they are (7, true, null), and as text else."""
    return {name: _value(text) for name, text in pairs(given, option).items()}


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def collection_settings(
    *,
    description: str | None = None,
    models: Sequence[str] | None = None,
    fields: Sequence[str] | None = None,
    dimension: int | None = None,
    metric: str | None = None,
    index: str | None = None,
    options: Sequence[str] | None = None,
) -> dict[str, Any]:
    """The settings that were given, as the API takes them."""
    given = {
        "description": description,
        "models": pairs(models, "--model"),
        "fields": pairs(fields, "--field"),
        "dimension": dimension,
        "metric": metric.upper() if metric else None,
        "index": index.upper() if index else None,
        "options": values(options, "--option"),
    }
    return {name: value for name, value in given.items() if value not in (None, {})}
