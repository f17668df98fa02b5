"""EXIF (CIPA DC-008): when, with what, and where a picture was taken.

Nothing here is trusted: offsets and counts are bounded by ``tiff_directory``, times must be
dates, places must be on the globe.
"""

from __future__ import annotations

import calendar
import datetime
import re
from typing import TypedDict

from PIL import ExifTags

from trawl.passes.tiff_directory import Directory, Field, TiffDirectories

_MAKE, _MODEL, _ORIENTATION, _SOFTWARE = 0x010F, 0x0110, 0x0112, 0x0131
_DATE_TIME, _DATE_ORIGINAL, _DATE_DIGITIZED = 0x0132, 0x9003, 0x9004
_OFFSET, _OFFSET_ORIGINAL, _OFFSET_DIGITIZED = 0x9010, 0x9011, 0x9012
_SUBSEC, _SUBSEC_ORIGINAL, _SUBSEC_DIGITIZED = 0x9290, 0x9291, 0x9292
_EXIF_DIRECTORY, _GPS_DIRECTORY = 0x8769, 0x8825
_BODY_SERIAL, _CAMERA_SERIAL = 0xA431, 0xC62F

MAX_EXTRA = 64
MAX_EXTRA_TEXT = 256
_FEW_NUMBERS = 4
_COLUMNS = frozenset(
    {_MAKE, _MODEL, _ORIENTATION, _SOFTWARE, _BODY_SERIAL, _CAMERA_SERIAL}
    | {_DATE_ORIGINAL, _OFFSET_ORIGINAL, _SUBSEC_ORIGINAL}
)
# Where the pixels lie, and directories: of no use to a reader.
_LAYOUT = frozenset(
    {0x0100, 0x0101, 0x0103, 0x0111, 0x0115, 0x0117, 0x011C, 0x0142, 0x0143, 0x0144, 0x0145}
    | {0x014A, 0x0153}
    | {0x0201, 0x0202, 0x0211, 0x0212, 0x0213, 0x0214, 0x8769, 0x8825, 0xA005, 0x927C, 0x02BC}
    | {0x8773, 0x83BB, 0x8649, 0xEA1C, 0xC4A5, 0x00FE, 0x0102, 0x0106, 0x0116, 0x0152}
)
_CLOCK = re.compile(
    r"(\d{4})[:/.-](\d\d?)[:/.-](\d\d?)[ T](\d\d?):(\d\d?)(?::(\d\d?))?(?:[.,](\d{1,9}))?"
    r"\s*(Z|[+-]\d\d:?\d\d)?"
)
_ZONE = re.compile(r"([+-])(\d\d):?(\d\d)")
_MICRO = 1_000_000


class ExifFacts(TypedDict, total=False):
    """Those of ``model.media.Facts`` that EXIF knows, under the same names."""

    orientation: int
    taken_at_us: int
    taken_offset_min: int
    camera_make: str
    camera_model: str
    camera_serial: str
    software: str
    latitude: float
    longitude: float
    altitude: float


Extra = dict[str, str | int | float]


def read_exif(blob: bytes) -> tuple[ExifFacts, Extra]:
    """Facts, and the remaining readable tags by their EXIF names (64 at most, 256 characters
    each). ``blob`` starts with the TIFF header. Both are empty when it is not EXIF."""
    try:
        tiff = TiffDirectories(blob.removeprefix(b"Exif\0\0"))
    except ValueError:
        return {}, {}
    main = tiff.directory(tiff.first)
    photo = tiff.directory(tiff.whole(main.get(_EXIF_DIRECTORY)) or 0)
    gps = tiff.directory(tiff.whole(main.get(_GPS_DIRECTORY)) or 0)
    facts: ExifFacts = {}
    _camera(tiff, main, photo, facts)
    _time(tiff, main, photo, facts)
    extra: Extra = {}
    if gps:
        _place(tiff, gps, facts)
        _gps_time(tiff, gps, extra)
    for directory in (main, photo):
        _remaining(tiff, directory, extra)
    return facts, extra


def _camera(tiff: TiffDirectories, main: Directory, photo: Directory, facts: ExifFacts) -> None:
    if make := tiff.text(main.get(_MAKE)):
        facts["camera_make"] = make[:MAX_EXTRA_TEXT]
    if model := tiff.text(main.get(_MODEL)):
        facts["camera_model"] = model[:MAX_EXTRA_TEXT]
    if software := tiff.text(main.get(_SOFTWARE)):
        facts["software"] = software[:MAX_EXTRA_TEXT]
    serial = tiff.text(photo.get(_BODY_SERIAL)) or tiff.text(main.get(_CAMERA_SERIAL))
    if serial:
        facts["camera_serial"] = serial[:MAX_EXTRA_TEXT]
    orientation = tiff.whole(main.get(_ORIENTATION))
    if orientation is not None and 1 <= orientation <= 8:
        facts["orientation"] = orientation


def _time(tiff: TiffDirectories, main: Directory, photo: Directory, facts: ExifFacts) -> None:
    for field, subsec, offset in (
        (photo.get(_DATE_ORIGINAL), _SUBSEC_ORIGINAL, _OFFSET_ORIGINAL),
        (photo.get(_DATE_DIGITIZED), _SUBSEC_DIGITIZED, _OFFSET_DIGITIZED),
        (main.get(_DATE_TIME), _SUBSEC, _OFFSET),
    ):
        written = tiff.text(field)
        found = clock_time(written) if written else None
        if found is None:
            continue
        at, minutes = found
        fraction = tiff.text(photo.get(subsec))
        if at % _MICRO == 0 and fraction and fraction.isdecimal() and fraction.isascii():
            at += int(fraction[:6].ljust(6, "0"))
        facts["taken_at_us"] = at
        zone = tiff.text(photo.get(offset))
        minutes = zone_minutes(zone) if zone else minutes
        if minutes is not None:
            facts["taken_offset_min"] = minutes
        return


def clock_time(written: str) -> tuple[int, int | None] | None:
    """Microseconds of the clock since 1970-01-01, and its distance from UTC in minutes where it
    is written too; None when it is no date (EXIF fills unknown times with zeros or blanks)."""
    match = _CLOCK.match(written)
    if match is None:
        return None
    year, month, day, hour, minute = (int(part) for part in match.groups()[:5])
    try:
        moment = datetime.datetime(
            year, month, day, hour, minute, min(int(match[6] or 0), 59), tzinfo=datetime.UTC
        )
    except ValueError:
        return None
    micro = int((match[7] or "")[:6].ljust(6, "0"))
    minutes = zone_minutes(match[8]) if match[8] else None
    return calendar.timegm(moment.timetuple()) * _MICRO + micro, minutes


def zone_minutes(written: str) -> int | None:
    """``+02:00`` as 120; None when it is no offset."""
    if written.startswith("Z"):
        return 0
    match = _ZONE.match(written)
    if match is None:
        return None
    minutes = int(match[2]) * 60 + int(match[3])
    if minutes > 15 * 60:
        return None
    return -minutes if match[1] == "-" else minutes


def _place(tiff: TiffDirectories, gps: Directory, facts: ExifFacts) -> None:
    latitude = _degrees(tiff, gps.get(2), tiff.text(gps.get(1)), "S", 90)
    longitude = _degrees(tiff, gps.get(4), tiff.text(gps.get(3)), "W", 180)
    if latitude is None or longitude is None:
        return
    facts["latitude"], facts["longitude"] = latitude, longitude
    height = tiff.numbers(gps.get(6), 1)
    if height and height[0] is not None and abs(height[0]) < 100_000:
        below = tiff.numbers(gps.get(5), 1) == (1,)
        facts["altitude"] = round(-height[0] if below else height[0], 3)


def _degrees(
    tiff: TiffDirectories, field: Field | None, side: str | None, negative: str, limit: int
) -> float | None:
    """Degrees, minutes, seconds as one number. A missing minute or second counts as zero."""
    parts = tiff.numbers(field, 3)
    if not parts or parts[0] is None:
        return None
    value = sum((part or 0.0) / 60.0**power for power, part in enumerate(parts))
    if not -limit <= value <= limit:  # not a number is outside too
        return None
    return round(-value if (side or "").upper().startswith(negative) else value, 8)


def _gps_time(tiff: TiffDirectories, gps: Directory, extra: Extra) -> None:
    date, clock = tiff.text(gps.get(0x1D)), tiff.numbers(gps.get(7), 3)
    if date and len(clock) == 3 and None not in clock:
        hour, minute, second = (float(part or 0) for part in clock)
        extra["GPSTime"] = f"{date} {hour:02.0f}:{minute:02.0f}:{second:02.0f} UTC"[:64]
    if direction := tiff.numbers(gps.get(0x11), 1):
        extra["GPSImgDirection"] = direction[0] if direction[0] is not None else "unknown"


def _remaining(tiff: TiffDirectories, directory: Directory, extra: Extra) -> None:
    names = ExifTags.TAGS
    for tag, field in directory.items():
        if len(extra) >= MAX_EXTRA:
            return
        if tag in _COLUMNS or tag in _LAYOUT or field.number > 4 * MAX_EXTRA_TEXT:
            continue
        name = names.get(tag)
        value = _readable(tiff, field) if name else None
        if name and value is not None:
            extra[name] = value


def _readable(tiff: TiffDirectories, field: Field) -> str | int | float | None:
    """A number, a few numbers, or text; None for anything binary."""
    if field.type in (2, 129):
        text = tiff.text(field)
        return text[:MAX_EXTRA_TEXT] if text else None
    if field.type == 7:
        raw = tiff.raw(field).rstrip(b"\0")
        text = raw.removeprefix(b"ASCII\0\0\0").decode("latin-1").strip()
        return text[:MAX_EXTRA_TEXT] if text.isascii() and text.isprintable() and text else None
    if field.number > _FEW_NUMBERS:
        return None
    numbers = [
        round(n, 6) if isinstance(n, float) else n for n in tiff.numbers(field) if n is not None
    ]
    if len(numbers) == 1:
        value = numbers[0]
        return value if value == value and abs(value) != float("inf") else None
    return ", ".join(str(n) for n in numbers) or None
