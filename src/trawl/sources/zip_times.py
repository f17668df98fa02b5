"""The times a zip record bears, the finest first."""

from __future__ import annotations

import calendar
import struct
from typing import NamedTuple

from trawl.sources.zip_records import NTFS_EXTRA, UNIX_EXTRA, ZipRecord

_FILETIME_EPOCH = 116_444_736_000_000_000  # 1970-01-01 in 100 ns since 1601-01-01


class Times(NamedTuple):
    """Microseconds since 1970-01-01 UTC; the DOS time alone is of an unnamed local clock and
    stands here as if it were UTC."""

    modified_us: int | None = None
    created_us: int | None = None
    accessed_us: int | None = None


def times_of(record: ZipRecord) -> Times:
    """NTFS times where they are, else Unix time, else the DOS time."""
    unix: Times | None = None
    for tag, data in record.extras():
        if tag == NTFS_EXTRA and len(data) >= 32 and data[4:8] == b"\x01\x00\x18\x00":
            modified, accessed, created = struct.unpack("<3Q", data[8:32])
            return Times(
                _from_filetime(modified), _from_filetime(created), _from_filetime(accessed)
            )
        if tag == UNIX_EXTRA and len(data) >= 5 and data[0] & 1:
            unix = Times(struct.unpack("<i", data[1:5])[0] * 1_000_000)
    return unix or Times(_from_dos(record.dos_date, record.dos_time))


def _from_filetime(ticks: int) -> int | None:
    return (ticks - _FILETIME_EPOCH) // 10 if 0 < ticks < 1 << 63 else None


def _from_dos(date: int, time: int) -> int | None:
    year, month, day = 1980 + (date >> 9), date >> 5 & 15, date & 31
    hour, minute, second = time >> 11, time >> 5 & 63, (time & 31) * 2
    if not (1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]):
        return None
    if hour > 23 or minute > 59 or second > 59:
        return None
    return calendar.timegm((year, month, day, hour, minute, second)) * 1_000_000
