from __future__ import annotations

import pytest
from door_lab import HERE, PASSWORD, SECOND, Lab

from trawl.errors import AccessRefused, NotSignedIn, SignInError, TooMany
from trawl.model.access import Act, Role
from trawl.signin.enrolment import begin_totp, change_password, confirm_totp, remove_totp
from trawl.signin.sessions import officer_of
from trawl.signin.signing_in import give_code
from trawl.signin.time_codes import RECOVERY_CODES, code_at
from trawl.store.credentials import recovery_codes_left


def whole(lab: Lab, name: str) -> object:
    """A session that has shown both factors."""
    lab.clock.on(30 * SECOND)
    step = give_code(lab.database, lab.door, lab.session(lab.sign_in(name)), lab.code(name), HERE)
    return lab.session(step)


def test_a_secret_counts_once_a_code_has_proved_it(lab_on_both: Lab) -> None:
    lab = lab_on_both
    lab.enrol("kim")
    signed = lab.session(lab.sign_in("kim"))
    made = begin_totp(lab.database, lab.door, signed)
    assert made.secret in made.uri
    assert "kim" in made.uri
    assert lab.sign_in("kim").next == "done"  # not yet
    with pytest.raises(SignInError):
        confirm_totp(lab.database, lab.door, signed, "000000", HERE)
    code = code_at(made.secret, lab.clock())
    enrolled = confirm_totp(lab.database, lab.door, signed, code, HERE)
    assert len(set(enrolled.recovery_codes)) == RECOVERY_CODES
    assert lab.session(enrolled.step).must is None
    assert enrolled.step.begun.csrf == signed.csrf
    assert lab.sign_in("kim").next == "totp"
    assert (made.secret in str(lab.acts())) is False


def test_enrolling_ends_the_sessions_that_knew_a_password_only(lab: Lab) -> None:
    lab.enrol("kim")
    other = lab.sign_in("kim").begun.token
    lab.enrol_totp(lab.session(lab.sign_in("kim")))
    assert officer_of(lab.database, other) is None


def test_who_has_stolen_a_password_cannot_replace_the_other_half(lab: Lab) -> None:
    signed = lab.session(lab.sign_in("jo"))
    for act in (
        lambda: begin_totp(lab.database, lab.door, signed),
        lambda: confirm_totp(lab.database, lab.door, signed, "000000", HERE),
        lambda: remove_totp(lab.database, signed),
        lambda: change_password(lab.database, lab.door, signed, PASSWORD, "nine bottles x", HERE),
    ):
        with pytest.raises(AccessRefused, match="second factor is still due"):
            act()


def test_a_first_code_cannot_be_guessed_for_long(lab: Lab) -> None:
    lab.enrol("kim")
    signed = lab.session(lab.sign_in("kim"))
    begin_totp(lab.database, lab.door, signed)
    for _ in range(5):
        with pytest.raises(SignInError):
            confirm_totp(lab.database, lab.door, signed, "000000", HERE)
    with pytest.raises(TooMany):
        confirm_totp(lab.database, lab.door, signed, "000000", HERE)


def test_an_app_set_up_anew_makes_the_old_codes_useless(lab_on_both: Lab) -> None:
    lab = lab_on_both
    old_secret, old_codes = lab.secrets["jo"], lab.recovery_codes
    lab.recovery_codes = lab.enrol_totp(whole(lab, "jo"))  # type: ignore[arg-type]
    signed = lab.session(lab.sign_in("jo"))
    for code in (code_at(old_secret, lab.clock()), old_codes[0]):
        with pytest.raises(NotSignedIn):
            give_code(lab.database, lab.door, signed, code, HERE)
    give_code(lab.database, lab.door, signed, lab.recovery_codes[0], HERE)


def test_only_who_need_not_have_one_may_do_without(lab: Lab) -> None:
    with pytest.raises(AccessRefused, match="roles ask"):
        remove_totp(lab.database, whole(lab, "jo"))  # type: ignore[arg-type]
    kim = lab.enrol("kim", Role.EXAMINER)
    lab.enrol_totp(lab.session(lab.sign_in("kim")))
    remove_totp(lab.database, whole(lab, "kim"))  # type: ignore[arg-type]
    assert lab.sign_in("kim").next == "done"
    with lab.database.reader() as reader:
        assert recovery_codes_left(reader, kim.id) == 0


def test_the_old_password_is_asked_for_and_counted(lab: Lab) -> None:
    lab.enrol("kim")
    signed = lab.session(lab.sign_in("kim"))
    for _ in range(5):
        with pytest.raises(NotSignedIn, match="old password"):
            change_password(lab.database, lab.door, signed, "wrong", "nine green bottles", HERE)
    with pytest.raises(TooMany):
        change_password(lab.database, lab.door, signed, PASSWORD, "nine green bottles", HERE)
    assert lab.acts()[-1] == ("kim", Act.SIGN_IN_FAILED, "kim")


def test_a_new_password_must_be_one_that_can_be_taken(lab: Lab) -> None:
    lab.enrol("kim")
    signed = lab.session(lab.sign_in("kim"))
    with pytest.raises(SignInError, match="shorter"):
        change_password(lab.database, lab.door, signed, PASSWORD, "short", HERE)
    assert lab.sign_in("kim").next == "done"
