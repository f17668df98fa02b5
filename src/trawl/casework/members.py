"""Who works on a case."""

from __future__ import annotations

from trawl.model.access import Act, Officer
from trawl.model.case import Case
from trawl.store import cases, officers
from trawl.store.access import require
from trawl.store.database import Database
from trawl.store.leases import end_leases
from trawl.store.officers import Enrolled


def list_candidates(database: Database, officer: Officer, case_id: int) -> list[Enrolled]:
    """Who could be made a member, by name: officers of the case's wing who are none yet."""
    with database.session(officer) as session:
        require(session, officer, Act.MEMBER_ADD, case_id)
        case = cases.case_by_id(session, case_id)
        members = set(cases.members_of(session, case_id))
        found = [
            one
            for one in officers.all_officers(session)
            if one.disabled_us is None
            and one.officer.id not in members
            and (not one.wings or case.wing in one.wings)
        ]
        session.audit(
            Act.MEMBER_ADD, case_id=case_id, subject="candidates", detail={"officers": len(found)}
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


def add_member_to(database: Database, officer: Officer, case_id: int, member_id: int) -> Enrolled:
    """Make an officer a member of the case, both by number. Raises NotFound."""
    with database.session(officer) as session:
        require(session, officer, Act.MEMBER_ADD, case_id)
        member = officers.officer_by_id(session, member_id)
        cases.add_member(session, case_id, member_id)
        session.audit(Act.MEMBER_ADD, case_id=case_id, subject=member.officer.name, detail={})
    return member


def remove_member(database: Database, officer: Officer, case_id: int, member_id: int) -> None:
    """The officer no longer works on the case, and holds none of its stacks; what they did there
    stays theirs. Raises NotFound, StoreError for the last member."""
    with database.session(officer) as session:
        require(session, officer, Act.MEMBER_REMOVE, case_id)
        cases.remove_member(session, case_id, member_id)
        end_leases(session, member_id, case_id)
        member = officers.officer_by_id(session, member_id).officer
        session.audit(Act.MEMBER_REMOVE, case_id=case_id, subject=member.name, detail={})
