"""A result as files (JSON, Markdown, pictures) and on the terminal."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path

from rich.console import Console
from rich.table import Table

from findalike.bench.harness import Chart, Figure, Result
from findalike.bench.sampling import interval
from findalike.errors import InvalidInput


def write(result: Result, folder: Path) -> list[Path]:
    """All of a result as JSON, with every sample; a table as Markdown; each chart as PNG and SVG, if matplotlib is
    there (extra `bench`). Returns what was written, the JSON first."""
    folder.mkdir(parents=True, exist_ok=True)
    stem = f"{result.benchmark}-{datetime.fromisoformat(result.time):%Y%m%d-%H%M%S}"
    path = folder / f"{stem}.json"
    path.write_text(json.dumps(asdict(result), indent=1), encoding="utf-8")
    pictures: list[Path] = []
    if find_spec("matplotlib"):
        from findalike.bench.plots import draw

        for number, chart in enumerate(result.charts, start=1):
            pictures += draw(chart, folder / f"{stem}-{number}")
    drawn = [one.name for one in pictures if one.suffix == ".svg"]
    page = path.with_suffix(".md")
    page.write_text(markdown(result, drawn), encoding="utf-8")
    return [path, page, *pictures]


def read(path: Path) -> Result:
    """A result from its JSON. Raises InvalidInput if it is none."""
    try:
        body = json.loads(path.read_text(encoding="utf-8"))
        body["figures"] = [Figure(**one) for one in body["figures"]]
        body["charts"] = [
            Chart(**{**one, "series": {name: [(x, y) for x, y in points] for name, points in one["series"].items()}})
            for one in body.get("charts", [])
        ]
        return Result(**body)
    except (ValueError, KeyError, TypeError) as error:
        raise InvalidInput(f"{path} is no result of this version's `findalike bench`: {error}.") from error


def markdown(result: Result, pictures: list[str]) -> str:
    """Tables of figures and charts; `pictures` are the names of the charts' files, in their order."""
    return "\n".join(_markdown(result, pictures)) + "\n"


def _markdown(result: Result, pictures: list[str]) -> Iterator[str]:
    yield f"# {result.benchmark}\n"
    if result.interrupted:
        yield "**It was interrupted: what was not yet measured is missing.**\n"
    yield f"{result.time[:16].replace('T', ' ')} UTC. " + described(result) + "\n"
    yield f"Settings: {', '.join(f'{name} {value}' for name, value in result.settings.items()) or 'none'}.\n"
    yield from figures_table(result.figures)
    yield ""
    for note in result.notes:
        yield f"- {note}"
    for number, chart in enumerate(result.charts):
        yield f"\n## {chart.title}\n"
        if number < len(pictures):
            yield f"![{chart.title}]({pictures[number]})\n"
        yield from chart_table(chart)


def described(result: Result) -> str:
    """The machine and the versions in a sentence each."""
    machine = result.machine
    versions = ", ".join(f"{name} {number}" for name, number in result.versions.items())
    return (
        f"{machine['cores']} cores of {machine['processor']}, {machine['memory_gib']} GiB, {machine['system']}, "
        f"Python {machine['python']}; {versions}."
    )


def figures_table(figures: list[Figure]) -> Iterator[str]:
    """Lines of a Markdown table: each figure's middle with its range, of means the interval of 95 %."""
    yield "| measure | value | from | to | unit | samples | goal |"
    yield "|---|---:|---:|---:|---|---:|---|"
    for one in figures:
        least, most = spread(one)
        goal = one.goal + ("" if one.met is None else " ✓" if one.met else " ✗")
        cells = (one.name, f"{one.value:.4g}", f"{least:.4g}", f"{most:.4g}", one.unit, len(one.samples), goal)
        yield "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"


def chart_table(chart: Chart) -> Iterator[str]:
    """Lines of a Markdown table: a row for each x if the series share most of them, else one for each point."""
    places = list(dict.fromkeys(x for points in chart.series.values() for x, _ in points))
    if sum(map(len, chart.series.values())) * 2 < len(places) * len(chart.series) + 2:
        yield f"| | {chart.x} | {chart.y} |"
        yield "|---|---:|---:|"
        for name, points in chart.series.items():
            yield from (f"| {name} | {_number(x)} | {_number(y)} |" for x, y in points)
        return
    yield f"| {chart.x} | " + " | ".join(chart.series) + " |"
    yield "|---|" + "---:|" * len(chart.series)
    values = {name: dict(points) for name, points in chart.series.items()}
    for x in places:
        yield f"| {_number(x)} | " + " | ".join(_number(one.get(x, "")) for one in values.values()) + " |"


def spread(figure: Figure) -> tuple[float, float]:
    """Least and most; of a mean, the interval of 95 % by bootstrap."""
    if figure.centre == "mean":
        return interval(figure.samples)
    return min(figure.samples), max(figure.samples)


def show(result: Result, console: Console) -> None:
    """The figures as a table on the terminal."""
    table = Table("measure", "value", "from", "to", "unit", "goal", title=result.benchmark)
    for one in result.figures:
        colour = "" if one.met is None else "[green]" if one.met else "[red]"
        numbers = (f"{value:.4g}" for value in (one.value, *spread(one)))
        table.add_row(one.name, *numbers, one.unit, f"{colour}{one.goal}")
    console.print(table)
    for note in result.notes:
        console.print(note)


def _number(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:.4g}"
