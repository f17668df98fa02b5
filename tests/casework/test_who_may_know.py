"""Restricted cases, wings, supervisors, members, officers, and the audit as auditors read it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from trawl.casework.audit_list import VEILED, AuditFilter, list_audit
from trawl.casework.case_page import show_case_page
from trawl.casework.cases import add_case, find_case, list_cases, list_open_cases
from trawl.casework.members import add_member_to, list_candidates, remove_member
from trawl.casework.officers import change_officer, enrol_officer, list_officers
from trawl.errors import AccessRefused, Conflict, NotFound, StoreError
from trawl.model.access import Act, Officer, Role, Wing
from trawl.model.case import Case
from trawl.store.access import require
from trawl.store.database import Database
from trawl.store.officers import bootstrap, officer_by_id

YEARS = range(1_700_000_000_000_000, 1_800_000_000_000_000, 1_000_000)


@dataclass
class Unit:
    """A unit: ``jo`` administers and has opened a restricted case, ``sam`` supervises the county
    lines, ``sue`` the child protection, ``kim`` grades there, ``ann`` is the auditor."""

    database: Database
    jo: Officer
    sam: Officer
    sue: Officer
    kim: Officer
    ann: Officer
    heron: Case
    hidden: Case


@pytest.fixture
def unit(database_url: str) -> Iterator[Unit]:
    ticks = iter(YEARS)
    database = Database.open(database_url, clock=lambda: next(ticks))
    jo = bootstrap(database, "jo")

    def enrol(name: str, role: Role, *wings: Wing) -> Officer:
        return enrol_officer(database, jo, name, role, wings=wings)

    yield Unit(
        database,
        jo,
        enrol("sam", Role.SUPERVISOR, Wing.COUNTY_LINES),
        enrol("sue", Role.SUPERVISOR, Wing.CHILD_PROTECTION),
        enrol("kim", Role.GRADER, Wing.CHILD_PROTECTION),
        enrol("ann", Role.AUDITOR),
        add_case(database, jo, "Heron"),
        add_case(database, jo, "Wigeon", restricted=True),
    )
    database.close()


def names(found: list[Case]) -> list[str]:
    return [case.name for case in found]


# Cases -------------------------------------------------------------------------------------------


def test_an_open_case_is_named_to_its_wings_supervisors(unit: Unit) -> None:
    assert names(list_open_cases(unit.database, unit.sue)) == ["Heron"]
    assert names(list_open_cases(unit.database, unit.sam)) == []
    assert names(list_open_cases(unit.database, unit.kim)) == []
    assert names(list_open_cases(unit.database, unit.ann)) == []
    assert list_cases(unit.database, unit.sue) == []
    with pytest.raises(AccessRefused, match="not a member"):
        show_case_page(unit.database, unit.sue, unit.heron.id)


def test_a_supervisor_brings_officers_into_an_open_case(unit: Unit) -> None:
    found = list_candidates(unit.database, unit.sue, unit.heron.id)
    assert [one.officer.name for one in found] == ["ann", "kim", "sue"]
    add_member_to(unit.database, unit.sue, unit.heron.id, unit.kim.id)
    assert names(list_cases(unit.database, unit.kim)) == ["Heron"]
    with pytest.raises(AccessRefused, match="not a member"):
        remove_member(unit.database, unit.sue, unit.heron.id, unit.kim.id)


@pytest.mark.parametrize("case_id", [2, 99], ids=["restricted", "none"])
def test_a_restricted_case_is_as_one_that_is_not_there(unit: Unit, case_id: int) -> None:
    for officer in (unit.sue, unit.kim, unit.sam):
        said = set()
        for call in (
            lambda officer=officer: show_case_page(unit.database, officer, case_id),
            lambda officer=officer: add_member_to(unit.database, officer, case_id, officer.id),
            lambda officer=officer: list_candidates(unit.database, officer, case_id),
            lambda officer=officer: remove_member(unit.database, officer, case_id, unit.jo.id),
        ):
            with pytest.raises(AccessRefused) as caught:
                call()
            said.add(str(caught.value))
        assert {each.split("may not do")[0] for each in said} <= {
            f"{officer.name} is not a member of this case",
            "a grader ",
        }
        with pytest.raises(NotFound) as missing:
            find_case(unit.database, officer, "Wigeon")
        assert str(missing.value) == "there is no case Wigeon"


def test_a_member_of_another_wing_does_not_open_it(unit: Unit) -> None:
    add_member_to(unit.database, unit.jo, unit.heron.id, unit.sam.id)
    assert list_cases(unit.database, unit.sam) == []
    with pytest.raises(NotFound):
        find_case(unit.database, unit.sam, "Heron")
    with pytest.raises(AccessRefused, match="wing"):
        show_case_page(unit.database, unit.sam, unit.heron.id)


def test_a_case_is_opened_in_an_own_wing(unit: Unit) -> None:
    with pytest.raises(StoreError, match="of that wing"):
        add_case(unit.database, unit.sam, "Lapwing")
    added = add_case(unit.database, unit.sam, "Lapwing", Wing.COUNTY_LINES, scheme="ncmec")
    assert find_case(unit.database, unit.sam, "Lapwing") == added
    assert (added.wing, added.scheme) == (Wing.COUNTY_LINES, "ncmec")
    with pytest.raises(AccessRefused):
        add_case(unit.database, unit.kim, "Grebe")


def test_a_case_keeps_a_member(unit: Unit) -> None:
    with pytest.raises(StoreError, match="at least one member"):
        remove_member(unit.database, unit.jo, unit.hidden.id, unit.jo.id)
    add_member_to(unit.database, unit.jo, unit.hidden.id, unit.sue.id)
    remove_member(unit.database, unit.sue, unit.hidden.id, unit.jo.id)
    page = show_case_page(unit.database, unit.sue, unit.hidden.id)
    assert [one.officer.name for one in page.members] == ["sue"]
    with pytest.raises(AccessRefused, match="not a member"):
        show_case_page(unit.database, unit.jo, unit.hidden.id)
    with pytest.raises(NotFound):
        remove_member(unit.database, unit.sue, unit.hidden.id, unit.kim.id)


# Officers ----------------------------------------------------------------------------------------


def test_one_who_has_left_may_do_nothing(unit: Unit) -> None:
    add_member_to(unit.database, unit.jo, unit.heron.id, unit.kim.id)
    change_officer(unit.database, unit.jo, unit.kim.id, disabled=True)
    with pytest.raises(AccessRefused, match="no longer an officer"):
        list_cases(unit.database, unit.kim)
    assert unit.kim.name not in {
        one.officer.name for one in list_candidates(unit.database, unit.jo, unit.hidden.id)
    }
    change_officer(unit.database, unit.jo, unit.kim.id, disabled=False)
    assert names(list_cases(unit.database, unit.kim)) == ["Heron"]


def test_an_officer_may_what_any_of_their_roles_may(unit: Unit) -> None:
    roles = [Role.GRADER, Role.AUDITOR]
    changed = change_officer(unit.database, unit.jo, unit.kim.id, roles=roles)
    assert changed.enrolled.officer.roles == set(roles)
    assert list_audit(unit.database, unit.kim).rows
    change_officer(unit.database, unit.jo, unit.kim.id, roles=[Role.COUNSELLOR], wings=[])
    with unit.database.reader() as reader:
        found = officer_by_id(reader, unit.kim.id)
        with pytest.raises(AccessRefused):
            require(reader, unit.kim, Act.AUDIT_READ, None)
    assert (found.officer.role, found.officer.further) == (Role.COUNSELLOR, frozenset())
    assert found.wings == frozenset()


@pytest.mark.parametrize("change", [{"disabled": True}, {"roles": [Role.GRADER]}])
def test_an_administrator_is_left(unit: Unit, change: dict[str, object]) -> None:
    with pytest.raises(Conflict, match="without an administrator"):
        change_officer(unit.database, unit.jo, unit.jo.id, **change)  # type: ignore[arg-type]
    other = [Role.GRADER, Role.ADMINISTRATOR]
    change_officer(unit.database, unit.jo, unit.kim.id, roles=other)
    change_officer(unit.database, unit.jo, unit.jo.id, **change)  # type: ignore[arg-type]
    assert len(list_officers(unit.database, unit.kim)) == 5


def test_a_pretended_role_counts_for_nothing(unit: Unit) -> None:
    pretender = Officer(unit.kim.id, "kim", Role.ADMINISTRATOR, frozenset(Role))
    with pytest.raises(AccessRefused):
        list_officers(unit.database, pretender)


# The audit ---------------------------------------------------------------------------------------


def test_the_audit_tells_that_but_not_what_in_a_restricted_case(unit: Unit) -> None:
    find_case(unit.database, unit.jo, "Heron")
    rows = list_audit(unit.database, unit.ann, limit=500).rows
    told = {(row.act, row.case, row.subject) for row in rows}
    assert (Act.CASE_ADD, "Heron", "Heron") in told
    assert (Act.CASE_ADD, VEILED, VEILED) in told
    assert "Wigeon" not in str(rows)
    add_member_to(unit.database, unit.jo, unit.hidden.id, unit.ann.id)
    assert "Wigeon" in str(list_audit(unit.database, unit.ann, limit=500).rows)


@pytest.mark.parametrize("detail", [{"case_id": "2"}, {"cases": "1,2"}, {"reason": "no Wigeon."}])
def test_a_row_of_no_case_does_not_name_one_either(unit: Unit, detail: dict[str, str]) -> None:
    with unit.database.session(unit.kim) as session:
        session.audit(Act.REFUSED, case_id=None, subject="/api/x", detail=dict(detail))
    first = list_audit(unit.database, unit.ann, AuditFilter(act="refused")).rows[0]
    assert (first.subject, first.detail) == (VEILED, {})


def test_a_word_that_holds_the_name_is_another_word(unit: Unit) -> None:
    with unit.database.session(unit.kim) as session:
        session.audit(Act.REFUSED, case_id=None, subject="Wigeons", detail={"case_id": "22"})
    first = list_audit(unit.database, unit.ann, AuditFilter(act="refused")).rows[0]
    assert (first.subject, first.detail) == ("Wigeons", {"case_id": "22"})


@pytest.mark.parametrize("case", ["Wigeon", "2", "Nobody", "99", "9" * 40])
def test_no_filter_finds_a_restricted_case(unit: Unit, case: str) -> None:
    page = list_audit(unit.database, unit.ann, AuditFilter(case=case))
    assert (page.rows, page.next) == ([], None)
    assert "Wigeon" not in str(list_audit(unit.database, unit.ann, limit=500).rows)


def test_the_audit_is_read_in_pages_and_by_filters(unit: Unit) -> None:
    whole = [row.sequence for row in list_audit(unit.database, unit.ann, limit=500).rows]
    paged: list[int] = []
    after = whole[0] + 1
    while True:
        page = list_audit(unit.database, unit.ann, after=after, limit=3)
        paged += [row.sequence for row in page.rows]
        if page.next is None:
            break
        after = page.next
    assert paged == whole == sorted(whole, reverse=True)
    by_jo = list_audit(unit.database, unit.ann, AuditFilter(officer="jo", act="case.")).rows
    assert [row.act for row in by_jo] == [Act.CASE_ADD, Act.CASE_ADD]
    heron = list_audit(unit.database, unit.ann, AuditFilter(case="Heron")).rows
    assert [row.case for row in heron] == ["Heron"]
    early = list_audit(unit.database, unit.ann, AuditFilter(until_us=YEARS[0])).rows
    assert len(early) <= 1


def test_only_auditors_read_the_audit(unit: Unit) -> None:
    for officer in (unit.jo, unit.sam, unit.kim):
        with pytest.raises(AccessRefused, match="may not do"):
            list_audit(unit.database, officer)
