"""SSD MobileNet v2 of TensorFlow's model zoo (a frozen graph, .pb) to ONNX, without TensorFlow.

The network: Sandler et al., "MobileNetV2", 2018, arXiv:1801.04381, with SSD's predictors (Liu et al., 2016,
arXiv:1512.02325). A frozen graph is a protocol buffer (tensorflow/core/framework/graph.proto). Only what lies between
the picture and the predictions is translated; what TensorFlow did before and behind them is encoders/boxes.py here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from findalike.errors import InvalidInput
from findalike.models.graph import Graph

CONVERTER = "ssd-mobilenet-v1"
"""Stands in the name of what is made. Change it whenever the graph changes."""

SIZE = 300
_START = "Preprocessor/sub"
_TYPES = {1: "<f4", 3: "<i4", 9: "<i8"}
_SAME = ("Identity", "CheckNumerics")


@dataclass
class _Node:
    kind: str = ""
    inputs: list[str] = field(default_factory=list)
    attributes: dict[str, memoryview] = field(default_factory=dict)


def convert(path: Path, target: Path) -> None:
    """Write the ONNX file: uint8 `image` (batch, 300, 300, 3), RGB, to float32 `boxes` (batch, anchors, 4), as they are
    coded, and `scores` (batch, anchors, classes), of which the first is none of all.

    Raises InvalidInput if the file is no such graph."""
    import onnx

    try:
        model = _Translation(_nodes(memoryview(path.read_bytes()))).build()
    except (ValueError, KeyError, IndexError) as error:
        raise InvalidInput(f"{path.name} is not an SSD network that can be read here: {error}.") from error
    onnx.checker.check_model(model, full_check=True)
    target.write_bytes(model.SerializeToString())


def _fields(data: memoryview) -> Iterator[tuple[int, Any]]:
    """A protocol buffer's fields: integers, and views of everything else."""
    position = 0
    while position < len(data):
        key, position = _varint(data, position)
        kind = key & 7
        if kind == 0:
            value, position = _varint(data, position)
            yield key >> 3, value
            continue
        if kind == 2:
            length, position = _varint(data, position)
        else:
            length = {1: 8, 5: 4}[kind]
        yield key >> 3, data[position : position + length]
        position += length


def _varint(data: memoryview, position: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[position]
        value |= (byte & 127) << shift
        position, shift = position + 1, shift + 7
        if byte < 128:
            return value, position
        if shift > 63:
            raise ValueError("a number is too long")


def _nodes(data: memoryview) -> dict[str, _Node]:
    nodes: dict[str, _Node] = {}
    for number, value in _fields(data):
        if number != 1:
            continue
        node, name = _Node(), ""
        for part, inner in _fields(value):
            if part == 1:
                name = bytes(inner).decode()
            elif part == 2:
                node.kind = bytes(inner).decode()
            elif part == 3:
                node.inputs.append(bytes(inner).decode().split(":")[0])
            elif part == 5:
                pair = dict(_fields(inner))
                node.attributes[bytes(pair[1]).decode()] = pair[2]
        nodes[name] = node
    return nodes


class _Translation:
    """From the predictions back to the picture; values are NCHW on the way."""

    def __init__(self, nodes: dict[str, _Node]) -> None:
        self.nodes = nodes
        self.graph = Graph()
        self.made: dict[str, str] = {}
        self.fixed: dict[str, NDArray[Any]] = {}

    def build(self) -> Any:
        from onnx import TensorProto, helper

        x = self.graph.node("Cast", ["image"], "float", to=TensorProto.FLOAT)
        x = self.graph.node("Mul", [x, self.graph.weight("scale", np.float32(2 / 255))], "scaled")
        x = self.graph.node("Sub", [x, self.graph.weight("one", np.float32(1))], "centred")
        self.made[_START] = self.graph.node("Transpose", [x], "planes", perm=[0, 3, 1, 2])
        boxes = [self._predicted(f"BoxPredictor_{layer}/BoxEncodingPredictor/BiasAdd", 4) for layer in range(6)]
        scores = [self._predicted(f"BoxPredictor_{layer}/ClassPredictor/BiasAdd", -1) for layer in range(6)]
        classes = len(self._constant("BoxPredictor_5/ClassPredictor/biases/read")) // 6
        self.graph.node("Concat", boxes, "boxes", axis=1)
        self.graph.node("Sigmoid", [self.graph.node("Concat", scores, "logits", axis=1)], "scores")
        image = helper.make_tensor_value_info("image", TensorProto.UINT8, ["batch", SIZE, SIZE, 3])
        outputs = [
            helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", "anchors", width])
            for name, width in (("boxes", 4), ("scores", classes))
        ]
        return self.graph.model("ssd-mobilenet", [image], outputs)

    def _predicted(self, name: str, width: int) -> str:
        """What one layer predicts, a row for each anchor: places first, then the anchors of a place."""
        if width < 0:
            width = len(self._constant("BoxPredictor_5/ClassPredictor/biases/read")) // 6
        x = self.graph.node("Transpose", [self._value(name)], f"{name}.nhwc", perm=[0, 2, 3, 1])
        shape = self.graph.constant(f"{name}.shape", np.array([0, -1, width], np.int64))
        return self.graph.node("Reshape", [x, shape], f"{name}.rows")

    def _value(self, name: str) -> str:
        if name not in self.made:
            self.made[name] = self._translated(name, self.nodes[name])
        return self.made[name]

    def _translated(self, name: str, node: _Node) -> str:
        if node.kind in _SAME:
            return self._value(node.inputs[0])
        if node.kind in ("Conv2D", "DepthwiseConv2dNative"):
            return self._convolution(name, node)
        if node.kind == "Relu6":
            bounds = [self.graph.weight(f"{name}.{top}", np.float32(top)) for top in (0, 6)]
            return self.graph.node("Clip", [self._value(node.inputs[0]), *bounds], name)
        if node.kind in ("Add", "Mul", "BiasAdd"):
            kind = "Mul" if node.kind == "Mul" else "Add"
            return self.graph.node(kind, [self._value(node.inputs[0]), self._other(name, node.inputs[1])], name)
        raise ValueError(f"the operator {node.kind} is unknown")

    def _other(self, name: str, given: str) -> str:
        """The second operand: a value per channel, or what comes another way."""
        if not self._is_constant(given):
            return self._value(given)
        return self.graph.weight(f"{name}.by", self._constant(given).reshape(-1, 1, 1))

    def _convolution(self, name: str, node: _Node) -> str:
        kernel = self._constant(node.inputs[1])
        depthwise = node.kind == "DepthwiseConv2dNative"
        kernel = kernel.transpose(2, 3, 0, 1) if depthwise else kernel.transpose(3, 2, 0, 1)
        # A list of integers, packed: batch, height, width, channels.
        packed = dict(_fields(dict(_fields(node.attributes["strides"]))[1]))[3]
        return self.graph.node(
            "Conv",
            [self._value(node.inputs[0]), self.graph.weight(f"{name}.weight", kernel)],
            name,
            kernel_shape=list(kernel.shape[2:]),
            strides=[packed[1], packed[2]],
            group=kernel.shape[0] if depthwise else 1,
            auto_pad="SAME_UPPER",
        )

    def _is_constant(self, name: str) -> bool:
        node = self.nodes[name]
        return node.kind == "Const" or (
            name != _START
            and node.kind in ("Identity", "Mul", "Add", "Sub", "Rsqrt")
            and all(self._is_constant(one) for one in node.inputs)
        )

    def _constant(self, name: str) -> NDArray[Any]:
        if name not in self.fixed:
            node = self.nodes[name]
            if node.kind == "Const":
                self.fixed[name] = _tensor(dict(_fields(node.attributes["value"]))[8])
            else:
                one, *others = (self._constant(given) for given in node.inputs)
                self.fixed[name] = _COMPUTED[node.kind](one, *others)
        return self.fixed[name]


_COMPUTED: dict[str, Any] = {
    "Identity": lambda one: one,
    "Mul": lambda one, other: one * other,
    "Add": lambda one, other: one + other,
    "Sub": lambda one, other: one - other,
    "Rsqrt": lambda one: 1 / np.sqrt(one),
}
"""What TensorFlow would compute each time and is the same each time: the pieces of batch normalisation."""


def _tensor(data: memoryview) -> NDArray[Any]:
    kind, shape, content = "<f4", [], memoryview(b"")
    for number, value in _fields(data):
        if number == 1:
            kind = _TYPES[value]
        elif number == 2:
            shape = [dict(_fields(size)).get(1, 0) for part, size in _fields(value) if part == 2]
        elif number in (4, 5):
            content = value
    values = np.frombuffer(content, kind)
    return np.full(shape, values[0]) if values.size == 1 else values.reshape(shape)
