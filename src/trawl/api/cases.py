"""Cases over HTTP: the list, the page, the funnel, files that could not be read, members."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from trawl.api.administration import OfficerShape
from trawl.api.case_figures import figures, working
from trawl.api.case_shapes import (
    CaseRow,
    CaseShape,
    FilePage,
    FileRow,
    FunnelShape,
    Id,
    MemberShape,
    NewCase,
    NewMember,
    Unread,
)
from trawl.api.deps import Asking
from trawl.api.schemes import schemes_of
from trawl.api.state import Held, State
from trawl.casework import cases, members
from trawl.casework.case_page import show_case_page
from trawl.casework.log import read_log
from trawl.formats.schemes import Scheme
from trawl.matching.funnel import funnel
from trawl.model.case import Case
from trawl.review.grading.policy import grading_policy
from trawl.store.progress import UNREAD

router = APIRouter(prefix="/cases", tags=["cases"])


@router.get("")
def list_cases(held: Held, officer: Asking) -> list[CaseRow]:
    """The officer's own cases; a supervisor's list names the open ones of their wings too."""
    own = cases.list_cases(held.database, officer)
    others = cases.list_open_cases(held.database, officer)
    known = figures(held, officer, own)
    rows = [CaseRow.of(case, member=True, figures=known[case.id]) for case in own]
    rows += [CaseRow.of(case, member=False) for case in others]
    return sorted(rows, key=lambda row: row.name)


@router.post("")
def add_case(held: Held, officer: Asking, said: NewCase) -> CaseRow:
    """Open a case; whoever opens it is its first member."""
    if said.scheme is not None:
        schemes_of(held).named(said.scheme)
    added = cases.add_case(
        held.database,
        officer,
        said.name.strip(),
        said.wing,
        restricted=said.restricted,
        scheme=said.scheme,
    )
    return CaseRow.of(added, member=True)


@router.get("/{case_id}")
def show_case(held: Held, officer: Asking, case_id: Id) -> CaseShape:
    """The page of a case: exhibits as they come in, members, who works on what."""
    page = show_case_page(held.database, officer, case_id)
    return CaseShape.of(page, _scheme(held, page.case), working(held, officer, case_id))


@router.get("/{case_id}/funnel")
def read_funnel(held: Held, officer: Asking, case_id: Id) -> FunnelShape:
    """From the files of a case to what is left for the officer who asks."""
    case = _named(case_id)
    found = funnel(held.database, officer, held.workspace, case)
    return FunnelShape.of(found, figures(held, officer, [case])[case_id])


@router.get("/{case_id}/files")
def list_files(
    held: Held,
    officer: Asking,
    case_id: Id,
    state: Unread = "failed",
    after: Annotated[int | None, Query(ge=0, le=(1 << 63) - 1)] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
) -> FilePage:
    """Files that could not be read as they are, in the order of the log."""
    rows = read_log(
        held.database, officer, _named(case_id), UNREAD[state], after=after, limit=limit + 1
    )
    more = len(rows) > limit
    return FilePage(
        rows=[FileRow.of(row) for row in rows[:limit]],
        next=rows[limit - 1].occurrence_id if more else None,
    )


@router.get("/{case_id}/candidates")
def list_candidates(held: Held, officer: Asking, case_id: Id) -> list[OfficerShape]:
    """Officers who could be made members."""
    found = members.list_candidates(held.database, officer, case_id)
    return [OfficerShape.of(one) for one in found]


@router.post("/{case_id}/members")
def add_member(held: Held, officer: Asking, case_id: Id, said: NewMember) -> MemberShape:
    """Make an officer a member."""
    return MemberShape.of(members.add_member_to(held.database, officer, case_id, said.officer_id))


@router.delete("/{case_id}/members/{officer_id}", status_code=204)
def remove_member(held: Held, officer: Asking, case_id: Id, officer_id: Id) -> None:
    """The officer no longer works on the case. The last member stays."""
    members.remove_member(held.database, officer, case_id, officer_id)


def _named(case_id: int) -> Case:
    """The case of that number, as services are told of it: they ask access by the number before
    anything else, so that of one that is not there they say what they say of any other."""
    return Case(case_id, f"case {case_id}", 0)


def _scheme(held: State, case: Case) -> Scheme:
    """The scheme a case is graded in."""
    with held.database.reader() as reader:
        name = case.scheme or grading_policy(reader).scheme
    return schemes_of(held).named(name)
