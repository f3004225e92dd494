"""Filters as SQL: bound parameters only, and two-valued by construction (every comparison asks IS NOT NULL first)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import BigInteger, String, and_, cast, not_, or_
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import ColumnElement
from sqlalchemy.sql.functions import FunctionElement

from findalike.domain import FieldType
from findalike.filters import COMPARISONS, And, Compare, Filter, In, IsNull, Not, Or, StartsWith, prefix_end

FieldColumn = Callable[[str, FieldType], ColumnElement[Any]]
"""From a declared field to the column that holds its value, or NULL where an item lacks it."""


def to_sql(filter: Filter, column: FieldColumn) -> ColumnElement[bool]:
    """The condition that is true for exactly the rows that pass (never NULL, so NOT of it is right too)."""
    match filter:
        case And(parts):
            return and_(*(to_sql(part, column) for part in parts))
        case Or(parts):
            return or_(*(to_sql(part, column) for part in parts))
        case Not(part):
            return not_(to_sql(part, column))
        case IsNull(field, kind):
            return column(field, kind).is_(None)
        case StartsWith(field, prefix):
            return _within(column(field, "text"), prefix)
        case In(field, kind, values, negated):
            found = column(field, kind)
            return and_(found.is_not(None), found.not_in(values) if negated else found.in_(values))
        case Compare(field, kind, op, value):
            found = column(field, kind)
            # COMPARISONS are Python's operators, which SQLAlchemy overloads.
            return and_(found.is_not(None), COMPARISONS[op](found, value))  # type: ignore[arg-type]


def json_column(document: ColumnElement[Any], name: str, kind: FieldType) -> ColumnElement[Any]:
    """One value of a JSON object as a typed column, NULL where it is null or absent.

    Integers keep 64 bits, and text is compared by code point, on SQLite and Postgres alike."""
    value = document[name]
    column: ColumnElement[Any]
    match kind:
        case "text":
            column = _ByCodePoint(value.as_string())
        case "integer":
            # as_integer() would cast to 32 bits on Postgres.
            column = cast(value.as_string(), BigInteger)
        case "number":
            # By way of text SQLite would lose digits.
            column = value.as_float()
        case "boolean":
            column = value.as_boolean()
    return column


def _within(found: ColumnElement[Any], prefix: str) -> ColumnElement[bool]:
    end = prefix_end(prefix)
    bounds = [found.is_not(None), found >= prefix]
    return and_(*bounds) if end is None else and_(*bounds, found < end)


class _ByCodePoint(FunctionElement[str]):
    """A text in the order of its code points, whatever the database's locale."""

    type = String()
    inherit_cache = True


@compiles(_ByCodePoint)
def _binary_already(element: _ByCodePoint, compiler: SQLCompiler, **kwargs: Any) -> str:
    return compiler.process(element.clauses, **kwargs)


@compiles(_ByCodePoint, "postgresql")
def _collated(element: _ByCodePoint, compiler: SQLCompiler, **kwargs: Any) -> str:
    return f'({compiler.process(element.clauses, **kwargs)}) COLLATE "C"'
