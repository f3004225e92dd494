"""docs/benchmarks.md, out of result files: what was measured, where, how to repeat it, and pictures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from findalike.bench.harness import Result
from findalike.bench.plots import draw
from findalike.bench.report import chart_table, described, figures_table

_BEGIN = """# Benchmarks

This page is made of result files by `findalike bench page`, and not written by hand: what is here was measured. Every
figure stands beside what it is compared with, taken in the same run on the same machine. Trust the ratios rather than
the figures: another machine has others. Repeat what matters to you; `make bench-quick` runs a small one of each in a
few minutes. `findalike bench compare` puts two result files beside each other.

A result file has every sample, the settings, the machine and the versions. "from" and "to" are the least and the most,
of means the interval of 95 % by bootstrap. ✓ and ✗ say whether a goal is reached.
"""


def write(results: Sequence[Result], page: Path) -> list[Path]:
    """The page and a picture (SVG) of each chart, in a folder `images` beside it. Returns what was written."""
    images = page.parent / "images"
    images.mkdir(parents=True, exist_ok=True)
    pictures: list[Path] = []
    lines = [_BEGIN]
    for place, result in enumerate(results):
        names = []
        before = sum(one.benchmark == result.benchmark for one in results[:place])
        called = f"{result.benchmark}-{before + 1}" if before else result.benchmark
        for number, chart in enumerate(result.charts, start=1):
            png, svg = draw(chart, images / f"bench-{called}-{number}")
            png.unlink()
            pictures.append(svg)
            names.append(f"images/{svg.name}")
        lines += _section(result, names)
    page.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return [page, *pictures]


def _section(result: Result, pictures: Sequence[str]) -> Iterator[str]:
    yield f"## {result.benchmark}\n"
    yield f"```sh\n{result.command}\n```\n"
    yield f"Measured on {result.time[:10]}: {described(result)}\n"
    if result.interrupted:
        yield "The run was interrupted, so some is missing.\n"
    held = [one for one in result.figures if one.goal]
    if held:
        yield from figures_table(held)
        yield ""
    for note in result.notes:
        yield f"- {note}"
    yield ""
    for chart, picture in zip(result.charts, pictures, strict=True):
        yield f"### {chart.title} ({result.benchmark})\n"
        yield f"![{chart.title}]({picture})\n"
        if sum(map(len, chart.series.values())) <= _ROWS:
            yield from chart_table(chart)
            yield ""


_ROWS = 100
"""More points than these are for the picture alone."""
