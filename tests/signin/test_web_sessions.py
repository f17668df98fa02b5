from __future__ import annotations

from typing import Any

from door_lab import HERE, HOUR, MINUTE, PASSWORD, Lab
from sqlalchemy import select

from trawl.casework.officers import change_officer
from trawl.model.access import Act, Role, Wing
from trawl.signin.enrolment import change_password
from trawl.signin.sessions import officer_of, sign_out
from trawl.signin.signing_in import sign_in
from trawl.store.signin_tables import web_session
from trawl.store.web_sessions import digest_of


def test_a_session_ends_when_it_is_not_used(lab_on_both: Lab) -> None:
    lab = lab_on_both
    lab.enrol("kim")
    token = lab.sign_in("kim").begun.token
    for _ in range(3):
        lab.clock.on(29 * MINUTE)
        assert officer_of(lab.database, token) is not None
    lab.clock.on(31 * MINUTE)
    assert officer_of(lab.database, token) is None


def test_what_a_page_does_by_itself_keeps_no_session_alive(lab: Lab) -> None:
    lab.enrol("kim")
    token = lab.sign_in("kim").begun.token
    lab.clock.on(29 * MINUTE)
    assert officer_of(lab.database, token, active=False) is not None
    lab.clock.on(2 * MINUTE)
    assert officer_of(lab.database, token) is None


def test_a_session_ends_after_a_day_of_work_however_much_it_is_used(lab: Lab) -> None:
    lab.enrol("kim")
    token = lab.sign_in("kim").begun.token
    for _ in range(12 * 3 - 1):
        lab.clock.on(20 * MINUTE)
        assert officer_of(lab.database, token) is not None
    lab.clock.on(20 * MINUTE)
    assert officer_of(lab.database, token) is None


def test_signing_out_ends_it(lab: Lab) -> None:
    lab.enrol("kim")
    step = lab.sign_in("kim")
    sign_out(lab.database, lab.session(step))
    assert officer_of(lab.database, step.begun.token) is None
    assert lab.acts()[-1] == ("kim", Act.SIGN_OUT, "kim")


def test_signing_in_again_replaces_the_session_of_the_browser(lab: Lab) -> None:
    lab.enrol("kim")
    first = lab.sign_in("kim").begun.token
    other = lab.sign_in("kim").begun.token
    third = sign_in(lab.database, lab.door, "kim", PASSWORD, HERE, replaces=first).begun.token
    alive = [officer_of(lab.database, each) is not None for each in (first, other, third)]
    assert alive == [False, True, True]


def test_sessions_end_when_an_officer_is_changed(lab: Lab) -> None:
    kim = lab.enrol("kim")
    changes: list[dict[str, Any]] = [
        {"roles": [Role.EXAMINER]},
        {"wings": [Wing.COUNTY_LINES]},
        {"disabled": True},
    ]
    for change in changes:
        tokens = [lab.sign_in("kim").begun.token for _ in range(2)]
        change_officer(lab.database, lab.jo, kim.id, **change)
        assert [officer_of(lab.database, each) for each in tokens] == [None, None]


def test_a_new_password_ends_all_others(lab_on_both: Lab) -> None:
    lab = lab_on_both
    lab.enrol("kim")
    other = lab.sign_in("kim").begun.token
    own = lab.sign_in("kim")
    step = change_password(
        lab.database, lab.door, lab.session(own), PASSWORD, "nine green bottles", HERE
    )
    assert officer_of(lab.database, other) is None
    assert officer_of(lab.database, own.begun.token) is None
    assert lab.session(step).csrf == own.begun.csrf  # the open page goes on
    assert lab.sign_in("kim", "nine green bottles").next == "done"


def test_a_token_nobody_was_given_is_nobodys(lab: Lab) -> None:
    for token in ("", "x", "\x00", "ü" * 50, "a" * 10_000, "\ud800"):
        assert officer_of(lab.database, token) is None


def test_the_database_alone_opens_no_session(lab: Lab) -> None:
    token = lab.sign_in("jo").begun.token
    with lab.database.reader() as reader:
        rows = reader.connection.execute(select(web_session)).all()
    stored = [bytes(row.token_hash) for row in rows]
    assert digest_of(token) in stored
    assert token not in str(rows)
    assert all(officer_of(lab.database, each.hex()) is None for each in stored)


def test_sessions_long_over_are_not_kept(lab_on_both: Lab) -> None:
    lab = lab_on_both
    for _ in range(3):
        lab.sign_in("jo")
    lab.clock.on(8 * 24 * HOUR)
    lab.sign_in("jo")
    with lab.database.reader() as reader:
        assert len(reader.connection.execute(select(web_session)).all()) == 1


def test_that_a_session_was_used_is_no_act(lab: Lab) -> None:
    lab.enrol("kim")
    token = lab.sign_in("kim").begun.token
    before = lab.acts()
    lab.clock.on(5 * MINUTE)
    assert officer_of(lab.database, token) is not None
    assert lab.acts() == before


def test_roles_and_wings_are_what_the_store_says_now(lab: Lab) -> None:
    lab.enrol("kim", Role.GRADER, Role.EXAMINER)
    signed = lab.session(lab.sign_in("kim"))
    assert signed.roles == (Role.GRADER, Role.EXAMINER)
    assert signed.wings == frozenset(Wing)
