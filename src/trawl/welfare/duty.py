"""Who is there when, by the roster: shifts of counsellors less their holidays."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from trawl.store.database import Reader, Session
from trawl.store.shifts import Shift, ShiftKind, shifts_between
from trawl.welfare.intervals import Interval, union, without

FOUR_WEEKS_US = 28 * 86_400_000_000


@dataclass(frozen=True, slots=True)
class OnDuty:
    """A counsellor who is there now, how to reach them, and until when their shift goes."""

    id: int
    name: str
    how: str
    until_us: int


def on_duty_now(view: Reader | Session, now_us: int) -> list[OnDuty]:
    """Who is on duty at this moment: whose shift goes on longest first."""
    there = on_duty(shifts_between(view, now_us, now_us + 1), now_us)
    return sorted(there, key=lambda each: (-each.until_us, each.id))


def on_duty(shifts: Iterable[Shift], at_us: int) -> list[OnDuty]:
    """Who is on duty at a moment; once each, however many of their shifts overlap."""
    touching = [each for each in shifts if each.from_us <= at_us < each.until_us]
    away = {each.officer_id for each in touching if each.kind is ShiftKind.HOLIDAY}
    there: dict[int, OnDuty] = {}
    for each in touching:
        longest = there.get(each.officer_id)
        if each.officer_id in away or (longest and longest.until_us >= each.until_us):
            continue
        there[each.officer_id] = OnDuty(each.officer_id, each.name, each.how, each.until_us)
    return list(there.values())


def gaps(shifts: Iterable[Shift], from_us: int, until_us: int) -> list[Interval]:
    """The times between two moments when nobody is on duty."""
    by_officer: dict[int, list[Shift]] = {}
    for each in shifts:
        by_officer.setdefault(each.officer_id, []).append(each)
    covered: list[Interval] = []
    for own in by_officer.values():
        work = [(each.from_us, each.until_us) for each in own if each.kind is ShiftKind.WORK]
        away = [(each.from_us, each.until_us) for each in own if each.kind is ShiftKind.HOLIDAY]
        covered += without(work, away)
    return without([(from_us, until_us)], union(covered))
