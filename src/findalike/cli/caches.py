"""`findalike models` and `findalike data`: cards, and a cache of their files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

import typer

from findalike.cli.lazy import new_app
from findalike.cli.options import Json
from findalike.cli.output import print_json, print_table, say
from findalike.errors import FindalikeError
from findalike.models.store import FileState
from findalike.terminal import bars, size


class Card(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def licence(self) -> str: ...


C = TypeVar("C", bound=Card)
C_co = TypeVar("C_co", bound=Card, covariant=True)
K = TypeVar("K", bound=Card, contravariant=True)


class Cards(Protocol[C_co]):
    """Cards by name."""

    def __iter__(self) -> Iterator[C_co]: ...
    def get(self, name: str) -> C_co: ...


class Cache(Protocol[K]):
    """The files of cards on this machine."""

    def states(self, card: K) -> list[FileState]: ...
    def fetched(self, card: K) -> bool: ...
    def fetch(self, card: K, progress: Callable[[int, int | None], None]) -> None: ...
    def verify(self, card: K) -> list[str]: ...
    def remove(self, card: K, keep: Iterable[K]) -> int: ...


Open = tuple[Cards[C], Cache[C]]


@dataclass(frozen=True)
class Kind(Generic[C]):
    """One kind of cards: the words of its commands' help, and how to get at the cards and their cache."""

    command: str
    cards: str
    files: str
    removed: str
    example: str
    open: Callable[[], Open[C]]
    describe: Callable[[C], str]


def cards_app(kind: Kind[C]) -> typer.Typer:
    """The commands list, fetch, verify and remove."""
    app = new_app(help=f"List, fetch, verify and remove {kind.files}.")
    # Not annotated: Typer looks annotations up where this function's variables are unknown.
    names = typer.Argument(None, help=f"{kind.cards.capitalize()}.", metavar="NAME")
    all_of_them = typer.Option(False, "--all", help=f"All {kind.cards}.")

    def example(command: str) -> str:
        return f"\n\nExample: findalike {kind.command} {command}"

    @app.command("list", help=f"List {kind.cards}, and whether their files are here.{example('list')}")
    def list_all(as_json: Json = False) -> None:
        cards, cache = kind.open()
        _list(cards, cache, kind.describe, as_json)

    @app.command(
        help=f"Fetch {kind.files}, for example before the network goes away.{example(f'fetch {kind.example}')}"
    )
    def fetch(names: list[str] | None = names, every: bool = all_of_them) -> None:
        cards, cache = kind.open()
        _fetch_all(_chosen(cards, names, every, kind.cards), cache)

    @app.command(help=f"Compare {kind.files} (those named, or all that are here) with their hashes.{example('verify')}")
    def verify(names: list[str] | None = names, as_json: Json = False) -> None:
        cards, cache = kind.open()
        wanted = [cards.get(name) for name in names] if names else [card for card in cards if cache.fetched(card)]
        _verify(wanted, cache, as_json)

    @app.command(help=f"Delete {kind.files} from this machine; {kind.removed}.{example(f'remove {kind.example}')}")
    def remove(names: list[str] | None = names, every: bool = all_of_them) -> None:
        cards, cache = kind.open()
        wanted = _chosen(cards, names, every, kind.cards)
        _remove(wanted, [card for card in cards if card not in wanted], cache)

    return app


def _list(cards: Iterable[C], cache: Cache[C], describe: Callable[[C], str], as_json: bool) -> None:
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


def _fetch_all(cards: Sequence[C], cache: Cache[C]) -> None:
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


def _verify(cards: Sequence[C], cache: Cache[C], as_json: bool) -> None:
    """Recompute the hashes of what is here; exit with 1 if something is not as it should be."""
    found: dict[str, list[str]] = {card.name: cache.verify(card) for card in cards}
    if as_json:
        print_json(found)
    else:
        for name, problems in found.items():
            typer.echo(f"{name}: {' '.join(problems) or 'as it should be.'}")
    if any(found.values()):
        raise typer.Exit(1)


def _remove(cards: Sequence[C], others: Iterable[C], cache: Cache[C]) -> None:
    """Delete the files of cards, but not those that a fetched card of the others needs too."""
    keep = [card for card in others if cache.fetched(card)]
    for card in cards:
        say(f"{card.name}: {size(cache.remove(card, keep))} freed.")


def _chosen(cards: Cards[C], names: Sequence[str] | None, every: bool, what: str) -> list[C]:
    """The cards of a command: those named, or all with --all. Raises NotFound for a wrong name."""
    if every:
        return list(cards)
    if not names:
        raise typer.BadParameter(f"Name the {what}, or say --all.")
    return [cards.get(name) for name in names]
