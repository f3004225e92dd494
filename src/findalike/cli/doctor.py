"""`findalike doctor`."""

from __future__ import annotations

from typing import Annotated

import typer

from findalike.cli.options import DataDir, Json
from findalike.cli.output import print_json
from findalike.cli.session import settings_of
from findalike.terminal import clean

_SIGNS = {"ok": "✓", "warning": "!", "broken": "✗"}


def doctor(
    online: Annotated[
        bool, typer.Option("--online/--offline", help="Also ask whether pip reaches a package index.")
    ] = True,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Check this installation, and say what works and what to do about the rest.

    The exit code is 1 if something that findalike needs is broken.

    Example: findalike doctor --offline
    """
    from findalike.cli.checks import run

    found = []
    for check in run(settings_of(data_dir), online):
        found.append(check)
        if not as_json:
            typer.echo(clean(f"{_SIGNS[check.state]} {check.name}: {check.detail}"))
            if check.remedy:
                typer.echo(clean(f"    → {check.remedy}"))
    if as_json:
        print_json([vars(check) for check in found])
    if any(check.state == "broken" for check in found):
        raise typer.Exit(1)
