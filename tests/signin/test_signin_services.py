"""Every public function of signing in that reaches the database leaves its one audit row, and
does nothing for an officer who has left in the meantime."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from authenticator import Authenticator
from door_lab import HERE, PASSWORD, SECOND, Lab

import trawl.signin
from trawl.casework.officers import change_officer, enrol_officer
from trawl.errors import AccessRefused, NotFound, NotSignedIn
from trawl.model.access import Act, Role
from trawl.signin import enrolment, invitations, passkey_sign_in, passkeys, sessions, signing_in
from trawl.signin.sessions import SignedIn
from trawl.signin.time_codes import code_at

NEW = "nine green bottles"

# What reads only, for whoever asks, or hands out a challenge: nobody has done anything yet.
NO_ACT = {
    "invitations.look_at_invitation",
    "passkey_sign_in.begin_passkey_sign_in",
    "sessions.officer_of",
}


def services() -> Iterator[str]:
    for module in pkgutil.iter_modules(trawl.signin.__path__, "trawl.signin."):
        loaded = importlib.import_module(module.name)
        for name, found in inspect.getmembers(loaded, inspect.isfunction):
            told = [str(each.annotation) for each in inspect.signature(found).parameters.values()]
            if found.__module__ == module.name and not name.startswith("_") and "Database" in told:
                assert told[0] == "Database"
                yield f"{module.name.rpartition('.')[2]}.{name}"


def kim(lab: Lab) -> SignedIn:
    """A grader who has shown both factors."""
    lab.enrol("kim")
    lab.enrol_totp(lab.session(lab.sign_in("kim")))
    signed = lab.session(lab.sign_in("kim"))
    step = signing_in.give_code(lab.database, lab.door, signed, lab.code("kim"), HERE)
    lab.clock.on(30 * SECOND)
    return lab.session(step)


Prepared = tuple[Callable[[], Any], Act]


def _sign_in(lab: Lab) -> Prepared:
    return (lambda: lab.sign_in("kim")), Act.SIGN_IN


def _sign_in_failed(lab: Lab) -> Prepared:
    def failing() -> None:
        with pytest.raises(NotSignedIn):
            lab.sign_in("kim", "not it at all")

    return failing, Act.SIGN_IN_FAILED


def _give_code(lab: Lab) -> Prepared:
    signed = lab.session(lab.sign_in("kim"))
    code = lab.code("kim")
    give = signing_in.give_code
    return (lambda: give(lab.database, lab.door, signed, code, HERE)), Act.SIGN_IN


def _confirm(lab: Lab, signed: SignedIn) -> Prepared:
    made = enrolment.begin_totp(lab.database, lab.door, signed)
    code = code_at(made.secret, lab.clock())
    confirm = enrolment.confirm_totp
    return (lambda: confirm(lab.database, lab.door, signed, code, HERE)), Act.CREDENTIAL_SET


def _change_password(lab: Lab, signed: SignedIn) -> Prepared:
    change = enrolment.change_password
    given = (lab.database, lab.door, signed, PASSWORD, NEW, HERE)
    return (lambda: change(*given)), Act.CREDENTIAL_SET


def _accept(lab: Lab) -> Prepared:
    ada = enrol_officer(lab.database, lab.jo, "ada", Role.GRADER)
    link = invitations.invite_officer(lab.database, lab.jo, ada.id)
    return (lambda: lab.accept(link)), Act.CREDENTIAL_SET


def _added(lab: Lab, signed: SignedIn, held: Authenticator) -> Callable[[], passkeys.Registered]:
    answer = held.make(passkeys.begin_passkey(lab.database, signed, HERE), HERE.origin)
    return lambda: passkeys.add_passkey(lab.database, lab.door, signed, answer, "", HERE)


def _remove(lab: Lab, signed: SignedIn) -> Prepared:
    added = _added(lab, signed, Authenticator())()
    now = lab.session(added.step)
    remove = passkeys.remove_passkey
    return (lambda: remove(lab.database, now, added.passkey.id)), Act.CREDENTIAL_SET


def _by_passkey(lab: Lab, signed: SignedIn) -> Prepared:
    held = Authenticator()
    _added(lab, signed, held)()
    answer = held.sign(passkey_sign_in.begin_passkey_sign_in(lab.database, HERE), HERE.origin)
    sign_in = passkey_sign_in.sign_in_by_passkey
    return (lambda: sign_in(lab.database, lab.door, answer, HERE)), Act.SIGN_IN


def prepared(name: str, lab: Lab, signed: SignedIn) -> Prepared:
    """A call that is due to succeed, everything it needs being there."""
    database, door = lab.database, lab.door
    made: dict[str, Callable[[], Prepared]] = {
        "signing_in.sign_in": lambda: _sign_in(lab),
        "signing_in.give_code": lambda: _give_code(lab),
        "sessions.sign_out": lambda: (
            lambda: sessions.sign_out(database, signed),
            Act.SIGN_OUT,
        ),
        "enrolment.begin_totp": lambda: (
            lambda: enrolment.begin_totp(database, door, signed),
            Act.CREDENTIAL_SET,
        ),
        "enrolment.confirm_totp": lambda: _confirm(lab, signed),
        "enrolment.remove_totp": lambda: (
            lambda: enrolment.remove_totp(database, signed),
            Act.CREDENTIAL_SET,
        ),
        "enrolment.change_password": lambda: _change_password(lab, signed),
        "invitations.invite_officer": lambda: (
            lambda: invitations.invite_officer(database, lab.jo, signed.officer.id),
            Act.OFFICER_MANAGE,
        ),
        "invitations.accept_invitation": lambda: _accept(lab),
        "passkeys.begin_passkey": lambda: (
            lambda: passkeys.begin_passkey(database, signed, HERE),
            Act.CREDENTIAL_SET,
        ),
        "passkeys.add_passkey": lambda: (_added(lab, signed, Authenticator()), Act.CREDENTIAL_SET),
        "passkeys.list_passkeys": lambda: (
            lambda: passkeys.list_passkeys(database, signed),
            Act.CREDENTIAL_SET,
        ),
        "passkeys.remove_passkey": lambda: _remove(lab, signed),
        "passkey_sign_in.sign_in_by_passkey": lambda: _by_passkey(lab, signed),
    }
    return made[name]()


SERVICES = sorted(services())
ACTING = [name for name in SERVICES if name not in NO_ACT | {"invitations.first_link"}]


def test_every_service_is_known() -> None:
    assert set(SERVICES) >= NO_ACT
    assert len(SERVICES) == 18


@pytest.mark.parametrize("name", ACTING)
def test_it_leaves_its_act_on_record(name: str, lab: Lab) -> None:
    call, act = prepared(name, lab, kim(lab))
    before = lab.acts()
    call()
    assert [row[1] for row in lab.acts()[len(before) :]] == [act]


def test_a_failure_is_on_record(lab: Lab) -> None:
    kim(lab)
    call, act = _sign_in_failed(lab)
    before = lab.acts()
    call()
    assert [row[1] for row in lab.acts()[len(before) :]] == [act]


@pytest.mark.parametrize("name", [name for name in ACTING if name != "sessions.sign_out"])
def test_it_does_nothing_for_one_who_has_left_meanwhile(name: str, lab: Lab) -> None:
    signed = kim(lab)
    call, _ = prepared(name, lab, signed)
    actor = {"invitations.invite_officer": "jo", "invitations.accept_invitation": "ada"}
    left = lab.officer(actor.get(name, "kim"))
    lab.enrol("root", Role.ADMINISTRATOR)
    change_officer(lab.database, lab.jo, left.id, disabled=True)
    with pytest.raises((AccessRefused, NotSignedIn, NotFound)):
        call()
    assert [row[1] for row in lab.acts()[-1:]] in ([Act.OFFICER_MANAGE], [Act.SIGN_IN_FAILED])


def test_only_administrators_invite(lab: Lab) -> None:
    for role in Role:
        if role is Role.ADMINISTRATOR:
            continue
        other = enrol_officer(lab.database, lab.jo, role.value, role)
        before = lab.acts()
        with pytest.raises(AccessRefused, match="may not do"):
            invitations.invite_officer(lab.database, other, lab.jo.id)
        assert lab.acts() == before
