"""dlib's face recognition network (.dat) to ONNX, without dlib and without trusting the file.

The network is a ResNet of 29 convolutions (King, "High Quality Face Recognition with Deep Metric Learning", 2017,
http://blog.dlib.net/2017/02/high-quality-face-recognition-with-deep.html; its layers are in dlib's
`dnn_face_recognition_ex.cpp`). The file holds the layers in their order, each after its name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from findalike.errors import InvalidInput
from findalike.models.graph import Graph

CONVERTER = "dlib-face-v1"
"""Stands in the name of what is made. Change it whenever the graph changes."""

SIZE = 150
_MEAN, _SCALE = (122.782, 117.001, 104.298), 256.0
_LAYER = re.compile(rb"\x01(?:\x05con_4|\x07affine_|\x04fc_2)")
_MOST = 2**24


@dataclass(frozen=True)
class _Convolution:
    """A convolution with the affine layer behind it folded in."""

    kernel: NDArray[np.float32]
    bias: NDArray[np.float32]
    stride: int
    padding: int


def convert(path: Path, target: Path) -> None:
    """Write the ONNX file: uint8 `image` (batch, 150, 150, 3), RGB, to float32 `face` (batch, 128).

    Raises InvalidInput if the file is no such network."""
    import onnx

    try:
        model = _build(*_read(path.read_bytes()))
    except (ValueError, IndexError) as error:
        raise InvalidInput(f"{path.name} is not dlib's network of faces: {error}.") from error
    onnx.checker.check_model(model, full_check=True)
    target.write_bytes(model.SerializeToString())


class _Reader:
    """dlib's own serialisation: an integer is a byte that says its length (and sign), and its bytes."""

    def __init__(self, data: bytes, position: int) -> None:
        self.data, self.position = data, position

    def number(self) -> int:
        head = self.data[self.position]
        end = self.position + 1 + (head & 15)
        value = int.from_bytes(self.data[self.position + 1 : end], "little")
        self.position = end
        return -value if head & 128 else value

    def numbers(self, count: int) -> list[int]:
        return [self.number() for _ in range(count)]

    def tensor(self) -> NDArray[np.float32]:
        version, *shape = self.numbers(5)
        count = int(np.prod(shape))
        if version != 2 or not 0 < count <= _MOST:
            raise ValueError("a tensor of an unknown kind")
        values = np.frombuffer(self.data, "<f4", count, self.position)
        self.position += 4 * count
        return values.astype(np.float32)


def _read(data: bytes) -> tuple[list[_Convolution], NDArray[np.float32]]:
    """The convolutions in their order, and the matrix at the end."""
    found: list[_Convolution] = []
    raw: tuple[NDArray[np.float32], list[int]] | None = None
    for name, reader in _layers(data):
        if name == "con_4":
            raw = reader.tensor(), reader.numbers(7)
        elif name == "affine_" and raw:
            found.append(_folded(*raw, reader.tensor()))
            raw = None
        elif name == "fc_2":
            outputs, inputs = reader.numbers(2)
            return found, reader.tensor().reshape(inputs, outputs)
    raise ValueError("its last layer is missing")


def _layers(data: bytes) -> Iterator[tuple[str, _Reader]]:
    position = 0
    while match := _LAYER.search(data, position):
        reader = _Reader(data, match.end())
        yield match[0][2:].decode(), reader
        # What looks like a name inside a tensor is none.
        position = reader.position


def _folded(values: NDArray[np.float32], numbers: list[int], affine: NDArray[np.float32]) -> _Convolution:
    channels, height, width, stride, _, padding, _ = numbers
    kernel = values[:-channels].reshape(channels, -1, height, width)
    gain, shift = affine.reshape(2, channels)
    return _Convolution(kernel * gain[:, None, None, None], values[-channels:] * gain + shift, stride, padding)


def _build(convolutions: list[_Convolution], matrix: NDArray[np.float32]) -> Any:
    from onnx import TensorProto, helper

    stem, *rest = convolutions
    if len(rest) % 2:
        raise ValueError("its blocks are not whole")
    graph = Graph()
    x = graph.node("Cast", ["image"], "float", to=TensorProto.FLOAT)
    x = graph.node("Sub", [x, graph.weight("mean", np.array(_MEAN, np.float32))], "centred")
    x = graph.node("Div", [x, graph.weight("scale", np.float32(_SCALE))], "scaled")
    x = graph.node("Transpose", [x], "planes", perm=[0, 3, 1, 2])
    x = graph.node("Relu", [_convolved(graph, "stem", x, stem)], "stem.active")
    x = graph.node("MaxPool", [x], "pool", kernel_shape=[3, 3], strides=[2, 2])
    side = ((SIZE - 7) // 2 + 1 - 3) // 2 + 1
    channels = len(stem.kernel)
    for number, (first, second) in enumerate(zip(rest[::2], rest[1::2], strict=True)):
        x, side = _block(graph, f"block{number}", x, channels, side, first, second)
        channels = len(first.kernel)
    x = graph.node("ReduceMean", [x], "mean over places", axes=[2, 3], keepdims=0)
    graph.node("MatMul", [x, graph.weight("matrix", matrix)], "face")
    image = helper.make_tensor_value_info("image", TensorProto.UINT8, ["batch", SIZE, SIZE, 3])
    face = helper.make_tensor_value_info("face", TensorProto.FLOAT, ["batch", matrix.shape[1]])
    return graph.model("dlib-face", [image], [face])


def _convolved(graph: Graph, name: str, x: str, one: _Convolution) -> str:
    weights = [graph.weight(f"{name}.weight", one.kernel), graph.weight(f"{name}.bias", one.bias)]
    sides = list(one.kernel.shape[2:])
    return graph.node("Conv", [x, *weights], name, kernel_shape=sides, strides=[one.stride] * 2, pads=[one.padding] * 4)


def _block(
    graph: Graph, name: str, x: str, channels: int, side: int, first: _Convolution, second: _Convolution
) -> tuple[str, int]:
    """Two convolutions beside a short cut, and how large the result is. Of the two sums the smaller gets zeros: dlib
    adds tensors of different sizes so."""
    inner = graph.node("Relu", [_convolved(graph, f"{name}.1", x, first)], f"{name}.1.active")
    inner = _convolved(graph, f"{name}.2", inner, second)
    made = side
    if first.stride == 2:
        x = graph.node("AveragePool", [x], f"{name}.half", kernel_shape=[2, 2], strides=[2, 2])
        side, made = (side - 2) // 2 + 1, (side - 3) // 2 + 1
    most = max(channels, len(first.kernel))
    inner = _padded(graph, f"{name}.inner", inner, most - len(first.kernel), max(side, made) - made)
    x = _padded(graph, f"{name}.outer", x, most - channels, max(side, made) - side)
    return graph.node("Relu", [graph.node("Add", [inner, x], f"{name}.sum")], f"{name}.active"), max(side, made)


def _padded(graph: Graph, name: str, x: str, channels: int, sides: int) -> str:
    if not channels and not sides:
        return x
    pads = graph.constant(f"{name}.pads", np.array([0, 0, 0, 0, 0, channels, sides, sides], np.int64))
    return graph.node("Pad", [x, pads], f"{name}.padded")
