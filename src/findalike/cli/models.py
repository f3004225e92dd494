"""`findalike models`: the weights on this machine; works without a server."""

from __future__ import annotations

from typing import Annotated

import typer

from findalike.cli.caches import choose, fetch_cards, list_cards, remove_cards, verify_cards
from findalike.cli.lazy import new_app
from findalike.cli.options import Json
from findalike.cli.session import settings_of
from findalike.models.cache import ModelCache
from findalike.models.cards import ModelCard
from findalike.models.registry import Registry

app = new_app(help="List, fetch, verify and remove model weights.")

Names = Annotated[list[str] | None, typer.Argument(help="Model cards.", metavar="MODEL")]
All = Annotated[bool, typer.Option("--all", help="Every model card.")]


def _open() -> tuple[Registry, ModelCache]:
    settings = settings_of(None)
    return Registry(settings.models), ModelCache(settings.cache_dir)


def _describe(card: ModelCard) -> str:
    return f"{' and '.join(card.accepts)} → {card.dimension}"


@app.command("list")
def list_all(as_json: Json = False) -> None:
    """List model cards, and whether their weights are here.

    Example: findalike models list
    """
    cards, cache = _open()
    list_cards(cards, cache, _describe, as_json)


@app.command()
def fetch(models: Names = None, every: All = False) -> None:
    """Fetch the weights of models, for example before the network goes away.

    Example: findalike models fetch efficientnet-lite0 conse-minilm
    """
    cards, cache = _open()
    fetch_cards(choose(cards, cards.get, models, every, "models"), cache)


@app.command()
def verify(models: Names = None, as_json: Json = False) -> None:
    """Compare the weights that are here (of the models named, or of all) with their hashes.

    Example: findalike models verify
    """
    cards, cache = _open()
    wanted = [cards.get(name) for name in models] if models else [card for card in cards if cache.fetched(card)]
    verify_cards(wanted, cache, as_json)


@app.command()
def remove(models: Names = None, every: All = False) -> None:
    """Delete weights from this machine; they are fetched again when they are needed.

    Example: findalike models remove efficientnet-lite4
    """
    cards, cache = _open()
    wanted = choose(cards, cards.get, models, every, "models")
    remove_cards(wanted, [card for card in cards if card not in wanted], cache)
