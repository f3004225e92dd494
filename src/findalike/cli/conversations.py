"""`findalike conversations`."""

from __future__ import annotations

from itertools import islice
from typing import Annotated

import typer

from findalike.cli.lazy import new_app
from findalike.cli.options import ApiKey, DataDir, Json, Url, Yes
from findalike.cli.output import print_json, print_table, say
from findalike.cli.session import connected

app = new_app(help="List, show, rename and delete your conversations: those of the API key that you use.")

ConversationId = Annotated[str, typer.Argument(help="The conversation's id.", metavar="CONVERSATION")]


@app.command("list")
def list_some(
    application: Annotated[str | None, typer.Option("--application", help="Only with this application.")] = None,
    collection: Annotated[str | None, typer.Option("--collection", help="Only on this collection.")] = None,
    limit: Annotated[int, typer.Option(min=0, help="At most so many; 0 for all.")] = 20,
    url: Url = None,
    api_key: ApiKey = None,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """List your conversations, those you spoke in last first.

    Example: findalike conversations list --collection shop
    """
    with connected(url, api_key, data_dir) as client:
        every = client.conversations(application=application, collection=collection, page=min(limit or 200, 200))
        found = list(islice(every, limit or None))
    if as_json:
        print_json(found)
        return
    rows = [(one.id, f"{one.application}/{one.collection}", one.updated_at, one.title) for one in found]
    print_table(("id", "collection", "last", "title"), rows)


@app.command()
def show(
    conversation: ConversationId,
    url: Url = None,
    api_key: ApiKey = None,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Show what was said in a conversation.

    Example: findalike conversations show 0123456789abcdef0123456789abcdef
    """
    with connected(url, api_key, data_dir) as client:
        found = list(client.messages(conversation))
    if as_json:
        print_json(found)
    else:
        print_table(("who", "text"), [("you" if one.role == "user" else "findalike", one.text) for one in found])


@app.command()
def rename(
    conversation: ConversationId,
    title: Annotated[str, typer.Argument(help="Its new title.", metavar="TITLE")],
    url: Url = None,
    api_key: ApiKey = None,
    data_dir: DataDir = None,
) -> None:
    """Give a conversation another title.

    Example: findalike conversations rename 0123456789abcdef0123456789abcdef Parcels
    """
    with connected(url, api_key, data_dir) as client:
        client.rename_conversation(conversation, title)
    say(f"It is called {title!r} now.")


@app.command()
def delete(
    conversation: ConversationId, yes: Yes = False, url: Url = None, api_key: ApiKey = None, data_dir: DataDir = None
) -> None:
    """Delete a conversation with all that was said in it.

    Example: findalike conversations delete 0123456789abcdef0123456789abcdef
    """
    if not yes:
        typer.confirm("Delete it with all that was said in it?", abort=True, err=True)
    with connected(url, api_key, data_dir) as client:
        client.delete_conversation(conversation)
    say("It is deleted.")
