"""Types that the first bytes leave open: zip, OLE, ISO base media, RIFF, TIFF, sound frames."""

from __future__ import annotations

import struct
from collections.abc import Callable

from trawl.model.media import FileType, Kind
from trawl.passes import signatures as sig
from trawl.passes.office_types import ole_type, zip_type

ReadAt = Callable[[int, int], bytes]

_ASF_VIDEO = bytes.fromhex("c0ef19bc4d5bcf11a8fd00805f5c442b")
_ASF_AUDIO = bytes.fromhex("409e69f84d5bcf11a8fd00805f5c442b")
_FEW_IFD_ENTRIES = 64
_IFD_BYTES = 2 + 12 * _FEW_IFD_ENTRIES
_MAKE, _SUB_DIRECTORIES, _DNG_VERSION = 0x010F, 0x014A, 0xC612
_PRINTABLE = bytes({9, 10, 13, *range(0x20, 0x7F)})
_JAVA_1_1 = 45
_BMP_HEADERS = frozenset((12, 16, 40, 52, 56, 64, 108, 124))
_QUICKTIME_ATOMS = (b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")
_MAKER_TYPES = (
    (b"NIKON", sig.NEF),
    (b"SONY", sig.ARW),
    (b"PENTAX", sig.PEF),
    (b"SAMSUNG", sig.SRW),
)


def refine(found: FileType, head: bytes, read_at: ReadAt | None) -> FileType | None:
    """The finer type within the family of ``found``; None when the signature was chance."""
    if found is sig.TIFF:
        return _tiff(found, head, read_at)
    finer = _FINER.get(found.mime)
    return finer(found, head) if finer else found


def family(head: bytes, size: int, read_at: ReadAt | None) -> FileType | None:
    """Families whose mark needs a closer look than a prefix."""
    start = head[:2]
    if start == b"PK":
        return zip_type(head, size, read_at)
    if start == b"\xd0\xcf":
        return ole_type(head, size, read_at)
    if start == b"RI" and head.startswith(b"RIFF"):
        return _RIFF.get(head[8:12])
    if start == b"FO" and head.startswith(b"FORM") and head[8:12] in (b"AIFF", b"AIFC"):
        return sig.AIFF
    if start == b"BM" and _is_bmp(head):
        return sig.BMP
    if start == b"\0\0" and head[2:4] in (b"\x01\0", b"\x02\0") and _is_icon(head, size):
        return sig.ICO if head[2] == 1 else sig.CUR
    if start[:1] == b"P" and head[1:2] in b"1234567" and head[2:3] in (b"\n", b" ", b"\r", b"\t"):
        return _PNM
    if head[4:8] == b"ftyp":
        return _by_brand(head)
    if head[4:8] in _QUICKTIME_ATOMS and int.from_bytes(head[:4], "big") in _atom_sizes(size):
        return sig.QUICKTIME
    return _pgp_binary(head) or _frames(head)


def _atom_sizes(size: int) -> range:
    return range(1 if size > 8 else 0, size + 1)


_RIFF = {
    b"WAVE": sig.WAV,
    b"AVI ": sig.AVI,
    b"AVIX": sig.AVI,
    b"WEBP": sig.WEBP,
    b"RMID": FileType("audio/midi", Kind.AUDIO, ("rmi", "mid")),
    b"ACON": FileType("application/x-navi-animation", Kind.OTHER, ("ani", "cur")),
    b"CDR9": FileType("application/x-coreldraw", Kind.DOCUMENT, ("cdr",)),
}
_PNM = FileType("image/x-portable-anymap", Kind.IMAGE, ("ppm", "pgm", "pbm", "pnm", "pam", "pfm"))


def _is_bmp(head: bytes) -> bool:
    return len(head) > 18 and int.from_bytes(head[14:18], "little") in _BMP_HEADERS


def _is_icon(head: bytes, size: int) -> bool:
    """One to 255 images, and the first entry points behind the directory, into the file. (A
    table that counts up from 0 in 16-bit numbers, such as NTFS's $UpCase, begins like an icon.)
    """
    if len(head) < 22:
        return False
    count = int.from_bytes(head[4:6], "little")
    length, offset = struct.unpack_from("<II", head, 14)
    if not (0 < count < 256 and head[9] == 0 and length > 16):
        return False
    return bool(6 + 16 * count <= offset <= size - length)


def _by_brand(head: bytes) -> FileType:
    """ISO base media file by its major brand, then by its compatible ones."""
    length = min(max(int.from_bytes(head[:4], "big"), 16), 256)
    major = head[8:12]
    found = sig.BY_BRAND.get(major)
    if major in (b"mif1", b"msf1", b"miaf") and b"avif" in head[16:length]:
        return sig.AVIF
    if found is not None:
        return found
    if major[:3] in (b"3gp", b"3g2", b"3gr", b"3ge", b"3gs"):
        return sig.THREE_GP
    for at in range(16, length - 3, 4):
        compatible = sig.BY_BRAND.get(head[at : at + 4])
        if compatible is not None and compatible.kind is Kind.IMAGE:
            return compatible
    return sig.MP4


def _tiff(found: FileType, head: bytes, read_at: ReadAt | None) -> FileType:
    """A camera's RAW format, when the first directory of the TIFF says so."""
    if head[8:10] == b"CR" and head[:2] == b"II":
        return sig.CR2
    order = "<" if head[:2] == b"II" else ">"
    if len(head) < 10 or head[2:4] not in (b"*\x00", b"\x00*"):
        return found
    (at,) = struct.unpack_from(order + "I", head, 4)
    tags = _tags(_piece(head, at, _IFD_BYTES, read_at), order)
    if _DNG_VERSION in tags:
        return sig.DNG
    if _SUB_DIRECTORIES in tags and _MAKE in tags:
        maker = _piece(head, tags[_MAKE], 16, read_at).upper()
        for name, raw in _MAKER_TYPES:
            if maker.startswith(name):
                return raw
    return found


def _piece(head: bytes, at: int, length: int, read_at: ReadAt | None) -> bytes:
    if at + length <= len(head) or read_at is None:
        return head[at : at + length]
    return read_at(at, length)


def _tags(directory: bytes, order: str) -> dict[int, int]:
    """Tag -> value or offset, of the first entries of a TIFF directory."""
    if len(directory) < 2:
        return {}
    (count,) = struct.unpack_from(order + "H", directory)
    body = directory[2 : 2 + 12 * min(count, _FEW_IFD_ENTRIES)]
    whole = body[: len(body) // 12 * 12]
    return {tag: value for tag, _, _, value in struct.iter_unpack(order + "HHII", whole)}


def _asf(found: FileType, head: bytes) -> FileType:
    return sig.WMA if _ASF_AUDIO in head and _ASF_VIDEO not in head else found


def _matroska(found: FileType, head: bytes) -> FileType:
    return sig.WEBM if b"webm" in head[:64] else found


def _ogg(found: FileType, head: bytes) -> FileType:
    moving = (b"\x80theora", b"OVP80", b"\x01video", b"BBCD\x00")
    return sig.OGG_VIDEO if any(mark in head for mark in moving) else found


def _cafebabe(found: FileType, head: bytes) -> FileType:
    """Java class files and fat Mach-O share a mark; a class names a version of 45 or more."""
    return found if int.from_bytes(head[6:8], "big") >= _JAVA_1_1 else sig.MACHO


def _not_text(found: FileType, head: bytes) -> FileType | None:
    """Two-letter marks are chance where text goes on."""
    return found if head[2:64].translate(None, _PRINTABLE) else None


def _arj(found: FileType, head: bytes) -> FileType | None:
    length = int.from_bytes(head[2:4], "little")
    return found if 30 <= length <= 2600 and len(head) > 10 and head[10] == 2 else None


def _ac3(found: FileType, head: bytes) -> FileType | None:
    return found if len(head) > 5 and head[5] >> 3 in (6, 8, 16) else None


def _compress(found: FileType, head: bytes) -> FileType | None:
    return found if len(head) > 3 and 9 <= head[2] & 0x1F <= 16 and not head[2] & 0x60 else None


def _type1(found: FileType, head: bytes) -> FileType | None:
    return found if head[6:8] == b"%!" else None


def _old_cpio(found: FileType, head: bytes) -> FileType | None:
    return found if len(head) > 26 and 0 < int.from_bytes(head[20:22], "little") < 1024 else None


def _jpeg_xl(found: FileType, head: bytes) -> FileType | None:
    """The bare codestream has a mark of two bytes only: leave text and plain data alone."""
    return found if head[:1] != b"\xff" or b"\n" not in head[2:40] else None


def _pgp_binary(head: bytes) -> FileType | None:
    """An OpenPGP message (RFC 9580): a public-key or passphrase session key packet in front."""
    if len(head) < 16:
        return None
    first, length = head[0], head[1]
    if first in (0x84, 0xC1) and head[2] == 3 and length >= 76 and head[11] in (1, 16, 18, 25):
        return sig.PGP
    if first == 0x85 and head[3] == 3 and head[12] in (1, 16, 18):
        return sig.PGP if 100 < int.from_bytes(head[1:3], "big") < 2100 else None
    if (
        first in (0x8C, 0xC3)
        and 4 <= length <= 60
        and head[2] in (4, 5)
        and head[3] in range(1, 14)
    ):
        return sig.PGP
    return None


def _frames(head: bytes) -> FileType | None:
    """Streams of frames without a header: MPEG transport, ADTS, MPEG audio."""
    if len(head) >= 377 and head[0] == 0x47 == head[188] == head[376]:
        return sig.MPEG_TS
    if len(head) >= 389 and head[4] == 0x47 == head[196] == head[388]:
        return sig.MPEG_TS
    if len(head) < 8 or head[0] != 0xFF:
        return None
    if head[1] in (0xF0, 0xF1, 0xF8, 0xF9):
        length = (head[3] & 3) << 11 | head[4] << 3 | head[5] >> 5
        follows = head[length : length + 2]
        return sig.AAC if length > 7 and (follows == head[:2] or length >= len(head)) else None
    return sig.MP3 if _mpeg_audio(head) else None


_MPEG1_LAYER3 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0)
_MPEG2_LAYER3 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0)
_RATES = (44_100, 48_000, 32_000, 0)


def _mpeg_audio(head: bytes) -> bool:
    """A layer III (or II) frame whose length leads to another one (ISO/IEC 11172-3)."""
    if head[1] & 0xE0 != 0xE0:
        return False
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    if version == 1 or layer not in (1, 2):
        return False
    rate = _RATES[head[2] >> 2 & 3] >> (0 if version == 3 else 1 if version == 2 else 2)
    table = _MPEG1_LAYER3 if version == 3 else _MPEG2_LAYER3
    bitrate = table[head[2] >> 4]
    if not rate or not bitrate:
        return False
    if layer == 2:
        return head[1] in (0xFC, 0xFD, 0xF4, 0xF5)
    length = (144_000 if version == 3 else 72_000) * bitrate // rate + (head[2] >> 1 & 1)
    following = head[length : length + 2]
    return len(following) < 2 or (following[0] == 0xFF and following[1] & 0xFE == head[1] & 0xFE)


def is_boot_sector(head: bytes) -> bool:
    """A sector that ends in 55 AA and starts with a jump, or holds a plausible partition table
    (boot flags 00 or 80, at least one partition with a type and a length)."""
    used = 0
    for at in range(446, 510, 16):
        if head[at] not in (0, 0x80):
            return head[0] in (0xEB, 0xE9)
        start, length = struct.unpack_from("<II", head, at + 8)
        used += bool(head[at + 4] and start and length)
    return used > 0 or head[0] in (0xEB, 0xE9)


_FINER: dict[str, Callable[[FileType, bytes], FileType | None]] = {
    "video/x-ms-wmv": _asf,
    "video/x-matroska": _matroska,
    "audio/ogg": _ogg,
    "application/java-vm": _cafebabe,
    "application/vnd.microsoft.portable-executable": _not_text,
    "image/jxl": _jpeg_xl,
    "application/x-arj": _arj,
    "audio/ac3": _ac3,
    "application/x-compress": _compress,
    "application/x-font-type1": _type1,
    "application/x-cpio": lambda f, h: f if h[:2] == b"07" else _old_cpio(f, h),
}
