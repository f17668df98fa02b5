"""Officers, cases and their members."""

from __future__ import annotations

from trawl.errors import NotFound
from trawl.model.access import Act, Officer, Role
from trawl.model.case import Case
from trawl.store import cases, officers
from trawl.store.access import is_member, require
from trawl.store.database import Database, Session


def enrol_officer(database: Database, officer: Officer, name: str, role: Role) -> Officer:
    """Add an officer. Raises AlreadyExists when the name is taken."""
    with database.session(officer) as session:
        require(session, officer, Act.OFFICER_ADD, None)
        added = officers.add_officer(session, name, role)
        session.audit(Act.OFFICER_ADD, case_id=None, subject=name, detail={"role": str(role)})
    return added


def add_case(database: Database, officer: Officer, name: str) -> Case:
    """Add a case; the officer becomes its first member. Raises AlreadyExists."""
    with database.session(officer) as session:
        require(session, officer, Act.CASE_ADD, None)
        added = cases.add_case(session, name)
        cases.add_member(session, added.id, officer.id)
        session.audit(Act.CASE_ADD, case_id=added.id, subject=name, detail={})
    return added


def find_case(database: Database, officer: Officer, name: str) -> Case:
    """The case of that name. Raises NotFound, also to those who are not members: that a case
    exists is not for everyone to know."""
    with database.session(officer) as session:
        require(session, officer, Act.CASE_READ, None)
        found = _own_case(session, officer, name)
        require(session, officer, Act.CASE_READ, found.id)
        session.audit(Act.CASE_READ, case_id=found.id, subject=name, detail={})
    return found


def list_cases(database: Database, officer: Officer) -> list[Case]:
    """The officer's own cases, by name."""
    with database.session(officer) as session:
        require(session, officer, Act.CASE_READ, None)
        found = cases.cases_of(session, officer)
        session.audit(
            Act.CASE_READ, case_id=None, subject="own cases", detail={"cases": len(found)}
        )
    return found


def add_member(database: Database, officer: Officer, case: Case, name: str) -> Officer:
    """Make the officer called ``name`` a member of the case. Raises NotFound."""
    with database.session(officer) as session:
        require(session, officer, Act.MEMBER_ADD, case.id)
        member = officers.officer_by_name(session, name)
        cases.add_member(session, case.id, member.id)
        session.audit(Act.MEMBER_ADD, case_id=case.id, subject=name, detail={})
    return member


def _own_case(session: Session, officer: Officer, name: str) -> Case:
    found = cases.case_by_name(session, name)
    if not is_member(session, officer, found.id):
        raise NotFound(f"there is no case {name}", hint="Add it with `trawl case add`.")
    return found
