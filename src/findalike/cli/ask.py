"""`findalike ask`."""

from __future__ import annotations

import json
import sys
from contextlib import closing
from typing import TYPE_CHECKING, Annotated

import typer

from findalike.cli.options import ApiKey, App, Collection, DataDir, Json, Url
from findalike.cli.output import say
from findalike.cli.session import connected
from findalike.terminal import clean

if TYPE_CHECKING:
    from findalike.answers.events import Citation, Done


def ask(
    application: App,
    collection: Collection,
    question: Annotated[str, typer.Argument(help="What you want to know.", metavar="QUESTION")],
    conversation: Annotated[
        str | None, typer.Option(help="Go on with this conversation, so that a follow-up is understood.", metavar="ID")
    ] = None,
    filter: Annotated[str | None, typer.Option(help="Only items that match.", metavar="FILTER")] = None,
    limit: Annotated[int, typer.Option(min=1, max=20, help="Passages that the answer may be made of.")] = 5,
    form: Annotated[
        str | None,
        typer.Option(help="extractive (word for word) or generative (a language model's).", metavar="FORM"),
    ] = None,
    url: Url = None,
    api_key: ApiKey = None,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Ask a question, and read its answer as it comes, with what it cites. With --json, an event a line.

    Example: findalike ask question-answering shop "Can I return an opened parcel?"
    """
    from findalike.answers.events import Citations, Done, Piece

    names = {Citations: "citations", Piece: "answer", Done: "done"}
    citations: list[Citation] = []
    text = ""
    with connected(url, api_key, data_dir) as client:
        asked = client.ask(
            application, collection, question,
            conversation_id=conversation, filter=filter, limit=limit, form=form,
        )  # fmt: skip
        with closing(asked):
            for event in asked:
                if as_json:
                    typer.echo(json.dumps({"event": names[type(event)], **event.model_dump(mode="json")}))
                    sys.stdout.flush()
                elif isinstance(event, Citations):
                    citations = event.citations
                elif isinstance(event, Piece):
                    text += event.text
                    typer.echo(clean(event.text), nl=False)
                    sys.stdout.flush()
                else:
                    _end(text, citations, event)


def _end(text: str, citations: list[Citation], done: Done) -> None:
    """What the answer cites, and how to go on."""
    typer.echo()
    for one in citations:
        if f"[{one.number}]" in text:
            typer.echo(clean(f"[{one.number}] {one.title}: {_short(one.text)}"))
    took = done.took
    say(
        f"In {took.total_ms:.0f} ms (encoding {took.encode_ms:.0f}, search {took.search_ms:.0f}, answer "
        f"{took.answer_ms:.0f}). Go on with --conversation {done.conversation_id}"
    )


def _short(text: str) -> str:
    import textwrap

    return textwrap.shorten(text, 100, placeholder=" …")
