"""Totals of the unit, for those who answer for it: never of one officer, nor of so few that one
could be worked out.

A figure to which fewer than three officers contributed is withheld: the minimum frequency rule
of statistical disclosure control with n = 3 (Hundepool et al., Handbook on Statistical Disclosure
Control, version 1.2, 2010, chapter 4). Where one part of a breakdown is withheld all of it is,
and totals are of the days that are told: what is withheld cannot be found by subtraction. Only days
that are over are told: of a day under way, the difference between two looks would be the work of
whoever looked in between.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from trawl.model.access import Act, Officer
from trawl.store.access import require
from trawl.store.database import Database, Reader
from trawl.store.showings import exposures
from trawl.store.watches import viewers
from trawl.welfare.ledger import Figures, LedgerDay, Span, last_days, ledger_of
from trawl.welfare.policy import policy_of

FEWEST = 3


@dataclass(slots=True)
class UnitDay:
    """One day of the unit. A breakdown is None where it is withheld."""

    day: str
    officers: int
    ms: int = 0
    shown: int = 0
    by_clarity: dict[str, Figures] | None = None
    by_category: dict[str, Figures] | None = None


@dataclass(slots=True)
class UnitTotals:
    """Days on which at least ``FEWEST`` officers looked, how many were withheld because fewer
    did, and the totals of those that are told."""

    days: list[UnitDay] = field(default_factory=list)
    withheld: int = 0
    ms: int = 0
    shown: int = 0


def unit_totals(database: Database, officer: Officer, days: int) -> UnitTotals:
    """The unit's totals of the last ``days`` days (1 to 366) that are over. Raises
    AccessRefused, WelfareError."""
    with database.session(officer) as session:
        require(session, officer, Act.WELFARE_UNIT_READ, None)
        session.audit(Act.WELFARE_UNIT_READ, case_id=None, subject="unit", detail={"days": days})
        span = last_days(days, session.clock(), policy_of(session).timezone).over
    with database.reader() as reader:
        return _totals(_by_day(reader, span))


def _by_day(view: Reader, span: Span) -> dict[str, list[LedgerDay]]:
    """Each day's officers, without saying who they are."""
    rows = exposures(view, span.first.isoformat(), span.last.isoformat())
    looked = {row.officer_id for row in rows} | set(viewers(view, *span.bounds))
    days: dict[str, list[LedgerDay]] = {}
    for officer_id in sorted(looked):
        for day in ledger_of(view, officer_id, span):
            days.setdefault(day.day, []).append(day)
    return days


def _totals(by_day: dict[str, list[LedgerDay]]) -> UnitTotals:
    totals = UnitTotals()
    for day in sorted(by_day):
        officers = by_day[day]
        if len(officers) < FEWEST:
            totals.withheld += 1
            continue
        told = UnitDay(
            day,
            officers=len(officers),
            ms=sum(each.ms for each in officers),
            shown=sum(each.shown for each in officers),
            by_clarity=_breakdown(officers, lambda each: each.by_clarity),
            by_category=_breakdown(officers, lambda each: each.by_category),
        )
        totals.days.append(told)
        totals.ms += told.ms
        totals.shown += told.shown
    return totals


def _breakdown(
    officers: Iterable[LedgerDay], part: Callable[[LedgerDay], dict[str, Figures]]
) -> dict[str, Figures] | None:
    """The parts' sums; None when one of them is of fewer than ``FEWEST`` officers."""
    sums: dict[str, Figures] = {}
    contributors: dict[str, int] = {}
    for officer in officers:
        for name, figures in part(officer).items():
            sums.setdefault(name, Figures()).add(figures)
            contributors[name] = contributors.get(name, 0) + 1
    if any(count < FEWEST for count in contributors.values()):
        return None
    return dict(sorted(sums.items()))
