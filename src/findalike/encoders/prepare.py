"""From decoded content to what an encoder takes. Runs in decoder processes, so it imports Pillow and numpy, and
others only where they are needed."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from findalike.encoders.mel import spectrogram
from findalike.errors import InvalidInput
from findalike.models.cards import AudioPreprocess, ImagePreprocess, ModelCard
from findalike.models.options import FingerprintOptions

TEXT_LIMIT = 20_000
"""Characters kept of a text: far more than any encoder reads, far less than would make a tokenizer slow."""

_FILTERS = {
    "bilinear": Image.Resampling.BILINEAR,
    "bicubic": Image.Resampling.BICUBIC,
    "lanczos": Image.Resampling.LANCZOS,
}
# Pillow may first reduce a large picture by whole factors, as long as this much detail is left for the filter.
_REDUCING_GAP = 3.0


def prepare_key(card: ModelCard, modality: str) -> str:
    """Equal for cards that prepare an item's content identically, so that a pipeline prepares it once for all."""
    if modality in ("image", "face"):
        image = _image_rules(card)
        return f"{modality}:{image.fit}:{image.resize or image.size}:{image.size}:{image.interpolation}"
    if modality == "molecule":
        return f"molecule:{card.dimension}:{_fingerprint_rules(card).model_dump_json()}"
    if modality == "audio":
        return f"audio:{_audio_rules(card).model_dump_json()}"
    return modality


def prepare(card: ModelCard, modality: str, content: Any, *, query: bool = False) -> Any:
    """A PIL image becomes uint8 (size, size, 3) RGB; a sound's samples (float32, mono, at the card's rate) become a
    spectrogram, float32 (frames, bands); a str is normalised and bounded; a molecule (RDKit's) becomes its packed
    fingerprint, uint8 (dimension / 8,); a sequence's codes stay as they are; a vector becomes float32.

    The picture must be upright; it is neither changed nor closed. `query` adds the card's query prefix to a text.
    Raises InvalidInput if the card does not accept the modality, or the content is empty or of another type.
    """
    if modality not in card.accepts:
        raise InvalidInput(f"The model {card.name} does not take {modality}; it takes {', '.join(card.accepts)}.")
    if modality in ("image", "face"):
        if not isinstance(content, Image.Image):
            raise InvalidInput("A picture was expected.")
        return _picture(content, _image_rules(card))
    if modality == "audio":
        return spectrogram(np.asarray(content, np.float32), _audio_rules(card))
    if modality == "text":
        return (_prefix(card) if query else "") + normalise_text(content)
    if modality == "molecule":
        # Where it is not installed, nobody has molecules.
        from findalike.decoders.molecules import fingerprint

        rules = _fingerprint_rules(card)
        return fingerprint(content, rules.kind, card.dimension, rules.radius, rules.chirality)
    return content if modality == "sequence" else np.asarray(content, np.float32)


def normalise_text(content: Any) -> str:
    """NFC, single spaces, no control characters, at most TEXT_LIMIT characters. Raises InvalidInput if none is left."""
    if not isinstance(content, str):
        raise InvalidInput("A text was expected.")
    text = _normal(content)
    if not text:
        raise InvalidInput("The text is empty.")
    return text


def begin_in_prepared(text: str, places: Sequence[int], whole: str) -> list[int]:
    """Where the characters at `places` of a text stand when `whole`, which ends with the text, is normalised."""
    length = len(_normal(whole))
    return [length - len(_normal(text[place:])) for place in places]


def _normal(text: str) -> str:
    # Lone surrogates can come in through JSON, and no tokenizer takes them.
    text = unicodedata.normalize("NFC", text[: 4 * TEXT_LIMIT].encode("utf-8", "ignore").decode())
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:TEXT_LIMIT]


def _image_rules(card: ModelCard) -> ImagePreprocess:
    if card.image is None:
        raise InvalidInput(f"The model {card.name} does not take pictures.")
    return card.image


def _fingerprint_rules(card: ModelCard) -> FingerprintOptions:
    return FingerprintOptions.model_validate(card.options)


def _audio_rules(card: ModelCard) -> AudioPreprocess:
    if card.audio is None:
        raise InvalidInput(f"The model {card.name} does not take audio.")
    return card.audio


def _prefix(card: ModelCard) -> str:
    return str(card.options.get("query_prefix", ""))


def _picture(image: Image.Image, rules: ImagePreprocess) -> NDArray[np.uint8]:
    box = (0.0, 0.0, float(image.width), float(image.height))
    if rules.fit == "crop":
        # Resizing to `resize` and cutting out `size` is one resampling of the middle of the original.
        side = min(image.size) * min(1.0, rules.size / (rules.resize or rules.size))
        left, top = (image.width - side) / 2, (image.height - side) / 2
        box = (left, top, left + side, top + side)
    # No Image.draft: it would shrink the caller's own picture, which others may still need whole.
    small = _rgb(image).resize(
        (rules.size, rules.size), _FILTERS[rules.interpolation], box=box, reducing_gap=_REDUCING_GAP
    )
    return np.array(small, np.uint8)


def _rgb(image: Image.Image) -> Image.Image:
    if image.mode == "RGB":
        return image
    if image.mode.startswith("I;16") or image.mode in ("I", "F"):
        values = np.asarray(image, np.float32)
        values = np.nan_to_num(values - np.nanmin(values))
        return Image.fromarray((values * (255 / max(float(values.max()), 1e-9))).astype(np.uint8)).convert("RGB")
    if image.has_transparency_data:
        # What is transparent would else show whatever colour happens to lie under it.
        clear = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", image.size, "white"), clear).convert("RGB")
    return image.convert("RGB")
