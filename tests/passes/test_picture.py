"""The picture pass over formats, colour modes, orientations and broken files."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import pdqhash
import pytest
from PIL import Image, ImageCms

from pictures import apart, bits_of, photograph, saved, seen
from trawl.errors import PassFailed
from trawl.model.media import FindingState
from trawl.passes.base import Content, PassLimits
from trawl.passes.picture import PicturePass
from trawl.passes.signatures import PNG
from trawl.passes.thumbnail import LONGER_SIDE, thumbnail_of

PICTURE = photograph()
GREY = PICTURE.convert("L")
REFERENCE = bits_of(seen(saved(PICTURE, "PNG")))


def exif(orientation: int) -> bytes:
    tags = Image.Exif()
    tags[0x0112] = orientation
    return tags.tobytes()


def lab() -> Image.Image:
    profile = ImageCms.createProfile
    done = ImageCms.profileToProfile(PICTURE, profile("sRGB"), profile("LAB"), outputMode="LAB")
    assert done is not None
    return done


def sixteen() -> Image.Image:
    return Image.fromarray(np.asarray(GREY).astype(np.uint16) * 257)


def floats(scale: float, low: float = 0) -> Image.Image:
    return Image.fromarray((np.asarray(GREY) / 255 * scale + low).astype(np.float32))


def with_alpha(alpha: int) -> Image.Image:
    image = PICTURE.convert("RGBA")
    image.putalpha(alpha)
    return image


MODES: list[tuple[str, bytes]] = [
    ("jpeg", saved(PICTURE, "JPEG", quality=90)),
    ("jpeg progressive", saved(PICTURE, "JPEG", progressive=True)),
    ("jpeg grey", saved(GREY, "JPEG")),
    ("jpeg cmyk", saved(PICTURE.convert("CMYK"), "JPEG")),
    ("png 16 bits", saved(sixteen(), "PNG")),
    ("png palette", saved(PICTURE.quantize(256), "PNG")),
    ("png opaque alpha", saved(with_alpha(255), "PNG")),
    ("png half alpha", saved(with_alpha(128), "PNG")),
    ("png grey alpha", saved(GREY.convert("LA"), "PNG")),
    ("png one bit", saved(GREY.convert("1"), "PNG")),
    ("gif", saved(PICTURE, "GIF")),
    ("webp", saved(PICTURE, "WEBP")),
    ("webp lossless alpha", saved(with_alpha(255), "WEBP", lossless=True)),
    ("bmp", saved(PICTURE, "BMP")),
    ("tiff", saved(PICTURE, "TIFF")),
    ("tiff lzw", saved(PICTURE, "TIFF", compression="tiff_lzw")),
    ("tiff cmyk", saved(PICTURE.convert("CMYK"), "TIFF")),
    ("tiff lab", saved(lab(), "TIFF")),
    ("tiff 16 bits", saved(sixteen(), "TIFF")),
    ("tiff float 0-1", saved(floats(1), "TIFF")),
    ("tiff float 0-255", saved(floats(255), "TIFF")),
    ("tiff float around 0", saved(floats(9000, -4000), "TIFF")),
    ("heic", saved(PICTURE, "HEIF")),
    ("avif", saved(PICTURE, "AVIF")),
    ("jpeg 2000", saved(PICTURE, "JPEG2000")),
    ("ppm", saved(PICTURE, "PPM")),
    ("tga", saved(PICTURE, "TGA")),
    ("pcx", saved(PICTURE, "PCX")),
]


@pytest.mark.parametrize(("name", "data"), MODES, ids=[name for name, _ in MODES])
def test_every_format_and_mode_hashes_alike(name: str, data: bytes) -> None:
    found = seen(data)
    assert found.state is FindingState.OK, found.reason
    assert found.facts is not None
    assert (found.facts.width, found.facts.height) == (900, 640)
    assert found.facts.frame_count == 1
    assert apart(bits_of(found), REFERENCE) <= 10
    assert found.thumbnail is not None
    assert (found.thumbnail.width, found.thumbnail.height) == (256, 182)
    shown = np.asarray(Image.open(io.BytesIO(found.thumbnail.data)).convert("L"), dtype=float)
    wanted = np.asarray(GREY.resize((256, 182)), dtype=float)
    assert np.corrcoef(shown.ravel(), wanted.ravel())[0, 1] > 0.85


@pytest.mark.parametrize(
    "size",
    [(900, 640), (1600, 1066), (1801, 1799), pytest.param((4000, 3000), marks=pytest.mark.slow)],
)
def test_a_jpeg_decoded_small_hashes_as_the_reference_at_full_size(size: tuple[int, int]) -> None:
    distances = []
    for seed in range(2):
        data = saved(photograph(*size, seed), "JPEG", quality=88)
        bits, quality = pdqhash.compute(np.asarray(Image.open(io.BytesIO(data))))
        assert quality >= 50
        distances.append(apart(bits_of(seen(data)), np.packbits(bits).tobytes()))
    assert np.mean(distances) <= 4
    assert max(distances) <= 10


UPRIGHT_FROM = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


@pytest.mark.parametrize(
    ("form", "orientation"),
    [("JPEG", n) for n in range(1, 9)]
    + [(form, n) for form in ("PNG", "TIFF", "WEBP", "AVIF", "HEIF") for n in (3, 6, 7)],
)
def test_turned_by_exif_it_is_the_same_picture(form: str, orientation: int) -> None:
    turn = UPRIGHT_FROM[orientation]
    stored = PICTURE if turn is None else PICTURE.transpose(turn)
    found = seen(saved(stored, form, exif=exif(orientation)))
    assert found.facts is not None
    assert (found.facts.width, found.facts.height) == (900, 640)
    assert apart(bits_of(found), REFERENCE) <= 10
    assert found.thumbnail is not None
    shown = np.asarray(Image.open(io.BytesIO(found.thumbnail.data)).convert("L"), dtype=float)
    wanted = np.asarray(GREY.resize((256, 182)), dtype=float)
    assert np.corrcoef(shown.ravel(), wanted.ravel())[0, 1] > 0.85


@pytest.mark.parametrize("form", ["GIF", "WEBP", "TIFF", "AVIF", "PNG"])
def test_of_many_frames_the_first_is_seen_and_all_are_counted(form: str) -> None:
    small, *others = (photograph(450, 320, seed) for seed in (7, 11, 12))
    found = seen(saved(small, form, save_all=True, append_images=others))
    assert found.facts is not None
    assert found.facts.frame_count == 3
    assert apart(bits_of(found), bits_of(seen(saved(small, "PNG")))) <= 10


def test_hidden_under_transparency_it_is_seen() -> None:
    found = seen(saved(with_alpha(0), "PNG"))
    assert apart(bits_of(found), REFERENCE) <= 10
    assert found.thumbnail is not None
    assert np.asarray(Image.open(io.BytesIO(found.thumbnail.data))).std() > 10


def test_drawn_with_transparency_it_is_seen() -> None:
    black = Image.new("RGBA", PICTURE.size)
    black.putalpha(Image.eval(GREY, lambda value: 255 - value))
    assert apart(bits_of(seen(saved(black, "PNG"))), REFERENCE) <= 10


@pytest.mark.parametrize("form", ["JPEG", "PNG", "GIF", "BMP", "TIFF", "JPEG2000"])
def test_cut_short_what_is_there_is_seen(form: str) -> None:
    data = saved(PICTURE, form)
    found = seen(data[: len(data) * 7 // 10])
    assert found.state is FindingState.PARTIAL
    assert found.reason
    assert found.fingerprint is not None
    assert found.thumbnail is not None


@pytest.mark.parametrize("form", ["WEBP", "HEIF", "AVIF"])
def test_where_little_or_nothing_decodes_the_size_is_still_said(form: str) -> None:
    data = saved(PICTURE, form)
    found = seen(data[: len(data) // 2])
    assert found.state is not FindingState.OK
    assert found.reason
    assert found.facts is not None
    assert (found.facts.width, found.facts.height) == (900, 640)


def png_of(width: int, height: int) -> bytes:
    """A PNG that announces a size and holds next to nothing."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000)))
    return b"\x89PNG\r\n\x1a\n" + body + chunk(b"IEND", b"")


def webp_of(width: int, height: int) -> bytes:
    canvas = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"WEBPVP8X\x0a\0\0\0\x10\0\0\0" + canvas
    return b"RIFF" + struct.pack("<I", len(body)) + body


def jpeg_of(width: int, height: int) -> bytes:
    data = bytearray(saved(photograph(64, 48), "JPEG"))
    at = data.index(b"\xff\xc0")
    data[at + 5 : at + 9] = struct.pack(">HH", height, width)
    return bytes(data)


@pytest.mark.parametrize("data", [png_of(60_000, 60_000), jpeg_of(60_000, 60_000)])
def test_an_enormous_picture_is_not_decoded(data: bytes) -> None:
    found = seen(data)
    assert found.state is FindingState.FAILED
    assert found.reason is not None
    assert "60,000 x 60,000" in found.reason
    assert found.facts is not None
    assert (found.facts.width, found.facts.height) == (60_000, 60_000)


def test_the_limit_of_pixels_is_the_passs_own() -> None:
    for data in (saved(PICTURE, "PNG"), saved(PICTURE, "JPEG"), webp_of(900, 640)):
        found = seen(data, PassLimits(pixels=10_000))
        assert found.state is FindingState.FAILED
        assert "limit" in str(found.reason)


def test_more_bytes_than_the_limit() -> None:
    data = saved(PICTURE, "PNG")
    content = Content(
        name="", size=len(data), head=data[:4096], opener=lambda: io.BytesIO(data),
        limits=PassLimits(whole_file_bytes=1000),
    )  # fmt: skip
    with pytest.raises(PassFailed, match="bytes"):
        PicturePass().run(content, PNG)


@pytest.mark.parametrize(
    "data", [b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"\xff\x0a" + bytes(64)]
)
def test_nothing_but_a_signature_fails_with_a_reason(data: bytes) -> None:
    with pytest.raises(PassFailed):
        seen(data)


@pytest.mark.parametrize("size", [(1, 1), (1, 3000), (3000, 1), (2, 5), (257, 1), (600, 2)])
def test_odd_shapes(size: tuple[int, int]) -> None:
    found = seen(saved(photograph(*size), "PNG"))
    assert found.facts is not None
    assert (found.facts.width, found.facts.height) == size
    assert found.thumbnail is not None
    assert max(found.thumbnail.width, found.thumbnail.height) == min(max(size), LONGER_SIDE)


@pytest.mark.parametrize("size", [(2000, 1500), (900, 640), (256, 100), (30, 20)])
def test_thumbnails_fit_and_are_not_enlarged(size: tuple[int, int]) -> None:
    thumbnail = thumbnail_of(np.asarray(photograph(*size)))
    with Image.open(io.BytesIO(thumbnail.data)) as image:
        assert image.size == (thumbnail.width, thumbnail.height)
        assert max(image.size) == min(256, *[max(size)])
        assert image.width / image.height == pytest.approx(size[0] / size[1], rel=0.02)


def test_two_runs_are_equal() -> None:
    for _, data in MODES[:4]:
        assert seen(data) == seen(data)
