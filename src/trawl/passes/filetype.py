"""Type by content: a table of signatures first, then text, then puremagic for the rest.

The name of a file plays no part. Where the first bytes say only the family (zip, OLE, ISO base
media, RIFF, TIFF …) ``containers`` looks further in.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable

import puremagic

from trawl.model.media import FileType, Kind
from trawl.passes import containers
from trawl.passes import signatures as sig

ReadAt = Callable[[int, int], bytes]

# Every byte that text in UTF-8 or an 8-bit code page holds; ESC and form feed included.
_TEXT_BYTES = bytes({7, 8, 9, 10, 11, 12, 13, 27} | set(range(0x20, 0x100)) - {0x7F})
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|script|title|table|div|p)[\s>]", re.I)
_JSON = re.compile(rb'[\[{]\s*(?:["\[{\]}]|-?\d|true|false|null)')
_ISO_DESCRIPTOR = 32_769
_ENOUGH_TEXT = 256
_PUREMAGIC_BYTES = 3  # a shorter match says too little


def detect(head: bytes, size: int, read_at: ReadAt | None = None) -> FileType:
    """What a content is.

    ``head``: its first bytes, 4,096 where it has so many. ``size``: bytes in all. ``read_at``
    (offset, length) gives other bytes when they are cheap to have; without it zip, OLE and disk
    images are told less finely. Raises nothing of its own; what ``read_at`` raises passes on.
    """
    if size == 0:
        return sig.EMPTY
    found = _by_signature(head, size, read_at) or _text_type(head)
    if found is not None:
        return found
    return _far_signature(size, read_at) or _by_puremagic(head)


def _by_signature(head: bytes, size: int, read_at: ReadAt | None) -> FileType | None:
    for prefix, found in sig.BY_PREFIX.get(head[:2], ()):
        if head.startswith(prefix):
            return containers.refine(found, head, read_at)
    special = containers.family(head, size, read_at)
    if special is not None:
        return special
    for offset, pattern, found in sig.BY_OFFSET:
        if head.startswith(pattern, offset):
            return found
    if head[510:512] == b"\x55\xaa" and containers.is_boot_sector(head):
        return sig.RAW_DISK
    if b"%PDF-" in head[:1024]:
        return sig.PDF
    return None


def _text_type(head: bytes) -> FileType | None:
    """Text of some sort, or None."""
    if b"\0" in head:
        return sig.TEXT if _is_wide(head) else None
    if head.translate(None, _TEXT_BYTES):
        return None
    if not _is_utf8(head) and not _is_code_page(head):
        return None
    return _markup_type(head.lstrip(b"\xef\xbb\xbf \t\r\n"))


def _is_wide(head: bytes) -> bool:
    """UTF-16 or UTF-32, with or without its mark: decodes, and is mostly ASCII or CJK words."""
    for encoding, unit in (("utf-16-le", 2), ("utf-16-be", 2), ("utf-32-le", 4), ("utf-32-be", 4)):
        try:
            text = head[: len(head) // unit * unit].decode(encoding).removeprefix("\ufeff")
        except UnicodeDecodeError as error:
            if error.start < len(head) - 4:
                continue
            text = head[: error.start].decode(encoding)
        plain = sum(c.isascii() and (c.isprintable() or c in "\r\n\t") for c in text[:512])
        if plain >= 8 and plain * 10 >= 9 * min(len(text), 512):
            return True
    return False


def _is_utf8(head: bytes) -> bool:
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start >= len(head) - 3 and error.reason == "unexpected end of data"
    return True


def _is_code_page(head: bytes) -> bool:
    """Text in a national code, one byte or two: already free of binary control bytes, which
    compressed or random data of this length never is; shorter heads need blanks as words do."""
    return len(head) >= _ENOUGH_TEXT or sum(head.count(c) for c in b" \n\r\t,;") * 25 >= len(head)


def _markup_type(text: bytes) -> FileType:
    start = text[:1]
    if start == b"<":
        opening = text[:1024]
        if b"<svg" in opening:
            return sig.SVG
        if _HTML.match(text) or (_HTML.search(opening) and not text.startswith(b"<?xml")):
            return sig.HTML
        if text.startswith((b"<?xml", b"<!DOCTYPE")) or re.match(
            rb"<[A-Za-z_][\w:.-]*[\s/>]", text
        ):
            return sig.XML
    elif start in b"[{" and _JSON.match(text):
        return sig.JSON
    elif _looks_csv(text):
        return sig.CSV
    return sig.TEXT


def _looks_csv(text: bytes) -> bool:
    """Three lines at least, each with the same number (two or more) of one separator."""
    lines = text[:2048].split(b"\n")[:-1][:8]
    if len(lines) < 3:
        return False
    for separator in b",;\t":
        first = lines[0].count(separator)
        if first >= 2 and all(line.count(separator) == first for line in lines):
            return True
    return False


def _far_signature(size: int, read_at: ReadAt | None) -> FileType | None:
    """What is only seen far inside or at the end: ISO 9660, btrfs, fixed VHD, DMG, TGA."""
    if read_at is None or size < 512:
        return None
    tail = read_at(size - 512, 512)
    if tail.startswith(b"conectix"):
        return sig.VHD
    if tail.startswith(b"koly"):
        return sig.DMG
    if tail[-18:-2] == b"TRUEVISION-XFILE":
        return sig.TGA
    if size > _ISO_DESCRIPTOR + 5 and read_at(_ISO_DESCRIPTOR, 5) in (b"CD001", b"BEA01"):
        return sig.ISO
    if size > 66_000 and read_at(65_600, 8) == b"_BHRfS_M":
        return sig.RAW_DISK
    return None


def _by_puremagic(head: bytes) -> FileType:
    """What puremagic's larger table says, where its match is longer than chance."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            matches = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        return sig.UNKNOWN
    sure = [m for m in matches if len(m.byte_match or b"") > _PUREMAGIC_BYTES and m.mime_type]
    if not sure:
        return sig.UNKNOWN
    longest = len(sure[0].byte_match)
    names = {m.extension.lstrip(".").lower() for m in sure if len(m.byte_match) == longest}
    return FileType(sure[0].mime_type, Kind.OTHER, tuple(sorted(names | {"bin", "dat"})))
