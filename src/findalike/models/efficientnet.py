"""EfficientNet-Lite checkpoints (PyTorch) to ONNX, without PyTorch.

EfficientNet-Lite is EfficientNet (Tan and Le, 2019, arXiv:1905.11946) without squeeze-and-excitation and with
ReLU6, so the whole network is convolutions, which can be read off the names and shapes of the tensors. Batch
normalisation is folded into them. Only the strides are not in the file: they are those of the paper's table 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from findalike.errors import InvalidInput
from findalike.models.graph import Graph
from findalike.models.torch_checkpoint import read_checkpoint

CONVERTER = "efficientnet-lite-v1"
"""Stands in the name of what is made. Change it whenever the graph changes."""

STAGE_STRIDES = (1, 2, 2, 2, 1, 2, 1)
BATCH_NORM_EPSILON = 1e-3
MEAN, SCALE = 127.0, 128.0

State = Mapping[str, NDArray[Any]]


def convert(checkpoint: Path, target: Path, size: int) -> None:
    """Write the ONNX file of a checkpoint: uint8 `image` (batch, size, size, 3) to float32 `features`
    (batch, channels), the averaged last layer, and `logits` (batch, classes).

    Raises InvalidInput if the file is no EfficientNet-Lite.
    """
    import onnx

    model = build(read_checkpoint(checkpoint), size)
    onnx.checker.check_model(model, full_check=True)
    target.write_bytes(model.SerializeToString())


def build(state: State, size: int) -> Any:
    """The `onnx.ModelProto` of a state dict."""
    try:
        return _build(_Graph(state), size)
    except (KeyError, ValueError, IndexError) as error:
        raise InvalidInput(f"The checkpoint is not an EfficientNet-Lite: {error}.") from error


class _Graph(Graph):
    """With the convolutions of a checkpoint."""

    def __init__(self, state: State) -> None:
        super().__init__()
        self.state = state

    def conv(
        self, x: str, weight: str, norm: str, *, stride: int = 1, depthwise: bool = False, relu6: bool = True
    ) -> str:
        kernel = self.state[weight].astype(np.float64)
        gamma, beta, mean, variance = (
            self.state[f"{norm}.{part}"].astype(np.float64)
            for part in ("weight", "bias", "running_mean", "running_var")
        )
        scale = gamma / np.sqrt(variance + BATCH_NORM_EPSILON)
        name = weight.removesuffix(".weight")
        y = self.node(
            "Conv",
            [
                x,
                self.weight(f"{name}.weight", kernel * scale[:, None, None, None]),
                self.weight(f"{name}.bias", beta - mean * scale),
            ],
            name,
            kernel_shape=list(kernel.shape[2:]),
            strides=[stride, stride],
            group=kernel.shape[0] if depthwise else 1,
            # The weights come from TensorFlow, whose SAME pads more at the end.
            auto_pad="SAME_UPPER",
        )
        return self.node("Clip", [y, "zero", "six"], f"{name}.relu6") if relu6 else y


def _build(graph: _Graph, size: int) -> Any:
    from onnx import TensorProto, helper

    state = graph.state
    graph.weight("zero", np.float32(0))
    graph.weight("six", np.float32(6))
    graph.weight("mean", np.float32(MEAN))
    graph.weight("scale", np.float32(1 / SCALE))
    x = graph.node("Cast", ["image"], "float", to=TensorProto.FLOAT)
    x = graph.node("Mul", [graph.node("Sub", [x, "mean"], "centred"), "scale"], "normalised")
    x = graph.node("Transpose", [x], "channels_first", perm=[0, 3, 1, 2])
    x = graph.conv(x, "_conv_stem.weight", "_bn0", stride=2)

    stage = -1
    for number in range(1 + max(int(name.split(".")[1]) for name in state if name.startswith("_blocks."))):
        block = f"_blocks.{number}."
        expand = f"{block}_expand_conv.weight"
        channels_in = state[expand].shape[1] if expand in state else state[f"{block}_depthwise_conv.weight"].shape[0]
        first = channels_in != state[f"{block}_project_conv.weight"].shape[0]
        stage += first
        y = graph.conv(x, expand, f"{block}_bn0") if expand in state else x
        y = graph.conv(
            y,
            f"{block}_depthwise_conv.weight",
            f"{block}_bn1",
            stride=STAGE_STRIDES[stage] if first else 1,
            depthwise=True,
        )
        y = graph.conv(y, f"{block}_project_conv.weight", f"{block}_bn2", relu6=False)
        x = y if first else graph.node("Add", [y, x], f"{block}sum")
    if stage != len(STAGE_STRIDES) - 1:
        raise ValueError(f"it has {stage + 1} stages instead of {len(STAGE_STRIDES)}")

    x = graph.conv(x, "_conv_head.weight", "_bn1")
    x = graph.node("Flatten", [graph.node("GlobalAveragePool", [x], "pooled")], "features")
    classes, channels = state["_fc.weight"].shape
    head = [x, graph.weight("_fc.weight", state["_fc.weight"]), graph.weight("_fc.bias", state["_fc.bias"])]
    graph.node("Gemm", head, "logits", transB=1)
    outputs = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", width])
        for name, width in (("features", channels), ("logits", classes))
    ]
    image = helper.make_tensor_value_info("image", TensorProto.UINT8, ["batch", size, size, 3])
    return graph.model("efficientnet-lite", [image], outputs)
