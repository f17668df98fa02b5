"""The ledger: what an officer has been exposed to, day by day. It is there to protect them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from trawl.errors import WelfareError
from trawl.model.access import Act, Officer
from trawl.store.access import require
from trawl.store.database import Database, Reader, Session
from trawl.store.showings import Exposure, exposures
from trawl.store.watches import viewings
from trawl.welfare.intervals import Interval, within
from trawl.welfare.local_day import day_bounds, day_of, zone
from trawl.welfare.policy import policy_of

MOST_DAYS = 3_660
"""Ten years: of one's own."""
YEAR = 366
"""The most of others, alone or together."""


@dataclass(slots=True)
class Figures:
    """How many media were shown, and for how long in all (one after the other, in
    milliseconds)."""

    shown: int = 0
    ms: int = 0

    def add(self, other: Exposure | Figures) -> None:
        """Count the other's too."""
        self.shown += other.shown
        self.ms += other.ms


@dataclass(slots=True)
class LedgerDay:
    """One day. ``ms``: with any media on screen, many at once counted once. ``shown``: how many
    times a media was shown. ``by_category``: under the empty code those without a category."""

    day: str
    ms: int
    shown: int = 0
    by_clarity: dict[str, Figures] = field(default_factory=dict)
    by_category: dict[str, Figures] = field(default_factory=dict)

    def add(self, row: Exposure) -> None:
        """Count a sum of showings."""
        self.shown += row.shown
        self.by_clarity.setdefault(row.clarity, Figures()).add(row)
        self.by_category.setdefault(row.category or "", Figures()).add(row)


def own_ledger(database: Database, officer: Officer, days: int) -> list[LedgerDay]:
    """All of an officer's own of the last ``days`` days (1 to 3,660), today last; days
    without anything are left out. Raises AccessRefused, WelfareError."""
    with database.session(officer) as session:
        require(session, officer, Act.WELFARE_SELF, None)
        session.audit(Act.WELFARE_SELF, case_id=None, subject="own ledger", detail={"days": days})
        span = last_days(days, session.clock(), policy_of(session).timezone, MOST_DAYS)
    with database.reader() as reader:
        return ledger_of(reader, officer.id, span)


@dataclass(frozen=True, slots=True)
class Span:
    """Days, the first and the last included, in a time zone; nothing from ``until_us`` on."""

    first: date
    last: date
    zone: ZoneInfo
    until_us: int

    @property
    def bounds(self) -> tuple[int, int]:
        """From the first day's beginning until the end."""
        return day_bounds(self.first, self.zone)[0], self.until_us

    @property
    def over(self) -> Span:
        """As many days that are over: each a day earlier, until the last one's end."""
        first, last = (each - timedelta(days=1) for each in (self.first, self.last))
        return Span(first, last, self.zone, day_bounds(last, self.zone)[1])


def last_days(days: int, now_us: int, timezone: str, most: int = YEAR) -> Span:
    """The last ``days`` days, today included. Raises WelfareError."""
    if not 1 <= days <= most:
        raise WelfareError(f"A ledger is of 1 to {most} days.")
    where = zone(timezone)
    today = day_of(now_us, where)
    return Span(today - timedelta(days=days - 1), today, where, now_us)


def ledger_of(view: Reader | Session, officer_id: int, span: Span) -> list[LedgerDay]:
    """An officer's days that have anything in them."""
    found = exposures(view, span.first.isoformat(), span.last.isoformat(), officer_id)
    return days_of(found, viewings(view, officer_id, *span.bounds), span)


def days_of(
    rows: Iterable[Exposure], runs: Sequence[tuple[int, int]], span: Span
) -> list[LedgerDay]:
    """One officer's sums and runs of viewing, by day."""
    days: dict[str, LedgerDay] = {}
    for day, looked_us in _looked_us(within(runs, *span.bounds), span.zone).items():
        if looked_us >= 1000:
            days[day.isoformat()] = LedgerDay(day.isoformat(), looked_us // 1000)
    for row in rows:
        days.setdefault(row.day, LedgerDay(row.day, 0)).add(row)
    return [days[day] for day in sorted(days)]


def _looked_us(runs: Iterable[Interval], where: ZoneInfo) -> dict[date, int]:
    """How long disjoint runs are on each day they touch, in microseconds."""
    looked: dict[date, int] = {}
    for start, end in runs:
        while start < end:
            day = day_of(start, where)
            upto = min(end, day_bounds(day, where)[1])
            looked[day] = looked.get(day, 0) + upto - start
            start = upto
    return looked
