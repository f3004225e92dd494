"""The page of benchmarks is made of results; so is what says how good an application is."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from findalike.bench import quality, text_quality
from findalike.bench.cli import _worth_telling
from findalike.bench.harness import Chart, Result, Run
from findalike.bench.page import write
from findalike.errors import InvalidInput


def test_the_page_shows_results(tmp_path: Path) -> None:
    result = Result("api", {}, command="findalike bench api --seconds 1", notes=["Few."])
    result.add("ours over theirs", "", [0.8, 0.9], "≥ 0.7")
    result.add("of no interest", "", 3.0)
    result.charts.append(Chart("Speed", "clients", "1/s", {"a": [(1, 5.0), (2, 6.0)], "b": [(1, 7.0), (2, 8.0)]}))
    page, picture = write([result], tmp_path / "benchmarks.md")
    assert picture == tmp_path / "images" / "bench-api-1.svg"
    assert [path.name for path in (tmp_path / "images").iterdir()] == ["bench-api-1.svg"]
    text = page.read_text()
    assert "```sh\nfindalike bench api --seconds 1\n```" in text
    assert "| ours over theirs | 0.85 | 0.8 | 0.9 |  | 2 | ≥ 0.7 ✓ |" in text
    assert "of no interest" not in text
    assert "![Speed](images/bench-api-1.svg)" in text
    assert "| 2 | 6 | 8 |" in text
    # Drawn again, it is the same file.
    before = picture.read_bytes()
    write([result], tmp_path / "benchmarks.md")
    assert picture.read_bytes() == before


def test_a_command_is_told_without_its_folder() -> None:
    assert _worth_telling(["bench", "ann", "--out", "x", "--table"]) == ["bench", "ann", "--table"]
    assert _worth_telling(["bench", "ann", "--out=x"]) == ["bench", "ann"]


def test_precision_of_labels() -> None:
    # Of the first picture b is second: 1/2; of b, a is first. c is alone.
    labels = ["a", "x", "a", "c"]
    assert quality._average_precisions(labels, [[0, 1, 2, 3], [1, 0, 2, 3], [2, 0, 1, 3], [3, 0, 1, 2]]) == [0.5, 1.0]


def test_ones_own_pictures(tmp_path: Path) -> None:
    for label in ("cat", "dog"):
        (tmp_path / label).mkdir()
        Image.new("RGB", (8, 8)).save(tmp_path / label / "1.png")
    found = quality._labelled(tmp_path)
    assert [(name, meta) for name, _, meta in found] == [("0-1.png", {"label": "cat"}), ("1-1.png", {"label": "dog"})]


def test_ones_own_texts(tmp_path: Path) -> None:
    table = tmp_path / "mine.csv"
    table.write_text(
        "query,text\nred apple,a red apple fell\ngreen pear,the green pear is ripe\nred apple,two red apples\n"
    )
    result = text_quality.run(["tiny-text"], Run(), table)
    found = result.get("mine, keywords, tiny-text: recall@1")
    assert found
    assert found.samples == [1.0, 1.0]
    assert set(result.charts[0].series) == {f"{mode}, tiny-text" for mode in ("meaning", "keywords", "hybrid")}
    table.write_text("question,answer\na,b\n")
    with pytest.raises(InvalidInput, match="columns query and text"):
        text_quality.run(["tiny-text"], Run(), table)
