"""What routes of applications share: the parameters of their addresses, and the ids of their operations."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path

from findalike.applications.base import Application

Name = Annotated[str, Path(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$", examples=["sample"], description="The collection.")]
ItemId = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$", description="The item's id.", examples=["0" * 64])]


def operation_id(application: Application, name: str) -> str:
    """In OpenAPI, where an operation's id becomes the name of a function: letters, digits and _."""
    return f"{application.name}_{name}".replace("-", "_")
