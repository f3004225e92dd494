"""Filters as Milvus expressions, and the columns that carry declared fields.

Milvus Lite and servers before 2.5 differ in null columns, in how a text literal is escaped, in the order of texts and
in the least 64-bit integer. So each declared field becomes two columns that mean the same everywhere: `h_<name>` says
whether the item has the field, and `f_<name>` holds its value. Text is held as the hexadecimal digits of its UTF-8:
they have the order of the code points, and no character that any parser treats specially.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from findalike.domain import FieldType, Scalar
from findalike.filters import And, Compare, Filter, In, IsNull, Not, Or, StartsWith

ABSENT: Mapping[FieldType, Scalar] = {"text": "", "integer": 0, "number": 0.0, "boolean": False}
"""What `f_<name>` holds where the item lacks the field."""

_LEAST = -(2**63)


def columns(rows: Sequence[Mapping[str, Scalar]], fields: Mapping[str, FieldType]) -> dict[str, list[Scalar]]:
    """The columns of rows, for all declared fields; values of undeclared fields are left out."""
    made: dict[str, list[Scalar]] = {}
    for name, kind in fields.items():
        made[f"h_{name}"] = [name in row for row in rows]
        made[f"f_{name}"] = [_carried(kind, row.get(name, ABSENT[kind])) for row in rows]
    return made


def to_milvus(filter: Filter) -> str:
    """The expression that is true for exactly the rows that pass, on Milvus Lite and on servers."""
    match filter:
        case And(parts):
            return _joined("and", parts)
        case Or(parts):
            return _joined("or", parts)
        case Not(part):
            return f"(not {to_milvus(part)})"
        case IsNull(field):
            return f"(h_{field} == false)"
        case StartsWith(field, ""):
            return _has(field)
        case StartsWith(field, prefix):
            digits = _hex(prefix)
            # "g" comes after every hexadecimal digit.
            return f'({_has(field)} and f_{field} >= "{digits}" and f_{field} < "{digits}g")'
        case In(field, kind, values, negated):
            return _listed(field, kind, values, negated)
        case Compare(field, kind, operator, value):
            if value == _LEAST and kind == "integer":
                return _least(field, operator)
            return f"({_has(field)} and f_{field} {operator} {_literal(kind, value)})"


def _joined(word: str, parts: tuple[Filter, ...]) -> str:
    return "(" + f" {word} ".join(map(to_milvus, parts)) + ")"


def _has(field: str) -> str:
    return f"(h_{field} == true)"


def _listed(field: str, kind: FieldType, values: tuple[Scalar, ...], negated: bool) -> str:
    plain = [value for value in values if kind != "integer" or value != _LEAST]
    found = [f"f_{field} in [{', '.join(_literal(kind, value) for value in plain)}]"] if plain else []
    if len(plain) < len(values):
        found.append(f"f_{field} < {_LEAST + 1}")
    either = "(" + " or ".join(found) + ")"
    return f"({_has(field)} and {f'(not {either})' if negated else either})"


def _least(field: str, operator: str) -> str:
    """Compare with -2**63, which the server cannot read: it reads the digits first and negates them then."""
    match operator:
        case "==" | "<=":
            return f"({_has(field)} and f_{field} < {_LEAST + 1})"
        case "!=" | ">":
            return f"({_has(field)} and f_{field} >= {_LEAST + 1})"
        case ">=":
            return _has(field)
    return f"({_has(field)} and h_{field} == false)"


def _carried(kind: FieldType, value: Scalar) -> Scalar:
    match kind:
        case "text":
            return _hex(str(value))
        case "number":
            # Milvus Lite finds 0.0 in a list by its bits, so there must be no -0.0.
            return float(value) + 0.0
    return value


def _literal(kind: FieldType, value: Scalar) -> str:
    match kind:
        case "text":
            return f'"{_hex(str(value))}"'
        case "boolean":
            return "true" if value else "false"
        case "number":
            return repr(float(value))
        case "integer":
            return repr(int(value))


def _hex(text: str) -> str:
    return text.encode().hex()
