"""ONNX files and tokenizers small enough to follow by hand, and cards that describe them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, pre_tokenizers

from findalike.models.cards import FileSource, ModelCard

WORDS = ("[PAD]", "[UNK]", "red", "green", "blue", "dark", "sky", "grass")
COLOURS = np.array(
    [[0, 0, 0], [0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1], [0.2, 0.2, 0.2], [0, 0, 1], [0, 1, 0]], np.float32
)


def save(path: Path, nodes: list[Any], inputs: list[Any], outputs: list[Any], weights: dict[str, Any]) -> Path:
    tensors = [numpy_helper.from_array(np.asarray(value), name) for name, value in weights.items()]
    graph = helper.make_graph(nodes, "tiny", inputs, outputs, tensors)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    path.write_bytes(model.SerializeToString())
    return path


def value(name: str, kind: int, *shape: Any) -> Any:
    return helper.make_tensor_value_info(name, kind, shape)


def image_network(path: Path) -> Path:
    """float32 NCHW `pixels` to `map`, as it came; `mean`, the mean colour; and `logits`, ten times that."""
    return save(
        path,
        [
            helper.make_node("Identity", ["pixels"], ["map"]),
            helper.make_node("ReduceMean", ["pixels"], ["mean"], axes=[2, 3], keepdims=0),
            helper.make_node("Mul", ["mean", "ten"], ["logits"]),
        ],
        [value("pixels", TensorProto.FLOAT, "batch", 3, "height", "width")],
        [
            value("mean", TensorProto.FLOAT, "batch", 3),
            value("map", TensorProto.FLOAT, "batch", 3, "height", "width"),
            value("logits", TensorProto.FLOAT, "batch", 3),
        ],
        {"ten": np.float32(10)},
    )


def text_network(path: Path) -> Path:
    """int64 `input_ids` and `attention_mask` to `tokens`, the colour of each word, and `first`, of the first."""
    return save(
        path,
        [
            helper.make_node("Gather", ["colours", "input_ids"], ["tokens"]),
            helper.make_node("Gather", ["tokens", "zero"], ["first"], axis=1),
            helper.make_node("Identity", ["attention_mask"], ["seen"]),
        ],
        [value(name, TensorProto.INT64, "batch", "length") for name in ("input_ids", "attention_mask")],
        [
            value("tokens", TensorProto.FLOAT, "batch", "length", 3),
            value("first", TensorProto.FLOAT, "batch", 3),
            value("seen", TensorProto.INT64, "batch", "length"),
        ],
        {"colours": COLOURS, "zero": np.int64(0)},
    )


def tokenizer(path: Path) -> Path:
    words = Tokenizer(models.WordLevel({word: i for i, word in enumerate(WORDS)}, unk_token="[UNK]"))
    words.pre_tokenizer = pre_tokenizers.Whitespace()  # type: ignore[assignment]
    words.save(str(path))
    return path


def card(folder: Path, family: str, roles: dict[str, Path], **fields: Any) -> ModelCard:
    assert folder.is_dir()
    return ModelCard.model_validate(
        {
            "name": family,
            "title": family,
            "family": family,
            "dimension": 3,
            "licence": "MIT",
            "accepts": ("image", "text"),
            "image": {"size": 8, "mean": (0, 0, 0), "std": (255, 255, 255)},
            "files": {role: FileSource(sources=(f"file:{path}",)) for role, path in roles.items()},
            **fields,
        }
    )


def plain(*colour: int) -> np.ndarray:
    return np.broadcast_to(np.array(colour, np.uint8), (8, 8, 3))
