"""What applications work out of whole collections, kept while nothing of them changes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from typing import Any, TypeVar

T = TypeVar("T")

_KEPT = 4
"""Of so many collections it is kept: of those that were asked last."""


class Derived:
    """Belongs to one event loop."""

    def __init__(self) -> None:
        self._known: OrderedDict[int, tuple[Hashable, Any]] = OrderedDict()

    async def get(self, collection_id: int, state: Hashable, make: Callable[[], Awaitable[T]]) -> T:
        """What was made of a collection in this state, or what `make` makes of it now."""
        known = self._known.get(collection_id)
        if known is None or known[0] != state:
            known = state, await make()
            self._known[collection_id] = known
        self._known.move_to_end(collection_id)
        while len(self._known) > _KEPT:
            self._known.popitem(last=False)
        made: T = known[1]
        return made
