"""Pictures of every format but the plain JPEG, by Pillow and its plug-ins."""

from __future__ import annotations

import io
import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import pillow_heif
from PIL import AvifImagePlugin, Image, ImageFile, UnidentifiedImageError

from trawl.errors import PassFailed, plain
from trawl.model.media import FileType
from trawl.passes import raw
from trawl.passes.base import Content
from trawl.passes.decoded import Decoded, Undecodable, check_pixels
from trawl.passes.jpeg import scale_of
from trawl.passes.picture_header import header_size
from trawl.passes.picture_modes import as_rgb

# Formats whose decoders are memory-safe enough and start no other program: EPS, for one, would
# start Ghostscript.
_FORMATS = (
    "PNG", "GIF", "WEBP", "JPEG", "BMP", "DIB", "TIFF", "HEIF", "AVIF", "JPEG2000", "ICO",
    "CUR", "PSD", "PPM", "PCX", "TGA", "ICNS", "SGI", "SUN", "DDS", "QOI",
)  # fmt: skip
# What Pillow's decoders raise on files that are not what they claim.
PILLOW_ERRORS = (
    OSError, ValueError, SyntaxError, EOFError, KeyError, IndexError, TypeError, AttributeError,
    struct.error, ZeroDivisionError, OverflowError, MemoryError, RuntimeError, AssertionError,
    Image.DecompressionBombError,
)  # fmt: skip
# Not the modes with alpha: averaging drops the colours that lie under transparency.
_AVERAGED = ("L", "RGB", "CMYK", "YCbCr")
_TURNED_BY_DECODER = ("TIFF", "HEIF")
_TEXTS = ("comment", "Comment", "Title", "Author", "Description", "Software", "Creation Time")
_MAX_TEXT = 256

# The limit of pixels is a pass's own (PassLimits) and names the size; Pillow's would not.
Image.MAX_IMAGE_PIXELS = None
pillow_heif.options.DECODE_THREADS = 1
AvifImagePlugin.DEFAULT_MAX_THREADS = 1  # a worker has one core
Image.init()
pillow_heif.register_heif_opener()


def decode_any(content: Content, kind: FileType, longest: int | None = None) -> Decoded:
    """Decode by content, at the scale of a fingerprint, or with the longer side ``longest`` at
    least. What breaks off is decoded as far as it goes, with the reason.

    Raises Undecodable when only the header can be read, PassFailed when not even that.
    """
    data = content.data()
    if raw.is_raw(kind):
        return raw.decode(data, content.limits.pixels, longest)
    size = header_size(data)  # WebP's decoder makes its canvas on opening: look before it does
    if size is not None:
        check_pixels(size, content.limits.pixels)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        decoded = _decode(data, kind, content.limits.pixels, longest)
    if decoded.reason is None and said:
        decoded.extra["warning"] = str(said[0].message)[:_MAX_TEXT]
    return decoded


def _decode(data: bytes, kind: FileType, limit: int, longest: int | None) -> Decoded:
    try:
        with _opened(data) as image:
            return _read(image, data, limit, longest)
    except UnidentifiedImageError:
        raise _undecodable(data, kind, "no decoder recognises its structure") from None
    except PILLOW_ERRORS as error:
        reason = _plain(error)
    # Once more, taking what is there: a flag of the library's, so set for as short as possible.
    ImageFile.LOAD_TRUNCATED_IMAGES = True
    try:
        with _opened(data) as image:
            decoded = _read(image, data, limit, longest)
    except PILLOW_ERRORS:
        raise _undecodable(data, kind, reason) from None
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = False
    decoded.reason = reason
    return decoded


@contextmanager
def _opened(data: bytes) -> Iterator[Image.Image]:
    with Image.open(io.BytesIO(data), formats=_FORMATS) as image:
        yield image


def _read(image: Image.Image, data: bytes, limit: int, longest: int | None) -> Decoded:
    """Decode the first frame. The size is that of the whole picture, checked before."""
    size = (image.height, image.width)
    oriented = image.format in _TURNED_BY_DECODER
    exif = _exif(image, data)
    check_pixels(size, limit, exif, oriented=oriented)
    halvings = scale_of(image.height, image.width, longest)
    _ask_for_less(image, halvings)
    image.load()
    pixels, shown = as_rgb(_reduced(image, longest))
    return Decoded(
        pixels,
        size,
        shown=shown,
        frame_count=_frames(image),
        oriented=oriented,
        exif=exif,
        xmp=_xmp(image),
        extra=_texts(image),
    )


def _ask_for_less(image: Image.Image, halvings: int) -> None:
    """Let decoders that can decode at a power of two, as JPEG and JPEG 2000 do."""
    if not halvings:
        return
    if image.format in ("JPEG", "MPO"):
        image.draft(None, (image.width >> halvings, image.height >> halvings))
    elif image.format == "JPEG2000":
        # More levels than the file has is an error; fewer than three are rare.
        image.reduce = min(halvings, 3)  # type: ignore[method-assign, assignment]


def _reduced(image: Image.Image, longest: int | None) -> Image.Image:
    """Averaged down to what is needed, before Pillow's pixels are copied."""
    halvings = scale_of(image.height, image.width, longest)
    if not halvings or image.mode not in _AVERAGED:
        return image
    return image.reduce(1 << halvings)


def _frames(image: Image.Image) -> int:
    try:
        return int(getattr(image, "n_frames", 1))
    except PILLOW_ERRORS:
        return 1  # the first could be read; those after it cannot be counted


def _exif(image: Image.Image, data: bytes) -> bytes:
    if image.format == "TIFF":
        return data
    exif = image.info.get("exif", b"")
    return exif if isinstance(exif, bytes) else b""


def _xmp(image: Image.Image) -> bytes:
    packet = image.info.get("xmp") or image.info.get("XML:com.adobe.xmp") or b""
    return packet.encode("utf-8", "replace") if isinstance(packet, str) else bytes(packet)


def _texts(image: Image.Image) -> dict[str, str | int | float]:
    """Words of the maker: comments and PNG text, 256 characters each."""
    texts: dict[str, str | int | float] = {"mode": image.mode}
    for key in _TEXTS:
        value = image.info.get(key)
        if isinstance(value, bytes):
            value = value.decode("latin-1")
        if isinstance(value, str) and value.strip():
            texts[key] = "".join(c for c in value[:_MAX_TEXT] if c.isprintable())
    return texts


def _undecodable(data: bytes, kind: FileType, reason: str) -> PassFailed:
    """The failure with the size, where the header still says it."""
    try:
        with _opened(data) as image:
            oriented = image.format in _TURNED_BY_DECODER
            return Undecodable(
                reason, (image.height, image.width), _exif(image, data), oriented=oriented
            )
    except PILLOW_ERRORS:
        size = header_size(data)
    if size is not None:
        return Undecodable(reason, size)
    return PassFailed(f"cannot be decoded as {kind.mime}: {reason}")


def _plain(error: BaseException) -> str:
    return plain(str(error) or type(error).__name__).replace("\n", " ")[:_MAX_TEXT]
