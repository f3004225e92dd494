"""What axe-core finds on a page: the engine that most checkers of accessibility are built on."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Page

AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"

GRAVE = ("serious", "critical")


@cache
def _axe() -> str:
    if not AXE.exists():
        assert "CI" not in os.environ, "CI installs what checks the page and skips nothing"
        pytest.skip("axe-core is not installed: `npm ci` in web/")
    return AXE.read_text()


def serious(page: Page, *only: str) -> list[str]:
    """What is seriously wrong with the page as it stands, one line for each element; empty if nothing is.

    `only` names rules of axe, such as `color-contrast`: the others are left out.

    Screen readers, keyboard and contrast; what axe calls minor or moderate is left out. The page must be at rest:
    colours in motion are measured as they are at that moment.
    """
    # Not as a script of the page, which the page's own policy forbids.
    if not page.evaluate("'axe' in window"):
        page.evaluate(_axe())
    options = {"resultTypes": ["violations"], **({"runOnly": list(only)} if only else {})}
    found = page.evaluate("(options) => axe.run(document, options)", options)
    return [
        f"{page.url} {one['id']} ({one['impact']}): {node['html'][:160]}: {node['failureSummary']}"
        for one in found["violations"]
        if one["impact"] in GRAVE
        for node in one["nodes"]
    ]
