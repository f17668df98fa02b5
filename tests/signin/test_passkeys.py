from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from authenticator import Authenticator, encoded
from door_lab import HERE, MINUTE, SECOND, Lab

from trawl.casework.officers import change_officer
from trawl.errors import AccessRefused, NotFound, NotSignedIn, SignInError, TooMany
from trawl.model.access import Act, Role
from trawl.signin import passkey_sign_in
from trawl.signin.passkey_sign_in import begin_passkey_sign_in, sign_in_by_passkey
from trawl.signin.passkeys import (
    add_passkey,
    begin_passkey,
    list_passkeys,
    remove_passkey,
)
from trawl.signin.sessions import SignedIn, officer_of
from trawl.signin.signing_in import give_code

Json = dict[str, Any]


def register(lab: Lab, signed: SignedIn, held: Authenticator) -> SignedIn:
    options = begin_passkey(lab.database, signed, HERE)
    answer = held.make(options, HERE.origin)
    added = add_passkey(lab.database, lab.door, signed, answer, "the blue one", HERE)
    return lab.session(added.step)


def enter(lab: Lab, held: Authenticator, signed: SignedIn | None = None) -> SignedIn:
    options = begin_passkey_sign_in(lab.database, HERE, signed)
    answer = held.sign(options, HERE.origin)
    return lab.session(sign_in_by_passkey(lab.database, lab.door, answer, HERE, signed))


def with_passkey(lab: Lab, *, verifies: bool = True) -> Authenticator:
    """Kim, a grader, who has a passkey."""
    held = Authenticator(verifies=verifies)
    lab.enrol("kim")
    register(lab, lab.session(lab.sign_in("kim")), held)
    return held


def test_a_passkey_is_a_second_factor(lab_on_both: Lab) -> None:
    lab = lab_on_both
    held = with_passkey(lab, verifies=False)
    step = lab.sign_in("kim")
    assert step.next == "passkey"
    signed = lab.session(step)
    assert signed.must == "totp"
    whole = enter(lab, held, signed)
    assert (whole.must, whole.passed, whole.officer.name) == (None, "second-factor", "kim")
    assert officer_of(lab.database, step.begun.token) is None
    assert lab.acts()[-1] == ("kim", Act.SIGN_IN, "kim")


def test_making_one_has_shown_it(lab: Lab) -> None:
    lab.enrol("kim", Role.SUPERVISOR)
    signed = lab.session(lab.sign_in("kim"))
    assert signed.must == "totp"
    whole = register(lab, signed, Authenticator())
    assert (whole.must, whole.two_factor, whole.csrf) == (None, True, signed.csrf)
    assert officer_of(lab.database, "") is None


def test_one_that_knows_its_holder_signs_in_alone(lab: Lab) -> None:
    held = with_passkey(lab)
    whole = enter(lab, held)
    assert (whole.officer.name, whole.must, whole.passed) == ("kim", None, "second-factor")
    options = begin_passkey_sign_in(lab.database, HERE)
    assert options["userVerification"] == "required"
    assert options.get("allowCredentials", []) == []


def test_one_that_does_not_know_its_holder_signs_in_behind_a_password_only(lab: Lab) -> None:
    held = with_passkey(lab, verifies=False)
    with pytest.raises(NotSignedIn):
        enter(lab, held)


def test_an_answer_is_good_once(lab_on_both: Lab) -> None:
    lab = lab_on_both
    held = with_passkey(lab)
    answer = held.sign(begin_passkey_sign_in(lab.database, HERE), HERE.origin)
    sign_in_by_passkey(lab.database, lab.door, answer, HERE)
    with pytest.raises(NotSignedIn):
        sign_in_by_passkey(lab.database, lab.door, answer, HERE)


def test_a_challenge_waits_five_minutes(lab: Lab) -> None:
    held = with_passkey(lab)
    answer = held.sign(begin_passkey_sign_in(lab.database, HERE), HERE.origin)
    lab.clock.on(5 * MINUTE)
    with pytest.raises(NotSignedIn):
        sign_in_by_passkey(lab.database, lab.door, answer, HERE)


def other_challenge(lab: Lab, held: Authenticator) -> Json:
    options = begin_passkey_sign_in(lab.database, HERE)
    return held.sign({**options, "challenge": "bm90IHlvdXJz"}, HERE.origin)


def other_origin(lab: Lab, held: Authenticator) -> Json:
    return held.sign(begin_passkey_sign_in(lab.database, HERE), "https://trawl.example.org")


def other_party(lab: Lab, held: Authenticator) -> Json:
    options = begin_passkey_sign_in(lab.database, HERE)
    return held.sign({**options, "rpId": "trawl.example.org"}, HERE.origin)


def other_key(lab: Lab, held: Authenticator) -> Json:
    forger = Authenticator()
    forger.identifier = held.identifier
    return forger.sign(begin_passkey_sign_in(lab.database, HERE), HERE.origin)


def copied(lab: Lab, held: Authenticator) -> Json:
    """A clone whose counter lags behind (§6.1.1)."""
    for _ in range(2):
        enter(lab, held)
    held.count = 0
    return held.sign(begin_passkey_sign_in(lab.database, HERE), HERE.origin)


def unknown(lab: Lab, held: Authenticator) -> Json:
    return Authenticator().sign(begin_passkey_sign_in(lab.database, HERE), HERE.origin)


@pytest.mark.parametrize(
    "forged", [other_challenge, other_origin, other_party, other_key, copied, unknown]
)
def test_a_forged_answer_is_not_taken(
    lab: Lab, forged: Callable[[Lab, Authenticator], Json]
) -> None:
    held = with_passkey(lab)
    answer = forged(lab, held)
    with pytest.raises(NotSignedIn):
        sign_in_by_passkey(lab.database, lab.door, answer, HERE)
    assert lab.acts()[-1][1] == Act.SIGN_IN_FAILED


def test_another_officers_passkey_is_no_second_factor(lab: Lab) -> None:
    with_passkey(lab)
    lab.enrol("ada")
    register(lab, lab.session(lab.sign_in("ada")), Authenticator())
    signed = lab.session(lab.sign_in("ada"))
    kims = with_passkey_of(lab)
    with pytest.raises(NotSignedIn):
        enter(lab, kims, signed)
    assert lab.acts()[-1] == ("ada", Act.SIGN_IN_FAILED, "ada")


def with_passkey_of(lab: Lab) -> Authenticator:
    held = Authenticator()
    lab.enrol("bea")
    register(lab, lab.session(lab.sign_in("bea")), held)
    return held


def test_guesses_are_counted(lab: Lab) -> None:
    held = with_passkey(lab)
    for _ in range(5):
        with pytest.raises(NotSignedIn):
            sign_in_by_passkey(lab.database, lab.door, other_key(lab, held), HERE)
    with pytest.raises(TooMany):
        enter(lab, held)


def test_what_is_no_answer_is_refused_plainly(lab: Lab) -> None:
    answers: list[Json] = [
        {},
        {"rawId": "AA", "response": {"clientDataJSON": "AA"}},
        {"rawId": 3, "response": []},
        {"rawId": "AA", "response": {"clientDataJSON": "bnVsbA"}},
        {"rawId": "!", "response": {"clientDataJSON": "e30"}},
        {"rawId": "AA", "response": {"clientDataJSON": encoded(b"[" * 100_000)}},
    ]
    for answer in answers:
        with pytest.raises(SignInError):
            sign_in_by_passkey(lab.database, lab.door, answer, HERE)


def test_challenges_for_whoever_asks_are_bounded(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passkey_sign_in, "MOST_OPEN", 3)
    held = with_passkey(lab, verifies=False)
    for _ in range(3):
        begin_passkey_sign_in(lab.database, HERE)
    with pytest.raises(TooMany):
        begin_passkey_sign_in(lab.database, HERE)
    assert enter(lab, held, lab.session(lab.sign_in("kim"))).must is None  # not behind a password
    lab.clock.on(5 * MINUTE)
    begin_passkey_sign_in(lab.database, HERE)


def test_a_passkey_is_registered_for_who_asked_and_once(lab: Lab) -> None:
    lab.enrol("kim")
    lab.enrol("ada")
    kim, ada = (lab.session(lab.sign_in(name)) for name in ("kim", "ada"))
    held = Authenticator()
    answer = held.make(begin_passkey(lab.database, kim, HERE), HERE.origin)
    with pytest.raises(SignInError, match="too late"):
        add_passkey(lab.database, lab.door, ada, answer, "", HERE)
    kim = lab.session(add_passkey(lab.database, lab.door, kim, answer, "", HERE).step)
    with pytest.raises(SignInError, match="too late"):
        add_passkey(lab.database, lab.door, kim, answer, "", HERE)
    again = held.make(begin_passkey(lab.database, ada, HERE), HERE.origin)
    with pytest.raises(SignInError, match="used before"):
        add_passkey(lab.database, lab.door, ada, again, "", HERE)


def test_registration_elsewhere_is_not_taken(lab: Lab) -> None:
    lab.enrol("kim")
    signed = lab.session(lab.sign_in("kim"))
    options = begin_passkey(lab.database, signed, HERE)
    answer = Authenticator().make(options, "https://elsewhere.example")
    with pytest.raises(SignInError):
        add_passkey(lab.database, lab.door, signed, answer, "", HERE)


def test_a_bare_address_has_no_passkeys(lab: Lab) -> None:
    lab.enrol("kim")
    signed = lab.session(lab.sign_in("kim"))
    for host in ("127.0.0.1", "[::1]", ""):
        with pytest.raises(SignInError, match="host name"):
            begin_passkey(lab.database, signed, replace(HERE, host=host))


def test_own_passkeys_are_listed_and_removed(lab_on_both: Lab) -> None:
    lab = lab_on_both
    held = with_passkey(lab)
    whole = enter(lab, held)
    (own,) = list_passkeys(lab.database, whole)
    assert own.label == "the blue one"
    with pytest.raises(NotFound):
        remove_passkey(lab.database, jo(lab), own.id)
    remove_passkey(lab.database, whole, own.id)
    assert list_passkeys(lab.database, whole) == []
    with pytest.raises(NotSignedIn):
        enter(lab, held)
    assert lab.sign_in("kim").next == "done"


def jo(lab: Lab) -> SignedIn:
    lab.clock.on(30 * SECOND)
    signed = lab.session(lab.sign_in("jo"))
    return lab.session(give_code(lab.database, lab.door, signed, lab.code("jo"), HERE))


def test_the_last_second_factor_stays_where_a_role_asks_for_one(lab: Lab) -> None:
    lab.enrol("kim", Role.SUPERVISOR)
    whole = register(lab, lab.session(lab.sign_in("kim")), Authenticator())
    (own,) = list_passkeys(lab.database, whole)
    with pytest.raises(AccessRefused, match="roles ask"):
        remove_passkey(lab.database, whole, own.id)


def test_a_stolen_password_adds_no_passkey(lab: Lab) -> None:
    with pytest.raises(AccessRefused, match="second factor is still due"):
        begin_passkey(lab.database, lab.session(lab.sign_in("jo")), HERE)


def test_one_who_has_left_enters_by_no_passkey(lab: Lab) -> None:
    held = with_passkey(lab)
    change_officer(lab.database, lab.jo, lab.officer("kim").id, disabled=True)
    with pytest.raises(NotSignedIn):
        enter(lab, held)
