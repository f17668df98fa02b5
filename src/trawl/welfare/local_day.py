"""Days and hours of the clock in the unit's time zone. Moments are microseconds UTC."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from trawl.errors import WelfareError

Hours = tuple[str, str]
"""``("07:00", "19:00")``: from, until; a later ``from`` means over midnight."""


def zone(name: str) -> ZoneInfo:
    """A time zone by its IANA name. Raises WelfareError."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise WelfareError(
            f"There is no time zone {name!r} on this machine.",
            hint="Use a name such as Europe/London or UTC.",
        ) from error


def day_of(at_us: int, where: ZoneInfo) -> date:
    """The day a moment belongs to."""
    return datetime.fromtimestamp(at_us / 1e6, UTC).astimezone(where).date()


def day_bounds(day: date, where: ZoneInfo) -> tuple[int, int]:
    """A day's first moment, and the next day's: 23 to 25 hours apart."""
    return _moment(day, time(), where), _moment(day + timedelta(days=1), time(), where)


def parsed_hours(hours: Hours) -> tuple[time, time]:
    """The two times. Raises WelfareError when they are none, or the same."""
    if not all(re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", each) for each in hours):
        raise WelfareError("Hours are written like 07:00 and 19:00.")
    start, end = (time.fromisoformat(each) for each in hours)
    if start == end:
        raise WelfareError("The hours must begin and end at two different times of the day.")
    return start, end


def opens_us(at_us: int, hours: Hours, where: ZoneInfo) -> int | None:
    """None within the hours; else when they next begin."""
    start, end = parsed_hours(hours)
    local = datetime.fromtimestamp(at_us / 1e6, UTC).astimezone(where)
    at = local.time()
    inside = start <= at < end if start < end else at >= start or at < end
    if inside:
        return None
    tomorrow = local.date() + timedelta(days=1)
    begins = [
        _moment(local.date(), start, where),
        _moment(local.date(), start.replace(fold=1), where),  # once more when clocks go back
        _moment(tomorrow, start, where),
    ]
    return min(each for each in begins if each > at_us)


def _moment(day: date, at: time, where: ZoneInfo) -> int:
    return round(datetime.combine(day, at, where).timestamp() * 1e6)
