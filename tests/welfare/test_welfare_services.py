"""Every service of welfare: database and officer first, asks access, leaves one audit row."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from inspect import isfunction
from pathlib import Path
from typing import Any

import pytest
from welfare_unit import HOUR, Unit

from trawl.errors import AccessRefused
from trawl.model.access import Act, Officer, Role
from trawl.store.access import PERMITTED
from trawl.store.shifts import ShiftKind
from trawl.welfare import consents, gate, heartbeat, ledger, line, roster, setting, talking
from trawl.welfare.gate import Shown
from trawl.welfare.policy import OwnRules, WelfarePolicy
from trawl.welfare.talk_seal import TalkSeal, talk_seal
from trawl.welfare.unit_totals import unit_totals

ROOMS = (consents, gate, heartbeat, ledger, line, roster, setting, talking)

Service = Callable[..., object]


class Prepared:
    """A unit in which every service has something to work on."""

    def __init__(self, unit: Unit, seal: TalkSeal) -> None:
        database, gil, cora = unit.database, unit.grader, unit[Role.COUNSELLOR]
        now_us = unit.clock()
        self.unit = unit
        self.own = consents.give_consent(database, gil, cora.id)
        consents.give_consent(database, unit[Role.ADMINISTRATOR], None)
        self.shift = roster.add_shift(
            database, cora, cora.id, now_us, now_us + HOUR, ShiftKind.WORK
        )
        self.talk = talking.ask_for_talk(database, gil, seal, "a word").id
        self.waiting = talking.ask_for_talk(database, gil, seal, "another").id
        carl = unit.enrol("Carl", Role.COUNSELLOR)
        span = (now_us, now_us + HOUR)
        self.calls: dict[str, tuple[Service, Act, Role, tuple[Any, ...]]] = {
            "gate.show": (gate.show, Act.MEDIA_SHOW, Role.GRADER, (1, [Shown(5)], "grey")),
            "ledger.own_ledger": (ledger.own_ledger, Act.WELFARE_SELF, Role.GRADER, (7,)),
            "unit_totals.unit_totals": (
                unit_totals,
                Act.WELFARE_UNIT_READ,
                Role.SUPERVISOR,
                (7,),
            ),
            "consents.read_consents": (
                consents.read_consents,
                Act.WELFARE_SELF,
                Role.GRADER,
                (),
            ),
            "consents.give_consent": (
                consents.give_consent,
                Act.WELFARE_SELF,
                Role.GRADER,
                (carl.id,),
            ),
            "consents.withdraw_consent": (
                consents.withdraw_consent,
                Act.WELFARE_SELF,
                Role.GRADER,
                (self.own,),
            ),
            "consents.read_trend": (
                consents.read_trend,
                Act.WELFARE_TREND_READ,
                Role.COUNSELLOR,
                (unit[Role.ADMINISTRATOR].id, 7),
            ),
            "consents.consenting_officers": (
                consents.consenting_officers,
                Act.WELFARE_TREND_READ,
                Role.COUNSELLOR,
                (),
            ),
            "roster.list_shifts": (roster.list_shifts, Act.ROSTER_READ, Role.GRADER, span),
            "roster.list_counsellors": (
                roster.list_counsellors,
                Act.ROSTER_READ,
                Role.AUDITOR,
                (),
            ),
            "roster.coming_gaps": (roster.coming_gaps, Act.ROSTER_READ, Role.GRADER, ()),
            "roster.add_shift": (
                roster.add_shift,
                Act.ROSTER_SET,
                Role.WELFARE_LEAD,
                (cora.id, *span, ShiftKind.WORK),
            ),
            "roster.remove_shift": (
                roster.remove_shift,
                Act.ROSTER_SET,
                Role.COUNSELLOR,
                (self.shift,),
            ),
            "setting.read_welfare_policy": (
                setting.read_welfare_policy,
                Act.POLICY_READ,
                Role.AUDITOR,
                (),
            ),
            "setting.set_welfare_policy": (
                setting.set_welfare_policy,
                Act.WELFARE_POLICY_SET,
                Role.WELFARE_LEAD,
                (WelfarePolicy(),),
            ),
            "setting.list_officers": (
                setting.list_officers,
                Act.WELFARE_POLICY_SET,
                Role.WELFARE_LEAD,
                (),
            ),
            "setting.read_own_rules": (
                setting.read_own_rules,
                Act.WELFARE_POLICY_SET,
                Role.WELFARE_LEAD,
                (gil.id,),
            ),
            "setting.set_own_rules": (
                setting.set_own_rules,
                Act.WELFARE_POLICY_SET,
                Role.WELFARE_LEAD,
                (gil.id, OwnRules()),
            ),
            "talking.ask_for_talk": (talking.ask_for_talk, Act.TALK, Role.GRADER, (seal,)),
            "talking.list_talks": (talking.list_talks, Act.TALK, Role.GRADER, ()),
            "talking.read_talk": (talking.read_talk, Act.TALK, Role.GRADER, (seal, self.talk)),
            "talking.say": (talking.say, Act.TALK, Role.GRADER, (seal, self.talk, "hello")),
            "talking.answer_talk": (
                talking.answer_talk,
                Act.TALK_ANSWER,
                Role.COUNSELLOR,
                (self.waiting,),
            ),
            "talking.close_talk": (talking.close_talk, Act.TALK, Role.GRADER, (self.talk,)),
        }


UNAUDITED = {"gate.withheld", "line.line", "line.line_of", "heartbeat.beat"}
"""Tells an officer of themself every few seconds; a heartbeat is audited when it changes
something (see test_heartbeats)."""
INNER = {
    "ledger.last_days",
    "ledger.ledger_of",
    "ledger.days_of",
}
"""Not services: they take a view of the database that a service has opened."""


def named(module: Any) -> Iterator[str]:
    for name, found in vars(module).items():
        if isfunction(found) and found.__module__ == module.__name__ and name[0] != "_":
            yield f"{module.__name__.rpartition('.')[2]}.{name}"


@pytest.fixture
def prepared(unit_on_sqlite: Unit, tmp_path: Path) -> Prepared:
    return Prepared(unit_on_sqlite, talk_seal(tmp_path / "keys"))


def test_no_service_is_left_out(prepared: Prepared) -> None:
    there = {name for room in ROOMS for name in named(room)}
    assert there - UNAUDITED - INNER <= set(prepared.calls)


def test_one_row_each_and_none_for_who_may_not(prepared: Prepared) -> None:
    unit = prepared.unit
    nobody = Officer(999, "nobody", Role.ADMINISTRATOR)
    for name, (service, act, role, given) in prepared.calls.items():
        before = unit.audit_rows()
        with pytest.raises(AccessRefused, match="not an officer"):
            service(unit.database, nobody, *given)
        others = [each for each in Role if act not in PERMITTED[each]]
        for other in others if act is not Act.TALK_ANSWER else ():
            with pytest.raises(AccessRefused, match="may not do"):
                service(unit.database, unit[other], *given)
        assert unit.audit_rows() == before, name
        service(unit.database, unit[role], *given)
        assert unit.audit_rows() == before + 1, name
        said = unit.last_audit()["act"]
        assert said in {act, Act.POLICY_READ}, name
