"""Which model cards this server has: the built-in ones and the operator's own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from findalike.errors import InvalidInput, NotFound
from findalike.models.builtin import BUILTIN
from findalike.models.cards import ModelCard
from findalike.models.options import FAMILIES


class Registry:
    """Model cards by name. `own` is `Settings.models`: name -> fields; an own card replaces a built-in one.

    Raises InvalidInput with a sentence that names the card and the field, at construction.
    """

    def __init__(self, own: Mapping[str, Mapping[str, Any]] | None = None, builtin: Iterable[ModelCard] = BUILTIN):
        self._cards = {card.name: card for card in builtin}
        self._cards.update({name: own_card(name, fields) for name, fields in (own or {}).items()})

    def get(self, name: str) -> ModelCard:
        """The card of this name. Raises NotFound, naming the cards there are."""
        try:
            return self._cards[name]
        except KeyError:
            there = ", ".join(sorted(self._cards))
            raise NotFound(f"There is no model card {name!r}. There are: {there}.") from None

    def __iter__(self) -> Iterator[ModelCard]:
        return iter(self._cards.values())


def own_card(name: str, fields: Mapping[str, Any]) -> ModelCard:
    """A card from the operator's fields; `title` may be left out. Raises InvalidInput."""
    try:
        card = ModelCard.model_validate({"name": name, "title": name, **fields})
        if card.name != name:
            raise InvalidInput(f"Model card {name!r} calls itself {card.name!r}; leave `name` out.")
        check_family(card)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        message = first["msg"].removeprefix("Value error, ")
        raise InvalidInput(f"Model card {name!r}{f', {where}' if where else ''}: {message}.", field=where) from error
    return card


def check_family(card: ModelCard) -> None:
    """Whether a family knows this card's options and files. Raises InvalidInput, or pydantic's ValidationError."""
    if card.family not in FAMILIES:
        there = ", ".join(FAMILIES)
        raise InvalidInput(f"Model card {card.name!r}: there is no family {card.family!r}. There are: {there}.")
    options, files = FAMILIES[card.family]
    options.model_validate(card.options)
    if set(card.files) != files:
        raise InvalidInput(
            f"Model card {card.name!r}: the family {card.family} needs exactly these files: "
            f"{', '.join(sorted(files)) or 'none'}."
        )
