"""The command line: `findalike`. Each command lives in a file of its own, imported when it is run.

Exit codes: 0 done; 1 something failed (some files, a job, a check); 2 wrong usage; 3 what was asked for is not there
or was refused; 4 the server, or something it needs, is away. Results go to stdout, all else to stderr.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from findalike.cli.lazy import Lazy, LazyGroup
from findalike.errors import FindalikeError, Overloaded, Unauthorized

_KEY_HINT = " Here, give it with --api-key or FINDALIKE_API_KEY."


class Commands(LazyGroup):
    """All commands, in the order in which help shows them."""

    table = {
        "serve": Lazy("findalike.cli.serve:serve", "Start the server."),
        "demo": Lazy("findalike.cli.demo:demo", "Load sample collections, and serve them."),
        "load": Lazy("findalike.cli.load:load", "Load files, folders, archives or tables into a collection."),
        "search": Lazy("findalike.cli.search:search", "Search a collection."),
        "ask": Lazy("findalike.cli.ask:ask", "Ask a question, and read its answer as it comes."),
        "conversations": Lazy("findalike.cli.conversations:app", "List, show, rename and delete conversations."),
        "recommend": Lazy("findalike.cli.recommend:recommend", "Recommend items to a user, and say why."),
        "train": Lazy("findalike.cli.train:train", "Learn from the events of a collection."),
        "evaluate": Lazy("findalike.cli.evaluate:app", "Say how good an application is on your own data."),
        "analysis": Lazy("findalike.cli.analysis:app", "Say who and what is in a video or a picture."),
        "collections": Lazy("findalike.cli.collections:app", "List, show, create, change and delete collections."),
        "items": Lazy("findalike.cli.items:app", "List, show, change and delete items."),
        "jobs": Lazy("findalike.cli.jobs:app", "List, show, watch, cancel and retry jobs."),
        "rebuild": Lazy("findalike.cli.rebuild:rebuild", "Make all vectors of a collection again."),
        "map": Lazy("findalike.cli.map:make_map", "Make or update the 2-D map of a collection."),
        "models": Lazy("findalike.cli.models:app", "List, fetch, verify and remove model weights."),
        "data": Lazy("findalike.cli.data:app", "List, fetch, verify and remove sample data."),
        "keys": Lazy("findalike.cli.keys:app", "Make, list and remove API keys."),
        "bench": Lazy("findalike.bench.cli:app", "Measure this findalike on this machine."),
        "doctor": Lazy("findalike.cli.doctor:doctor", "Check this installation, and say what to do."),
    }


def application() -> typer.Typer:
    """The whole command line."""
    app = typer.Typer(
        cls=Commands, name="findalike", no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode="rich"
    )
    app.callback()(findalike)
    return app


def _show_version(wanted: bool) -> None:
    if wanted:
        from findalike import __version__

        typer.echo(f"findalike {__version__}")
        raise typer.Exit


def findalike(
    version: Annotated[
        bool, typer.Option("--version", help="Show the version.", callback=_show_version, is_eager=True)
    ] = False,
) -> None:
    """Turn a pile of things into a similarity-search service.

    Example: findalike demo
    """


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; ends with SystemExit."""
    for stream in (sys.stdout, sys.stderr):
        # Names may hold characters that the terminal's encoding lacks.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        application()(args=None if arguments is None else list(arguments), prog_name="findalike")
    except FindalikeError as error:
        _complain(error.detail + (_KEY_HINT if isinstance(error, Unauthorized) else ""))
        sys.exit(exit_code(error))
    except Exception as error:
        sentence = _usage(error)
        if sentence is None:
            raise
        _complain(sentence)
        sys.exit(2)


def exit_code(error: FindalikeError) -> int:
    """3 for what was refused, 4 for what is away; being too busy counts as away, since trying again helps."""
    return 3 if error.status < 500 and not isinstance(error, Overloaded) else 4


def _complain(sentence: str) -> None:
    from findalike.terminal import clean

    typer.echo(f"findalike: {clean(sentence)}", err=True)


def _usage(error: Exception) -> str | None:
    """Settings that make no sense, and files that cannot be read, are the user's to put right, as a sentence."""
    if isinstance(error, OSError):
        named = f"{error.filename}: " if error.filename else ""
        return f"{named}{error.strerror or error}."
    from pydantic import ValidationError

    from findalike.validation import sentence

    if isinstance(error, ValidationError) and error.title == "Settings":
        first: Any = error.errors()[0]
        name = "_".join(str(part) for part in first["loc"]).upper()
        return f"The setting FINDALIKE_{name} is not usable: {sentence(first)}"
    return None
