"""Charts as pictures, by matplotlib without its global state."""

from __future__ import annotations

from pathlib import Path

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from findalike.bench.harness import Chart

_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000", "#999999")
"""Okabe and Ito (2008): told apart also by the colour-blind."""
_MARKS = "osD^vP*X"
_INCHES = (7.2, 4.2)


def draw(chart: Chart, stem: Path) -> list[Path]:
    """The chart as `stem`.png and `stem`.svg. What the SVG holds depends on the chart alone."""
    figure = Figure(figsize=_INCHES, layout="constrained")
    axes = figure.add_subplot()
    {"lines": _lines, "bars": _bars, "stacked": _bars}[chart.kind](axes, chart)
    axes.set_title(chart.title)
    axes.set_xlabel(chart.x)
    axes.set_ylabel(chart.y)
    axes.grid(True, alpha=0.3)
    axes.set_axisbelow(True)
    if len(chart.series) > 1:
        axes.legend(fontsize="small")
    png, svg = stem.with_name(f"{stem.name}.png"), stem.with_name(f"{stem.name}.svg")
    figure.savefig(png, dpi=150, metadata={"Software": None})
    with rc_context({"svg.hashsalt": chart.title}):
        figure.savefig(svg, metadata={"Date": None, "Creator": None})
    return [png, svg]


def _lines(axes: Axes, chart: Chart) -> None:
    for number, (name, points) in enumerate(chart.series.items()):
        # More points than one could tell apart are a curve.
        mark = _MARKS[number % len(_MARKS)] if len(points) <= 40 else None
        axes.plot(
            [float(x) for x, _ in points],
            [y for _, y in points],
            marker=mark,
            color=_COLOURS[number % len(_COLOURS)],
            linestyle="-" if number < len(_COLOURS) else "--",
            label=name,
        )
    if chart.log_x:
        axes.set_xscale("log", base=2)
        axes.xaxis.set_major_formatter("{x:g}")
    if chart.log_y:
        axes.set_yscale("log")
    else:
        axes.set_ylim(bottom=0)


def _bars(axes: Axes, chart: Chart) -> None:
    names = list(dict.fromkeys(str(x) for points in chart.series.values() for x, _ in points))
    stacked = chart.kind == "stacked"
    width = 0.8 if stacked else 0.8 / max(1, len(chart.series))
    heights = dict.fromkeys(names, 0.0)
    for number, (series, points) in enumerate(chart.series.items()):
        values = {str(x): y for x, y in points}
        at = [place if stacked else place - 0.4 + width * (number + 0.5) for place in range(len(names))]
        tall = [values.get(name, 0.0) for name in names]
        bottoms = [heights[name] for name in names] if stacked else 0.0
        axes.bar(at, tall, width * 0.95, bottom=bottoms, color=_COLOURS[number % len(_COLOURS)], label=series)
        for name, value in zip(names, tall, strict=True):
            heights[name] += value
    axes.set_xticks(range(len(names)), names, rotation=20 if sum(map(len, names)) > 60 else 0, ha="center")
    if chart.log_y:
        axes.set_yscale("log")
