"""Which applications there are: built-in ones and plug-ins come through the same entry-point group."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from importlib.metadata import entry_points

from findalike.applications.base import Application
from findalike.errors import NotFound

GROUP = "findalike.applications"

log = logging.getLogger(__name__)


class Applications:
    """The applications of one server, by name."""

    def __init__(self, applications: Iterable[Application]):
        self._by_name = {application.name: application for application in applications}

    @classmethod
    def load(cls) -> Applications:
        """All that are installed. A plug-in that cannot be loaded is logged and left out, whatever its error."""
        found: list[Application] = []
        for point in sorted(entry_points(group=GROUP), key=lambda point: point.name):
            try:
                found.append(point.load()())
            except Exception:
                log.exception("The application %s (%s) could not be loaded", point.name, point.value)
        return cls(found)

    def get(self, name: str) -> Application:
        """Raises NotFound."""
        try:
            return self._by_name[name]
        except KeyError:
            raise NotFound(
                f"There is no application {name!r} here; there are: {', '.join(sorted(self._by_name))}."
            ) from None

    def __iter__(self) -> Iterator[Application]:
        return iter(self._by_name.values())

    def __contains__(self, name: str) -> bool:
        return name in self._by_name
