"""Rows and filters for property tests: all that has ever confused a database."""

from __future__ import annotations

from hypothesis import strategies as st

from findalike.domain import FieldType, Scalar
from findalike.filters import And, Compare, Filter, In, IsNull, Not, Or, StartsWith

FIELDS: dict[str, FieldType] = {"i": "integer", "n": "number", "b": "boolean", "t": "text", "u": "text"}

TEXTS = [
    "", "a", "A", "ab", "abc", "b", "aé", "ae\u0301", "%", "a%", "_", "a_c", '"', "'", 'a"b', "it's", "\\", "\\n",
    "\\\\", "\n", "\r\n", "\t", "\x01", "\x7f", "  ", " a", "null", "true", "1", "漢", "漢字", "𠀀", "\u2028",
    "\ud7ff", "\ue000", "\ufffd", "\uffff", "😀", "😀😀", "\U0010ffff", "\U0010ffff\U0010ffff", "a\U0010ffff",
    "$meta", "' or 1=1 --", '") or (h_t == true', "ß", "ss", "İ", "x" * 200,
]  # fmt: skip
INTEGERS = [0, 1, -1, 2, 3, 255, 2**31, -(2**31) - 1, 2**53, 2**53 + 1, 2**63 - 1, 2**63 - 2, -(2**63), -(2**63) + 1]
NUMBERS = [
    0.0, -0.0, 1.0, -1.0, 0.1, 0.2, 0.1 + 0.2, 0.3, 1e22, 1e23, 2.0**53, 2.0**53 + 2, 2.0**63, -(2.0**63), 3.0,
    1.7976931348623157e308, -1.7976931348623157e308, 5e-324, -5e-324, 2.2250738585072014e-308, 1e-7, 123456789.125,
]  # fmt: skip

texts = st.sampled_from(TEXTS) | st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=8)
integers = st.sampled_from(INTEGERS) | st.integers(-(2**63), 2**63 - 1)
numbers = (st.sampled_from(NUMBERS) | st.floats(allow_nan=False, allow_infinity=False)).map(lambda value: value + 0.0)
_VALUES = {"text": texts, "integer": integers, "number": numbers, "boolean": st.booleans()}

rows = st.fixed_dictionaries({}, optional={name: _VALUES[kind] for name, kind in FIELDS.items()})


def _rows() -> list[dict[str, Scalar]]:
    """Every text, integer and number above once at least, in changing company, and much that is missing."""
    made: list[dict[str, Scalar]] = [{}]
    for n in range(160):
        row: dict[str, Scalar] = {
            "i": INTEGERS[n % len(INTEGERS)],
            "n": NUMBERS[n % len(NUMBERS)],
            "b": n % 3 == 0,
            "t": TEXTS[n % len(TEXTS)],
            "u": TEXTS[(n * 7) % len(TEXTS)],
        }
        missing = [name for place, name in enumerate(FIELDS) if (n >> place) & 1 and n % 4 != 1]
        made.append({name: value for name, value in row.items() if name not in missing})
    return made


ROWS = _rows()

_OPERATORS = ["==", "!=", "<", "<=", ">", ">="]


def _compare(name: str) -> st.SearchStrategy[Filter]:
    kind = FIELDS[name]
    operators = st.sampled_from(_OPERATORS[:2] if kind == "boolean" else _OPERATORS)
    return st.builds(Compare, st.just(name), st.just(kind), operators, _VALUES[kind])


def _within(name: str) -> st.SearchStrategy[Filter]:
    kind = FIELDS[name]
    values = st.lists(_VALUES[kind], min_size=1, max_size=6).map(lambda found: tuple(sorted(set(found))))
    return st.builds(In, st.just(name), st.just(kind), values, st.booleans())


_leaves = st.one_of(
    st.sampled_from(sorted(FIELDS)).flatmap(_compare),
    st.sampled_from(["i", "n", "t", "u"]).flatmap(_within),
    st.builds(StartsWith, st.sampled_from(["t", "u"]), texts),
    st.sampled_from(sorted(FIELDS)).map(lambda name: IsNull(name, FIELDS[name])),
)


def _deeper(inner: st.SearchStrategy[Filter]) -> st.SearchStrategy[Filter]:
    parts = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return st.builds(Not, inner) | st.builds(And, parts) | st.builds(Or, parts)


filters: st.SearchStrategy[Filter] = st.recursive(_leaves, _deeper, max_leaves=6)
