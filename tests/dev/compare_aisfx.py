"""Compares our ONNX file and spectrograms of AISFX with the package, number by number. For developers; pytest skips it.

python -m venv VENV && VENV/bin/pip install torch==2.13.0 librosa tqdm av onnx onnxruntime pillow pydantic
VENV/bin/pip install --no-deps aisfx==0.1.2
PYTHONPATH=src VENV/bin/python tests/dev/compare_aisfx.py
"""

from __future__ import annotations

import tempfile
import wave
from pathlib import Path

import aisfx
import numpy as np
import onnxruntime
import torch
from aisfx.models.cnn2d import CrossNet, EmbeddingNet
from aisfx.preprocessing import spectrogram_normalize
from aisfx.spectrogram.spectrogram_librosa import compute_spectrogram

from findalike.encoders.mel import spectrogram
from findalike.models.aisfx import convert
from findalike.models.builtin import BUILTIN

SECONDS = 1.5


def main() -> None:
    card = next(card for card in BUILTIN if card.name == "aisfx")
    assert card.audio is not None
    rules = card.audio
    checkpoint = Path(aisfx.__file__).parent / "models" / "checkpoint.pth"
    weights, datasets = torch.load(checkpoint, map_location="cpu", weights_only=False)
    model = CrossNet(EmbeddingNet("max", 3, 1, 64), datasets, "cpu")
    model.load_state_dict(weights)
    model.eval()
    random = np.random.default_rng(0)
    with tempfile.TemporaryDirectory() as folder:
        convert(checkpoint, Path(folder) / "model.onnx", rules.bands)
        session = onnxruntime.InferenceSession(str(Path(folder) / "model.onnx"), providers=["CPUExecutionProvider"])
        time = np.arange(round(SECONDS * rules.rate)) / rules.rate
        sounds = {
            "noise": random.normal(0, 0.1, len(time)),
            "tone": 0.5 * np.sin(2 * np.pi * 440 * time),
            "decay": 0.5 * np.sin(2 * np.pi * 900 * time) * np.exp(-5 * time),
        }
        for name, sound in sounds.items():
            path = Path(folder) / f"{name}.wav"
            samples = (sound * 32767).astype("<i2")
            with wave.open(str(path), "wb") as file:
                file.setparams((1, 2, rules.rate, 0, "NONE", ""))
                file.writeframes(samples.tobytes())
            theirs = compute_spectrogram(str(path), rules.rate, rules.fft, rules.hop, rules.bands, 0.0, rules.rate / 2)
            theirs = spectrogram_normalize(theirs).T[: rules.frames].astype(np.float32)
            ours = spectrogram((samples / 32768).astype(np.float32), rules)
            with torch.no_grad():
                wanted = model.get_embedding(torch.from_numpy(theirs[None])).numpy()
            (same,) = session.run(None, {"spectrogram": theirs[None]})
            (whole,) = session.run(None, {"spectrogram": ours[None]})
            cosine = float((whole @ wanted.T).item() / np.linalg.norm(whole) / np.linalg.norm(wanted))
            print(
                f"{name}: spectrogram differs by at most {np.abs(ours - theirs).max():.1e}, the network by "
                f"{np.abs(same - wanted).max():.1e} (largest {np.abs(wanted).max():.2f}), "
                f"cosine of both together {cosine:.6f}"
            )


if __name__ == "__main__":
    main()
