"""What the page of a case shows."""

from __future__ import annotations

from dataclasses import dataclass

from trawl.model.access import Act, Officer
from trawl.model.case import Case
from trawl.store import cases, officers
from trawl.store.access import require
from trawl.store.database import Database
from trawl.store.officers import Enrolled
from trawl.store.progress import ExhibitProgress, progress_of


@dataclass(frozen=True, slots=True)
class CasePage:
    """A case, its members by name, and how far its exhibits have come."""

    case: Case
    members: list[Enrolled]
    exhibits: list[ExhibitProgress]


def show_case_page(database: Database, officer: Officer, case_id: int) -> CasePage:
    """The page of a case, to its members: one look, one row in the audit."""
    with database.session(officer) as session:
        require(session, officer, Act.CASE_READ, case_id)
        found = cases.case_by_id(session, case_id)
        session.audit(Act.CASE_READ, case_id=case_id, subject=found.name, detail={"page": True})
    with database.reader() as reader:
        there = set(cases.members_of(reader, case_id))
        members = [one for one in officers.all_officers(reader) if one.officer.id in there]
        return CasePage(found, members, progress_of(reader, case_id, database.clock()))
