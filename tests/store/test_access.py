from __future__ import annotations

import pytest
from store_samples import Bench

from trawl.errors import AccessRefused
from trawl.model.access import Act, Officer, Role
from trawl.store.access import OF_OPEN_CASES, ON_A_CASE, PERMITTED, require, verdict
from trawl.store.cases import add_case, add_member
from trawl.store.officers import add_officer


def add(bench: Bench, name: str, role: Role, *, member: bool = False) -> Officer:
    with bench.database.session(bench.officer) as session:
        officer = add_officer(session, name, role)
        if member:
            add_member(session, bench.case.id, officer.id)
        session.audit(Act.OFFICER_ADD, case_id=None, subject=name, detail={})
    return officer


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("member", [True, False])
def test_every_role_and_act(bench_on_sqlite: Bench, role: Role, member: bool) -> None:
    officer = add(bench_on_sqlite, "kim", role, member=member)
    with bench_on_sqlite.database.reader() as reader:
        for act in Act:
            on_case = verdict(reader, officer, act, bench_on_sqlite.case.id)
            at_large = verdict(reader, officer, act, None)
            may = act in PERMITTED[role]
            listed = role is Role.SUPERVISOR and act in OF_OPEN_CASES
            assert on_case.allowed == (may and (member or listed or act not in ON_A_CASE))
            assert at_large.allowed == (may and (act not in ON_A_CASE or act is Act.CASE_READ))
            assert on_case.reason
            assert at_large.reason


def test_an_administrator_is_not_in_every_case(bench: Bench) -> None:
    admin = add(bench, "root", Role.ADMINISTRATOR)
    with bench.database.reader() as reader:
        with pytest.raises(AccessRefused, match="root is not a member"):
            require(reader, admin, Act.LOG_READ, bench.case.id)
        require(reader, admin, Act.CASE_ADD, None)


def test_only_administrators_enrol_and_only_auditors_and_they_verify(bench: Bench) -> None:
    examiner = add(bench, "kim", Role.EXAMINER)
    auditor = add(bench, "ann", Role.AUDITOR)
    with bench.database.reader() as reader:
        assert not verdict(reader, examiner, Act.OFFICER_ADD, None).allowed
        assert not verdict(reader, examiner, Act.AUDIT_VERIFY, None).allowed
        assert verdict(reader, auditor, Act.AUDIT_VERIFY, None).allowed
        assert not verdict(reader, auditor, Act.OFFICER_ADD, None).allowed


def test_a_role_is_what_the_store_says(bench: Bench) -> None:
    add(bench, "kim", Role.AUDITOR, member=True)
    pretender = Officer(2, "kim", Role.ADMINISTRATOR)
    stranger = Officer(77, "nobody", Role.ADMINISTRATOR)
    with bench.database.reader() as reader:
        assert not verdict(reader, pretender, Act.CASE_ADD, None).allowed
        assert "not an officer" in verdict(reader, stranger, Act.CASE_ADD, None).reason


def test_membership_is_of_one_case(bench: Bench) -> None:
    kim = add(bench, "kim", Role.EXAMINER, member=True)
    with bench.database.session(bench.officer) as session:
        other = add_case(session, "other")
        session.audit(Act.CASE_ADD, case_id=other.id, subject="other", detail={})
    with bench.database.reader() as reader:
        assert verdict(reader, kim, Act.MEDIA_SHOW, bench.case.id).allowed
        assert not verdict(reader, kim, Act.MEDIA_SHOW, other.id).allowed
        assert not verdict(reader, kim, Act.MEDIA_SHOW, None).allowed
