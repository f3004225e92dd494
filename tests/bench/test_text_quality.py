"""What is measured of a ranking."""

from __future__ import annotations

import pytest

from findalike.bench.text_quality import measures
from findalike.bench.text_sets import TextSet, mean


def test_measures_of_a_ranking() -> None:
    assert measures(["a", "b"], {"a"}) == {"recall@1": 1, "recall@5": 1, "MRR": 1, "nDCG@10": 1}
    second = measures(["x", "a"], {"a"})
    assert second == {"recall@1": 0, "recall@5": 1, "MRR": 0.5, "nDCG@10": pytest.approx(0.6309, abs=1e-4)}
    assert measures(["1", "2", "3", "4", "5", "a"], {"a"})["recall@5"] == 0
    assert measures(["x"], {"a"}) == {"recall@1": 0, "recall@5": 0, "MRR": 0, "nDCG@10": 0}
    # Two of three found, first and third: (1 + 1/2) of (1 + 0.6309 + 1/2).
    assert measures(["a", "x", "b"], {"a", "b", "c"})["nDCG@10"] == pytest.approx(0.7039, abs=1e-4)


def test_the_mean_of_figures() -> None:
    assert mean([{"MRR": 1.0}, {"MRR": 0.5}]) == {"MRR": 0.75}


def test_a_text_is_in_a_set_once() -> None:
    found = TextSet("x")
    for text, query in (("one", "q"), ("two", "q"), ("one", "r")):
        found.add(text, query)
    assert found.texts == {"one": "t0", "two": "t1"}
    assert found.queries == {"q": {"t0", "t1"}, "r": {"t0"}}
