"""Declared fields: from an item's free metadata to the checked values that filters compare."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from findalike.domain import FIELD_NAME, FieldType, Scalar
from findalike.errors import InvalidInput

MAX_TEXT = 4096
"""Longest text of a declared field, in UTF-8 bytes (a Milvus column has a fixed limit)."""

MAX_FIELDS = 32


def check_fields(fields: Mapping[str, FieldType]) -> None:
    """Raise InvalidInput unless these can be declared."""
    if len(fields) > MAX_FIELDS:
        raise InvalidInput(f"A collection declares at most {MAX_FIELDS} fields.", field="fields")
    for name in fields:
        if not FIELD_NAME.fullmatch(name) or name in {
            "and",
            "or",
            "not",
            "in",
            "null",
            "true",
            "false",
            "startswith",
        }:
            raise InvalidInput(
                f"{name!r} cannot name a field: use letters, digits and _, beginning with a letter, and none of the "
                "words of the filter language.",
                field="fields",
            )


def check_metadata(value: Any, depth: int = 32) -> None:
    """Raise InvalidInput unless this can be stored and sent as JSON: bounded depth, finite numbers, real characters."""
    if depth < 0:
        raise InvalidInput("The metadata is nested too deeply.", field="metadata")
    match value:
        case str() if not _encodable(value):
            raise InvalidInput("The metadata holds a character that does not exist.", field="metadata")
        case float() if not math.isfinite(value):
            raise InvalidInput("The metadata holds a number that is not finite.", field="metadata")
        case dict():
            for key, one in value.items():
                check_metadata(key, depth)
                check_metadata(one, depth - 1)
        case list():
            for one in value:
                check_metadata(one, depth - 1)


_SAID: Mapping[FieldType, str] = {
    "text": "text",
    "integer": "integer (a whole number)",
    "number": "number",
    "boolean": "boolean (true or false)",
}


def field_values(metadata: Mapping[str, Any], fields: Mapping[str, FieldType]) -> dict[str, Scalar]:
    """The values of the declared fields; what is null or absent is left out.

    Text that reads as the declared type is converted, because tables carry everything as text.
    Raises InvalidInput naming the field."""
    values: dict[str, Scalar] = {}
    for name, kind in fields.items():
        raw = metadata.get(name)
        if raw is None or (raw == "" and kind != "text"):
            continue
        value = _convert(raw, kind)
        if value is None:
            said = f"The field {name} is declared as {_SAID[kind]}, and {_short(raw)} is not one."
            raise InvalidInput(said, field=name)
        values[name] = value
    return values


def _convert(raw: Any, kind: FieldType) -> Scalar | None:
    match kind:
        case "text":
            ok = isinstance(raw, str) and "\0" not in raw and len(raw.encode(errors="replace")) <= MAX_TEXT
            return raw if ok and _encodable(raw) else None
        case "boolean":
            if isinstance(raw, str):
                return {"true": True, "false": False}.get(raw.strip().lower())
            return raw if isinstance(raw, bool) else None
        case "integer":
            return _integer(raw)
        case "number":
            return _number(raw)


def _integer(raw: Any) -> int | None:
    if isinstance(raw, str):
        try:
            raw = int(raw)
        except ValueError:
            return None
    if isinstance(raw, float) and raw.is_integer():
        raw = int(raw)
    if isinstance(raw, bool) or not isinstance(raw, int) or not -(2**63) <= raw < 2**63:
        return None
    return raw


def _number(raw: Any) -> float | None:
    if isinstance(raw, bool) or not isinstance(raw, str | int | float):
        return None
    try:
        value = float(raw)
    except (ValueError, OverflowError):
        return None
    return value if math.isfinite(value) else None


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _short(raw: Any) -> str:
    text = repr(raw)
    return text if len(text) <= 60 else text[:57] + "…"
