"""The filter language: parsing, its canonical text, its meaning, and SQL that means the same."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import JSON, Column, Integer, MetaData, Table, create_engine, insert, select
from sqlalchemy.dialects import postgresql

from filter_cases import FIELDS, ROWS, filters, rows, texts
from findalike.catalog.filters import json_column, to_sql
from findalike.errors import InvalidFilter
from findalike.filters import And, Compare, In, IsNull, Not, Or, StartsWith, matches, parse, prefix_end


def test_reads_what_the_documentation_shows():
    fields = {"year": "integer", "tag": "text", "title": "text"}
    tree = parse('year >= 1990 and tag in ["b","a"] and not title startswith "x"', fields)
    assert tree == And(
        (
            Compare("year", "integer", ">=", 1990),
            In("tag", "text", ("a", "b")),
            Not(StartsWith("title", "x")),
        )
    )
    assert str(tree) == 'year >= 1990 and tag in ["a", "b"] and not title startswith "x"'


def test_or_binds_loosest_and_parentheses_group():
    one, two, three = (Compare("i", "integer", "==", n) for n in (1, 2, 3))
    assert parse("i==1 or i==2 and i==3", FIELDS) == Or((one, And((two, three))))
    assert parse("(i==1 or i==2) and i==3", FIELDS) == And((Or((one, two)), three))
    assert parse("not i==1 and i==2", FIELDS) == And((Not(one), two))
    assert parse("not(i==1 and i==2)", FIELDS) == Not(And((one, two)))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (r'"a\"b\\c\n\u00e9\/"', 'a"b\\c\né/'),
        (r"'it\'s'", "it's"),
        (r'"\ud83d\ude00"', "😀"),
        ('"line\nbreak"', "line\nbreak"),
        ("''", ""),
    ],
)
def test_texts_have_the_escapes_of_json(written, meant):
    assert parse(f"t == {written}", FIELDS) == Compare("t", "text", "==", meant)


def test_values_have_the_type_of_their_field():
    number, integer = parse("n == 1", FIELDS), parse("i == 1", FIELDS)
    assert isinstance(number, Compare)
    assert isinstance(number.value, float)
    assert number != integer
    assert hash(parse("n in [1, 1.0, -0.0, 0]", FIELDS)) == hash(parse("n in [0.0, 1]", FIELDS))
    assert parse("n == -0.0", FIELDS) == parse("n == 0", FIELDS)
    assert str(parse("n == -0.0", FIELDS)) == "n == 0.0"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("color == 1", "declared fields are: b, i, n, t, u (at character 1"),
        ("i = 1", "'='"),
        ("i == ", "the end"),
        ('i == "1"', "whole number"),
        ("i == 1.0", "whole number"),
        ("i == 9223372036854775808", "64 bits"),
        ("i == " + "9" * 3000, "64 bits"),
        ("i == 1e5", "whole number"),
        ("n == 1e400", "finite"),
        ("n == nan", "finite"),
        ("n == 1abc", "Cannot read"),
        ("t == 1", "in quotes"),
        ("b > true", "== or !="),
        ("b in [true]", "== or !="),
        ("b == True", "true or false"),
        ("t < null", "null can only"),
        ("i startswith 'x'", "needs a text field"),
        ("i in []", "whole number"),
        ("i in [1", "Expected ]"),
        ("i in [1,]", "whole number"),
        ("(i == 1", "Expected )"),
        ("i == 1)", "Unexpected )"),
        ("i == 1 i == 2", "and / or"),
        ("and == 1", "field's name"),
        ("t == 'open", "never closed"),
        (r"t == '\q'", "Unknown escape"),
        (r"t == '\ud800'", "surrogate"),
        ("t == '\ud800'", "surrogate"),
        (r"t == '\u0000'", "NUL"),
        ("t == '\0'", "NUL"),
        ("i not 1", "Expected in"),
        ("not " * 33 + "i == 1", "nested deeper"),
        ("(" * 33 + "i == 1" + ")" * 33, "nested deeper"),
        ("i in [" + "1," * 1000 + "1]", "more than 1000"),
        ("i == 1 or " * 500 + "i == 1", "shorten it to 4000"),
        ("i == 1; drop table", "';'"),
    ],
)
def test_whatever_is_wrong_is_said(text, says):
    with pytest.raises(InvalidFilter) as caught:
        parse(text, FIELDS)
    assert says in caught.value.detail
    assert caught.value.field == "filter"


def test_limits_are_reachable():
    parse("(" * 32 + "i == 1" + ")" * 32, FIELDS)
    parse("not " * 32 + "i == 1", FIELDS)
    parse("i in [" + ",".join(str(n % 100) for n in range(1000)) + "]", FIELDS)


def test_a_missing_field_fails_every_comparison():
    for text in ("i == 3", "i != 3", "i < 3", "i in [3]", "i not in [3]", "t startswith ''", "b != true"):
        assert not matches(parse(text, FIELDS), {})
        assert matches(parse(f"not {text}", FIELDS), {})
    assert matches(parse("i == null", FIELDS), {})
    assert not matches(parse("i != null", FIELDS), {})
    assert parse("i != null", FIELDS) == Not(IsNull("i", "integer"))


@given(filters)
def test_the_canonical_text_parses_back(tree):
    assert parse(str(tree), FIELDS) == tree
    assert str(parse(str(tree), FIELDS)) == str(tree)


@given(st.text(max_size=60))
def test_any_text_parses_or_is_refused_politely(text):
    with suppress(InvalidFilter):
        parse(text, FIELDS)


@given(texts, texts)
def test_the_range_of_a_prefix_is_exact(prefix, text):
    end = prefix_end(prefix)
    within = prefix <= text and (end is None or text < end)
    assert within == text.startswith(prefix)


metadata = MetaData()
table = Table("items", metadata, Column("id", Integer, primary_key=True), Column("fields", JSON))


def condition(tree):
    return to_sql(tree, lambda name, kind: json_column(table.c.fields, name, kind))


@pytest.fixture(scope="module")
def connection():
    engine = create_engine("sqlite://")
    metadata.create_all(engine)
    with engine.connect() as connection:
        connection.execute(insert(table), [{"id": n, "fields": values} for n, values in enumerate(ROWS)])
        yield connection
    engine.dispose()


@settings(max_examples=300, deadline=None)
@given(filters)
def test_sql_gives_the_same_set(connection, tree):
    found = set(connection.execute(select(table.c.id).where(condition(tree))).scalars())
    assert found == {n for n, values in enumerate(ROWS) if matches(tree, values)}


@settings(max_examples=200, deadline=None)
@given(filters, rows)
def test_sql_gives_the_same_set_for_any_row(connection, tree, values):
    with connection.begin_nested() as undone:
        connection.execute(insert(table).values(id=10_000, fields=values))
        found = connection.execute(select(table.c.id).where(condition(tree), table.c.id == 10_000)).scalar()
        undone.rollback()
    assert (found is not None) == matches(tree, values)


def test_postgres_compares_text_by_code_point_and_integers_in_64_bits():
    tree = parse("t >= 'a' and i == 9223372036854775807 and n < 0.5 and b == true", FIELDS)
    sql = str(condition(tree).compile(dialect=postgresql.dialect()))
    assert 'COLLATE "C"' in sql
    assert "AS BIGINT" in sql
    assert "AS FLOAT" in sql
    assert "9223372036854775807" not in sql
