"""The importer, on a random network small enough to follow by hand."""

from __future__ import annotations

import numpy as np
import onnxruntime
import pytest

from findalike.errors import InvalidInput
from findalike.models.aisfx import BATCH_NORM_EPSILON, BLOCKS, build

CHANNELS = (1, 2, 3, 4, 5)
FRAMES, BANDS = 24, 16


def checkpoint() -> dict[str, np.ndarray]:
    random = np.random.default_rng(7)
    state: dict[str, np.ndarray] = {}
    for block in range(1, BLOCKS + 1):
        for layer, wide in ((1, CHANNELS[block - 1]), (2, CHANNELS[block])):
            name = f"embedding_net.conv_block{block}"
            state[f"{name}.conv{layer}.weight"] = random.normal(0, 0.4, (CHANNELS[block], wide, 3, 3)).astype(
                np.float32
            )
            for part in ("weight", "bias", "running_mean", "running_var"):
                state[f"{name}.bn{layer}.{part}"] = random.uniform(0.5, 1.5, CHANNELS[block]).astype(np.float32)
    return state


def reference(state: dict[str, np.ndarray], spectrogram: np.ndarray) -> np.ndarray:
    """The same network as plain loops over numpy, batch normalisation not folded."""
    x = spectrogram[None].astype(np.float64)
    for block in range(1, BLOCKS + 1):
        for layer in (1, 2):
            name = f"embedding_net.conv_block{block}"
            kernel, padded = state[f"{name}.conv{layer}.weight"], np.pad(x, ((0, 0), (1, 1), (1, 1)))
            x = np.stack(
                [
                    sum(
                        one[channel, i, j] * padded[channel, i : i + x.shape[1], j : j + x.shape[2]]
                        for channel in range(x.shape[0])
                        for i in range(3)
                        for j in range(3)
                    )
                    for one in kernel
                ]
            )
            gamma, beta, mean, variance = (
                state[f"{name}.bn{layer}.{part}"][:, None, None]
                for part in ("weight", "bias", "running_mean", "running_var")
            )
            x = np.maximum(0, (x - mean) / np.sqrt(variance + BATCH_NORM_EPSILON) * gamma + beta)
        if block < BLOCKS:
            high, wide = x.shape[1] // 2, x.shape[2] // 2
            x = x[:, : 2 * high, : 2 * wide].reshape(x.shape[0], high, 2, wide, 2).max(axis=(2, 4))
    return x.mean(axis=2).max(axis=1)


@pytest.mark.parametrize("frames", [FRAMES, FRAMES + 9])
def test_the_graph_is_the_network_for_any_number_of_frames(frames: int) -> None:
    state = checkpoint()
    session = onnxruntime.InferenceSession(build(state, BANDS).SerializeToString(), providers=["CPUExecutionProvider"])
    batch = np.random.default_rng(1).uniform(0, 1, (3, frames, BANDS)).astype(np.float32)
    (found,) = session.run(None, {"spectrogram": batch})
    assert found.shape == (3, CHANNELS[-1])
    assert found == pytest.approx(np.stack([reference(state, one) for one in batch]), rel=1e-4, abs=1e-4)


def test_another_network_is_refused() -> None:
    state = checkpoint()
    del state["embedding_net.conv_block3.bn2.running_var"]
    with pytest.raises(InvalidInput, match="not an AISFX network"):
        build(state, BANDS)
