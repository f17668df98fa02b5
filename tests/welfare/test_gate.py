"""The gate, on both databases: what it lets through, what it refuses, what it writes down."""

from __future__ import annotations

import pytest
from welfare_unit import DAY, HOUR, MINUTE, MONDAY, SECOND, Unit

from trawl.errors import AccessRefused, BreakDue, NotShown
from trawl.model.access import Act, Role
from trawl.store.welfare_tables import showing, viewing
from trawl.welfare.gate import Shown, show, withheld


def test_what_is_shown_is_written_down_in_one_act(unit: Unit) -> None:
    before = unit.audit_rows()
    unit.show(media=[5, 7], clarity="blurred", category="B")
    assert unit.audit_rows() == before + 1
    kept = [(row["media_id"], row["clarity"], row["category"]) for row in unit.rows(showing)]
    assert kept == [(5, "blurred", "B"), (7, "blurred", "B")]
    row = unit.last_audit()
    assert (row["act"], row["case_id"], row["subject"]) == (Act.MEDIA_SHOW, unit.case_id, "2 media")
    assert row["detail"]["ids"] == "5,7"
    assert row["detail"]["clarity"] == "blurred"


def test_a_long_list_is_cut_in_the_trace_and_bound_by_its_digest(unit_on_sqlite: Unit) -> None:
    unit_on_sqlite.show(media=range(10_000, 10_200))
    detail = unit_on_sqlite.last_audit()["detail"]
    assert detail["ids"].startswith("10000,10001,")
    assert len(detail["ids"]) <= 1001
    first = detail["digest"]
    unit_on_sqlite.show(media=range(10_001, 10_201))
    assert unit_on_sqlite.last_audit()["detail"]["digest"] != first


def test_a_delivery_counts_a_grace_and_no_more(unit_on_sqlite: Unit) -> None:
    unit = unit_on_sqlite
    unit.show()
    unit.clock.forth(10 * SECOND)
    assert unit.line().looked_today_ms == 10_000
    unit.clock.forth(HOUR)
    assert unit.line().looked_today_ms == 15_000


def test_a_script_that_never_beats_meets_the_break(unit_on_sqlite: Unit) -> None:
    unit = unit_on_sqlite
    unit.policy()
    for _ in range(60):
        unit.show()
        unit.clock.forth(10 * SECOND)
    with pytest.raises(BreakDue) as refused:
        unit.show()
    assert refused.value.reason == "break"
    assert refused.value.until_us == unit.clock() + 5 * SECOND + 15 * MINUTE
    unit.clock.forth(15 * MINUTE)
    with pytest.raises(BreakDue):
        unit.show()
    unit.clock.forth(5 * SECOND)
    unit.show()
    assert unit.line().stretch_ms == 0


def test_a_break_refuses_nothing_half(unit_on_sqlite: Unit) -> None:
    unit = unit_on_sqlite
    unit.policy(longest_min=1)
    unit.watch(MINUTE)
    before = (unit.rows(showing), unit.rows(viewing), unit.audit_rows())
    with pytest.raises(BreakDue):
        unit.show()
    assert (unit.rows(showing), unit.rows(viewing), unit.audit_rows()) == before


def test_media_of_a_category_that_is_not_shown_are_refused(unit: Unit) -> None:
    unit.own_rules(unit.grader, "A", "IND")
    with pytest.raises(NotShown, match="category A are not shown to you"):
        show(unit.database, unit.grader, unit.case_id, [Shown(1), Shown(2, "A")], "blurred")
    assert unit.rows(showing) == []
    assert unit.line().looked_today_ms == 0
    assert unit.line().not_shown == ("A", "IND")
    assert withheld(unit.database, unit.grader) == {"A", "IND"}
    unit.show(category="B")
    unit.show(category=None)
    unit.show(officer=unit[Role.EXAMINER], category="A")
    assert len(unit.rows(showing)) == 3


def test_a_day_has_its_limit(unit: Unit) -> None:
    unit.policy(longest_min=180, daily_min=5)
    unit.watch(5 * MINUTE)
    with pytest.raises(BreakDue, match="limit of the day") as refused:
        unit.show()
    assert refused.value.reason == "daily-limit"
    assert refused.value.until_us == MONDAY + DAY
    assert unit.line().daily_left_ms == 0
    unit.policy(longest_min=180, daily_min=None)
    with pytest.raises(BreakDue):
        unit.show()  # what was reached stays reached today
    unit.clock.now_us = MONDAY + DAY
    unit.show()


def test_the_lower_limit_of_the_two_counts(unit_on_sqlite: Unit) -> None:
    unit = unit_on_sqlite
    unit.policy(daily_min=5)
    unit.own_rules(unit.grader, daily_min=3)
    assert unit.line().daily_left_ms == 180_000
    assert unit.line(unit[Role.EXAMINER]).daily_left_ms == 300_000


def test_hours_of_the_day_are_local(unit_on_sqlite: Unit) -> None:
    unit = unit_on_sqlite
    unit.policy(hours=("07:00", "19:00"), timezone="Europe/Berlin")
    unit.show()
    unit.clock.now_us = MONDAY + 18 * HOUR  # 19:00 in Berlin
    with pytest.raises(BreakDue, match="from 07:00 to 19:00") as refused:
        unit.show()
    assert refused.value.reason == "hours"
    assert refused.value.until_us == MONDAY + DAY + 6 * HOUR


def test_a_stranger_is_refused_before_anything_is_measured(
    unit_on_sqlite: Unit,
) -> None:
    unit = unit_on_sqlite
    auditor = unit[Role.AUDITOR]
    before = unit.audit_rows()
    with pytest.raises(AccessRefused, match=r"may not do media\.show"):
        unit.show(auditor)
    assert unit.audit_rows() == before
    assert unit.rows(showing) == []
    assert unit.line(auditor).looked_today_ms == 0
