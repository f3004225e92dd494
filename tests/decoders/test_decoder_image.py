from __future__ import annotations

import io
import struct
import warnings
import zlib
from contextlib import suppress
from pathlib import Path

import numpy as np
import pillow_heif
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageDraw

from findalike.decoders.image import facts, fingerprint, open_image, thumbnail
from findalike.errors import TooLarge, UndecodableMedia

FORMATS = ["JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "AVIF", "HEIF"]
TRANSPOSED = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
"""What a camera that notes this orientation did to the picture."""


def _scene() -> Image.Image:
    """96 x 64, with a different colour in each corner."""
    image = Image.new("RGB", (96, 64), "white")
    draw = ImageDraw.Draw(image)
    for at, colour in (((0, 0), "red"), ((64, 0), "lime"), ((0, 32), "blue"), ((64, 32), "black")):
        draw.rectangle((*at, at[0] + 31, at[1] + 31), fill=colour)
    return image


def _save(image: Image.Image, path: Path, kind: str, **options: object) -> Path:
    if kind == "HEIF":
        exif = options.pop("exif", None)
        pillow_heif.from_pillow(image).save(path, quality=95, exif=exif.tobytes() if exif else None)  # type: ignore[attr-defined]
    else:
        image.save(path, kind, **options)
    return path


def _close(one: Image.Image, other: Image.Image, tolerance: float = 12) -> bool:
    assert one.size == other.size
    return float(np.abs(np.asarray(one, np.int16) - np.asarray(other, np.int16)).mean()) < tolerance


@pytest.mark.parametrize("kind", FORMATS)
def test_every_format(tmp_path: Path, kind: str) -> None:
    path = _save(_scene(), tmp_path / "no-suffix", kind)
    image = open_image(path)
    assert image.mode == "RGB"
    assert _close(image, _scene())
    assert facts(path) == {"width": 96, "height": 64, "format": "HEIC" if kind == "HEIF" else kind}


@pytest.mark.parametrize("orientation", TRANSPOSED)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF", "HEIF"])
def test_orientations(tmp_path: Path, kind: str, orientation: int) -> None:
    turn = TRANSPOSED[orientation]
    exif = Image.Exif()
    exif[0x0112] = orientation
    turned = _scene() if turn is None else _scene().transpose(turn)
    path = _save(turned, tmp_path / "a", kind, exif=exif)
    assert _close(open_image(path), _scene())
    found = facts(path)
    assert (found["width"], found["height"]) == (96, 64)


def test_orientation_of_a_photo_that_is_decoded_smaller(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    turned = _scene().resize((1920, 1280)).transpose(Image.Transpose.ROTATE_90)
    turned.save(tmp_path / "a", "JPEG", exif=exif)
    image = open_image(tmp_path / "a", at_least=224)
    assert image.size == (480, 320)
    assert _close(image.resize((96, 64)), _scene())


@pytest.mark.parametrize("at_least", [1, 100, 319, 320, 321, 1280, 9999])
def test_smaller_is_never_too_small(tmp_path: Path, at_least: int) -> None:
    _scene().resize((1920, 1280)).save(tmp_path / "a", "JPEG")
    assert min(open_image(tmp_path / "a", at_least=at_least).size) >= min(at_least, 1280)


def test_transparency_is_white(tmp_path: Path) -> None:
    clear = Image.new("RGBA", (8, 8), (255, 0, 0, 0))
    half = Image.new("LA", (8, 8), (0, 128))
    palette = Image.new("P", (8, 8), 1)
    palette.putpalette([0, 0, 0, 255, 0, 0])
    for number, (image, options, wanted) in enumerate(
        [(clear, {}, 255), (half, {}, 127), (palette, {"transparency": 1}, 255)]
    ):
        path = _save(image, tmp_path / str(number), "PNG", **options)
        assert np.abs(np.asarray(open_image(path), np.int16) - wanted).max() <= 1
    path = _save(clear, tmp_path / "webp", "WEBP", lossless=True)
    assert np.asarray(open_image(path)).min() == 255


def test_palette_and_bits(tmp_path: Path) -> None:
    assert _close(open_image(_save(_scene().quantize(8), tmp_path / "p", "PNG")), _scene())
    bits = open_image(_save(_scene().convert("1"), tmp_path / "1", "TIFF"))
    assert set(np.unique(np.asarray(bits))) == {0, 255}


@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
def test_cmyk(tmp_path: Path, kind: str) -> None:
    path = _save(_scene().convert("CMYK"), tmp_path / "a", kind)
    assert _close(open_image(path), _scene())


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_16_bits(tmp_path: Path, kind: str) -> None:
    ramp = np.linspace(0, 65535, 96 * 64).astype(np.uint16).reshape(64, 96)
    path = _save(Image.fromarray(ramp), tmp_path / "a", kind)
    assert np.abs(np.asarray(open_image(path))[..., 0].astype(int) - (ramp >> 8)).max() <= 1


@pytest.mark.parametrize(
    ("values", "first", "last"),
    [((0.0, 1.0), 0, 255), ((0.0, 200.0), 0, 200), ((-5.0, 5.0), 0, 255), ((float("nan"), 1.0), 0, 255)],
)
def test_floats(tmp_path: Path, values: tuple[float, float], first: int, last: int) -> None:
    path = _save(Image.fromarray(np.array([values], np.float32)), tmp_path / "a", "TIFF")
    pixels = np.asarray(open_image(path))
    assert (pixels[0, 0, 0], pixels[0, 1, 0]) == (first, last)


def test_first_frame_of_an_animation(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    frames[0].save(tmp_path / "a", "GIF", save_all=True, append_images=frames[1:])
    assert open_image(tmp_path / "a").getpixel((0, 0)) == (255, 0, 0)


def test_profiles_are_applied_and_bad_ones_ignored(tmp_path: Path) -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    for profile in (b"x" * 500, lab, lab[:200]):
        path = _save(_scene(), tmp_path / "a", "PNG", icc_profile=profile)
        assert open_image(path).tobytes() == _scene().tobytes()
    # sRGB with red and green swapped: whoever applies the profile sees the colours swapped.
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = srgb.replace(b"rXYZ", b"tmpX").replace(b"gXYZ", b"rXYZ").replace(b"tmpX", b"gXYZ")
    swapped = swapped.replace("sRGB".encode("utf-16-be"), "none".encode("utf-16-be")).replace(b"sRGB", b"none")
    path = _save(Image.new("RGB", (4, 4), (255, 0, 0)), tmp_path / "b", "PNG", icc_profile=swapped)
    red, green, _ = open_image(path).getpixel((0, 0))  # type: ignore[misc]
    assert green > red


@pytest.mark.parametrize("kind", FORMATS)
def test_truncated(tmp_path: Path, kind: str) -> None:
    noise = Image.fromarray(np.random.default_rng(1).integers(0, 255, (128, 128, 3), np.uint8))
    path = _save(noise, tmp_path / "a", kind)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(UndecodableMedia, match=r"damaged or incomplete|no picture") as error:
        open_image(path)
    assert str(tmp_path) not in error.value.detail


@pytest.mark.parametrize(
    "content", [b"", b"\0" * 1000, b"hello", b"\xff\xd8\xff", b"%!PS-Adobe-3.0 EPSF-3.0\n", b"%PDF-1.7"]
)
def test_not_a_picture(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(content)
    for function in (open_image, facts):
        with pytest.raises(UndecodableMedia, match="no picture that can be read here"):
            function(path)


def _png_header(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 999)) + chunk(b"IEND", b"")
    )


def test_a_bomb_is_refused_by_its_header(tmp_path: Path) -> None:
    path = tmp_path / "bomb"
    path.write_bytes(_png_header(60000, 60000))
    before = Image.MAX_IMAGE_PIXELS
    with pytest.raises(TooLarge, match="150 megapixels"):
        open_image(path)
    assert facts(path)["width"] == 60000
    assert before == Image.MAX_IMAGE_PIXELS


def test_the_limit_is_ours_and_exact(tmp_path: Path) -> None:
    _scene().save(tmp_path / "a", "PNG")
    assert open_image(tmp_path / "a", 96 * 64).size == (96, 64)
    with pytest.raises(TooLarge):
        open_image(tmp_path / "a", 96 * 64 - 1)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        (tmp_path / "b").write_bytes(_png_header(10000, 10000))
        with pytest.raises(UndecodableMedia):
            open_image(tmp_path / "b")


def test_when_it_was_taken(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8769).update({0x9003: "2024:05:01 12:33:44", 0x9011: "+02:00"})
    assert facts(_save(_scene(), tmp_path / "a", "JPEG", exif=exif))["taken"] == "2024-05-01T12:33:44+02:00"
    exif = Image.Exif()
    exif[0x0132] = "2020:01:02 03:04:05"
    assert facts(_save(_scene(), tmp_path / "b", "JPEG", exif=exif))["taken"] == "2020-01-02T03:04:05"
    exif[0x0132] = "0000:00:00 00:00:00"
    assert "taken" not in facts(_save(_scene(), tmp_path / "c", "JPEG", exif=exif))


def test_damaged_exif_harms_nothing(tmp_path: Path) -> None:
    path = _save(_scene(), tmp_path / "a", "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\xff garbage")
    assert _close(open_image(path), _scene())
    assert facts(path)["width"] == 96


def test_fingerprints() -> None:
    scene = _scene().resize((960, 640))
    buffer = io.BytesIO()
    scene.resize((300, 200)).save(buffer, "JPEG", quality=60)
    again = Image.open(buffer)
    ramp = Image.linear_gradient("L").rotate(90)
    assert 0 <= fingerprint(scene) < 2**64
    assert (fingerprint(scene) ^ fingerprint(again)).bit_count() <= 4
    assert (fingerprint(scene) ^ fingerprint(ramp)).bit_count() > 10
    assert {fingerprint(ramp), fingerprint(ramp.rotate(180))} == {0, 2**64 - 1}


def test_thumbnails(tmp_path: Path) -> None:
    path = _save(_scene().resize((1920, 1280)), tmp_path / "a", "JPEG")
    content, media_type = thumbnail(path, 256)
    image = Image.open(io.BytesIO(content))
    assert (media_type, image.format, image.size) == ("image/webp", "WEBP", (256, 171))
    small = Image.open(io.BytesIO(thumbnail(_save(_scene(), tmp_path / "b", "PNG"), 256)[0]))
    assert small.size == (96, 64)


@pytest.fixture(scope="module")
def originals(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    folder = tmp_path_factory.mktemp("originals")
    return [_save(_scene(), folder / kind, kind).read_bytes() for kind in FORMATS if kind not in ("HEIF", "AVIF")]


@given(data=st.data())
def test_damaged_files_raise_our_errors_only(
    originals: list[bytes], tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    content = bytearray(data.draw(st.sampled_from(originals)))
    for _ in range(data.draw(st.integers(1, 5))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.getbasetemp() / "damaged"
    path.write_bytes(content)
    for function in (facts, open_image):
        with suppress(UndecodableMedia, TooLarge):
            function(path)
