"""`python -m findalike.server.openapi FILE` writes the description of the API, from which the page's types are made."""

from __future__ import annotations

import json
import sys
from importlib.metadata import entry_points
from pathlib import Path

from findalike.applications.registry import GROUP, Applications
from findalike.server.app import create_app
from findalike.settings import Settings


def built_in() -> Applications:
    """The applications of this package: the page's types must not depend on what else is installed."""
    points = sorted(entry_points(group=GROUP), key=lambda point: point.name)
    return Applications(point.load()() for point in points if point.value.startswith("findalike."))


def description() -> str:
    """The OpenAPI document as JSON. No engine is started."""
    return json.dumps(create_app(Settings(), "", built_in()).openapi(), indent=1)


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(description())
