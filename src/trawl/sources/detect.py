"""Which kind of source a content can be opened as, told from its bytes alone."""

from __future__ import annotations

import io
from collections.abc import Callable

from trawl.errors import SourceError
from trawl.sources.codecs import codec_of
from trawl.sources.disk_image_detect import looks_like_disk_image
from trawl.sources.documents import looks_like_encrypted_office, looks_like_encrypted_pdf
from trawl.sources.tar_header import BLOCK, is_tar_header

ReadAt = Callable[[int, int], bytes]

_ZIP_BEGINNINGS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08PK\x03\x04", b"PK00PK\x03\x04")
_SEVEN_ZIP = b"7z\xbc\xaf\x27\x1c"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_END_RECORD = b"PK\x05\x06"
_END_BYTES = 22
_COMMENT_MOST = 0xFFFF


def opens_as(head: bytes, size: int, read_at: ReadAt) -> str | None:
    """The kind of source to open, None for what holds nothing. ``head``: the first bytes,
    4,096 where there are as many; ``read_at(offset, count)`` reads more.

    Further segments of a split image hold nothing by themselves: they belong to the first.
    """
    if head.startswith(_ZIP_BEGINNINGS):
        return "zip"
    if head.startswith(_SEVEN_ZIP):
        return "7z"
    if is_tar_header(head[:BLOCK]):
        return "tar"
    if head.startswith(_OLE):
        return "office-encrypted" if looks_like_encrypted_office(size, read_at) else None
    if b"%PDF-" in head[:1024]:
        return "pdf-encrypted" if looks_like_encrypted_pdf(head, size, read_at) else None
    if looks_like_disk_image(head, size, read_at):
        return "disk-image"
    if codec_of(head) is not None:
        return "tar" if _is_packed_tar(head, size, read_at) else "compressed"
    return "zip" if _has_zip_behind(size, read_at) else None


def _is_packed_tar(head: bytes, size: int, read_at: ReadAt) -> bool:
    codec = codec_of(head)
    if codec is None:
        return False
    packed = _Forward(size, read_at)
    pull, block = codec.pull(packed.pull), io.BytesIO()
    try:
        while block.tell() < BLOCK and (piece := pull(BLOCK - block.tell())):
            block.write(piece)
    except SourceError:
        return False
    return is_tar_header(block.getvalue())


class _Forward:
    """Pulls the packed bytes in steps small enough to stop soon."""

    _STEP = 16 << 10

    def __init__(self, size: int, read_at: ReadAt) -> None:
        self._size, self._read_at, self._at = size, read_at, 0

    def pull(self, count: int) -> bytes:
        data = self._read_at(self._at, min(count, self._STEP, self._size - self._at))
        self._at += len(data)
        return data


def _has_zip_behind(size: int, read_at: ReadAt) -> bool:
    """A zip put behind something else: a self-extracting program, a picture that hides one.

    The end record must name a directory that is where it says it is.
    """
    tail_at = max(0, size - _END_BYTES - _COMMENT_MOST)
    tail = read_at(tail_at, size - tail_at)
    place = tail.rfind(_END_RECORD)
    if place < 0 or len(tail) - place < _END_BYTES:
        return False
    length = int.from_bytes(tail[place + 12 : place + 16], "little")
    comment = int.from_bytes(tail[place + 20 : place + 22], "little")
    start = tail_at + place - length
    if place + _END_BYTES + comment > len(tail) or start < 0:
        return False
    return read_at(start, 4) == b"PK\x01\x02"
