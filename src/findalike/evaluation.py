"""How good a classification is: pure functions of the classes that things have and those that they were given."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

_BINS = 10


@dataclass(frozen=True)
class ClassMeasure:
    """One class: how many there are, and how well they were found."""

    label: str
    there: int
    precision: float
    recall: float
    f1: float


@dataclass(frozen=True)
class Measured:
    """`unknown` is the share that was given no class, which counts as wrong in `accuracy`; `majority` the accuracy of
    always saying the commonest class; `calibration_error` how far confidence lies from the share that is right, on
    average over ten bins (Naeini et al., 2015). `confusion`: a row a true class, a column a given one, the last for
    none."""

    accuracy: float
    macro_f1: float
    majority: float
    unknown: float
    accuracy_of_known: float
    calibration_error: float
    classes: list[ClassMeasure]
    confusion: list[list[int]]


def measured(true: Sequence[str], given: Sequence[tuple[str | None, float]]) -> Measured:
    """Measure answers (class or None, confidence) against the truth; there is at least one."""
    labels = sorted({*true, *(label for label, _ in given if label is not None)})
    place = {label: at for at, label in enumerate(labels)}
    confusion = np.zeros((len(labels), len(labels) + 1), int)
    for truth, (label, _) in zip(true, given, strict=True):
        confusion[place[truth], len(labels) if label is None else place[label]] += 1
    right = np.diag(confusion)
    there, named = confusion.sum(axis=1), confusion[:, :-1].sum(axis=0)
    precision, recall = right / np.maximum(named, 1), right / np.maximum(there, 1)
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-12)
    known = int(confusion[:, :-1].sum())
    return Measured(
        accuracy=float(right.sum() / len(true)),
        macro_f1=float(f1[there > 0].mean()),
        majority=Counter(true).most_common(1)[0][1] / len(true),
        unknown=1 - known / len(true),
        accuracy_of_known=float(right.sum() / max(1, known)),
        calibration_error=_calibration_error(true, given),
        classes=[
            ClassMeasure(label, int(there[at]), *(round(float(one[at]), 4) for one in (precision, recall, f1)))
            for at, label in enumerate(labels)
        ],
        confusion=[[int(count) for count in row] for row in confusion],
    )


def _calibration_error(true: Sequence[str], given: Sequence[tuple[str | None, float]]) -> float:
    answers = [(label == truth, sure) for truth, (label, sure) in zip(true, given, strict=True) if label is not None]
    if not answers:
        return 0.0
    right = np.array([one for one, _ in answers], float)
    sure = np.array([one for _, one in answers])
    bins = np.minimum((sure * _BINS).astype(int), _BINS - 1)
    return float(sum(abs((right[bins == at] - sure[bins == at]).sum()) for at in range(_BINS)) / len(answers))
