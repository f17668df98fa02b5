"""The ledger: what it adds up, and who may see what of it."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from random import Random
from time import perf_counter
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from welfare_unit import DAY, HOUR, MINUTE, SECOND, Unit

from trawl.errors import AccessRefused, Conflict, NotFound, WelfareError
from trawl.model.access import Act, Officer, Role
from trawl.store.welfare_tables import consent, showing
from trawl.welfare.consents import (
    NO_CONSENT,
    TrendDay,
    consenting_officers,
    give_consent,
    read_consents,
    read_trend,
    withdraw_consent,
)
from trawl.welfare.intervals import measure, within
from trawl.welfare.ledger import Span, days_of, own_ledger
from trawl.welfare.local_day import day_bounds
from trawl.welfare.unit_totals import UnitTotals, unit_totals


def trend(unit: Unit, counsellor: Officer, officer: Officer) -> tuple[TrendDay, ...]:
    return read_trend(unit.database, counsellor, officer.id, 30).days


def totals(unit: Unit, officer: Officer | None = None) -> UnitTotals:
    return unit_totals(unit.database, officer or unit[Role.SUPERVISOR], 30)


def look(unit: Unit, officer: Officer, category: str | None = "A", media: int = 3) -> None:
    unit.show(officer, range(1, media + 1), category=category)


def test_the_ledger_is_the_sum_of_the_showings(unit: Unit) -> None:
    chance = Random(4)
    for _ in range(40):
        media = [chance.randrange(30) for _ in range(chance.randrange(1, 6))]
        clarity, category = chance.choice(["blurred", "clear"]), chance.choice(["A", "B", None])
        unit.show(media=media, clarity=clarity, category=category)
        unit.clock.forth(chance.randrange(1, 8) * SECOND)
        unit.beat(looked=[(each, clarity, chance.randrange(9_000)) for each in media])
        unit.clock.forth(chance.choice([SECOND, MINUTE, 7 * HOUR]))
    days = own_ledger(unit.database, unit.grader, 60)
    rows = unit.rows(showing)
    assert sum(day.shown for day in days) == sum(row["ms"] == 0 for row in rows)
    for part, column in (("by_clarity", "clarity"), ("by_category", "category")):
        shown: Counter[str] = Counter()
        lasted: Counter[str] = Counter()
        for day in days:
            for name, figures in getattr(day, part).items():
                shown[name] += figures.shown
                lasted[name] += figures.ms
        assert +shown == +Counter(row[column] or "" for row in rows if row["ms"] == 0)
        wanted: Counter[str] = Counter()
        for row in rows:
            wanted[row[column] or ""] += row["ms"]
        assert +lasted == +wanted
    assert [day.day for day in days] == sorted({day.day for day in days})
    assert len(days) > 2
    assert sum(day.ms for day in days) <= 40 * (15 + 8) * 1000


def test_a_day_ends_at_local_midnight(unit_on_sqlite: Unit) -> None:
    unit = unit_on_sqlite
    unit.policy(longest_min=180, timezone="Europe/Berlin")
    unit.clock.now_us += 14 * HOUR - MINUTE  # 22:59 UTC, 23:59 there
    unit.show()
    unit.watch(3 * MINUTE)
    unit.beat(showing=False)
    unit.show()
    days = own_ledger(unit.database, unit.grader, 2)
    assert [(day.day, day.ms, day.shown) for day in days] == [
        ("2026-11-02", 60_000, 1),
        ("2026-11-03", 120_000, 1),
    ]


def test_an_officer_sees_their_own_only(unit_on_sqlite: Unit) -> None:
    unit = unit_on_sqlite
    look(unit, unit.grader)
    assert own_ledger(unit.database, unit[Role.EXAMINER], 30) == []
    with pytest.raises(WelfareError, match="1 to 3660 days"):
        own_ledger(unit.database, unit.grader, 3661)
    with pytest.raises(WelfareError, match="1 to 366 days"):
        unit_totals(unit.database, unit[Role.SUPERVISOR], 367)


def test_the_unit_s_totals_name_nobody_and_need_three(unit: Unit) -> None:
    look(unit, unit.grader)
    look(unit, unit[Role.EXAMINER], category="B")
    unit.clock.forth(DAY)
    assert totals(unit) == UnitTotals(withheld=1)
    unit.clock.forth(-DAY)
    look(unit, unit[Role.VICTIM_IDENTIFICATION])
    unit.clock.forth(DAY)
    found = totals(unit)
    assert (found.withheld, found.shown, found.ms) == (0, 9, 45_000)
    (day,) = found.days
    assert (day.officers, day.by_category) == (3, None)  # B is one officer's
    assert day.by_clarity is not None
    assert day.by_clarity["grey"].shown == 9
    look(unit, unit.grader)
    unit.clock.forth(DAY)
    assert (totals(unit).shown, totals(unit).withheld) == (9, 1)


def test_a_day_under_way_is_not_told_of_the_unit(unit_on_sqlite: Unit) -> None:
    """Else two looks at it, a minute apart, tell what the one who worked in between has done."""
    unit = unit_on_sqlite
    for officer in (unit.grader, unit[Role.EXAMINER], unit[Role.VICTIM_IDENTIFICATION]):
        look(unit, officer)
    unit.clock.forth(MINUTE)
    before = totals(unit)
    look(unit, unit.grader, media=5)
    unit.clock.forth(MINUTE)
    assert totals(unit) == before == UnitTotals()
    unit.clock.forth(DAY)
    assert (totals(unit).shown, len(totals(unit).days)) == (14, 1)


@pytest.mark.parametrize("role", Role)
def test_who_sees_the_unit(unit_on_sqlite: Unit, role: Role) -> None:
    unit = unit_on_sqlite
    if role in (Role.SUPERVISOR, Role.WELFARE_LEAD):
        assert totals(unit, unit[role]).days == []
        return
    with pytest.raises(AccessRefused, match=r"may not do welfare\.unit\.read"):
        totals(unit, unit[role])


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.COUNSELLOR}))
def test_a_trend_is_for_counsellors(unit_on_sqlite: Unit, role: Role) -> None:
    unit = unit_on_sqlite
    give_consent(unit.database, unit.grader, None)
    with pytest.raises(AccessRefused, match=r"may not do welfare\.trend\.read"):
        trend(unit, unit[role], unit.grader)


def test_a_trend_needs_consent_and_ends_with_it(unit: Unit) -> None:
    cora, carl = unit[Role.COUNSELLOR], unit.enrol("Carl", Role.COUNSELLOR)
    look(unit, unit.grader)
    with pytest.raises(AccessRefused, match=NO_CONSENT):
        trend(unit, cora, unit.grader)
    with pytest.raises(AccessRefused, match=NO_CONSENT):
        read_trend(unit.database, cora, 9_999, 30)  # who does not exist is told apart by nothing
    to_cora = give_consent(unit.database, unit.grader, cora.id)
    assert [day.shown for day in trend(unit, cora, unit.grader)] == [3]
    with pytest.raises(AccessRefused, match=NO_CONSENT):
        trend(unit, carl, unit.grader)
    to_all = give_consent(unit.database, unit.grader, None)
    withdraw_consent(unit.database, unit.grader, to_cora)
    assert trend(unit, carl, unit.grader)
    assert trend(unit, cora, unit.grader)
    withdraw_consent(unit.database, unit.grader, to_all)
    for counsellor in (cora, carl):
        with pytest.raises(AccessRefused, match=NO_CONSENT):
            trend(unit, counsellor, unit.grader)
        assert consenting_officers(unit.database, counsellor) == []
    assert len(unit.rows(consent)) == 2  # withdrawn, not deleted


def test_consents_are_one_s_own(unit_on_sqlite: Unit) -> None:
    unit = unit_on_sqlite
    cora = unit[Role.COUNSELLOR]
    number = give_consent(unit.database, unit.grader, cora.id)
    with pytest.raises(Conflict):
        give_consent(unit.database, unit.grader, cora.id)
    with pytest.raises(NotFound, match="no counsellor"):
        give_consent(unit.database, unit.grader, unit[Role.SUPERVISOR].id)
    with pytest.raises(NotFound, match="no consent"):
        withdraw_consent(unit.database, cora, number)
    assert consenting_officers(unit.database, cora) == [(unit.grader.id, "Gil")]
    (own,) = read_consents(unit.database, unit.grader)
    assert (own.consent.id, own.counsellor) == (number, "Cora")
    row = unit.last_audit()
    assert (row["act"], row["officer_name"]) == (Act.WELFARE_SELF, "Gil")


def test_who_administers_sees_no_trend_by_what_all_counsellors_may(unit_on_sqlite: Unit) -> None:
    unit = unit_on_sqlite
    carl = unit.enrol("Carl", Role.COUNSELLOR)
    give_consent(unit.database, unit.grader, None)
    assert consenting_officers(unit.database, carl) == [(unit.grader.id, "Gil")]
    unit.also(carl, Role.ADMINISTRATOR)
    assert consenting_officers(unit.database, carl) == []
    with pytest.raises(AccessRefused, match=NO_CONSENT):
        trend(unit, carl, unit.grader)
    with pytest.raises(NotFound, match="no counsellor"):
        give_consent(unit.database, unit.grader, carl.id)


ZONES = ("UTC", "Europe/London", "America/Havana", "Pacific/Apia", "Australia/Lord_Howe")
RUN = st.tuples(st.integers(0, 30 * 24 * 60), st.integers(1, 3 * 24 * 60))


@given(st.lists(RUN, max_size=20), st.sampled_from(ZONES), st.integers(1, 12))
def test_days_are_what_their_bounds_cut_out(
    drawn: list[tuple[int, int]], name: str, month: int
) -> None:
    where = ZoneInfo(name)
    first = date(2011, month, 1)  # Apia left out 30 December 2011
    start = day_bounds(first, where)[0]
    runs = [(start + at * MINUTE, start + (at + long) * MINUTE) for at, long in drawn]
    span = Span(first, first + timedelta(days=40), where, start + 30 * DAY)
    wanted = {}
    for number in range(41):
        day = first + timedelta(days=number)
        begins, ends = day_bounds(day, where)
        ms = measure(within(runs, begins, min(ends, span.until_us))) // 1000
        if ms:
            wanted[day.isoformat()] = ms
    assert {each.day: each.ms for each in days_of([], runs, span)} == wanted


def test_years_of_runs_are_cut_into_days_at_once() -> None:
    first, many = date(2016, 12, 1), 3660
    start = day_bounds(first, ZoneInfo("UTC"))[0]
    runs = [(start + at * HOUR, start + at * HOUR + MINUTE) for at in range(0, many * 24, 3)]
    span = Span(first, first + timedelta(days=many), ZoneInfo("UTC"), start + many * DAY)
    began = perf_counter()
    found = days_of([], runs, span)
    assert perf_counter() - began < 5  # day by day over all runs it was minutes
    assert (len(found), {each.ms for each in found}) == (many, {480_000})
