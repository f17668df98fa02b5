"""Cases, and who may know of them."""

from __future__ import annotations

from trawl.casework.members import add_member
from trawl.casework.officers import enrol_officer
from trawl.errors import Conflict, NotFound, StoreError
from trawl.model.access import Act, Officer, Role, Wing
from trawl.model.case import Case
from trawl.store import cases
from trawl.store.access import on_record, require
from trawl.store.database import Database, Session

__all__ = [
    "add_case",
    "add_member",
    "enrol_officer",
    "find_case",
    "list_cases",
    "list_open_cases",
]


def add_case(
    database: Database,
    officer: Officer,
    name: str,
    wing: Wing = Wing.CHILD_PROTECTION,
    *,
    restricted: bool = False,
    scheme: str | None = None,
) -> Case:
    """Add a case of a wing of the officer's, who becomes its first member. A restricted one is
    so from its first moment. Raises AlreadyExists when the name is taken, StoreError for another
    wing's."""
    with database.session(officer) as session:
        require(session, officer, Act.CASE_ADD, None)
        found = on_record(session, officer)
        if found is not None and found.wings and wing not in found.wings:
            raise StoreError(f"a case of the wing {wing} is for officers of that wing to add")
        added = cases.add_case(session, name, wing, restricted=restricted, scheme=scheme)
        cases.add_member(session, added.id, officer.id)
        session.audit(
            Act.CASE_ADD,
            case_id=added.id,
            subject=name,
            detail={"wing": str(wing), "restricted": restricted, "scheme": scheme},
        )
    return added


def find_case(database: Database, officer: Officer, name: str) -> Case:
    """The case of that name. Raises NotFound, also to those who are not members: that a case
    exists is not for everyone to know. Conflict when several of theirs have it: one is open, or
    others are restricted."""
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
        found = _own_cases(session, officer)
        session.audit(
            Act.CASE_READ, case_id=None, subject="own cases", detail={"cases": len(found)}
        )
    return found


def list_open_cases(database: Database, officer: Officer) -> list[Case]:
    """The cases the officer may know of without being a member, by name: to a supervisor, those
    of their wings that are not restricted; to others, none."""
    with database.session(officer) as session:
        require(session, officer, Act.CASE_READ, None)
        found = _open_to(session, officer)
        session.audit(
            Act.CASE_READ, case_id=None, subject="open cases", detail={"cases": len(found)}
        )
    return found


def _open_to(session: Session, officer: Officer) -> list[Case]:
    record = on_record(session, officer)
    if record is None or Role.SUPERVISOR not in record.roles:
        return []
    own = {case.id for case in cases.cases_of(session, officer)}
    return [case for case in cases.open_cases(session, record.wings) if case.id not in own]


def _own_cases(session: Session, officer: Officer) -> list[Case]:
    """Those the officer is a member of, and whose wing they belong to."""
    record = on_record(session, officer)
    wings = frozenset[Wing]() if record is None else record.wings
    return [case for case in cases.cases_of(session, officer) if not wings or case.wing in wings]


def _own_case(session: Session, officer: Officer, name: str) -> Case:
    own = {case.id for case in _own_cases(session, officer)}
    found = [case for case in cases.cases_named(session, name) if case.id in own]
    if not found:
        raise NotFound(f"there is no case {name}", hint="Add it with `trawl case add`.")
    if len(found) > 1:
        raise Conflict(f"you are a member of {len(found)} cases {name}")
    return found[0]
