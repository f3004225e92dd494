"""What all benchmarks share: results as files and pictures, what an interrupt leaves, and comparing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from PIL import Image
from rich.console import Console

from findalike.bench import report
from findalike.bench.cli import _report
from findalike.bench.compare import compare, differences
from findalike.bench.harness import Chart, Result, Run
from findalike.bench.sampling import interval, ratio_interval
from findalike.errors import InvalidInput

CHARTS = [
    Chart("Recall and speed", "recall@10", "queries/s", {"a": [(0.9, 500.0), (0.99, 100.0)], "b": [(0.95, 50.0)]}),
    Chart("Where time goes", "application", "s", {"decode": [("images", 2.0)], "encode": [("images", 3.0)]}, "stacked"),
]


def some_result() -> Result:
    result = Result("ann", {"vectors": 10}, charts=CHARTS)
    result.add("search", "ms", [3.0, 1.0, 2.0], "≤ 2")
    result.add("hits", "", [1.0, 0.0, 1.0, 1.0], ">= 0.8", centre="mean")
    return result


def test_a_result_is_kept_whole_and_shown(tmp_path: Path) -> None:
    result = some_result()
    path, page, *pictures = report.write(result, tmp_path)
    assert report.read(path) == result
    text = page.read_text()
    assert "| search | 2 | 1 | 3 | ms | 3 | ≤ 2 ✓ |" in text
    assert "| hits | 0.75 | 0.25 | 1 |  | 4 | >= 0.8 ✗ |" in text
    assert f"![Recall and speed]({pictures[1].name})" in text
    assert json.loads(path.read_text())["versions"]["numpy"]
    assert [one.suffix for one in pictures] == [".png", ".svg"] * 2
    with Image.open(pictures[0]) as drawn:
        assert drawn.width == 1080
        assert len(drawn.getcolors(1 << 16) or []) > 20
    assert pictures[3].read_text().count("<path") > 10


def test_a_file_that_is_no_result_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text('{"figures": 3}')
    with pytest.raises(InvalidInput, match="no result"):
        report.read(tmp_path / "x.json")


@pytest.mark.parametrize("stopped", [KeyboardInterrupt(), InvalidInput("It fails.")])
def test_a_run_that_is_stopped_reports_what_it_has(tmp_path: Path, stopped: BaseException) -> None:
    def measure(run: Run) -> None:
        run.begin("ann", {}).add("search", "ms", 5.0)
        raise stopped

    with pytest.raises((typer.Exit, InvalidInput)) as ended:
        _report(Console(stderr=True), tmp_path, measure)
    assert ended.value is stopped or getattr(ended.value, "exit_code", None) == 130
    (path,) = tmp_path.glob("*.json")
    kept = report.read(path)
    assert kept.interrupted
    assert kept.figures[0].samples == [5.0]
    assert "It was interrupted" in path.with_suffix(".md").read_text()


def test_a_run_that_is_stopped_at_once_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def measure(_: Run) -> None:
        raise InvalidInput("It fails.")

    with pytest.raises(InvalidInput):
        _report(Console(stderr=True), tmp_path / "new", measure)
    assert "Nothing had been measured yet." in capsys.readouterr().err
    assert not list((tmp_path / "new").iterdir())


def test_the_time_left_is_told() -> None:
    told: list[str] = []
    run = Run(told.append)
    run("first")
    run("second", 0.5)
    assert told == ["first", "second (about 1 s left)"]


def test_results_are_compared() -> None:
    before, after = some_result(), some_result()
    before.figures[0].samples = [10.0, 11.0, 12.0, 10.0, 11.0]
    after.figures[0].samples = [5.0, 5.5, 6.0, 5.0, 5.5]
    after.settings["vectors"] = 20
    after.add("only after", "", 1.0)
    first, second = compare(before, after)
    assert (first.name, first.before, first.after, first.ratio, first.sure) == ("search", 11, 5.5, 0.5, True)
    assert (second.ratio, second.sure) == (1.0, None)
    assert differences(before, after) == ["vectors: 10 before, 20 after.", "Measured only after: only after."]
    with pytest.raises(InvalidInput, match="two benchmarks"):
        compare(before, Result("api", {}))


def test_intervals() -> None:
    low, high = interval([0.0, 1.0] * 200)
    # The mean of 400 fair coins has a standard error of 0.025.
    assert low == pytest.approx(0.45, abs=0.01)
    assert high == pytest.approx(0.55, abs=0.01)
    assert interval([3.0]) == (3.0, 3.0)
    low, high = ratio_interval([1.0, 1.1, 0.9, 1.0, 1.0], [2.0, 2.2, 1.8, 2.0, 2.0])
    assert 1.6 < low < 2 < high < 2.5
