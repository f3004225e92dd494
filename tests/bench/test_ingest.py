"""Ingestion measured: a small run, with its stages and its memory."""

from __future__ import annotations

import pytest

from findalike.bench.harness import Run
from findalike.bench.ingest import run


@pytest.mark.models
def test_a_small_run() -> None:
    result = run("dna-classification", 40, 1, Run())
    values = {one.name: one.value for one in result.figures}
    assert values["end to end"] > 0
    assert values["ratio"] == pytest.approx(values["end to end"] / values["bare loop"])
    (stages, memory) = result.charts
    assert [x for x, _ in stages.series["dna-classification"]] == [
        "decoding alone", "encoding alone", "inserting alone", "all, end to end"
    ]  # fmt: skip
    assert set(memory.series) == {"Milvus Lite", "HTTP", "decoders", "all"}
    assert all(value > 20 for _, value in memory.series["all"])
    assert values["most memory"] == max(value for _, value in memory.series["all"])
