"""Boxes as detectors code them: anchors, decoding, and keeping the best of those that overlap. Pure numpy."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Boxes = NDArray[np.float32]
"""Boxes: float32 (count, 4) of x and y of the middle, width and height, in fractions of the picture's."""


def ssd_anchors() -> Boxes:
    """The 1,917 anchors of TensorFlow's SSD MobileNet v2 for 300 × 300 pixels: six layers of 19 to 1 places a side, of
    scales from 0.2 to 0.95 (Liu et al., 2016, section 2.2; `ssd_anchor_generator` with reduced lowest layer)."""
    sides = (19, 10, 5, 3, 2, 1)
    scales = [*np.linspace(0.2, 0.95, 6), 1.0]
    found: list[Boxes] = []
    for layer, side in enumerate(sides):
        if layer == 0:
            shapes = [(0.1, 1.0), (scales[0], 2.0), (scales[0], 0.5)]
        else:
            shapes = [(scales[layer], ratio) for ratio in (1.0, 2.0, 0.5, 3.0, 1 / 3)]
            shapes.append((float(np.sqrt(scales[layer] * scales[layer + 1])), 1.0))
        sizes = np.array([(scale * ratio**0.5, scale / ratio**0.5) for scale, ratio in shapes])
        found.append(_grid(side, sizes))
    return np.concatenate(found)


def blazeface_anchors() -> Boxes:
    """The 896 anchors of BlazeFace for 128 × 128 pixels: 2 at each of 16 × 16 places and 6 at each of 8 × 8, all of
    size 1 (Bazarevsky et al., 2019, arXiv:1907.05047)."""
    return np.concatenate([_grid(16, np.ones((2, 2))), _grid(8, np.ones((6, 2)))])


def _grid(side: int, sizes: NDArray[np.float64]) -> Boxes:
    """Anchors of some sizes (count, 2) at the middles of side × side places, row by row."""
    middles = (np.arange(side) + 0.5) / side
    y, x = np.meshgrid(middles, middles, indexing="ij")
    places = np.stack([x, y], axis=-1).reshape(-1, 1, 2)
    both = np.concatenate(np.broadcast_arrays(places, sizes[None]), axis=-1)
    return both.reshape(-1, 4).astype(np.float32)


def ssd_boxes(coded: NDArray[np.float32], anchors: Boxes) -> Boxes:
    """Boxes as SSD codes them, (y, x, height, width) relative to anchors, with the zoo's scales 10, 10, 5, 5."""
    y, x, high, wide = coded.T
    return np.stack(
        [
            x / 10 * anchors[:, 2] + anchors[:, 0],
            y / 10 * anchors[:, 3] + anchors[:, 1],
            np.exp(wide / 5) * anchors[:, 2],
            np.exp(high / 5) * anchors[:, 3],
        ],
        axis=1,
    ).astype(np.float32)


def corners(boxes: Boxes) -> NDArray[np.float32]:
    """Left, top, right and bottom, float32 (count, 4)."""
    return np.concatenate([boxes[:, :2] - boxes[:, 2:] / 2, boxes[:, :2] + boxes[:, 2:] / 2], axis=1)


def overlap(one: NDArray[np.float32], others: NDArray[np.float32]) -> NDArray[np.float32]:
    """Intersection over union of one box (4,) and others (count, 4), as corners: float32 (count,)."""
    low, high = np.maximum(one[:2], others[:, :2]), np.minimum(one[2:], others[:, 2:])
    common = np.prod(np.clip(high - low, 0, None), axis=1)
    areas = np.prod(others[:, 2:] - others[:, :2], axis=1) + np.prod(one[2:] - one[:2])
    return np.asarray(common / np.maximum(areas - common, 1e-9), np.float32)


def best(boxes: NDArray[np.float32], scores: NDArray[np.float32], most: float) -> list[int]:
    """Positions of boxes (corners) that overlap no better one by more than `most`, best first: greedy non-maximum
    suppression."""
    kept: list[int] = []
    order = np.argsort(-scores, kind="stable")
    while len(order):
        kept.append(int(order[0]))
        order = order[1:][overlap(boxes[order[0]], boxes[order[1:]]) <= most]
    return kept
