"""Shapes of the ledger, trends, the unit's totals and exposure avoided. Durations ms."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pydantic import BaseModel

from trawl.api.waiting import Waiting
from trawl.api.welfare_shapes import PersonShape
from trawl.model.case import Case
from trawl.welfare.consents import Trend, TrendDay
from trawl.welfare.ledger import Figures, LedgerDay
from trawl.welfare.unit_totals import UnitDay, UnitTotals


def _shown(parts: dict[str, Figures]) -> dict[str, int]:
    return {name: each.shown for name, each in parts.items()}


def _lasted(parts: dict[str, Figures]) -> dict[str, int]:
    return {name: each.ms for name, each in parts.items()}


class LedgerDayShape(BaseModel):
    """One day of an officer. ``ms``: with any media on screen; ``shown``: how many times a media
    was shown, also by clarity and by category (empty: none). ``ms_by_…``: for how long, one after
    the other, by what the pages told."""

    day: str
    ms: int
    shown: int
    by_clarity: dict[str, int]
    by_category: dict[str, int]
    ms_by_clarity: dict[str, int]
    ms_by_category: dict[str, int]

    @classmethod
    def of(cls, day: LedgerDay) -> LedgerDayShape:
        """The shape of a day."""
        return cls(
            day=day.day,
            ms=day.ms,
            shown=day.shown,
            by_clarity=_shown(day.by_clarity),
            by_category=_shown(day.by_category),
            ms_by_clarity=_lasted(day.by_clarity),
            ms_by_category=_lasted(day.by_category),
        )


class AvoidedInCase(BaseModel):
    """What matching and stacks saved in one case. ``files``: pictures and videos nobody needs to
    look at; ``stacks``: those of them that a stack saves; ``own``: media the officer has graded
    without seeing them; null where it was not worked out."""

    id: int
    name: str
    files: int
    stacks: int
    own: int | None


class AvoidedShape(BaseModel):
    """What matching and stacks saved in the officer's cases. ``left_out``: further cases whose
    figures are not at hand, being older or just prepared."""

    files: int
    stacks: int
    own: int | None
    by_case: list[AvoidedInCase]
    left_out: int

    @classmethod
    def of(cls, cases: Sequence[Case], found: dict[int, Waiting]) -> AvoidedShape:
        """The shape, from the figures of cases."""
        rows = [
            AvoidedInCase(
                id=case.id,
                name=case.name,
                files=found[case.id].files,
                stacks=found[case.id].stacks,
                own=found[case.id].own,
            )
            for case in cases
            if case.id in found
        ]
        return cls(
            files=sum(row.files for row in rows),
            stacks=sum(row.stacks for row in rows),
            own=_sum(row.own for row in rows),
            by_case=rows,
            left_out=len(cases) - len(rows),
        )


def _sum(given: Iterable[int | None]) -> int | None:
    """The sum; None when one of them is not known."""
    total = 0
    for each in given:
        if each is None:
            return None
        total += each
    return total


class LedgerShape(BaseModel):
    """Exposure had, day by day, beside exposure avoided."""

    days: list[LedgerDayShape]
    avoided: AvoidedShape


class TrendDayShape(BaseModel):
    """One day of an officer, for a counsellor: how long, and how many."""

    day: str
    ms: int
    shown: int

    @classmethod
    def of(cls, day: TrendDay) -> TrendDayShape:
        """The shape of a day."""
        return cls(day=day.day, ms=day.ms, shown=day.shown)


class TrendShape(BaseModel):
    """An officer's days, for a counsellor."""

    officer: PersonShape
    days: list[TrendDayShape]

    @classmethod
    def of(cls, trend: Trend) -> TrendShape:
        """The shape of a trend."""
        return cls(
            officer=PersonShape(id=trend.officer_id, name=trend.name),
            days=[TrendDayShape.of(each) for each in trend.days],
        )


class UnitDayShape(BaseModel):
    """One day of the unit; a breakdown is null where too few officers contributed to a part."""

    day: str
    officers: int
    ms: int
    shown: int
    by_clarity: dict[str, int] | None
    by_category: dict[str, int] | None

    @classmethod
    def of(cls, day: UnitDay) -> UnitDayShape:
        """The shape of a day."""
        return cls(
            day=day.day,
            officers=day.officers,
            ms=day.ms,
            shown=day.shown,
            by_clarity=None if day.by_clarity is None else _shown(day.by_clarity),
            by_category=None if day.by_category is None else _shown(day.by_category),
        )


class UnitShape(BaseModel):
    """Totals of the unit on days that are over and on which at least three officers looked, and
    how many days are withheld because fewer did."""

    days: list[UnitDayShape]
    withheld: int
    ms: int
    shown: int

    @classmethod
    def of(cls, totals: UnitTotals) -> UnitShape:
        """The shape of totals."""
        return cls(
            days=[UnitDayShape.of(each) for each in totals.days],
            withheld=totals.withheld,
            ms=totals.ms,
            shown=totals.shown,
        )
