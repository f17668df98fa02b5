from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from door_lab import HOUR, PASSWORD, Clock, Lab
from sqlalchemy import select

from trawl.casework.officers import change_officer, enrol_officer
from trawl.errors import AlreadyExists, Conflict, NotFound, SignInError
from trawl.model.access import Act, Role
from trawl.signin.invitations import (
    Invited,
    first_link,
    invite_officer,
    look_at_invitation,
)
from trawl.signin.sessions import officer_of
from trawl.store.database import Database
from trawl.store.officers import bootstrap
from trawl.store.signin_tables import invitation


def token(link: str) -> str:
    return link.removeprefix("/join#")


def test_the_first_link_makes_the_first_administrator_once(database_url: str) -> None:
    clock = Clock()
    database = Database.open(database_url, clock=clock)
    account = bootstrap(database, "account")
    stale, link = first_link(database), first_link(database)
    assert stale is not None
    assert link is not None
    lab = Lab(database, clock)
    with pytest.raises(NotFound, match="opens nothing"):
        lab.accept(stale, "jo")
    assert look_at_invitation(database, token(link)) == Invited("first", "account")
    enrol_officer(database, account, "kim", Role.GRADER)
    with pytest.raises(AlreadyExists, match="no administrator"):
        lab.accept(link, "kim")
    with pytest.raises(SignInError, match="name"):
        lab.accept(link, None)
    step = lab.accept(link, "account")
    assert step.next == "enrol-totp"
    assert lab.session(step).officer == account
    with pytest.raises(NotFound, match="opens nothing"):
        lab.accept(link, "another")
    assert first_link(database) is None
    database.close()


def test_the_first_link_may_make_a_new_officer(lab: Lab) -> None:
    assert lab.jo.role is Role.ADMINISTRATOR
    assert lab.acts()[:2] == [
        ("(not signed in)", Act.OFFICER_MANAGE, "first administrator"),
        ("jo", Act.CREDENTIAL_SET, "jo"),
    ]


def test_the_first_link_ends_after_a_day(database_url: str) -> None:
    clock = Clock()
    database = Database.open(database_url, clock=clock)
    link = first_link(database)
    assert link is not None
    clock.on(24 * HOUR)
    with pytest.raises(NotFound):
        look_at_invitation(database, token(link))
    assert first_link(database) is not None
    database.close()


def test_the_first_link_opens_nothing_once_anybody_can_sign_in(
    sqlite_template: Path, tmp_path: Path
) -> None:
    shutil.copy(sqlite_template, tmp_path / "trawl.db")
    clock = Clock()
    database = Database.open(f"sqlite:///{tmp_path / 'trawl.db'}", clock=clock)
    account, link = bootstrap(database, "account"), first_link(database)
    assert link is not None
    lab = Lab(database, clock)
    lab.accept(invite_officer(database, account, account.id))
    with pytest.raises(NotFound, match="opens nothing"):
        lab.accept(link, "another")
    database.close()


def test_an_invitation_is_used_once(lab_on_both: Lab) -> None:
    lab = lab_on_both
    kim = enrol_officer(lab.database, lab.jo, "kim", Role.GRADER)
    link = invite_officer(lab.database, lab.jo, kim.id)
    assert look_at_invitation(lab.database, token(link)) == Invited("officer", "kim")
    step = lab.accept(link)
    assert (step.next, lab.session(step).officer) == ("done", kim)
    for use in (lab.accept, lambda link: look_at_invitation(lab.database, token(link))):
        with pytest.raises(NotFound, match="opens nothing"):
            use(link)


def test_a_newer_invitation_replaces_the_older(lab_on_both: Lab) -> None:
    lab = lab_on_both
    kim = enrol_officer(lab.database, lab.jo, "kim", Role.GRADER)
    older = invite_officer(lab.database, lab.jo, kim.id)
    newer = invite_officer(lab.database, lab.jo, kim.id)
    with pytest.raises(NotFound):
        lab.accept(older)
    lab.accept(newer)


def test_an_invitation_ends(lab: Lab) -> None:
    kim = enrol_officer(lab.database, lab.jo, "kim", Role.GRADER)
    link = invite_officer(lab.database, lab.jo, kim.id, lasts_us=2 * HOUR)
    lab.clock.on(2 * HOUR)
    with pytest.raises(NotFound):
        lab.accept(link)


def test_a_new_password_by_invitation_ends_sessions_and_keeps_the_second_factor(lab: Lab) -> None:
    lab.enrol("kim")
    lab.enrol_totp(lab.session(lab.sign_in("kim")))
    old = lab.sign_in("kim").begun.token
    step = lab.accept(
        invite_officer(lab.database, lab.jo, lab.officer("kim").id), password="nine green bottles"
    )
    assert officer_of(lab.database, old) is None
    assert (step.next, lab.session(step).must) == ("totp", "totp")


def test_who_has_lost_the_second_factor_begins_anew(lab: Lab) -> None:
    kim = lab.enrol("kim")
    lab.enrol_totp(lab.session(lab.sign_in("kim")))
    old = lab.sign_in("kim").begun.token
    link = invite_officer(lab.database, lab.jo, kim.id, reset_second_factor=True)
    assert officer_of(lab.database, old) is None
    assert lab.accept(link).next == "done"


def test_one_who_has_left_is_not_invited_and_enters_by_no_link(lab: Lab) -> None:
    kim = enrol_officer(lab.database, lab.jo, "kim", Role.GRADER)
    link = invite_officer(lab.database, lab.jo, kim.id)
    change_officer(lab.database, lab.jo, kim.id, disabled=True)
    with pytest.raises(NotFound):
        lab.accept(link)
    with pytest.raises(Conflict, match="no longer"):
        invite_officer(lab.database, lab.jo, kim.id)


def test_a_weak_password_is_refused_and_the_link_stays_good(lab: Lab) -> None:
    kim = enrol_officer(lab.database, lab.jo, "kim", Role.GRADER)
    link = invite_officer(lab.database, lab.jo, kim.id)
    with pytest.raises(SignInError, match="shorter"):
        lab.accept(link, password="brass")
    lab.accept(link)


def test_a_password_is_the_same_however_its_letters_are_composed(lab: Lab) -> None:
    kim = enrol_officer(lab.database, lab.jo, "kim", Role.GRADER)
    lab.accept(invite_officer(lab.database, lab.jo, kim.id), password="grüne Flaschen zehn")
    assert lab.sign_in("kim", "gru\u0308ne Flaschen zehn").next == "done"


def test_a_link_is_not_in_the_database(lab: Lab) -> None:
    kim = enrol_officer(lab.database, lab.jo, "kim", Role.GRADER)
    link = invite_officer(lab.database, lab.jo, kim.id)
    with lab.database.reader() as reader:
        rows = reader.connection.execute(select(invitation)).all()
    assert token(link) not in str(rows) + str(lab.acts())
    assert PASSWORD not in str(lab.acts())
