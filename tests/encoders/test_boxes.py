"""Anchors, and which of overlapping boxes are kept."""

from __future__ import annotations

import numpy as np
import pytest

from findalike.encoders.boxes import best, blazeface_anchors, corners, overlap, ssd_anchors, ssd_boxes
from findalike.encoders.coco import NAMES


def test_there_are_as_many_anchors_as_the_networks_have_outputs() -> None:
    assert ssd_anchors().shape == (1917, 4)
    assert blazeface_anchors().shape == (896, 4)
    assert (len(NAMES), NAMES[1], NAMES[18], NAMES[90]) == (80, "person", "dog", "toothbrush")


def test_anchors_go_row_by_row_in_the_sizes_of_the_paper() -> None:
    anchors = ssd_anchors()
    assert anchors[0] == pytest.approx([0.5 / 19, 0.5 / 19, 0.1, 0.1])
    assert anchors[1] == pytest.approx([0.5 / 19, 0.5 / 19, 0.2 * 2**0.5, 0.2 / 2**0.5])
    assert anchors[3][:2] == pytest.approx([1.5 / 19, 0.5 / 19])
    assert anchors[-1] == pytest.approx([0.5, 0.5, 0.95**0.5, 0.95**0.5], abs=0.01)


def test_a_box_that_says_nothing_is_its_anchor() -> None:
    anchors = ssd_anchors()
    assert ssd_boxes(np.zeros_like(anchors), anchors) == pytest.approx(anchors)


def test_of_boxes_that_overlap_the_best_is_kept() -> None:
    boxes = corners(np.array([[0.5, 0.5, 0.4, 0.4], [0.52, 0.5, 0.4, 0.4], [0.1, 0.1, 0.1, 0.1]], np.float32))
    assert overlap(boxes[0], boxes[:1])[0] == pytest.approx(1)
    assert best(boxes, np.array([0.6, 0.9, 0.5], np.float32), 0.5) == [1, 2]
