"""Reads networks out of TensorFlow Lite files (FlatBuffers), without TensorFlow and without trusting the file.

Only what BlazeFace is made of is known: convolutions, additions, padding, pooling, concatenation. See TensorFlow's
`schema.fbs` for the numbers of fields and operators.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from findalike.errors import InvalidInput
from findalike.models.graph import Graph

CONVERTER = "tflite-v1"
"""Stands in the name of what is made. Change it whenever the graph changes."""

_TYPES = {0: "<f4", 1: "<f2", 2: "<i4"}
_KINDS = {
    0: "ADD", 2: "CONCATENATION", 3: "CONV_2D", 4: "DEPTHWISE_CONV_2D", 6: "DEQUANTIZE", 17: "MAX_POOL_2D",
    19: "RELU", 22: "RESHAPE", 34: "PAD",
}  # fmt: skip
_ACTIVATIONS = {0: None, 1: "Relu"}


class _Table:
    """A FlatBuffers table: fields by their number, through its vtable."""

    def __init__(self, data: bytes, position: int) -> None:
        self.data, self.position = data, position
        self._vtable = position - _number(data, position, "<i")
        self._size = _number(data, self._vtable, "<H")

    def _at(self, field: int) -> int | None:
        slot = 4 + 2 * field
        offset = _number(self.data, self._vtable + slot, "<H") if slot < self._size else 0
        return self.position + offset if offset else None

    def number(self, field: int, form: str = "<i", default: int = 0) -> int:
        place = self._at(field)
        return default if place is None else _number(self.data, place, form)

    def table(self, field: int) -> _Table:
        place = self._at(field)
        if place is None:
            raise ValueError(f"a table lacks its field {field}")
        return _Table(self.data, place + _number(self.data, place, "<I"))

    def _vector(self, field: int) -> tuple[int, int]:
        """Where a vector's elements begin, and how many there are."""
        place = self._at(field)
        if place is None:
            return 0, 0
        start = place + _number(self.data, place, "<I")
        return start + 4, _number(self.data, start, "<I")

    def tables(self, field: int) -> list[_Table]:
        start, count = self._vector(field)
        places = range(start, start + 4 * count, 4)
        return [_Table(self.data, place + _number(self.data, place, "<I")) for place in places]

    def array(self, field: int, kind: str) -> NDArray[Any]:
        start, count = self._vector(field)
        size = np.dtype(kind).itemsize
        return np.frombuffer(self.data[start : start + count * size], kind)


def _number(data: bytes, place: int, form: str) -> int:
    return int(struct.unpack_from(form, data, place)[0])


def convert(path: Path, target: Path) -> None:
    """Write the ONNX file of a network: its input float32 `image` (1, height, width, 3), its outputs named
    `output0`, `output1`, … in the file's order. Raises InvalidInput if it is no network of the known operators."""
    import onnx

    try:
        model = _Network(path.read_bytes()).build()
    except (struct.error, ValueError, KeyError, IndexError) as error:
        raise InvalidInput(f"{path.name} is not a TensorFlow Lite network that can be read here: {error}.") from error
    onnx.checker.check_model(model, full_check=True)
    target.write_bytes(model.SerializeToString())


class _Network:
    """The one subgraph of a file, on its way into an ONNX graph. Values are NCHW there, as convolutions want them,
    and NHWC again before they are reshaped."""

    def __init__(self, data: bytes) -> None:
        if data[4:8] != b"TFL3":
            raise ValueError("it does not begin like one")
        model = _Table(data, _number(data, 0, "<I"))
        self.codes = [max(one.number(0, "<b"), one.number(3)) for one in model.tables(1)]
        self.subgraph = model.tables(2)[0]
        self.tensors = self.subgraph.tables(0)
        self.buffers = model.tables(4)
        self.graph = Graph()
        self.names: dict[int, str] = {}

    def constant(self, index: int) -> NDArray[Any]:
        tensor = self.tensors[index]
        kind = _TYPES[tensor.number(1, "<b")]
        raw = self.buffers[tensor.number(2, "<I")].array(0, "<u1").tobytes()
        return np.frombuffer(raw, kind).reshape(tensor.array(0, "<i4"))

    def build(self) -> Any:
        from onnx import TensorProto, helper

        given = int(self.subgraph.array(1, "<i4")[0])
        shape = [int(one) for one in self.tensors[given].array(0, "<i4")]
        self.names[given] = self.graph.node("Transpose", ["image"], "planes", perm=[0, 3, 1, 2])
        weights: dict[int, NDArray[Any]] = {}
        for position, operator in enumerate(self.subgraph.tables(3)):
            kind = _KINDS[self.codes[operator.number(0, "<I")]]
            inputs = [int(one) for one in operator.array(1, "<i4")]
            (output,) = (int(one) for one in operator.array(2, "<i4"))
            if kind == "DEQUANTIZE":
                weights[output] = self.constant(inputs[0]).astype(np.float32)
                continue
            fixed = {one: weights[one] if one in weights else self.constant(one) for one in inputs[1:]
                     if one not in self.names}  # fmt: skip
            self.names[output] = getattr(self, f"_{kind.lower()}")(f"n{position}", operator, inputs, output, fixed)
        outputs = []
        for number, index in enumerate(self.subgraph.array(2, "<i4")):
            name = self.graph.node("Identity", [self.names[int(index)]], f"output{number}")
            sizes = [int(one) for one in self.tensors[int(index)].array(0, "<i4")]
            outputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, sizes))
        image = helper.make_tensor_value_info("image", TensorProto.FLOAT, shape)
        return self.graph.model("tflite", [image], outputs)

    def _activated(self, x: str, number: int) -> str:
        kind = _ACTIVATIONS[number]
        return self.graph.node(kind, [x], f"{x}.active") if kind else x

    def _convolution(
        self, name: str, options: _Table, x: str, kernel: NDArray[Any], bias: NDArray[Any], active: int, group: int
    ) -> str:
        made = self.graph.node(
            "Conv",
            [x, self.graph.weight(f"{name}.weight", kernel), self.graph.weight(f"{name}.bias", bias)],
            name,
            kernel_shape=list(kernel.shape[2:]),
            strides=[options.number(2), options.number(1)],
            group=group,
            auto_pad="VALID" if options.number(0, "<b") else "SAME_UPPER",
        )
        return self._activated(made, options.number(active, "<b"))

    def _conv_2d(self, name: str, operator: _Table, inputs: list[int], output: int, fixed: Any) -> str:
        kernel = fixed[inputs[1]].transpose(0, 3, 1, 2)
        return self._convolution(name, operator.table(4), self.names[inputs[0]], kernel, fixed[inputs[2]], 3, 1)

    def _depthwise_conv_2d(self, name: str, operator: _Table, inputs: list[int], output: int, fixed: Any) -> str:
        kernel = fixed[inputs[1]].transpose(3, 0, 1, 2)
        return self._convolution(
            name, operator.table(4), self.names[inputs[0]], kernel, fixed[inputs[2]], 4, len(kernel)
        )

    def _add(self, name: str, operator: _Table, inputs: list[int], output: int, fixed: Any) -> str:
        made = self.graph.node("Add", [self.names[one] for one in inputs], name)
        return self._activated(made, operator.table(4).number(0, "<b"))

    def _relu(self, name: str, operator: _Table, inputs: list[int], output: int, fixed: Any) -> str:
        return self.graph.node("Relu", [self.names[inputs[0]]], name)

    def _max_pool_2d(self, name: str, operator: _Table, inputs: list[int], output: int, fixed: Any) -> str:
        options = operator.table(4)
        return self.graph.node(
            "MaxPool",
            [self.names[inputs[0]]],
            name,
            kernel_shape=[options.number(4), options.number(3)],
            strides=[options.number(2), options.number(1)],
            auto_pad="VALID" if options.number(0, "<b") else "SAME_UPPER",
        )

    def _pad(self, name: str, operator: _Table, inputs: list[int], output: int, fixed: Any) -> str:
        pads = fixed[inputs[1]][[0, 3, 1, 2]].T.reshape(-1).astype(np.int64)
        return self.graph.node("Pad", [self.names[inputs[0]], self.graph.constant(f"{name}.pads", pads)], name)

    def _reshape(self, name: str, operator: _Table, inputs: list[int], output: int, fixed: Any) -> str:
        shape = self.graph.constant(f"{name}.shape", self.tensors[output].array(0, "<i4").astype(np.int64))
        x = self.graph.node("Transpose", [self.names[inputs[0]]], f"{name}.nhwc", perm=[0, 2, 3, 1])
        return self.graph.node("Reshape", [x, shape], name)

    def _concatenation(self, name: str, operator: _Table, inputs: list[int], output: int, fixed: Any) -> str:
        axis = operator.table(4).number(0)
        return self.graph.node("Concat", [self.names[one] for one in inputs], name, axis=axis)
