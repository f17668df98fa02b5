"""Camera RAW: the preview the camera made where it is large enough, else a quick development."""

from __future__ import annotations

import io

import numpy as np
import rawpy

from trawl.errors import PassFailed
from trawl.model.media import FileType
from trawl.passes import jpeg
from trawl.passes.decoded import Decoded, Undecodable, check_pixels

_MIMES = frozenset(
    (
        "image/x-adobe-dng",
        "image/x-canon-cr2",
        "image/x-canon-cr3",
        "image/x-canon-crw",
        "image/x-nikon-nef",
        "image/x-sony-arw",
        "image/x-pentax-pef",
        "image/x-samsung-srw",
        "image/x-olympus-orf",
        "image/x-panasonic-rw2",
        "image/x-fuji-raf",
        "image/x-minolta-mrw",
        "image/x-sigma-x3f",
    )
)
# LibRaw's flip is in its own numbers; EXIF's are what everything else speaks.
_ORIENTATION_OF_FLIP = {0: 1, 3: 3, 5: 8, 6: 6}
_CR3_MAIN = b"CMT1"
_CR3_SEARCH = 1 << 20


def is_raw(kind: FileType) -> bool:
    """Whether the type is a camera's own."""
    return kind.mime in _MIMES


def decode(data: bytes, limit: int, longest: int | None = None) -> Decoded:
    """Pixels of a RAW file, as stored (its orientation is in the EXIF or LibRaw's ``flip``):
    enough for a fingerprint, or with the longer side ``longest`` as far as half the size goes.

    Raises Undecodable over the limit of pixels, PassFailed when LibRaw cannot read it.
    """
    exif = exif_of(data)
    try:
        with rawpy.imread(io.BytesIO(data)) as opened:
            sizes = opened.sizes
            size = (sizes.iheight or sizes.height, sizes.iwidth or sizes.width)
            check_pixels(size, limit, exif)
            preview = _preview(opened, min(longest or 0, max(size) // 2))
            if preview is not None:
                preview.exif = exif or preview.exif
                return preview
            pixels = opened.postprocess(
                half_size=True, use_camera_wb=True, user_flip=0, output_bps=8
            )
            return Decoded(np.asarray(pixels), size, exif=exif, extra={"decoded": "developed"})
    except rawpy.LibRawError as error:
        raise PassFailed(f"not readable as camera RAW: {_plain(error)}") from error
    except (ValueError, MemoryError, OSError) as error:
        raise Undecodable(f"camera RAW: {_plain(error)}", (0, 0), exif) from error


def _preview(opened: rawpy.RawPy, longest: int) -> Decoded | None:
    """The embedded JPEG, when its shorter side is enough for a fingerprint and its longer one
    at least ``longest``."""
    try:
        embedded = opened.extract_thumb()
    except rawpy.LibRawError:
        return None
    if embedded.format != rawpy.ThumbFormat.JPEG:
        return None
    data = bytes(embedded.data)
    header = jpeg.read_header(data)
    sides = header.width, header.height
    if min(sides) < jpeg.ENOUGH or max(sides) < longest:
        return None
    try:
        pixels, reason = jpeg.decode(data, header, longest or None)
    except ValueError:
        return None
    sizes = opened.sizes
    return Decoded(
        pixels,
        (sizes.iheight or sizes.height, sizes.iwidth or sizes.width),
        exif=header.exif,
        reason=reason,
        extra={"decoded": "embedded preview"},
    )


def exif_of(data: bytes) -> bytes:
    """The EXIF of a RAW file: most are TIFF themselves; CR3 keeps its main directory in a box
    named CMT1. Fuji's lies in the embedded JPEG and comes with that."""
    if data[:2] in (b"II", b"MM") and data[2:4] in (b"*\0", b"\0*", b"RO", b"RS", b"U\0", b"OR"):
        return data
    if data[4:12] == b"ftypcrx ":
        at = data.find(_CR3_MAIN, 0, _CR3_SEARCH)
        if at > 0:
            return data[at + 4 : at + 4 + int.from_bytes(data[at - 4 : at], "big")]
    return b""


def _plain(error: BaseException) -> str:
    said = error.args[0] if error.args else type(error).__name__
    return (said.decode("latin-1") if isinstance(said, bytes) else str(said))[:200]
