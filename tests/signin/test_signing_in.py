from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from argon2 import extract_parameters
from door_lab import HERE, HOUR, PASSWORD, SECOND, Lab
from sqlalchemy import select

from trawl.casework.officers import change_officer, enrol_officer, list_officers, unlock_officer
from trawl.errors import NotSignedIn, SignInError, TooMany
from trawl.model.access import Act, Role
from trawl.signin import passwords
from trawl.signin.second_factor import REQUIRED
from trawl.signin.sessions import officer_of
from trawl.signin.signing_in import WRONG, give_code
from trawl.store.credentials import credential_of, recovery_codes_left
from trawl.store.signin_tables import credential, sign_in_attempt

ELSEWHERE = replace(HERE, address="10.0.0.99")


def fail(lab: Lab, name: str, times: int, at: object = HERE) -> None:
    for _ in range(times):
        with pytest.raises(NotSignedIn):
            lab.sign_in(name, "not it at all", at)  # type: ignore[arg-type]


def test_a_password_alone_is_enough_for_a_grader(lab: Lab) -> None:
    kim = lab.enrol("kim")
    step = lab.sign_in("kim")
    signed = lab.session(step)
    assert (step.next, signed.officer, signed.must) == ("done", kim, None)
    assert lab.acts()[-1] == ("kim", Act.SIGN_IN, "kim")


def test_these_roles_need_a_second_factor(lab: Lab) -> None:
    assert {str(role) for role in REQUIRED} == {
        *("administrator", "supervisor", "counsellor", "welfare-lead", "auditor"),
    }
    for role in REQUIRED:
        lab.enrol(role.value, Role.GRADER, role)
        step = lab.sign_in(role.value)
        assert (step.next, lab.session(step).must) == ("enrol-totp", "totp")
    lab.enrol_totp(lab.session(step))
    step = lab.sign_in(role.value)
    assert (step.next, lab.session(step).must) == ("totp", "totp")


def test_a_code_completes_it_and_rotates_the_session(lab_on_both: Lab) -> None:
    lab = lab_on_both
    first = lab.sign_in("jo")
    signed = lab.session(first)
    second = give_code(lab.database, lab.door, signed, lab.code("jo"), HERE)
    assert second.next == "done"
    assert officer_of(lab.database, first.begun.token) is None
    whole = lab.session(second)
    assert (whole.officer.name, whole.must, whole.passed) == ("jo", None, "second-factor")
    assert second.begun.csrf != first.begun.csrf


def test_a_code_is_good_once(lab_on_both: Lab) -> None:
    lab = lab_on_both
    code = lab.code("jo")
    give_code(lab.database, lab.door, lab.session(lab.sign_in("jo")), code, HERE)
    with pytest.raises(NotSignedIn):
        give_code(lab.database, lab.door, lab.session(lab.sign_in("jo")), code, HERE)
    lab.clock.on(30 * SECOND)
    give_code(lab.database, lab.door, lab.session(lab.sign_in("jo")), lab.code("jo"), HERE)


def test_an_older_code_than_the_last_used_one_is_not_taken(lab: Lab) -> None:
    before = lab.code("jo")
    lab.clock.on(30 * SECOND)
    give_code(lab.database, lab.door, lab.session(lab.sign_in("jo")), lab.code("jo"), HERE)
    with pytest.raises(NotSignedIn):
        give_code(lab.database, lab.door, lab.session(lab.sign_in("jo")), before, HERE)


def test_a_recovery_code_is_good_once_however_it_is_typed(lab_on_both: Lab) -> None:
    lab = lab_on_both
    code = lab.recovery_codes[3].lower().replace("-", " ")
    give_code(lab.database, lab.door, lab.session(lab.sign_in("jo")), code, HERE)
    with pytest.raises(NotSignedIn):
        give_code(lab.database, lab.door, lab.session(lab.sign_in("jo")), code, HERE)
    with lab.database.reader() as reader:
        assert recovery_codes_left(reader, lab.jo.id) == 9


def test_no_code_is_taken_where_none_is_due(lab: Lab) -> None:
    lab.enrol("kim")
    with pytest.raises(SignInError, match="due"):
        give_code(lab.database, lab.door, lab.session(lab.sign_in("kim")), "123456", HERE)


# Lock-outs ---------------------------------------------------------------------------------------


def test_waits_grow_and_end(lab_on_both: Lab) -> None:
    lab = lab_on_both
    lab.enrol("kim")
    fail(lab, "kim", 5)
    for expected in (30, 60, 120, 240, 480, 900, 900):
        with pytest.raises(TooMany) as caught:
            lab.sign_in("kim", PASSWORD, ELSEWHERE)  # right, and from elsewhere: not heard
        assert caught.value.wait_s == expected
        lab.clock.on(expected * SECOND)
        fail(lab, "kim", 1)
    lab.clock.on(900 * SECOND)
    assert lab.sign_in("kim").next == "done"
    fail(lab, "kim", 4)  # forgiven by the sign-in


def test_an_administrator_unlocks_a_name(lab: Lab) -> None:
    kim = lab.enrol("kim")
    fail(lab, "kim", 5)
    locked = {
        one.enrolled.officer.name: one.locked_until_us > 0
        for one in list_officers(lab.database, lab.jo)
    }
    assert locked == {"jo": False, "kim": True}
    unlock_officer(lab.database, lab.jo, kim.id)
    assert lab.sign_in("kim").next == "done"


def test_a_right_password_alone_forgives_nothing(lab: Lab) -> None:
    for _ in range(5):
        signed = lab.session(lab.sign_in("jo"))
        with pytest.raises(NotSignedIn):
            give_code(lab.database, lab.door, signed, "000000", HERE)
    with pytest.raises(TooMany):
        give_code(lab.database, lab.door, signed, lab.code("jo"), HERE)
    with pytest.raises(TooMany):
        lab.sign_in("jo")


def test_an_address_that_tries_many_names_waits(lab: Lab) -> None:
    lab.enrol("kim")
    for number in range(30):
        fail(lab, f"nobody {number}", 1)
    with pytest.raises(TooMany):
        lab.sign_in("kim")
    assert lab.sign_in("kim", PASSWORD, ELSEWHERE).next == "done"
    lab.clock.on(HOUR)
    assert lab.sign_in("kim").next == "done"


def test_many_at_once_get_no_more_guesses(lab_on_both: Lab) -> None:
    lab = lab_on_both
    lab.enrol("kim")
    fail(lab, "kim", 3)
    heard = []

    def guess() -> None:
        try:
            lab.sign_in("kim", "not it at all")
        except NotSignedIn:
            heard.append(True)
        except TooMany:
            heard.append(False)

    threads = [threading.Thread(target=guess) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    with lab.database.reader() as reader:
        at = sign_in_attempt.c
        rows = reader.connection.execute(select(at.id).where(at.name == "kim", ~at.succeeded))
        assert len(rows.all()) == 5
    assert len(heard) == 8


# Names that nobody has ---------------------------------------------------------------------------


def test_an_unknown_name_is_answered_and_waits_like_a_known_one(lab_on_both: Lab) -> None:
    lab = lab_on_both
    lab.enrol("kim")
    told = {}
    for name in ("kim", "nobody"):
        with pytest.raises(NotSignedIn) as caught:
            lab.sign_in(name, "not it at all")
        told[name] = (str(caught.value), caught.value.hint)
        fail(lab, name, 4)
        with pytest.raises(TooMany) as waiting:
            lab.sign_in(name, "not it at all")
        told[name] += (str(waiting.value), waiting.value.hint, str(waiting.value.wait_s))
    assert told["kim"] == told["nobody"]
    assert told["kim"][0] == WRONG


def test_an_unknown_name_takes_the_same_work(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    verified = []
    hasher = lab.door.passwords._hasher
    original = type(hasher).verify

    def counted(self: object, stored: str, password: str) -> bool:
        verified.append(stored.split("$")[3])
        return original(self, stored, password)  # type: ignore[arg-type]

    monkeypatch.setattr(passwords.PasswordHasher, "verify", counted)
    fail(lab, "jo", 1)
    fail(lab, "nobody", 1)
    assert len(verified) == 2
    assert verified[0] == verified[1]  # the parameters


def test_what_was_typed_as_an_unknown_name_is_kept_nowhere(lab: Lab) -> None:
    fail(lab, PASSWORD, 1)
    assert PASSWORD not in str(lab.acts())
    assert lab.acts()[-1] == ("(not signed in)", Act.SIGN_IN_FAILED, "an unknown name")
    with lab.database.reader() as reader:
        names = reader.connection.execute(select(sign_in_attempt.c.name)).scalars().all()
    assert PASSWORD not in names


def test_an_officer_who_has_left_is_answered_like_an_unknown_one(lab: Lab) -> None:
    kim = lab.enrol("kim")
    change_officer(lab.database, lab.jo, kim.id, disabled=True)
    with pytest.raises(NotSignedIn, match=WRONG):
        lab.sign_in("kim")


def test_an_officer_without_a_password_cannot_sign_in(lab: Lab) -> None:
    enrol_officer(lab.database, lab.jo, "kim", Role.GRADER)
    with pytest.raises(NotSignedIn):
        lab.sign_in("kim", "")


def test_a_password_hashed_with_less_is_hashed_anew(lab: Lab) -> None:
    kim = lab.enrol("kim")
    stronger = passwords.Passwords(
        passwords.Parameters(
            **{**_parameters(lab.door.passwords), "time_cost": 2}  # type: ignore[arg-type]
        )
    )
    lab.door = replace(lab.door, passwords=stronger)
    lab.sign_in("kim")
    with lab.database.reader() as reader:
        found = credential_of(reader, kim.id)
    assert found is not None
    assert ",t=2," in found.password_hash
    assert not stronger.outdated(found.password_hash)
    lab.sign_in("kim")


def _parameters(made: passwords.Passwords) -> dict[str, object]:
    found = extract_parameters(made.hash("any password at all"))
    return {name: getattr(found, name) for name in found.__dataclass_fields__}


def test_the_database_alone_has_no_secret(lab: Lab) -> None:
    with lab.database.reader() as reader:
        row = reader.connection.execute(
            select(credential).where(credential.c.officer_id == lab.jo.id)
        ).one()
    secret = lab.secrets["jo"].encode()
    assert secret not in bytes(row.totp_secret)
    assert row.password_hash.startswith("$argon2id$")
    assert PASSWORD not in row.password_hash
