"""How commands show things: tables and JSON on stdout, sentences on stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import typer
from pydantic import BaseModel

from findalike.terminal import clean


def say(sentence: str) -> None:
    """Tell the user something that is not the result."""
    typer.echo(clean(sentence), err=True)


def print_json(value: Any) -> None:
    """One JSON document on stdout; models and lists of them are fine."""
    typer.echo(json.dumps(value, default=_plain, ensure_ascii=False, indent=2))


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value)


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, error: bool = False) -> None:
    """A table; beside a terminal its lines are as long as they want to be. Columns named `#…` are right-aligned."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD if any(columns) else None, pad_edge=False, show_header=any(columns))
    for name in columns:
        table.add_column(name.removeprefix("#"), justify="right" if name.startswith("#") else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(clean(shown(value))) for value in row))
    stream = sys.stderr if error else sys.stdout
    Console(file=stream, width=None if stream.isatty() else 10_000).print(table)


def print_record(record: BaseModel) -> None:
    """One thing, a line for each of its values."""
    print_table(("", ""), [(name, value) for name, value in record.model_dump(mode="json").items()])


def shown(value: object) -> str:
    """A value as tables show it."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case float():
            return f"{value:.4g}" if abs(value) < 1000 else f"{value:,.0f}"
        case int():
            return f"{value:,}"
        case datetime():
            return value.astimezone().strftime("%Y-%m-%d %H:%M")
        case dict() | list():
            return json.dumps(value, default=_plain, ensure_ascii=False)
        case _:
            return str(value)
