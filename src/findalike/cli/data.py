"""`findalike data`: the sample data on this machine; works without a server."""

from __future__ import annotations

from typing import Annotated

import typer

from findalike.cli.caches import choose, fetch_cards, list_cards, remove_cards, verify_cards
from findalike.cli.lazy import new_app
from findalike.cli.options import Json
from findalike.cli.session import settings_of
from findalike.models.datasets import DataCache, DataCard, DataCards
from findalike.models.samples import SAMPLES

app = new_app(help="List, fetch, verify and remove sample data.")

Names = Annotated[list[str] | None, typer.Argument(help="Samples.", metavar="SAMPLE")]
All = Annotated[bool, typer.Option("--all", help="Every sample.")]


def _open() -> tuple[DataCards, DataCache]:
    return DataCards(SAMPLES), DataCache(settings_of(None).cache_dir)


def _describe(card: DataCard) -> str:
    return card.application


@app.command("list")
def list_all(as_json: Json = False) -> None:
    """List samples, and whether they are here.

    Example: findalike data list
    """
    cards, cache = _open()
    list_cards(cards, cache, _describe, as_json)


@app.command()
def fetch(samples: Names = None, every: All = False) -> None:
    """Fetch samples, for example before the network goes away.

    Example: findalike data fetch pictures
    """
    cards, cache = _open()
    fetch_cards(choose(cards, cards.get, samples, every, "samples"), cache)


@app.command()
def verify(samples: Names = None, as_json: Json = False) -> None:
    """Compare the samples that are here (those named, or all) with their hashes.

    Example: findalike data verify
    """
    cards, cache = _open()
    wanted = [cards.get(name) for name in samples] if samples else [card for card in cards if cache.fetched(card)]
    verify_cards(wanted, cache, as_json)


@app.command()
def remove(samples: Names = None, every: All = False) -> None:
    """Delete samples from this machine; collections made of them stay.

    Example: findalike data remove digits
    """
    cards, cache = _open()
    wanted = choose(cards, cards.get, samples, every, "samples")
    remove_cards(wanted, [card for card in cards if card not in wanted], cache)
