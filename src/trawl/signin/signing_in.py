"""Signing in: the password first, then the second factor.

A name that nobody has takes the same work, the same answer and the same waits as a wrong
password. That an attempt is heard is asked again inside the transaction that writes it down, so
many at once get no more guesses than one after the other.
"""

from __future__ import annotations

from dataclasses import dataclass

from trawl.errors import NotFound, NotSignedIn, SignInError
from trawl.model.access import Act, Officer
from trawl.signin.attempting import Step, entered, failed, heard
from trawl.signin.door import NOBODY, At, Door
from trawl.signin.sessions import SignedIn
from trawl.signin.time_codes import is_time_code, recovery_hash, step_of
from trawl.store.access import on_record, require
from trawl.store.credentials import (
    Credential,
    credential_of,
    rehash,
    use_recovery_code,
    use_step,
)
from trawl.store.database import Database, Reader, Session
from trawl.store.officers import officer_by_name
from trawl.store.web_sessions import Passed, digest_of, end_session

WRONG = "The name or the password is not right."
WRONG_CODE = "The code is not right, or was used before."


@dataclass(frozen=True, slots=True)
class _Who:
    """Whom a name means. ``name``: what the attempts at it are kept under."""

    name: str
    officer: Officer | None
    credential: Credential | None


def sign_in(
    database: Database, door: Door, name: str, password: str, at: At, replaces: str = ""
) -> Step:
    """Sign in by name and password. ``replaces``: the token of the browser's session, if it has
    one; it ends. Raises NotSignedIn, and TooMany while attempts must wait."""
    with database.reader() as reader:
        who = _meant(reader, door, name)
        heard(reader, who.name, at, database.clock())
    stored = who.credential.password_hash if who.credential else None
    if not door.passwords.holds(stored, password):
        _note_failure(database, who, at)
        raise NotSignedIn(WRONG, hint="Type both again, letter by letter.")
    assert who.officer is not None
    assert stored is not None
    fresh = door.passwords.hash(password) if door.passwords.outdated(stored) else None
    with database.session(who.officer) as session:
        heard(session, who.name, at, session.clock())
        now_stored = credential_of(session, who.officer.id)
        if now_stored is None or now_stored.password_hash != stored:
            raise NotSignedIn(WRONG)
        require(session, who.officer, Act.SIGN_IN, None)
        if fresh is not None:
            rehash(session, who.officer.id, fresh)
        if replaces:
            end_session(session, digest_of(replaces))
        step = entered(session, door.lasting, Passed.PASSWORD)
        _audit(session, at, "password", step)
    return step


def give_code(database: Database, door: Door, signed: SignedIn, code: str, at: At) -> Step:
    """Show the second factor: the code of an authenticator app, or a recovery code, each good
    once. The session is replaced. Raises NotSignedIn, TooMany, SignInError when none is due."""
    due(signed)
    officer = signed.officer
    with database.session(officer) as session:
        require(session, officer, Act.SIGN_IN, None)
        heard(session, officer.name, at, session.clock())
        what = _code_given(session, door, code)
        if what is None:
            failed(session, officer.name, at, officer.name, "code")
        else:
            end_session(session, signed.token_hash)
            step = entered(session, door.lasting, Passed.SECOND_FACTOR)
            _audit(session, at, what, step)
    if what is None:
        raise NotSignedIn(WRONG_CODE, hint="Wait for the next code, then type that one.")
    return step


def due(signed: SignedIn) -> None:
    """Raise SignInError unless the session has a second factor to show."""
    if signed.passed is not Passed.PASSWORD or not signed.two_factor:
        raise SignInError("no second factor is due in this session")


def _code_given(session: Session, door: Door, code: str) -> str | None:
    """What the code was, when it counts; it is used up."""
    officer_id = session.officer.id
    if not is_time_code(code):
        return (
            "recovery code" if use_recovery_code(session, officer_id, recovery_hash(code)) else None
        )
    credential = credential_of(session, officer_id)
    if credential is None or credential.totp_secret is None:
        return None
    secret = door.vault.open(credential.totp_secret, sealed_for(officer_id)).decode()
    step = step_of(secret, code, session.clock(), credential.totp_step)
    if step is None:
        return None
    use_step(session, officer_id, step)
    return "totp"


def sealed_for(officer_id: int) -> str:
    """What the secret of an officer's time codes is sealed for."""
    return f"totp of officer {officer_id}"


def _meant(view: Reader, door: Door, name: str) -> _Who:
    try:
        officer = officer_by_name(view, name)
    except NotFound:
        # What was typed may be a password in the wrong field: nobody shall read it back.
        return _Who(f"?{door.vault.veiled(name)}", None, None)
    record = on_record(view, officer)
    if record is None or record.disabled:
        return _Who(officer.name, officer, None)
    return _Who(officer.name, officer, credential_of(view, officer.id))


def _note_failure(database: Database, who: _Who, at: At) -> None:
    with database.session(NOBODY) as session:
        heard(session, who.name, at, session.clock())
        subject = "an unknown name" if who.officer is None else who.officer.name
        failed(session, who.name, at, subject, "password")


def _audit(session: Session, at: At, what: str, step: Step) -> None:
    session.audit(
        Act.SIGN_IN,
        case_id=None,
        subject=session.officer.name,
        detail={"address": at.address, "what": what, "next": step.next},
    )
