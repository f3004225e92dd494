"""A group whose commands are imported only when they are run, so that help and completion are fast."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any, ClassVar

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command


@dataclass(frozen=True)
class Lazy:
    """Where a command is ("module:attribute": a function, or a Typer for a group) and one sentence about it."""

    target: str
    help: str

    def load(self, name: str) -> Any:
        module, _, attribute = self.target.partition(":")
        found = getattr(import_module(module), attribute)
        if isinstance(found, typer.Typer):
            group = get_command(found)
            group.name = name
            return group
        alone = new_app()
        alone.command(name)(found)
        return get_command(alone)


def new_app(**options: Any) -> typer.Typer:
    """A Typer as all of ours are: errors are sentences, so its own pretty tracebacks stay off."""
    return typer.Typer(
        add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode="rich", **options
    )


class LazyGroup(TyperGroup):
    """Shows what `table` says of its commands, and imports the one that is run."""

    table: ClassVar[Mapping[str, Lazy]] = {}

    def __init__(self, **options: Any):
        super().__init__(**options)
        for name, entry in self.table.items():
            self.add_command(TyperCommand(name, help=entry.help))

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        name, command, rest = super().resolve_command(ctx, args)
        if name is not None and name in self.table:
            command = self.table[name].load(name)
        return name, command, rest
