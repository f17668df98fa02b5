"""Exhibits of a case, and their acquisitions."""

from __future__ import annotations

from trawl.model.access import Act, Officer
from trawl.model.case import Acquisition, Case, Exhibit
from trawl.store import acquisitions, cases
from trawl.store.access import require
from trawl.store.database import Database


def add_exhibit(database: Database, officer: Officer, case: Case, reference: str) -> Exhibit:
    """Add an exhibit to the case. Raises AlreadyExists when it has that reference."""
    with database.session(officer) as session:
        require(session, officer, Act.EXHIBIT_ADD, case.id)
        added = cases.add_exhibit(session, case.id, reference)
        session.audit(Act.EXHIBIT_ADD, case_id=case.id, subject=reference, detail={})
    return added


def ensure_exhibit(database: Database, officer: Officer, case: Case, reference: str) -> Exhibit:
    """The exhibit of that reference in the case, added when it is not there yet."""
    with database.session(officer) as session:
        require(session, officer, Act.EXHIBIT_ADD, case.id)
        found = cases.find_exhibit(session, case.id, reference)
        exhibit = found or cases.add_exhibit(session, case.id, reference)
        session.audit(
            Act.EXHIBIT_ADD, case_id=case.id, subject=reference, detail={"new": found is None}
        )
    return exhibit


def list_exhibits(database: Database, officer: Officer, case: Case) -> list[Exhibit]:
    """The exhibits of the case, in the order they were added."""
    with database.session(officer) as session:
        require(session, officer, Act.CASE_READ, case.id)
        found = cases.exhibits_of(session, case.id)
        session.audit(
            Act.CASE_READ, case_id=case.id, subject="exhibits", detail={"exhibits": len(found)}
        )
    return found


def list_acquisitions(database: Database, officer: Officer, case: Case) -> list[Acquisition]:
    """The acquisitions of the case, in the order they were begun."""
    with database.session(officer) as session:
        require(session, officer, Act.CASE_READ, case.id)
        found = acquisitions.find_acquisitions(session, case.id)
        session.audit(
            Act.CASE_READ,
            case_id=case.id,
            subject="acquisitions",
            detail={"acquisitions": len(found)},
        )
    return found
