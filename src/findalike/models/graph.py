"""An ONNX graph as it is put together by the importers of checkpoints."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

OPSET, IR_VERSION = 17, 8


class Graph:
    """Nodes and weights as they come; every method answers the name of the value that it made."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.weights: list[Any] = []

    def weight(self, name: str, values: NDArray[Any] | np.float32) -> str:
        """A constant, float32."""
        return self.constant(name, np.ascontiguousarray(values, np.float32))

    def constant(self, name: str, values: NDArray[Any]) -> str:
        """A constant of the array's own type."""
        from onnx import numpy_helper

        self.weights.append(numpy_helper.from_array(values, name))
        return name

    def node(self, kind: str, inputs: list[str], output: str, **attributes: Any) -> str:
        from onnx import helper

        self.nodes.append(helper.make_node(kind, inputs, [output], name=output, **attributes))
        return output

    def model(self, name: str, inputs: list[Any], outputs: list[Any]) -> Any:
        """The `onnx.ModelProto`, of inputs and outputs as `onnx.ValueInfoProto`."""
        from onnx import helper

        return helper.make_model(
            helper.make_graph(self.nodes, name, inputs, outputs, self.weights),
            opset_imports=[helper.make_opsetid("", OPSET)],
            ir_version=IR_VERSION,
            producer_name="findalike",
        )
