"""The break: in every tab, for scripts too, and nobody lifts it."""

from __future__ import annotations

import pytest
from welfare_unit import HOUR, MINUTE, SECOND, Unit

from trawl.errors import AccessRefused, BreakDue, WelfareError
from trawl.model.access import Act, Role
from trawl.store.policies import set_policy
from trawl.welfare.policy import OwnRules, WelfarePolicy
from trawl.welfare.setting import (
    read_own_rules,
    read_welfare_policy,
    set_own_rules,
    set_welfare_policy,
)

LEADS = {Role.WELFARE_LEAD}


def test_two_tabs_meet_one_break(unit_on_sqlite: Unit) -> None:
    unit = unit_on_sqlite
    unit.policy()
    for _ in range(20):  # ten minutes, in two tabs at once
        unit.beat("a")
        unit.clock.forth(10 * SECOND)
        unit.beat("b")
        unit.clock.forth(10 * SECOND)
        unit.beat("a")
        unit.clock.forth(10 * SECOND)
    for page in "ab":
        told = unit.beat(page, showing=False)
        assert told.stand is not None
        assert (told.stand.reason, told.due_in_ms) == ("break", 0)
    with pytest.raises(BreakDue):
        unit.show()
    assert told.stand.until_us == unit.clock() + 15 * MINUTE
    assert told.stretch_ms == 600_000


def test_the_break_waits_for_the_last_tab(unit_on_sqlite: Unit) -> None:
    unit = unit_on_sqlite
    unit.policy()
    unit.watch(10 * MINUTE)
    told = unit.beat("b")
    unit.clock.forth(10 * SECOND)
    unit.beat("a", showing=False)
    unit.clock.forth(14 * MINUTE + 50 * SECOND)
    with pytest.raises(BreakDue):
        unit.show()  # b was showing until its grace ended
    unit.clock.forth(15 * SECOND)
    unit.show()
    assert told.stand is not None


def test_pauses_that_are_too_short_do_not_count_as_a_break(unit_on_sqlite: Unit) -> None:
    unit = unit_on_sqlite
    unit.policy()
    for _ in range(5):
        unit.watch(2 * MINUTE)
        unit.beat(showing=False)
        unit.clock.forth(14 * MINUTE)
    assert unit.line().stretch_ms == 600_000
    with pytest.raises(BreakDue):
        unit.show()
    unit.clock.forth(MINUTE)
    unit.show()


def test_no_policy_shortens_a_break_that_has_begun(unit: Unit) -> None:
    unit.policy(longest_min=10, break_min=60)
    unit.watch(10 * MINUTE)
    unit.beat(showing=False)
    unit.policy(longest_min=180, break_min=15)
    unit.clock.forth(59 * MINUTE)
    with pytest.raises(BreakDue):
        unit.show()
    unit.clock.forth(MINUTE)
    unit.show()


def test_a_break_nobody_has_noticed_yet_keeps_its_policy_too(unit_on_sqlite: Unit) -> None:
    unit = unit_on_sqlite
    unit.policy(longest_min=10, break_min=60)
    unit.watch(10 * MINUTE - SECOND)
    unit.clock.forth(5 * SECOND)  # it is due within the grace; no page has spoken since
    unit.policy(longest_min=180, break_min=15)
    unit.clock.forth(30 * MINUTE)
    with pytest.raises(BreakDue):
        unit.show()


def test_signing_out_and_in_again_changes_nothing(unit_on_sqlite: Unit) -> None:
    unit = unit_on_sqlite
    unit.policy()
    unit.watch(10 * MINUTE)
    told = unit.beat("another-device", showing=False)
    assert told.stand is not None


@pytest.mark.parametrize("role", sorted(set(Role) - LEADS))
def test_only_the_welfare_lead_sets_rules(unit_on_sqlite: Unit, role: Role) -> None:
    unit = unit_on_sqlite
    before = unit.audit_rows()
    with pytest.raises(AccessRefused, match=r"may not do welfare\.policy\.set"):
        set_welfare_policy(unit.database, unit[role], WelfarePolicy())
    with pytest.raises(AccessRefused):
        set_own_rules(unit.database, unit[role], unit[role].id, OwnRules())
    with pytest.raises(AccessRefused):
        read_own_rules(unit.database, unit[role], unit.grader.id)
    assert unit.audit_rows() == before


def test_every_change_leaves_its_row(unit_on_sqlite: Unit) -> None:
    unit = unit_on_sqlite
    before = unit.audit_rows()
    unit.policy(longest_min=90)
    row = unit.last_audit()
    assert (row["act"], row["officer_name"]) == (Act.WELFARE_POLICY_SET, "Wanda")
    assert '"longest_min":90' in row["detail"]["value"]
    unit.own_rules(unit.grader, "A")
    assert "A" not in str(unit.last_audit()["detail"])
    assert unit.audit_rows() == before + 2
    assert read_welfare_policy(unit.database, unit.grader).longest_min == 90
    lead = unit[Role.WELFARE_LEAD]
    assert read_own_rules(unit.database, lead, unit.grader.id) == OwnRules(("A",), None)


@pytest.mark.parametrize(
    "given",
    [
        {"longest_min": 181},
        {"longest_min": 0},
        {"break_min": 14},
        {"daily_min": 0},
        {"hours": ("7", "19")},
        {"hours": ("07:00", "07:00")},
        {"timezone": "Mars/Olympus"},
        {"timezone": "../../etc/passwd"},
        {"fallback_contact": "a\nb"},
    ],
)
def test_a_policy_within_bounds_only(unit_on_sqlite: Unit, given: dict[str, object]) -> None:
    before = unit_on_sqlite.audit_rows()
    with pytest.raises(WelfareError):
        unit_on_sqlite.policy(**given)
    assert unit_on_sqlite.audit_rows() == before


def test_what_a_later_version_wrote_is_read_as_far_as_it_is_known(unit_on_sqlite: Unit) -> None:
    unit = unit_on_sqlite
    with unit.database.session(unit[Role.WELFARE_LEAD]) as session:
        set_policy(
            session, "welfare", {"longest_min": 60, "moon": True, "hours": ["08:00", "19:00"]}
        )
        session.audit(Act.WELFARE_POLICY_SET, case_id=None, subject="", detail={})
    policy = read_welfare_policy(unit.database, unit.grader)
    assert (policy.longest_min, policy.break_min) == (60, 15)


def test_a_reminder_comes_and_goes(unit_on_sqlite: Unit) -> None:
    unit = unit_on_sqlite
    unit.policy(longest_min=180, remind_min=5)
    assert not unit.watch(5 * MINUTE - SECOND).remind
    unit.clock.forth(SECOND)
    assert unit.beat().remind
    assert not unit.watch(61 * SECOND).remind


def test_a_day_ago_is_not_today(unit_on_sqlite: Unit) -> None:
    unit = unit_on_sqlite
    unit.clock.now_us += 14 * HOUR + 59 * MINUTE  # a minute before midnight
    unit.policy(longest_min=180)
    assert unit.watch(3 * MINUTE).looked_today_ms == 120_000
