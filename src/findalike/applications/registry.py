"""Which applications there are: built-in ones and plug-ins come through the same entry-point group."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import EntryPoint, entry_points

from findalike.applications.base import Application
from findalike.errors import NotFound
from findalike.settings import Settings

GROUP = "findalike.applications"

log = logging.getLogger(__name__)


class Applications:
    """The applications of one server, by name."""

    def __init__(self, applications: Iterable[Application], lacking: Mapping[str, str] | None = None):
        self._by_name = {application.name: application for application in applications}
        self.lacking = dict(lacking or {})
        """What is not offered because libraries are missing: name -> the requirement to install."""

    @classmethod
    def load(cls) -> Applications:
        """All that are installed. A plug-in that cannot be loaded is logged and left out, whatever its error.

        An entry point may name an extra ("module:Class [molecules]"): then what is missing is no error."""
        found: list[Application] = []
        lacking: dict[str, str] = {}
        for point in sorted(entry_points(group=GROUP), key=lambda point: point.name):
            try:
                found.append(point.load()())
            except Exception as error:
                if wanted := _missing(point, error):
                    lacking[point.name] = wanted
                    log.info("%s is not offered: %s. To have it: pip install '%s'", point.name, error, wanted)
                else:
                    log.exception("The application %s (%s) could not be loaded", point.name, point.value)
        return cls(found, lacking)

    def get(self, name: str) -> Application:
        """Raises NotFound."""
        try:
            return self._by_name[name]
        except KeyError:
            if name in self.lacking:
                raise NotFound(
                    f"{name} needs libraries that are not installed: pip install '{self.lacking[name]}'."
                ) from None
            raise NotFound(
                f"There is no application {name!r} here; there are: {', '.join(sorted(self._by_name))}."
            ) from None

    def configured(self, settings: Settings) -> Applications:
        """The same as an operator's settings want them."""
        return Applications([one.configured(settings) for one in self], self.lacking)

    def __iter__(self) -> Iterator[Application]:
        return iter(self._by_name.values())

    def __contains__(self, name: str) -> bool:
        return name in self._by_name


def _missing(point: EntryPoint, error: Exception) -> str | None:
    """The requirement that brings what an entry point's extra needs, if that is what it failed for."""
    if not point.extras or not isinstance(error, ModuleNotFoundError):
        return None
    package = point.dist.name if point.dist else "findalike"
    # A module of its own that is missing is a fault, and no library.
    if (error.name or "").partition(".")[0] == point.module.partition(".")[0]:
        return None
    return f"{package}[{','.join(point.extras)}]"
