"""What the tags of a container say: time, place, camera, and the rest to be shown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

TAGS_KEPT = 40
TAG_NAME_LENGTH = 60
TAG_LENGTH = 200

# Keys in order of trust, lower case. Apple writes the clock time with its offset; mvhd's
# creation_time is UTC by ISO/IEC 14496-12.
TIME_KEYS = ("com.apple.quicktime.creationdate", "creation_time", "datetimeoriginal", "date")
PLACE_KEYS = ("com.apple.quicktime.location.iso6709", "location", "location-eng", "gps")
MAKE_KEYS = ("com.apple.quicktime.make", "com.android.manufacturer", "make")
MODEL_KEYS = ("com.apple.quicktime.model", "com.android.model", "model")
SOFTWARE_KEYS = ("com.apple.quicktime.software", "software", "encoder", "encoding_tool")
# Said elsewhere, or about the container's own bookkeeping.
UNSHOWN = frozenset({"major_brand", "minor_version", "compatible_brands", "vendor_id", "language"})

_TIME = re.compile(
    r"(\d{4})[-:](\d\d)[-:](\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,6})\d*)?)?"
    r"\s*(Z|[+-]\d\d:?\d\d|[+-]\d\d)?\Z"
)
_PLACE = re.compile(
    r"([+-])(\d{2,6}(?:\.\d{1,12})?)([+-])(\d{3,7}(?:\.\d{1,12})?)([+-]\d{1,6}(?:\.\d{1,9})?)?"
)
# The zero of the QuickTime clock and of Unix time: a clock that was never set.
_UNSET = frozenset({(1904, 1, 1), (1970, 1, 1)})


class Taken(NamedTuple):
    """Clock time in microseconds since 1970 of that clock; its offset from UTC in minutes."""

    at_us: int
    offset_min: int | None


class Place(NamedTuple):
    """Degrees (WGS 84), metres."""

    latitude: float
    longitude: float
    altitude: float | None


def clean(text: str, length: int = TAG_LENGTH) -> str:
    """Text of a stranger made fit to store and show: no control characters, bounded."""
    kept = "".join(sign if sign.isprintable() else " " for sign in text[: 4 * length])
    return kept.strip()[:length]


def merged(*sources: Mapping[str, str]) -> dict[str, str]:
    """All tags in lower case; the first source that has one wins."""
    tags: dict[str, str] = {}
    for source in sources:
        for key, value in source.items():
            name, text = clean(key.lower(), TAG_NAME_LENGTH), clean(value)
            if name and text and len(tags) < 4 * TAGS_KEPT:
                tags.setdefault(name, text)
    return tags


def first(tags: Mapping[str, str], keys: Iterable[str]) -> str | None:
    return next((tags[key] for key in keys if key in tags), None)


def _offset(text: str | None) -> int | None:
    if text is None:
        return None
    if text == "Z":
        return 0
    digits = text[1:].replace(":", "").ljust(4, "0")
    minutes = 60 * int(digits[:2]) + int(digits[2:])
    return -minutes if text[0] == "-" else minutes


def time_of(text: str) -> Taken | None:
    """A time as ISO 8601 writes it (also with EXIF's colons); None when it is none."""
    match = _TIME.match(text)
    if match is None:
        return None
    *numbers, fraction, offset = match.groups()
    try:
        moment = datetime(*(int(number or 0) for number in numbers), tzinfo=UTC)  # type: ignore[arg-type, misc]
    except ValueError:
        return None
    if (moment.year, moment.month, moment.day) in _UNSET:
        return None
    at_us = (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    return Taken(at_us + int((fraction or "0").ljust(6, "0")), _offset(offset))


def _degrees(sign: str, digits: str, whole: int) -> float:
    """ISO 6709: degrees, or degrees and minutes, or those and seconds, by how many digits
    stand before the point (``whole`` of them are the degrees)."""
    length = len(digits.partition(".")[0])
    value = float(digits)
    if length == whole + 2:
        value = int(digits[:whole]) + float(digits[whole:]) / 60
    elif length == whole + 4:
        minutes, seconds = int(digits[whole : whole + 2]), float(digits[whole + 2 :])
        value = int(digits[:whole]) + minutes / 60 + seconds / 3600
    return -value if sign == "-" else value


def place_of(text: str) -> Place | None:
    """A place as ISO 6709 writes it (``+51.5074-000.1278+012.3/``); None when it is none.

    0 N 0 E is taken as no place: phones without a fix write it.
    """
    match = _PLACE.match(text)
    if match is None:
        return None
    latitude = _degrees(match[1], match[2], 2)
    longitude = _degrees(match[3], match[4], 3)
    if abs(latitude) > 90 or abs(longitude) > 180 or (latitude == 0 == longitude):
        return None
    return Place(latitude, longitude, float(match[5]) if match[5] else None)


def taken_in(tags: Mapping[str, str]) -> Taken | None:
    """The most trusted time among the tags."""
    found = (time_of(tags[key]) for key in TIME_KEYS if key in tags)
    return next((taken for taken in found if taken is not None), None)


def place_in(tags: Mapping[str, str]) -> Place | None:
    """The most trusted place among the tags."""
    found = (place_of(tags[key]) for key in PLACE_KEYS if key in tags)
    return next((place for place in found if place is not None), None)


def shown(tags: Mapping[str, str]) -> dict[str, str]:
    """The tags to be shown, at most ``TAGS_KEPT``, each as ``tag.<name>``."""
    names = [name for name in sorted(tags) if name not in UNSHOWN]
    return {f"tag.{name}": tags[name] for name in names[:TAGS_KEPT]}
