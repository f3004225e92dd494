"""Samples of texts: documentation as pages, and questions with answers as tables, out of what packages ship."""

from __future__ import annotations

import ast
import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from pathlib import PurePosixPath

import yaml

from findalike.errors import InvalidInput

File = tuple[str, bytes]
"""Name and content."""

_ADORNED = re.compile(r"([=\-~`'^\"*+#.:_])\1{2,}\s*")
_BLANK_LINES = re.compile(r"\n\s*\n")
_ROLE = re.compile(r":[a-z:+-]+:`~?([^`<]*?)(?:\s*<[^`>]*>)?`")
_LINK = re.compile(r"`([^`<]+?)\s*<[^`>]*>`_+")
_LITERAL = re.compile(r"``([^`]*)``")
_TARGET = re.compile(r"\.\. _[^\n]*:[^\n]*|\.\. [a-z-]+::[^\n]*|:[a-z-]+:(?:\s[^\n]*)?")


def topics(module: bytes) -> Iterator[File]:
    """The pages of Python's `pydoc_data.topics`, whose source is an assignment of one literal. It is not run."""
    for node in ast.parse(module).body:
        value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
        if isinstance(value, ast.Dict):
            for name, text in ast.literal_eval(value).items():
                yield f"{name}.html", page(text)
            return
    raise InvalidInput("There are no topics in this module.")


def page(text: str) -> bytes:
    """A page of reStructuredText as HTML: headings, paragraphs and literal blocks, with no roles and directives.

    As much of the format as documentation needs to be searched; for the rest there is docutils."""
    body: list[str] = []
    first = ""
    for level, heading, content in sections(text):
        if heading:
            first = first or heading
            body.append(f"<h{min(level, 6)}>{escape(heading)}</h{min(level, 6)}>")
        for block in _BLANK_LINES.split(content):
            lines = [line for line in block.split("\n") if not _TARGET.fullmatch(line.strip())]
            if plain := _plain("\n".join(lines)).strip("\n"):
                tag = "pre" if plain.startswith("   ") else "p"
                body.append(f"<{tag}>{escape(plain)}</{tag}>")
    title = f"<title>{escape(first)}</title>" if first else ""
    return "\n".join(['<!doctype html><meta charset="utf-8">' + title, *body]).encode()


def sections(text: str) -> Iterator[tuple[int, str, str]]:
    """Level from 1, heading and content of each section in order; ("", 0) stands for what comes before any heading.

    A heading is underlined, and perhaps overlined; whichever adornment comes first is the outermost."""
    lines = text.split("\n")
    levels: list[str] = []
    level, heading = 0, ""
    content: list[str] = []
    at = 0
    while at < len(lines):
        found = _heading(lines, at)
        if found is None:
            content.append(lines[at])
            at += 1
            continue
        yield level, heading, "\n".join(content)
        adornment, heading, taken = found
        if adornment not in levels:
            levels.append(adornment)
        level, content = levels.index(adornment) + 1, []
        at += taken
    yield level, heading, "\n".join(content)


def _heading(lines: list[str], at: int) -> tuple[str, str, int] | None:
    """How it is adorned, the heading, and how many lines it takes, if there is one at this line."""
    first, second, third = (lines[at + i].rstrip() if at + i < len(lines) else "" for i in range(3))
    if _ADORNED.fullmatch(first) and second.strip() and third == first:
        return first[0] * 2, _plain(second.strip()), 3
    if first and not first.startswith((" ", "..")) and _ADORNED.fullmatch(second) and len(second) >= len(first):
        return second[0], _plain(first), 2
    return None


def _plain(text: str) -> str:
    return _LITERAL.sub(r"\1", _LINK.sub(r"\1", _ROLE.sub(r"\1", text)))


def conversations(name: str, content: bytes) -> File:
    """A file of the ChatterBot corpus as a CSV table: question, answer and topic; each pair once.

    Of a conversation that goes on, the first question and its answer count."""
    topic = PurePosixPath(name).stem.replace("_", " ")
    pairs: dict[tuple[str, str], None] = {}
    for said in yaml.safe_load(content)["conversations"]:
        # One of them is a lone text, whose first two letters would be a question and its answer.
        if isinstance(said, list) and len(said) > 1:
            pairs.setdefault((str(said[0]).strip(), str(said[1]).strip()))
    rows = ({"question": question, "answer": answer, "topic": topic} for question, answer in pairs)
    return f"{PurePosixPath(name).stem}.csv", _table(rows)


def comprehension(name: str, content: bytes) -> File:
    """Questions and passages of a set for reading comprehension (samples of OpenAI's evals) as a CSV table: text,
    question, and whether the text answers it."""
    rows = []
    for line in content.decode().splitlines():
        sample = json.loads(line)
        question, _, passage = sample["input"][-1]["content"].removeprefix("Question:").partition("\n Context:")
        answered = "yes" if sample["ideal"] == "Solveable" else "no"
        rows.append({"text": passage.strip(), "question": question.strip(), "answered": answered})
    return f"{PurePosixPath(name).stem}.csv", _table(rows)


def _table(rows: Iterable[Mapping[str, str]]) -> bytes:
    table = io.StringIO()
    writer: csv.DictWriter[str] | None = None
    for row in rows:
        if writer is None:
            writer = csv.DictWriter(table, row.keys())
            writer.writeheader()
        writer.writerow(row)
    return table.getvalue().encode()
