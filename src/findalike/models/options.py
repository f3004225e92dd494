"""The options of each family of encoders: what a card's `options` may say. Checked when cards are registered."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Options(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TinyOptions(Options):
    """Of `tiny`: none."""


class OnnxImageOptions(Options):
    """Of `onnx-image` (file: `model`). Names default to the graph's first input and output.

    `importer` makes the ONNX file out of what is fetched. Normalisation inside such a graph means that the card's
    `image` leaves mean and std alone, with layout NHWC and dtype uint8.
    """

    input: str | None = None
    output: str | None = None
    importer: Literal["efficientnet-lite", "dlib-face"] | None = None


class OnnxAudioOptions(Options):
    """Of `onnx-audio` (file: `model`). Names default to the graph's first input and output.

    `importer` makes the ONNX file out of what is fetched.
    """

    input: str | None = None
    output: str | None = None
    importer: Literal["aisfx"] | None = None


class SpectrumOptions(Options):
    """Of `spectrum`: none. Its card's `audio` needs plain powers and an even number of bands."""


class OnnxTextOptions(Options):
    """Of `onnx-text` (files: `model`, `tokenizer`).

    `pooling`: how token vectors become one: their mean over the mask, the first token's, or none where the
    output is already one vector. `query_prefix` is put before queries, never before items.
    `pad_to`: pad every text to so many tokens (SigLIP wants 64), not just to the longest of the batch.
    """

    output: str | None = None
    pooling: Literal["mean", "cls", "none"] = "mean"
    max_length: int = Field(256, ge=2, le=32768)
    query_prefix: str = ""
    pad_to: int | None = Field(None, ge=2, le=32768)
    pad_id: int = Field(0, ge=0)


class ClipOptions(OnnxTextOptions):
    """Of `clip` (files: `image`, `text`, `tokenizer`): text options, and the image network's names."""

    pooling: Literal["mean", "cls", "none"] = "none"
    max_length: int = Field(77, ge=2, le=32768)
    image_input: str | None = None
    image_output: str | None = None


class ConseOptions(OnnxTextOptions):
    """Of `conse` (files: `network`, `labels`, `model`, `tokenizer`). See encoders/conse.py."""

    importer: Literal["efficientnet-lite"] | None = None
    logits: str = "logits"
    top: int = Field(10, ge=1)
    temperature: float = Field(1.0, gt=0)
    template: str = Field("{}", pattern=r"^[^{}]*\{\}[^{}]*$")


class FingerprintOptions(Options):
    """Of `fingerprint`: RDKit's kinds; `radius` and `chirality` count where the kind has them. The card's dimension is
    the number of bits, a multiple of 8, and its metric JACCARD."""

    kind: Literal["morgan", "feature-morgan", "path", "atom-pair", "torsion"] = "morgan"
    radius: int = Field(2, ge=0, le=10)
    chirality: bool = False


class KmerOptions(Options):
    """Of `kmers`: how long the words are, and whether a word and its reverse complement are one. The card's dimension
    is how many there are: 4^k, or for both strands 32, 136, 512, 2080 and 8192 for k from 3 to 7."""

    k: int = Field(5, ge=2, le=8)
    both_strands: bool = True


class SsdOptions(Options):
    """Of `ssd` (file: `model`): an SSD MobileNet of TensorFlow's model zoo, which knows COCO's classes.

    What is less sure than `least` is left out."""

    importer: Literal["ssd-mobilenet"] = "ssd-mobilenet"
    least: float = Field(0.5, gt=0, lt=1)


class BlazeFaceOptions(Options):
    """Of `blazeface` (file: `model`): MediaPipe's detector of faces within some metres."""

    importer: Literal["tflite"] = "tflite"
    least: float = Field(0.7, gt=0, lt=1)


class TinyDetectorOptions(Options):
    """Of `tiny-detector`: things are what has a colour, RGB."""

    label: str = Field("thing", min_length=1)
    colour: tuple[int, int, int] = (255, 0, 255)


DETECTORS = ("ssd", "blazeface", "tiny-detector")
"""Families that find where something is, and make no vectors."""

FAMILIES: dict[str, tuple[type[Options], frozenset[str]]] = {
    "tiny": (TinyOptions, frozenset()),
    "onnx-image": (OnnxImageOptions, frozenset({"model"})),
    "onnx-audio": (OnnxAudioOptions, frozenset({"model"})),
    "spectrum": (SpectrumOptions, frozenset()),
    "onnx-text": (OnnxTextOptions, frozenset({"model", "tokenizer"})),
    "clip": (ClipOptions, frozenset({"image", "text", "tokenizer"})),
    "ssd": (SsdOptions, frozenset({"model"})),
    "tiny-detector": (TinyDetectorOptions, frozenset()),
    "blazeface": (BlazeFaceOptions, frozenset({"model"})),
    "fingerprint": (FingerprintOptions, frozenset()),
    "kmers": (KmerOptions, frozenset()),
    "conse": (ConseOptions, frozenset({"network", "labels", "model", "tokenizer"})),
}
"""Family -> its options, and the files that its cards must name."""
