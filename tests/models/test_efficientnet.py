"""The importer, on a random network small enough to follow by hand."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest

from findalike.errors import InvalidInput
from findalike.models.efficientnet import BATCH_NORM_EPSILON, build

SIZE = 64
CHANNELS = (4, 5, 6, 6, 7, 8, 9, 10)
"""Of the stem and of seven blocks; the third and fourth are of one stage, so that a residual is summed."""


def checkpoint() -> dict[str, np.ndarray]:
    random = np.random.default_rng(7)
    state: dict[str, np.ndarray] = {}

    def conv(name: str, norm: str, *shape: int) -> None:
        state[f"{name}.weight"] = random.normal(0, 0.5, shape).astype(np.float32)
        for part in ("weight", "bias", "running_mean", "running_var"):
            state[f"{norm}.{part}"] = random.uniform(0.5, 1.5, shape[0]).astype(np.float32)

    conv("_conv_stem", "_bn0", CHANNELS[0], 3, 3, 3)
    widths = (*CHANNELS, 11)
    for number, (before, after) in enumerate(pairwise(widths)):
        block = f"_blocks.{number}."
        wide = before if number == 0 else 2 * before
        if number:
            conv(f"{block}_expand_conv", f"{block}_bn0", wide, before, 1, 1)
        conv(f"{block}_depthwise_conv", f"{block}_bn1", wide, 1, 3, 3)
        conv(f"{block}_project_conv", f"{block}_bn2", after, wide, 1, 1)
    conv("_conv_head", "_bn1", 20, widths[-1], 1, 1)
    state["_fc.weight"] = random.normal(0, 1, (3, 20)).astype(np.float32)
    state["_fc.bias"] = random.normal(0, 1, 3).astype(np.float32)
    return state


def reference(state: dict[str, np.ndarray], pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The same network as plain loops over numpy, batch normalisation not folded."""

    def conv(x: np.ndarray, name: str, norm: str, stride: int = 1, relu6: bool = True) -> np.ndarray:
        kernel = state[f"{name}.weight"].astype(np.float64)
        size, side = kernel.shape[2], -(-x.shape[1] // stride)
        pad = max(0, (side - 1) * stride + size - x.shape[1])
        x = np.pad(x, ((0, 0), (pad // 2, pad - pad // 2), (pad // 2, pad - pad // 2)))
        y = np.zeros((kernel.shape[0], side, side))
        for row in range(side):
            for column in range(side):
                patch = x[:, row * stride : row * stride + size, column * stride : column * stride + size]
                both = patch[:, None] if kernel.shape[1] == 1 and "depthwise" in name else patch[None]
                y[:, row, column] = (both * kernel).sum(axis=(1, 2, 3))
        gamma, beta, mean, variance = (
            state[f"{norm}.{part}"][:, None, None] for part in ("weight", "bias", "running_mean", "running_var")
        )
        y = (y - mean) / np.sqrt(variance + BATCH_NORM_EPSILON) * gamma + beta
        return np.clip(y, 0, 6) if relu6 else y

    x = conv((pixels.transpose(2, 0, 1).astype(np.float64) - 127) / 128, "_conv_stem", "_bn0", 2)
    stage_strides = iter((1, 2, 2, 2, 1, 2, 1))
    number = 0
    while f"_blocks.{number}._depthwise_conv.weight" in state:
        block, before = f"_blocks.{number}.", x
        same = state[f"{block}_project_conv.weight"].shape[0] == x.shape[0]
        if f"{block}_expand_conv.weight" in state:
            x = conv(x, f"{block}_expand_conv", f"{block}_bn0")
        x = conv(x, f"{block}_depthwise_conv", f"{block}_bn1", 1 if same else next(stage_strides))
        x = conv(x, f"{block}_project_conv", f"{block}_bn2", relu6=False)
        x = x + before if same else x
        number += 1
    features = conv(x, "_conv_head", "_bn1").mean(axis=(1, 2))
    return features, features @ state["_fc.weight"].T + state["_fc.bias"]


def run(model: Any, pixels: np.ndarray) -> list[np.ndarray]:
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return list(session.run(["features", "logits"], {"image": pixels}))


def test_the_graph_computes_what_the_checkpoint_says() -> None:
    state = checkpoint()
    model = build(state, SIZE)
    onnx.checker.check_model(model, full_check=True)
    assert model.opset_import[0].version == 17
    pixels = np.random.default_rng(1).integers(0, 256, (2, SIZE, SIZE, 3), np.uint8)
    features, logits = run(model, pixels)
    assert features.shape == (2, 20)
    for row in range(2):
        wanted_features, wanted_logits = reference(state, pixels[row])
        np.testing.assert_allclose(features[row], wanted_features, rtol=1e-3, atol=1e-3)
        np.testing.assert_allclose(logits[row], wanted_logits, rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize(
    "missing", ["_fc.weight", "_bn0.bias", "_blocks.7._depthwise_conv.weight", "_conv_stem.weight"]
)
def test_another_network_is_refused(missing: str) -> None:
    state = checkpoint()
    del state[missing]
    with pytest.raises(InvalidInput, match="not an EfficientNet-Lite"):
        build(state, SIZE)


def test_a_network_of_other_stages_is_refused() -> None:
    state = {name: values for name, values in checkpoint().items() if not name.startswith("_blocks.7")}
    with pytest.raises(InvalidInput, match="6 stages instead of 7"):
        build(state, SIZE)
    with pytest.raises(InvalidInput):
        build({}, SIZE)
