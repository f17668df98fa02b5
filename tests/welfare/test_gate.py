"""The gate, on both databases: what it lets through, what it refuses, what it writes down."""

from __future__ import annotations

import pytest
from welfare_unit import HOUR, MINUTE, SECOND, Unit

from trawl.errors import AccessRefused, BreakDue
from trawl.model.access import Act, Role
from trawl.store.welfare_tables import showing
from trawl.welfare.gate import Shown, show


def test_what_is_shown_is_written_down_in_one_act(unit: Unit) -> None:
    before = unit.audit_rows()
    unit.show(media=[5, 7], clarity="blurred", category="B")
    assert unit.audit_rows() == before + 1
    assert [
        (row["media_id"], row["clarity"], row["category"], row["ms"]) for row in unit.rows(showing)
    ] == [
        (5, "blurred", "B", 0),
        (7, "blurred", "B", 0),
    ]
    row = unit.last_audit()
    assert (row["act"], row["case_id"], row["subject"]) == (Act.MEDIA_SHOW, unit.case_id, "2 media")
    assert row["detail"]["ids"] == "5,7"
    assert row["detail"]["clarity"] == "blurred"


def test_a_delivery_counts_a_grace_and_no_more(unit: Unit) -> None:
    unit.show()
    unit.clock.forth(10 * SECOND)
    assert unit.line().looked_today_ms == 10_000
    unit.clock.forth(HOUR)
    assert unit.line().looked_today_ms == 15_000


def test_a_script_that_never_beats_meets_the_break(unit: Unit) -> None:
    for _ in range(180 * 6):
        unit.show()
        unit.clock.forth(10 * SECOND)
    with pytest.raises(BreakDue) as refused:
        unit.show()
    assert refused.value.reason == "break"
    assert refused.value.until_us > unit.clock()
    unit.clock.forth(14 * MINUTE)
    with pytest.raises(BreakDue):
        unit.show()
    unit.clock.forth(MINUTE + 15 * SECOND)
    unit.show()
    assert unit.line().stretch_ms == 0


def test_a_stranger_to_the_case_is_refused_before_anything_is_measured(unit: Unit) -> None:
    other = unit.officers[Role.AUDITOR]
    before = unit.audit_rows()
    with pytest.raises(AccessRefused, match=r"may not do media\.show"):
        show(unit.database, other, unit.case_id, [Shown(1)], "grey")
    assert unit.audit_rows() == before
    assert unit.rows(showing) == []
    assert unit.line(other).looked_today_ms == 0
