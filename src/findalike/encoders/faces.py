"""From a face that was found to the picture that face encoders take: upright, in one size, at one place."""

from __future__ import annotations

import numpy as np
from PIL import Image

from findalike.domain import Detection

SIZE = 150
_LEFT, _RIGHT = np.array([47.7, 47.1]), np.array([100.3, 47.1])
"""Where dlib's encoder expects the eyes: the middles of the corners in its mean face (`get_face_chip_details` of
image_transforms/interpolation.h) with its padding of 0.25."""


def upright(picture: Image.Image, face: Detection) -> Image.Image:
    """A face cut out, 150 × 150 pixels, turned and scaled so that the eyes are where the encoder expects them."""
    size = np.array(picture.size, float)
    eyes = np.array(face.points[:2]) * size
    # One complex number turns and scales: from the chip's pixels to the picture's.
    turn = complex(*(eyes[1] - eyes[0])) / complex(*(_RIGHT - _LEFT))
    shrink = max(1, int(abs(turn)))
    if shrink > 1:
        # Else pixels between those that are looked at would not count.
        picture = picture.reduce(shrink)
        eyes, turn = eyes / shrink, turn / shrink
    offset = complex(*eyes[0]) - turn * complex(*_LEFT)
    matrix = (turn.real, -turn.imag, offset.real, turn.imag, turn.real, offset.imag)
    return picture.convert("RGB").transform((SIZE, SIZE), Image.Transform.AFFINE, matrix, Image.Resampling.BILINEAR)
