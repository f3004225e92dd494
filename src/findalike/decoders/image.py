"""Pictures: any common format to plain RGB, with limits that hold before anything is decoded."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageCms, UnidentifiedImageError

from findalike.errors import FindalikeError, TooLarge, UndecodableMedia

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "AVIF", "HEIF")
"""Pillow's names of the formats that are taken. Others (EPS, PDF, PSD …) start programs or are not pictures."""

_NAMES = {"MPO": "JPEG", "HEIF": "HEIC"}
_MAX_PIXELS = 150_000_000
_MAX_PROFILE = 4 * 1024 * 1024
_HEIF_BRANDS = re.compile(rb"....ftyp(?!avi[fs])(hei[cmsx]|hev[cmsx]|mif1|msf1)", re.DOTALL)
_ORIENTATION, _EXIF_IFD, _DATE, _DATE_TAKEN, _OFFSET_TAKEN = 0x0112, 0x8769, 0x0132, 0x9003, 0x9011
_TRANSPOSE = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


Original = str | Path | bytes
"""A picture's file, or what is in it."""


def open_image(original: Original, max_pixels: int = _MAX_PIXELS, *, at_least: int | None = None) -> Image.Image:
    """The picture in mode RGB, upright, on white where it was transparent; of an animation the first frame.

    `at_least` pixels on the shorter side are enough for the caller: a larger JPEG is then decoded smaller, which is
    several times faster. Colours are converted to sRGB where the picture carries a profile of its own.
    Raises TooLarge beyond `max_pixels`, before decoding, and UndecodableMedia.
    """
    with _opened(original, max_pixels) as image:
        if image.format in ("JPEG", "MPO") and at_least:
            image.draft(None, (at_least, at_least))
        image.load()
        orientation = _exif(image).get(_ORIENTATION)
        rgb = _rgb(image)
        # A lazily transposed or shared picture must not outlive its file.
        return rgb.transpose(_TRANSPOSE[orientation]) if orientation in _TRANSPOSE else rgb


def facts(original: Original) -> dict[str, Any]:
    """What a picture's header says: `width` and `height` as it is shown, `format`, and `taken` if it is known.

    `taken` is ISO 8601 text, with the offset from UTC if the camera noted it. Raises UndecodableMedia.
    """
    with _opened(original, None) as image:
        width, height = image.size
        exif = _exif(image)
        # Pillow turns TIFF sizes itself.
        if image.format != "TIFF" and exif.get(_ORIENTATION) in (5, 6, 7, 8):
            width, height = height, width
        found = {"width": width, "height": height, "format": _NAMES.get(image.format or "", image.format)}
        taken = _taken(exif)
        return {**found, "taken": taken} if taken else found


def fingerprint(image: Image.Image) -> int:
    """The 64-bit dHash: bit by bit, whether brightness rises from one cell of a 9x8 grid to its right neighbour."""
    small = image.convert("L").resize((9, 8), Image.Resampling.BOX)
    cells = np.asarray(small, np.int16)
    return int.from_bytes(np.packbits(cells[:, 1:] > cells[:, :-1]).tobytes(), "big")


def thumbnail(original: Original, size: int, max_pixels: int = _MAX_PIXELS) -> tuple[bytes, str]:
    """The picture in a square of `size` pixels at most, never enlarged: (bytes, media type). Raises as `open_image`."""
    image = open_image(original, max_pixels, at_least=size)
    image.thumbnail((size, size), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    image.save(buffer, "WEBP", quality=80, method=2)
    return buffer.getvalue(), "image/webp"


@contextmanager
def _opened(original: Original, max_pixels: int | None) -> Iterator[Image.Image]:
    """The undecoded picture. All that goes wrong with it inside the block becomes one of our errors."""
    with (
        io.BytesIO(original) if isinstance(original, bytes) else Path(original).open("rb") as file,
        warnings.catch_warnings(),
    ):
        # Warnings (odd EXIF, trailing bytes) are for developers; the one about size is our limit, see below.
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        if _HEIF_BRANDS.match(file.read(12)):
            import pillow_heif

            pillow_heif.register_heif_opener()
        file.seek(0)
        before = Image.MAX_IMAGE_PIXELS
        Image.MAX_IMAGE_PIXELS = max_pixels
        try:
            with Image.open(file, formats=_known()) as image:
                yield image
        except (FindalikeError, MemoryError):
            raise
        except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
            raise TooLarge(
                f"The picture has more than {(max_pixels or 0) / 1e6:g} megapixels, the most that is decoded: "
                "send it smaller."
            ) from error
        except UnidentifiedImageError as error:
            raise UndecodableMedia(
                "This is no picture that can be read here: send JPEG, PNG, WebP, GIF, TIFF, BMP, AVIF or HEIC."
            ) from error
        except Exception as error:
            # Broken files make Pillow's plug-ins raise nearly anything: SyntaxError, struct.error, KeyError …
            raise UndecodableMedia(
                f"The picture is damaged or incomplete ({error}): open it in another program and save it again."
            ) from error
        finally:
            Image.MAX_IMAGE_PIXELS = before


def _known() -> tuple[str, ...]:
    Image.preinit()
    return FORMATS if "HEIF" in Image.OPEN else tuple(name for name in FORMATS if name != "HEIF")


def _exif(image: Image.Image) -> Image.Exif:
    try:
        return image.getexif()
    except Exception:
        # A picture is worth showing even if the notes about it are damaged.
        return Image.Exif()


def _taken(exif: Image.Exif) -> str | None:
    try:
        details = exif.get_ifd(_EXIF_IFD)
    except Exception:
        details = {}
    text = str(details.get(_DATE_TAKEN) or exif.get(_DATE) or "")
    found = re.match(r"(\d{4}):(\d\d):(\d\d) (\d\d:\d\d:\d\d)", text)
    if found is None or found[1] == "0000":
        return None
    offset = str(details.get(_OFFSET_TAKEN) or "") if details.get(_DATE_TAKEN) else ""
    known = offset if re.fullmatch(r"[+-]\d\d:\d\d", offset) else ""
    return f"{found[1]}-{found[2]}-{found[3]}T{found[4]}{known}"


def _rgb(image: Image.Image) -> Image.Image:
    if image.mode.startswith(("I", "F")):
        return _from_deep(image)
    if image.has_transparency_data:
        image = image.convert("RGBA")
        white = Image.new("RGB", image.size, "white")
        white.paste(image, mask=image.getchannel("A"))
        white.info = image.info
        return _srgb(white)
    if image.mode == "CMYK":
        return _srgb(image).convert("RGB")
    return _srgb(image.convert("RGB")) if image.mode != "L" else image.convert("RGB")


def _from_deep(image: Image.Image) -> Image.Image:
    """From 16 or 32 bits a pixel. 16-bit scales by its range; others by theirs, unless they hold 8-bit values."""
    pixels = np.asarray(image)
    if image.mode.startswith("I;16"):
        return Image.fromarray((pixels >> 8).astype(np.uint8)).convert("RGB")
    values = np.nan_to_num(pixels.astype(np.float32), posinf=0.0, neginf=0.0)
    low, high = float(values.min()), float(values.max())
    if low >= 0 and high <= 1 and image.mode == "F":
        values *= 255
    elif low >= 0 and 255 < high <= 65535 and image.mode == "I":
        values /= 257
    elif low < 0 or high > 255:
        values = (values - low) * (255 / max(high - low, 1e-9))
    return Image.fromarray(values.round().clip(0, 255).astype(np.uint8)).convert("RGB")


def _srgb(image: Image.Image) -> Image.Image:
    profile = image.info.get("icc_profile")
    if not isinstance(profile, bytes) or not 128 < len(profile) <= _MAX_PROFILE or b"sRGB" in profile:
        return image
    # A profile for another kind of pixels (of the CMYK original, say) says nothing about these.
    if profile[16:20] != {"RGB": b"RGB ", "CMYK": b"CMYK"}.get(image.mode):
        return image
    try:
        source, target = ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB")
        converted = ImageCms.profileToProfile(image, source, target, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return image
    return converted if converted is not None else image
