"""EXIF built by hand, so that what is wrong in it is wrong on purpose."""

from __future__ import annotations

import struct

Value = tuple[int, int, bytes]  # TIFF type, count, bytes


def ascii_of(text: str) -> Value:
    raw = text.encode() + b"\0"
    return 2, len(raw), raw


def short(value: int) -> Value:
    return 3, 1, struct.pack("<H", value)


def rationals(*pairs: tuple[int, int]) -> Value:
    return 5, len(pairs), b"".join(struct.pack("<II", *pair) for pair in pairs)


def directory(tags: dict[int, Value], at: int) -> bytes:
    """One little-endian directory that stands at offset ``at``, its values behind it."""
    place = at + 2 + 12 * len(tags) + 4
    entries, values = b"", b""
    for tag, (kind, count, raw) in sorted(tags.items()):
        if len(raw) <= 4:
            entries += struct.pack("<HHI", tag, kind, count) + raw.ljust(4, b"\0")
        else:
            entries += struct.pack("<HHII", tag, kind, count, place + len(values))
            values += raw + b"\0" * (len(raw) % 2)
    return struct.pack("<H", len(tags)) + entries + b"\0\0\0\0" + values


def exif(
    main: dict[int, Value],
    photo: dict[int, Value] | None = None,
    gps: dict[int, Value] | None = None,
) -> bytes:
    """A TIFF header and up to three directories."""
    tags = dict(main)
    pointers = [(0x8769, photo), (0x8825, gps)]
    for tag, sub in pointers:
        if sub is not None:
            tags[tag] = (4, 1, b"\0\0\0\0")
    at = 8 + len(directory(tags, 8))
    behind = b""
    for tag, sub in pointers:
        if sub is not None:
            tags[tag] = (4, 1, struct.pack("<I", at))
            written = directory(sub, at)
            behind += written
            at += len(written)
    return b"II*\0\x08\0\0\0" + directory(tags, 8) + behind
