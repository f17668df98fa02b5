"""A unit for the tests of welfare."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
from sqlalchemy import Table, func, insert, select

from trawl.casework.cases import add_case, enrol_officer
from trawl.model.access import Act, Officer, Role
from trawl.store import schema
from trawl.store.cases import add_member
from trawl.store.database import Database
from trawl.store.officers import bootstrap, officer_by_name
from trawl.store.signin_tables import officer_role
from trawl.welfare.gate import Shown, show
from trawl.welfare.heartbeat import Looked, beat
from trawl.welfare.line import Line, line
from trawl.welfare.policy import OwnRules, WelfarePolicy
from trawl.welfare.setting import set_own_rules, set_welfare_policy

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
MONDAY = 1_793_577_600 * SECOND  # 2026-11-02 00:00 UTC
NAMES = {
    Role.EXAMINER: "Eve",
    Role.GRADER: "Gil",
    Role.VICTIM_IDENTIFICATION: "Vic",
    Role.INTELLIGENCE: "Ines",
    Role.SUPERVISOR: "Sam",
    Role.COUNSELLOR: "Cora",
    Role.WELFARE_LEAD: "Wanda",
    Role.AUDITOR: "Aldo",
}


@dataclass
class Clock:
    """Microseconds, moved by hand."""

    now_us: int = MONDAY + 9 * HOUR

    def __call__(self) -> int:
        return self.now_us

    def forth(self, by_us: int) -> None:
        self.now_us += by_us


@dataclass
class Unit:
    """An officer of each role, and a case whose members all of them are."""

    database: Database
    clock: Clock
    officers: dict[Role, Officer] = field(default_factory=dict)
    case_id: int = 0

    @classmethod
    def again(cls, url: str) -> Unit:
        """The unit that was made in a database before."""
        clock = Clock()
        unit = cls(Database.open(url, clock=clock), clock, case_id=1)
        with unit.database.reader() as reader:
            for role, name in {Role.ADMINISTRATOR: "Ada", **NAMES}.items():
                unit.officers[role] = officer_by_name(reader, name)
        return unit

    @classmethod
    def make(cls, url: str) -> Unit:
        clock = Clock()
        unit = cls(Database.open(url, clock=clock), clock)
        admin = unit.officers[Role.ADMINISTRATOR] = bootstrap(unit.database, "Ada")
        for role, name in NAMES.items():
            unit.officers[role] = enrol_officer(unit.database, admin, name, role)
        unit.case_id = add_case(unit.database, admin, "Heron").id
        unit.join(unit.case_id, *unit.officers.values())
        return unit

    def join(self, case_id: int, *officers: Officer) -> None:
        with self.database.session(self.officers[Role.ADMINISTRATOR]) as session:
            for each in officers:
                add_member(session, case_id, each.id)
            session.audit(Act.MEMBER_ADD, case_id=case_id, subject="", detail={})

    def enrol(self, name: str, role: Role) -> Officer:
        added = enrol_officer(self.database, self.officers[Role.ADMINISTRATOR], name, role)
        self.join(self.case_id, added)
        return added

    def also(self, officer: Officer, role: Role) -> None:
        """Give an officer a further role."""
        with self.database.session(self.officers[Role.ADMINISTRATOR]) as session:
            row = {"officer_id": officer.id, "role": str(role)}
            session.connection.execute(insert(officer_role).values(**row))
            session.audit(Act.OFFICER_MANAGE, case_id=None, subject="", detail={})

    def __getitem__(self, role: Role) -> Officer:
        return self.officers[role]

    @property
    def grader(self) -> Officer:
        return self.officers[Role.GRADER]

    def show(
        self,
        officer: Officer | None = None,
        media: Sequence[int] = (1,),
        clarity: str = "grey",
        category: str | None = None,
    ) -> None:
        shown = [Shown(each, category) for each in media]
        show(self.database, officer or self.grader, self.case_id, shown, clarity)

    def beat(
        self,
        page: str = "a",
        *,
        showing: bool = True,
        officer: Officer | None = None,
        looked: Sequence[tuple[int, str, int]] = (),
    ) -> Line:
        return beat(
            self.database,
            officer or self.grader,
            page,
            showing=showing,
            case_id=self.case_id,
            looked=[Looked(*each) for each in looked],
        )

    def line(self, officer: Officer | None = None) -> Line:
        return line(self.database, officer or self.grader)

    def watch(self, for_us: int, page: str = "a", officer: Officer | None = None) -> Line:
        """Look for so long, with a heartbeat now and then; ends with media on screen."""
        told = self.beat(page, officer=officer)
        while for_us > 0:
            self.clock.forth(min(14 * SECOND, for_us))
            for_us -= 14 * SECOND
            told = self.beat(page, officer=officer)
        return told

    def policy(self, **given: Any) -> None:
        """The welfare lead sets a policy: ten minutes of viewing unless said otherwise."""
        policy = WelfarePolicy(**{"longest_min": 10, **given})
        set_welfare_policy(self.database, self.officers[Role.WELFARE_LEAD], policy)

    def own_rules(self, officer: Officer, *not_shown: str, daily_min: int | None = None) -> None:
        lead = self.officers[Role.WELFARE_LEAD]
        set_own_rules(self.database, lead, officer.id, OwnRules(not_shown, daily_min))

    def rows(self, table: Table) -> list[dict[str, Any]]:
        with self.database.reader() as reader:
            return [dict(row._mapping) for row in reader.connection.execute(select(table))]

    def audit_rows(self) -> int:
        with self.database.reader() as reader:
            query = select(func.count(schema.audit.c.sequence))
            return reader.connection.execute(query).scalar_one()

    def last_audit(self) -> dict[str, Any]:
        with self.database.reader() as reader:
            row = reader.connection.execute(
                select(schema.audit).order_by(schema.audit.c.sequence.desc()).limit(1)
            ).one()
        return {**row._mapping, "detail": msgspec.json.decode(row.detail)}
