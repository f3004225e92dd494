"""The AISFX checkpoint (PyTorch) to ONNX, without PyTorch.

AISFX (Ma and Lerch, "Representation Learning for the Automatic Indexing of Sound Effects Libraries", ISMIR 2022) is the
nine-layer network of DCASE's cross-task baseline (Kong et al., 2018, arXiv:1808.00773): four blocks of two 3 × 3
convolutions over a spectrogram. Batch normalisation is folded into them.
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

CONVERTER = "aisfx-v1"
"""Stands in the name of what is made. Change it whenever the graph changes."""

BLOCKS = 4
BATCH_NORM_EPSILON = 1e-5

State = Mapping[str, NDArray[Any]]


def convert(checkpoint: Path, target: Path, bands: int) -> None:
    """Write the ONNX file of a checkpoint: float32 `spectrogram` (batch, frames, bands) to float32 `features`
    (batch, channels): the mean over frequencies, then the most over time, so any number of frames from 8 on will do.

    Raises InvalidInput if the file is no AISFX checkpoint.
    """
    import onnx

    model = build(read_checkpoint(checkpoint), bands)
    onnx.checker.check_model(model, full_check=True)
    target.write_bytes(model.SerializeToString())


def build(state: State, bands: int) -> Any:
    """The `onnx.ModelProto` of a state dict."""
    try:
        return _build(state, bands)
    except (KeyError, ValueError, IndexError) as error:
        raise InvalidInput(f"The checkpoint is not an AISFX network: {error}.") from error


def _build(state: State, bands: int) -> Any:
    from onnx import TensorProto, helper

    graph = Graph()
    axis = graph.constant("channel axis", np.array([1], np.int64))
    x = graph.node("Unsqueeze", ["spectrogram", axis], "picture")
    channels = 0
    for block in range(1, BLOCKS + 1):
        for layer in (1, 2):
            name = f"embedding_net.conv_block{block}"
            kernel, bias = _folded(state, f"{name}.conv{layer}.weight", f"{name}.bn{layer}")
            channels = kernel.shape[0]
            weights = [graph.weight(f"weight{block}.{layer}", kernel), graph.weight(f"bias{block}.{layer}", bias)]
            x = graph.node("Conv", [x, *weights], f"conv{block}.{layer}", kernel_shape=[3, 3], pads=[1, 1, 1, 1])
            x = graph.node("Relu", [x], f"relu{block}.{layer}")
        if block < BLOCKS:
            x = graph.node("MaxPool", [x], f"pool{block}", kernel_shape=[2, 2], strides=[2, 2])
    x = graph.node("ReduceMean", [x], "over frequencies", axes=[3], keepdims=0)
    graph.node("ReduceMax", [x], "features", axes=[2], keepdims=0)
    spectrogram = helper.make_tensor_value_info("spectrogram", TensorProto.FLOAT, ["batch", "frames", bands])
    features = helper.make_tensor_value_info("features", TensorProto.FLOAT, ["batch", channels])
    return graph.model("aisfx", [spectrogram], [features])


def _folded(state: State, weight: str, norm: str) -> tuple[NDArray[Any], NDArray[Any]]:
    """A convolution's kernel and bias with the batch normalisation behind it."""
    kernel = state[weight].astype(np.float64)
    gamma, beta, mean, variance = (
        state[f"{norm}.{part}"].astype(np.float64) for part in ("weight", "bias", "running_mean", "running_var")
    )
    scale = gamma / np.sqrt(variance + BATCH_NORM_EPSILON)
    return kernel * scale[:, None, None, None], beta - mean * scale
