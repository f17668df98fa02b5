"""The roster against a grid of minutes; who sets it, and what it answers."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from welfare_unit import DAY, HOUR, MINUTE, Unit

from trawl.errors import AccessRefused, NotFound, WelfareError
from trawl.model.access import Act, Officer, Role
from trawl.store.shifts import Shift, ShiftKind
from trawl.welfare.duty import FOUR_WEEKS_US, gaps, on_duty
from trawl.welfare.local_day import day_bounds, day_of, opens_us
from trawl.welfare.roster import (
    add_shift,
    coming_gaps,
    list_counsellors,
    list_shifts,
    remove_shift,
)

shifts = st.lists(
    st.builds(
        lambda officer, start, long, kind: Shift(
            0, officer, "Cora", start * MINUTE, (start + long) * MINUTE, kind, ""
        ),
        st.integers(1, 3),
        st.integers(0, 200),
        st.integers(1, 120),
        st.sampled_from([ShiftKind.WORK, ShiftKind.WORK, ShiftKind.HOLIDAY]),
    ),
    max_size=8,
)


def there(some: list[Shift], at_us: int) -> set[int]:
    """Who is on duty in a minute: at work in one of their shifts and on no holiday."""

    def of(kind: ShiftKind) -> set[int]:
        return {
            each.officer_id
            for each in some
            if each.kind is kind and each.from_us <= at_us < each.until_us
        }

    return of(ShiftKind.WORK) - of(ShiftKind.HOLIDAY)


@given(shifts)
def test_gaps_are_the_minutes_with_nobody_there(some: list[Shift]) -> None:
    found = gaps(some, 30 * MINUTE, 250 * MINUTE)
    minutes = {at for start, end in found for at in range(start // MINUTE, end // MINUTE)}
    assert minutes == {at for at in range(30, 250) if not there(some, at * MINUTE)}
    assert found == sorted(found)


@given(shifts, st.integers(0, 330))
def test_on_duty_is_whoever_is_there(some: list[Shift], minute: int) -> None:
    found = on_duty(some, minute * MINUTE)
    assert sorted(each.id for each in found) == sorted(there(some, minute * MINUTE))
    assert all(each.until_us > minute * MINUTE for each in found)


def plan(unit: Unit, who: Officer, start: int, long: int, **more: ShiftKind) -> int:
    lead = unit[Role.WELFARE_LEAD]
    kind = more.get("kind", ShiftKind.WORK)
    return add_shift(
        unit.database, lead, who.id, unit.clock() + start, unit.clock() + start + long, kind, "x211"
    )


def test_the_roster_names_who_is_there_and_the_gaps(unit: Unit) -> None:
    cora, carl = unit[Role.COUNSELLOR], unit.enrol("Carl", Role.COUNSELLOR)
    assert coming_gaps(unit.database, unit.grader) == [(unit.clock(), unit.clock() + FOUR_WEEKS_US)]
    assert unit.line().on_duty is None
    for day in range(28):
        plan(unit, cora, day * DAY, 13 * HOUR)
        plan(unit, carl, day * DAY + 12 * HOUR, 12 * HOUR)
    assert coming_gaps(unit.database, unit.grader) == []
    away = plan(unit, cora, 2 * DAY, DAY, kind=ShiftKind.HOLIDAY)
    start = unit.clock() + 2 * DAY
    assert coming_gaps(unit.database, unit.grader) == [(start, start + 12 * HOUR)]
    found = unit.line().on_duty
    assert found is not None
    assert (found.id, found.name, found.how) == (cora.id, "Cora", "x211")
    unit.clock.now_us = start
    assert unit.line().on_duty is None
    remove_shift(unit.database, cora, away)
    assert unit.line().on_duty is not None
    with pytest.raises(NotFound):
        remove_shift(unit.database, cora, away)
    listed = list_shifts(unit.database, unit.grader, start, start + DAY)
    assert [each.name for each in listed] == ["Cora", "Carl"]
    assert list_counsellors(unit.database, unit.grader) == [(carl.id, "Carl"), (cora.id, "Cora")]


@pytest.mark.parametrize("role", Role)
def test_who_sets_the_roster(unit_on_sqlite: Unit, role: Role) -> None:
    unit = unit_on_sqlite
    cora, now_us = unit[Role.COUNSELLOR], unit.clock()
    before = unit.audit_rows()
    if role in (Role.COUNSELLOR, Role.WELFARE_LEAD):
        number = add_shift(
            unit.database, unit[role], cora.id, now_us, now_us + HOUR, ShiftKind.WORK
        )
        row = unit.last_audit()
        assert (row["act"], row["detail"]["shift"]) == (Act.ROSTER_SET, number)
        assert unit.audit_rows() == before + 1
        return
    with pytest.raises(AccessRefused, match=r"may not do roster\.set"):
        add_shift(unit.database, unit[role], cora.id, now_us, now_us + HOUR, ShiftKind.WORK)
    with pytest.raises(AccessRefused):
        remove_shift(unit.database, unit[role], 1)


@pytest.mark.parametrize(("start", "end"), [(10, 10), (10, 5), (-5, 5), (0, 25 * HOUR)])
def test_a_shift_is_a_time_of_a_day(unit_on_sqlite: Unit, start: int, end: int) -> None:
    unit = unit_on_sqlite
    cora = unit[Role.COUNSELLOR]
    with pytest.raises(WelfareError, match="ends after it begins"):
        add_shift(unit.database, cora, cora.id, start, end, ShiftKind.WORK)
    with pytest.raises(NotFound, match="no counsellor"):
        add_shift(unit.database, cora, unit.grader.id, 1, HOUR, ShiftKind.WORK)


def at(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp() * 1e6)


def test_the_night_the_clocks_change(unit_on_sqlite: Unit) -> None:
    unit, berlin = unit_on_sqlite, ZoneInfo("Europe/Berlin")
    cora = unit[Role.COUNSELLOR]
    unit.clock.now_us = at("2026-10-24T22:00+02:00")
    plan(unit, cora, 0, 9 * HOUR)  # 22:00 until 06:00 by the wall, nine hours long
    assert coming_gaps(unit.database, cora)[0][0] == at("2026-10-25T06:00+01:00")
    starts, ends = day_bounds(day_of(at("2026-10-25T12:00+00:00"), berlin), berlin)
    assert ends - starts == 25 * HOUR
    assert opens_us(at("2026-10-25T00:30+00:00"), ("03:00", "19:00"), berlin) == at(
        "2026-10-25T03:00+01:00"
    )


def test_hours_that_begin_in_the_hour_that_comes_twice() -> None:
    london, early = ZoneInfo("Europe/London"), ("01:30", "19:00")
    assert opens_us(at("2026-10-25T00:10+00:00"), early, london) == at("2026-10-25T00:30+00:00")
    assert opens_us(at("2026-10-25T00:40+00:00"), early, london) is None
    assert opens_us(at("2026-10-25T01:10+00:00"), early, london) == at("2026-10-25T01:30+00:00")
    assert opens_us(at("2026-10-25T01:30+00:00"), early, london) is None


def test_hours_over_midnight() -> None:
    night = ("22:00", "06:00")
    where = ZoneInfo("UTC")
    day = datetime(2026, 11, 2, tzinfo=UTC)
    assert opens_us(at("2026-11-02T23:00+00:00"), night, where) is None
    assert opens_us(at("2026-11-02T05:59+00:00"), night, where) is None
    assert opens_us(at("2026-11-02T06:00+00:00"), night, where) == round(
        day.replace(hour=22).timestamp() * 1e6
    )
