"""One picture in every format and colour mode that turns up."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pillow_heif
from PIL import Image, ImageOps

from demo_haul.cameras import CAMERAS, PLACES, exif
from demo_haul.parallel import in_parallel
from demo_haul.seeds import moment, put

FOLDER = "laptop/Users/kit/Pictures/Collected"
Writer = Callable[[Image.Image], bytes]


def _as(format_: str, mode: str = "RGB", **options: object) -> Writer:
    def write(picture: Image.Image) -> bytes:
        into = io.BytesIO()
        picture.convert(mode).save(into, format_, **options)
        return into.getvalue()

    return write


def _animated(format_: str) -> Writer:
    def write(picture: Image.Image) -> bytes:
        frames = [ImageOps.fit(picture, (240, 180), centering=(n / 7, 0.5)) for n in range(8)]
        into = io.BytesIO()
        frames[0].save(into, format_, save_all=True, append_images=frames[1:], duration=120, loop=0)
        return into.getvalue()

    return write


def _sixteen_bits(format_: str) -> Writer:
    def write(picture: Image.Image) -> bytes:
        grey = np.asarray(picture.convert("L"), np.uint16) * 257
        into = io.BytesIO()
        Image.fromarray(grey).save(into, format_)
        return into.getvalue()

    return write


def _with_alpha(picture: Image.Image) -> bytes:
    picture = picture.copy()
    picture.putalpha(Image.linear_gradient("L").resize(picture.size))
    into = io.BytesIO()
    picture.save(into, "PNG")
    return into.getvalue()


def _pages(picture: Image.Image) -> bytes:
    into = io.BytesIO()
    picture.save(into, "TIFF", save_all=True, append_images=[ImageOps.mirror(picture)])
    return into.getvalue()


def _heic(picture: Image.Image) -> bytes:
    into = io.BytesIO()
    heif = pillow_heif.from_pillow(picture)
    tags = exif(CAMERAS[0], moment(5000), place=PLACES[0])
    heif.save(into, quality=60, exif=tags.tobytes())
    return into.getvalue()


FORMATS: dict[str, Writer] = {
    "progressive.jpg": _as("JPEG", progressive=True, quality=85),
    "grey.jpg": _as("JPEG", "L", quality=85),
    "cmyk.jpg": _as("JPEG", "CMYK", quality=85),
    "truecolour.png": _as("PNG", compress_level=3),
    "palette.png": _as("PNG", "P"),
    "one bit.png": _as("PNG", "1"),
    "16 bit.png": _sixteen_bits("PNG"),
    "alpha.png": _with_alpha,
    "still.gif": _as("GIF", "P"),
    "animated.gif": _animated("GIF"),
    "lossy.webp": _as("WEBP", quality=75),
    "lossless.webp": _as("WEBP", lossless=True, method=0),
    "animated.webp": _animated("WEBP"),
    "plain.bmp": _as("BMP"),
    "lzw.tif": _as("TIFF", compression="tiff_lzw"),
    "16 bit.tif": _sixteen_bits("TIFF"),
    "pages.tiff": _pages,
    "cmyk.tif": _as("TIFF", "CMYK"),
    "picture.avif": _as("AVIF", quality=60, speed=9, max_threads=1),
    "picture.jp2": _as("JPEG2000", irreversible=True, quality_mode="rates", quality_layers=[20]),
    "picture.ppm": _as("PPM"),
    "IMG_E100.HEIC": _heic,
}


def available() -> dict[str, Writer]:
    """The formats that the installed libraries can write."""
    return {
        name: writer
        for name, writer in FORMATS.items()
        if not name.endswith("HEIC") or pillow_heif.libheif_info()["HEIF"]
    }


def formats(haul: Path, sources: Sequence[Image.Image], rounds: int) -> int:
    """Each format ``rounds`` times, each time from another source."""
    writers = list(available().items())

    def make(number: int) -> None:
        name, writer = writers[number % len(writers)]
        source = sources[(number // len(writers) * 5 + number) % len(sources)]
        picture = ImageOps.fit(source, (640, 480))
        stem, dot, ending = name.rpartition(".")
        path = haul / FOLDER / f"{stem} {number // len(writers) + 1}{dot}{ending}"
        put(path, writer(picture), moment(40_000 + number))

    return len(in_parallel(make, range(rounds * len(writers))))
