"""What is wrong with what was sent, said to whoever sent it: Pydantic's own words are for programmers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pydantic import ValidationError

_DIGITS = "It is no id: those are {} letters and digits, as answers give them."
_FORMS = {
    r"^[a-z0-9][a-z0-9_-]{0,62}$": "Use at most 63 small letters, digits, - and _, beginning with a letter or a digit.",
    r"^[0-9a-f]{32}$": _DIGITS.format(32),
    r"^[0-9a-f]{64}$": _DIGITS.format(64),
}
"""What the patterns of our own fields want."""

_KINDS = {
    "string_type": "Give a text.",
    "int_type": "Give a whole number.",
    "int_parsing": "Give a whole number.",
    "int_from_float": "Give a whole number.",
    "int_parsing_size": "This number is too large.",
    "float_type": "Give a number.",
    "float_parsing": "Give a number.",
    "finite_number": "Give a finite number.",
    "bool_type": "Give true or false.",
    "bool_parsing": "Give true or false.",
    "list_type": "Give a list.",
    "string_unicode": "It holds a character that does not exist.",
    "datetime_parsing": "Give a moment as 2026-11-22T10:00:00Z, or in seconds since 1970.",
    "datetime_from_date_parsing": "Give a moment as 2026-11-22T10:00:00Z, or in seconds since 1970.",
    "missing": "It is missing.",
}
_OBJECTS = ("model_attributes_type", "dict_type", "model_type")
_BOUNDS = {
    "greater_than_equal": ("ge", "Give at least {}."),
    "greater_than": ("gt", "Give more than {}."),
    "less_than_equal": ("le", "Give at most {}."),
    "less_than": ("lt", "Give less than {}."),
    "literal_error": ("expected", "Give one of these: {}."),
    "enum": ("expected", "Give one of these: {}."),
    "string_too_long": ("max_length", "It is too long: there may be at most {} characters."),
    "bytes_too_long": ("max_length", "It is too long: there may be at most {} bytes."),
    "too_long": ("max_length", "These are too many: give at most {}."),
    "too_short": ("min_length", "These are too few: give at least {}."),
}


def first_of(error: ValidationError, prefix: str = "") -> tuple[str, str]:
    """The first thing that is wrong: where, with dots, "" if it is all of it; and the sentence."""
    first = error.errors(include_url=False, include_input=False)[0]
    place = ".".join([*([prefix] if prefix else []), *(str(part) for part in first["loc"])])
    return place, sentence(first)


def sentence(found: Mapping[str, Any]) -> str:
    """What Pydantic found (one of its `errors()`), as a sentence that says what to do."""
    kind, context = found["type"], found.get("ctx", {})
    if kind in _KINDS:
        return _KINDS[kind]
    if kind in _OBJECTS:
        whole = tuple(found.get("loc", ())) in ((), ("body",))
        return "Send a JSON object, and say so: Content-Type: application/json." if whole else "Give a JSON object."
    if kind in _BOUNDS:
        name, text = _BOUNDS[kind]
        bound = context[name]
        return text.format(f"{bound:,}" if isinstance(bound, int) else str(bound).replace(" or ", ", "))
    match kind:
        case "json_invalid":
            return f"This is not JSON ({context.get('error', 'it breaks off')})."
        case "extra_forbidden":
            return "Nothing here has this name: leave it out, or look in /docs for what there is."
        case "string_too_short":
            least = context["min_length"]
            return (
                "It is empty: write something, or leave it out." if least == 1 else f"Give at least {least} characters."
            )
        case "string_pattern_mismatch":
            pattern = context["pattern"]
            return _FORMS.get(pattern, f"It must look like this regular expression: {pattern}")
        case "value_error":
            return _whole(str(found["msg"]).removeprefix("Value error, "))
    return str(found["msg"])


def _whole(text: str) -> str:
    """As a sentence: beginning large, with an end."""
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")
