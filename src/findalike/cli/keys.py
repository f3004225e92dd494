"""`findalike keys`: API keys, written into the catalog itself, so that the first one needs no key."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from findalike.cli.lazy import new_app
from findalike.cli.options import DataDir, Json
from findalike.cli.output import print_json, print_table, say
from findalike.cli.session import settings_of

if TYPE_CHECKING:
    from findalike.catalog.keys import Keys

app = new_app(help="Make, list and remove API keys.")


@contextmanager
def _keys(data_dir: Path | None) -> Iterator[Keys]:
    from findalike.catalog import Catalog

    catalog = Catalog(settings_of(data_dir).catalog_url)
    try:
        yield catalog.keys
    finally:
        catalog.close()


@app.command()
def create(
    name: Annotated[str, typer.Argument(help="What it is for.", metavar="NAME")],
    scope: Annotated[str, typer.Option(help="Each includes those before it.", metavar="read|write|admin")] = "read",
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Make an API key. From the first one on, every request to the server needs one.

    Example: findalike keys create laptop --scope write
    """
    from findalike.catalog.keys import SCOPES

    if scope not in SCOPES:
        raise typer.BadParameter(f"There are {', '.join(SCOPES)}.", param_hint="--scope")
    with _keys(data_dir) as keys:
        key, secret = keys.create(name, scope)
    if as_json:
        print_json({"id": key.id, "name": key.name, "scope": key.scope, "secret": secret})
        return
    say(f"The key {key.name} ({key.scope}). Keep it now: it is shown only this once.")
    typer.echo(secret)


@app.command("list")
def list_all(data_dir: DataDir = None, as_json: Json = False) -> None:
    """List API keys (never the keys themselves).

    Example: findalike keys list
    """
    with _keys(data_dir) as keys:
        found = keys.all()
    if as_json:
        print_json([{"id": k.id, "name": k.name, "scope": k.scope, "created_at": k.created_at} for k in found])
    else:
        print_table(("id", "name", "scope", "created"), [(k.id, k.name, k.scope, k.created_at) for k in found])


@app.command()
def remove(
    key: Annotated[str, typer.Argument(help="Its id, as `findalike keys list` shows it.", metavar="ID")],
    data_dir: DataDir = None,
) -> None:
    """Revoke an API key at once, and end its sessions.

    Example: findalike keys remove 1a2b3c4d
    """
    with _keys(data_dir) as keys:
        keys.remove(key)
    say(f"The key {key} is revoked.")
