r"""The filter language: one small tree for SQL and for Milvus, pure and without I/O.

    year >= 1990 and tag in ["a", "b"] and not title startswith "x"

    filter     = and_part { "or" and_part }
    and_part   = not_part { "and" not_part }
    not_part   = "not" not_part | "(" filter ")" | comparison
    comparison = field ( "==" | "!=" ) "null"
               | field ( "==" | "!=" | "<" | "<=" | ">" | ">=" ) literal
               | field [ "not" ] "in" "[" literal { "," literal } "]"
               | field "startswith" text

Words are lower-case. Text stands in double or single quotes, with the escapes of JSON (and `\'`).

What it means:
- Logic has two values. A field that an item lacks is null, and **every comparison with it is false**, also `!=` and
  `not in`: `x != 3` is false where x is missing, `not x == 3` is true. `x == null` and `x != null` ask for it.
- Text is case-sensitive and ordered by Unicode code point. It has no NUL and no lone surrogate.
- Integer fields (signed 64 bit) take integers only. Number fields (float64) take both; -0.0 equals 0.0.
- Booleans know only == and != (and null).

`str(filter)` is canonical: it parses back to an equal tree, and equal trees have equal strings.
"""

from __future__ import annotations

import json
import math
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, NoReturn, TypeVar

from findalike.domain import FieldType, Scalar
from findalike.errors import InvalidFilter

MAX_LENGTH = 4000
MAX_DEPTH = 32
MAX_VALUES = 1000

Operator = Literal["==", "!=", "<", "<=", ">", ">="]


@dataclass(frozen=True)
class Compare:
    """`field operator value`; the value has the Python type of `kind`, so 1, 1.0 and true never mix."""

    field: str
    kind: FieldType
    operator: Operator
    value: Scalar

    def __str__(self) -> str:
        return f"{self.field} {self.operator} {_literal(self.value)}"


@dataclass(frozen=True)
class In:
    """`field in [values]`, or `not in`; the values are sorted and unique."""

    field: str
    kind: FieldType
    values: tuple[Scalar, ...]
    negated: bool = False

    def __str__(self) -> str:
        word = "not in" if self.negated else "in"
        return f"{self.field} {word} [{', '.join(map(_literal, self.values))}]"


@dataclass(frozen=True)
class StartsWith:
    """`field startswith prefix`, for text."""

    field: str
    prefix: str

    def __str__(self) -> str:
        return f"{self.field} startswith {_literal(self.prefix)}"


@dataclass(frozen=True)
class IsNull:
    """`field == null`: the item lacks the field. (`!= null` is Not of this.)"""

    field: str
    kind: FieldType

    def __str__(self) -> str:
        return f"{self.field} == null"


@dataclass(frozen=True)
class Not:
    part: Filter

    def __str__(self) -> str:
        return f"not {_inside(self.part, And, Or)}"


@dataclass(frozen=True)
class And:
    """All of two or more parts."""

    parts: tuple[Filter, ...]

    def __str__(self) -> str:
        return " and ".join(_inside(part, And, Or) for part in self.parts)


@dataclass(frozen=True)
class Or:
    """Any of two or more parts."""

    parts: tuple[Filter, ...]

    def __str__(self) -> str:
        return " or ".join(_inside(part, Or) for part in self.parts)


Filter = And | Or | Not | Compare | In | StartsWith | IsNull


def parse(text: str, fields: Mapping[str, FieldType]) -> Filter:
    """The tree of a filter, type-checked against the declared fields.

    Raises InvalidFilter, naming the position (from 1) and what to do."""
    if len(text) > MAX_LENGTH:
        raise InvalidFilter(
            f"The filter has {len(text)} characters; shorten it to {MAX_LENGTH} at most.", field="filter"
        )
    return _Parser(text, fields).parse()


def matches(filter: Filter, values: Mapping[str, Scalar]) -> bool:
    """Whether an item with these values passes: what a filter means, which SQL and Milvus must equal."""
    match filter:
        case And(parts):
            return all(matches(part, values) for part in parts)
        case Or(parts):
            return any(matches(part, values) for part in parts)
        case Not(part):
            return not matches(part, values)
        case IsNull(field):
            return field not in values
        case StartsWith(field, prefix):
            return str(values[field]).startswith(prefix) if field in values else False
        case In(field, _, wanted, negated):
            return field in values and (values[field] in wanted) is not negated
        case Compare(field, _, op, value):
            return field in values and bool(COMPARISONS[op](values[field], value))


COMPARISONS: Mapping[Operator, Callable[..., object]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def prefix_end(prefix: str) -> str | None:
    """The least text above every text that starts with `prefix`; None if there is none.

    The half-open range [prefix, prefix_end) is how SQL asks for a prefix without escaping a pattern."""
    for last in range(len(prefix) - 1, -1, -1):
        code = ord(prefix[last])
        if code < 0x10FFFF:
            # Surrogates are not characters, so nothing is ordered between U+D7FF and U+E000.
            return prefix[:last] + chr(0xE000 if code == 0xD7FF else code + 1)
    return None


def _inside(part: Filter, *looser: type) -> str:
    return f"({part})" if isinstance(part, looser) else str(part)


def _literal(value: Scalar) -> str:
    return json.dumps(value, ensure_ascii=False)


_TOKEN = re.compile(
    r"""(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
      | (?P<number>-?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?(?![0-9A-Za-z_.]))
      | (?P<word>[A-Za-z][A-Za-z0-9_]*)
      | (?P<sign>==|!=|<=|>=|<|>|\(|\)|\[|\]|,)
      | (?P<end>\Z)""",
    re.VERBOSE | re.DOTALL,
)
_SPACE = re.compile(r"[ \t\r\n]*")
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|(.))", re.DOTALL)
_ESCAPES = {'"': '"', "'": "'", "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_INTEGER = re.compile(r"-?[0-9]+")
_WORDS = frozenset({"and", "or", "not", "in", "null", "true", "false", "startswith"})


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    position: int


class _Parser:
    """Recursive descent with one token of look-ahead. Single use."""

    def __init__(self, text: str, fields: Mapping[str, FieldType]):
        self._text = text
        self._fields = fields
        self._depth = 0
        self._token = self._scan(0)

    def parse(self) -> Filter:
        if self._token.kind == "end":
            self._fail("The filter is empty; write a comparison such as year >= 1990, or leave the filter out")
        tree = self._either()
        if self._token.kind != "end":
            self._fail(f"Unexpected {self._shown()}; join comparisons with and / or")
        return tree

    def _either(self) -> Filter:
        parts = [self._both()]
        while self._accept("or"):
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def _both(self) -> Filter:
        parts = [self._part()]
        while self._accept("and"):
            parts.append(self._part())
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def _part(self) -> Filter:
        if self._token.text not in ("not", "("):
            return self._comparison()
        self._depth += 1
        if self._depth > MAX_DEPTH:
            self._fail(f"The filter is nested deeper than {MAX_DEPTH}; simplify it")
        tree: Filter
        if self._accept("not"):
            tree = Not(self._part())
        else:
            self._expect("(")
            tree = self._either()
            self._expect(")")
        self._depth -= 1
        return tree

    def _comparison(self) -> Filter:
        field, kind = self._field()
        if self._accept("startswith"):
            if kind != "text":
                self._fail(f"startswith needs a text field, and {field} is declared as {kind}")
            return StartsWith(field, _must_be(self._value(field, kind), str))
        negated = self._accept("not")
        if negated or self._token.text == "in":
            self._expect("in")
            return In(field, kind, self._list(field, kind), negated)
        sign = self._token.text
        op = next((known for known in COMPARISONS if known == sign), None)
        if op is None or self._token.kind != "sign":
            self._fail(f"Expected ==, !=, <, <=, >, >=, in, not in or startswith after {field}, not {self._shown()}")
        self._advance()
        if self._token.text == "null":
            if op not in ("==", "!="):
                self._fail("null can only be compared with == and !=")
            self._advance()
            return IsNull(field, kind) if op == "==" else Not(IsNull(field, kind))
        if kind == "boolean" and op not in ("==", "!="):
            self._fail(f"{field} is a boolean: compare it with == or !=")
        return Compare(field, kind, op, self._value(field, kind))

    def _field(self) -> tuple[str, FieldType]:
        name = self._token.text
        if self._token.kind != "word" or name in _WORDS:
            self._fail(f"Expected a field's name, not {self._shown()}")
        if name not in self._fields:
            known = ", ".join(sorted(self._fields)) or "none"
            self._fail(f"There is no declared field {name!r}; the declared fields are: {known}")
        self._advance()
        return name, self._fields[name]

    def _list(self, field: str, kind: FieldType) -> tuple[Scalar, ...]:
        if kind == "boolean":
            self._fail(f"{field} is a boolean: compare it with == or !=")
        self._expect("[")
        values = [self._value(field, kind)]
        while self._accept(","):
            if len(values) == MAX_VALUES:
                self._fail(f"The list has more than {MAX_VALUES} values; shorten it")
            values.append(self._value(field, kind))
        self._expect("]")
        return tuple(sorted(set(values)))

    def _value(self, field: str, kind: FieldType) -> Scalar:
        token, value = self._token, self._read(kind)
        if value is None:
            self._fail(f"{field} is declared as {kind} and needs {_WANTED[kind]}, not {self._shown()}", token)
        self._advance()
        return value

    def _read(self, kind: FieldType) -> Scalar | None:
        token = self._token
        match kind, token.kind:
            case "text", "text":
                return self._unquoted(token)
            case "boolean", "word":
                return {"true": True, "false": False}.get(token.text)
            case "integer", "number" if _INTEGER.fullmatch(token.text):
                value = int(token.text) if len(token.text) <= 20 else 2**63
                return value if -(2**63) <= value < 2**63 else None
            case "number", "number":
                number = float(token.text)
                # Adding 0.0 turns -0.0, which equals 0.0 but is written otherwise, into it.
                return number + 0.0 if math.isfinite(number) else None
        return None

    def _unquoted(self, token: _Token) -> str:
        def one(escape: re.Match[str]) -> str:
            if escape[1]:
                return chr(int(escape[1], 16))
            if escape[2] not in _ESCAPES:
                self._fail(f"Unknown escape \\{escape[2]} in a text; write \\\\ for a backslash", token)
            return _ESCAPES[escape[2]]

        text = _ESCAPE.sub(one, token.text[1:-1])
        try:
            text = text.encode("utf-16", "surrogatepass").decode("utf-16")
        except UnicodeDecodeError:
            self._fail("A text has half a surrogate pair, which is not a character; remove it", token)
        if "\0" in text:
            self._fail("A text has a NUL character, which no field can hold; remove it", token)
        return text

    def _scan(self, start: int) -> _Token:
        space = _SPACE.match(self._text, start)
        begin = space.end() if space else start
        found = _TOKEN.match(self._text, begin)
        if found is None or found.lastgroup is None:
            what = "a quote that is never closed" if self._text[begin] in "\"'" else repr(self._text[begin])
            self._fail(f"Cannot read {what} here", _Token("", "", begin))
        return _Token(found.lastgroup, found[0], begin)

    def _advance(self) -> None:
        self._token = self._scan(self._token.position + len(self._token.text))

    def _accept(self, text: str) -> bool:
        accepted = self._token.text == text
        if accepted:
            self._advance()
        return accepted

    def _expect(self, text: str) -> None:
        if not self._accept(text):
            self._fail(f"Expected {text} here, not {self._shown()}")

    def _shown(self) -> str:
        text = self._token.text
        return "the end" if self._token.kind == "end" else text if len(text) <= 40 else text[:39] + "…"

    def _fail(self, problem: str, token: _Token | None = None) -> NoReturn:
        position = (token or self._token).position + 1
        raise InvalidFilter(f"{problem} (at character {position} of the filter).", field="filter")


_WANTED: Mapping[FieldType, str] = {
    "text": "a text in quotes",
    "integer": "a whole number of 64 bits",
    "number": "a finite number",
    "boolean": "true or false",
}

_T = TypeVar("_T")


def _must_be(value: Scalar, kind: type[_T]) -> _T:
    assert isinstance(value, kind)
    return value
