"""Measures of a classification, against what they are by hand."""

from __future__ import annotations

import pytest

from findalike.evaluation import measured


def test_measures() -> None:
    true = ["a", "a", "a", "b", "b", "c"]
    given = [("a", 1.0), ("a", 1.0), ("b", 0.5), ("b", 0.5), (None, 0.0), ("a", 0.95)]
    found = measured(true, given)
    assert found.accuracy == pytest.approx(3 / 6)
    assert found.majority == pytest.approx(3 / 6)
    assert found.unknown == pytest.approx(1 / 6)
    assert found.accuracy_of_known == pytest.approx(3 / 5)
    assert [one.label for one in found.classes] == ["a", "b", "c"]
    assert found.classes[0].precision == pytest.approx(2 / 3, abs=1e-4)
    assert found.classes[0].recall == pytest.approx(2 / 3, abs=1e-4)
    assert found.macro_f1 == pytest.approx((2 / 3 + 1 / 2 + 0) / 3)
    assert found.confusion == [[2, 1, 0, 0], [0, 1, 0, 1], [1, 0, 0, 0]]
    # Two bins: of three sure ones two are right, of two half-sure ones one is.
    assert found.calibration_error == pytest.approx((2.95 - 2) / 5)


def test_perfection_and_silence() -> None:
    perfect = measured(["x", "y"], [("x", 1.0), ("y", 1.0)])
    assert (perfect.accuracy, perfect.macro_f1, perfect.calibration_error) == (1, 1, 0)
    silent = measured(["x", "y"], [(None, 0.0), (None, 0.0)])
    assert (silent.accuracy, silent.unknown, silent.accuracy_of_known) == (0, 1, 0)
