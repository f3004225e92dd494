"""What `findalike models` and `findalike data` have in common: cards, and a cache of their files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol, TypeVar

import typer

from findalike.cli.output import print_json, print_table, say, size
from findalike.cli.progress import bars
from findalike.errors import FindalikeError
from findalike.models.store import FileState


class Card(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def licence(self) -> str: ...


C = TypeVar("C", bound=Card)
K = TypeVar("K", bound=Card, contravariant=True)


class Cache(Protocol[K]):
    """The files of cards on this machine."""

    def states(self, card: K) -> list[FileState]: ...
    def fetched(self, card: K) -> bool: ...
    def fetch(self, card: K, progress: Callable[[int, int | None], None]) -> None: ...
    def verify(self, card: K) -> list[str]: ...
    def remove(self, card: K, keep: Iterable[K]) -> int: ...


def list_cards(cards: Iterable[C], cache: Cache[C], describe: Callable[[C], str], as_json: bool) -> None:
    """Show every card, whether its files are here, and what they take; licences are in the JSON."""
    rows = [
        (card, describe(card), cache.fetched(card), sum(state.size for state in cache.states(card))) for card in cards
    ]
    if as_json:
        print_json(
            [
                {"name": card.name, "title": card.title, "licence": card.licence, "fetched": here, "bytes": taken}
                for card, _, here, taken in rows
            ]
        )
        return
    print_table(
        ("name", "what", "fetched", "#size", "title"),
        [(card.name, what, here, size(taken) if taken else "", card.title) for card, what, here, taken in rows],
    )


def fetch_cards(cards: Sequence[C], cache: Cache[C]) -> None:
    """Fetch the files of all cards; exit with 4 at the end if some could not be."""
    failed: list[str] = []
    for card in cards:
        if cache.fetched(card):
            say(f"{card.name} is here already.")
            continue
        try:
            _fetch(card, cache)
        except FindalikeError as error:
            failed.append(card.name)
            say(error.detail)
        else:
            say(f"{card.name} is fetched.")
    if failed:
        raise typer.Exit(4)


def _fetch(card: C, cache: Cache[C]) -> None:
    with bars() as shown:
        cache.fetch(card, lambda done, total: shown.show_bytes(card.name, done, total))


def verify_cards(cards: Sequence[C], cache: Cache[C], as_json: bool) -> None:
    """Recompute the hashes of what is here; exit with 1 if something is not as it should be."""
    found: dict[str, list[str]] = {card.name: cache.verify(card) for card in cards}
    if as_json:
        print_json(found)
    else:
        for name, problems in found.items():
            typer.echo(f"{name}: {' '.join(problems) or 'as it should be.'}")
    if any(found.values()):
        raise typer.Exit(1)


def remove_cards(cards: Sequence[C], others: Iterable[C], cache: Cache[C]) -> None:
    """Delete the files of cards, but not those that a fetched card of the others needs too."""
    keep = [card for card in others if cache.fetched(card)]
    for card in cards:
        say(f"{card.name}: {size(cache.remove(card, keep))} freed.")


def choose(cards: Iterable[C], get: Callable[[str], C], names: Sequence[str] | None, every: bool, what: str) -> list[C]:
    """The cards of a command: those named, or all with --all. Raises NotFound for a wrong name."""
    if every:
        return list(cards)
    if not names:
        raise typer.BadParameter(f"Name the {what}, or say --all.")
    return [get(name) for name in names]
