"""Directories of tags as TIFF 6.0 lays them out, which is also the body of EXIF.

A reader of its own because hostile files loop, overlap and lie about counts: every directory is
read once, from bounds that are checked, and nothing is followed that was not asked for.
"""

from __future__ import annotations

import struct
from typing import NamedTuple

MAX_ENTRIES = 400
MAX_NUMBERS = 64
MAX_TEXT = 1024

_ORDERS = {b"II*\x00": "<", b"MM\x00*": ">", b"IIRO": "<", b"IIRS": "<", b"IIU\x00": "<"}
_ORDERS[b"MMOR"] = ">"
_WIDTH = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 129: 1}
_CODE = {1: "B", 3: "H", 4: "I", 6: "b", 8: "h", 9: "i", 11: "f", 12: "d", 13: "I"}
_RATIONAL = {5: "I", 10: "i"}
ASCII, UNDEFINED, UTF8 = 2, 7, 129


class Field(NamedTuple):
    """One entry: its TIFF type, the number of its values, and where they start."""

    type: int
    number: int
    at: int


Directory = dict[int, Field]


class TiffDirectories:
    """Reads directories out of ``data``, which starts with a TIFF header.

    Raises ValueError when it does not.
    """

    def __init__(self, data: bytes) -> None:
        order = _ORDERS.get(data[:4])
        if order is None or len(data) < 8:
            raise ValueError("no TIFF header")
        self.data = data
        self._order = order
        self._entry = struct.Struct(order + "HHI4s")
        (self.first,) = struct.unpack_from(order + "I", data, 4)

    def directory(self, at: int) -> Directory:
        """The entries of the directory at offset ``at``; those that lie outside are left out."""
        data = self.data
        if not 8 <= at <= len(data) - 2:
            return {}
        (count,) = struct.unpack_from(self._order + "H", data, at)
        count = min(count, MAX_ENTRIES, (len(data) - at - 2) // 12)
        fields: Directory = {}
        start = at + 2
        body = data[start : start + 12 * count]
        for index, (tag, kind, number, value) in enumerate(self._entry.iter_unpack(body)):
            width = _WIDTH.get(kind)
            if width is None:
                continue
            place = start + 12 * index + 8
            if width * number > 4:
                (place,) = struct.unpack(self._order + "I", value)
                if place + width * number > len(data):
                    continue
            fields.setdefault(tag, Field(kind, number, place))
        return fields

    def numbers(self, field: Field | None, limit: int = MAX_NUMBERS) -> tuple[float | None, ...]:
        """The values; a rational without a denominator is None. Empty when not numeric."""
        if field is None:
            return ()
        count = min(field.number, limit)
        code = _CODE.get(field.type)
        if code is not None:
            return struct.unpack_from(f"{self._order}{count}{code}", self.data, field.at)
        code = _RATIONAL.get(field.type)
        if code is None:
            return ()
        flat = struct.unpack_from(f"{self._order}{2 * count}{code}", self.data, field.at)
        return tuple(
            over / under if under else None
            for over, under in zip(flat[::2], flat[1::2], strict=True)
        )

    def whole(self, field: Field | None) -> int | None:
        """The first value, where it is a whole number."""
        values = self.numbers(field, 1)
        return values[0] if values and isinstance(values[0], int) else None

    def text(self, field: Field | None) -> str | None:
        """Text up to the first NUL, without blanks around it; None when there is none."""
        if field is None or field.type not in (ASCII, UNDEFINED, UTF8):
            return None
        raw = self.data[field.at : field.at + min(field.number, MAX_TEXT)].split(b"\0", 1)[0]
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError:
            text = raw.decode("latin-1")
        text = text.strip()
        if not text.isprintable():
            text = "".join(c for c in text if c.isprintable())
        return text or None

    def raw(self, field: Field | None) -> bytes:
        """The bytes of a field, empty without one."""
        if field is None:
            return b""
        return self.data[field.at : field.at + field.number * _WIDTH[field.type]]
