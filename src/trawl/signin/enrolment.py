"""An officer's own credentials: the authenticator app, its recovery codes, the password."""

from __future__ import annotations

from dataclasses import dataclass, field

from trawl.errors import AccessRefused, NotSignedIn, SignInError
from trawl.model.access import Act
from trawl.signin.attempting import Step, entered, failed, heard
from trawl.signin.door import At, Door
from trawl.signin.passwords import accept_password
from trawl.signin.second_factor import is_required
from trawl.signin.sessions import SignedIn
from trawl.signin.signing_in import WRONG_CODE, sealed_for
from trawl.signin.time_codes import new_recovery_codes, new_secret, recovery_hash, step_of, uri_of
from trawl.store import credentials
from trawl.store.access import require
from trawl.store.credentials import credential_of
from trawl.store.database import Database, Session
from trawl.store.web_sessions import Passed, end_session, end_sessions


@dataclass(frozen=True, slots=True)
class NewSecret:
    """What an authenticator app is given, to be shown once."""

    secret: str = field(repr=False)
    uri: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A second factor in force: recovery codes, to be shown once, and the new session."""

    recovery_codes: list[str] = field(repr=False)
    step: Step


def may_change(signed: SignedIn) -> None:
    """Raise AccessRefused when the session has shown a password only, though there is a second
    factor: whoever has stolen a password must not replace the other half."""
    if signed.two_factor and signed.passed is not Passed.SECOND_FACTOR:
        raise AccessRefused(
            "the second factor is still due in this session", hint="Finish signing in."
        )


def begin_totp(database: Database, door: Door, signed: SignedIn) -> NewSecret:
    """Deal a secret for an authenticator app. It counts once a code has proved it."""
    may_change(signed)
    officer, secret = signed.officer, new_secret()
    with database.session(officer) as session:
        require(session, officer, Act.CREDENTIAL_SET, None)
        sealed = door.vault.seal(secret.encode(), sealed_for(officer.id))
        credentials.set_pending(session, officer.id, sealed)
        _audit(session, "authenticator app begun")
    return NewSecret(secret, uri_of(secret, officer.name))


def confirm_totp(database: Database, door: Door, signed: SignedIn, code: str, at: At) -> Enrolled:
    """Prove the secret with a code of the app. From then on it is the officer's second factor;
    every session of theirs ends but this one, which is replaced. Raises SignInError."""
    may_change(signed)
    officer, codes = signed.officer, new_recovery_codes()
    with database.session(officer) as session:
        require(session, officer, Act.CREDENTIAL_SET, None)
        heard(session, officer.name, at, session.clock())
        proved = _proved(session, door, code)
        if proved:
            credentials.set_recovery_codes(session, officer.id, map(recovery_hash, codes))
            end_sessions(session, officer.id)
            step = entered(session, door.lasting, Passed.SECOND_FACTOR, signed.csrf)
            _audit(session, "authenticator app")
        else:
            failed(session, officer.name, at, officer.name, "first code")
    if not proved:
        raise SignInError(WRONG_CODE, hint="Check the clock of the telephone, then type the next.")
    return Enrolled(codes, step)


def _proved(session: Session, door: Door, code: str) -> bool:
    officer_id = session.officer.id
    credential = credential_of(session, officer_id)
    if credential is None or credential.totp_pending is None:
        return False
    purpose = sealed_for(officer_id)
    secret = door.vault.open(credential.totp_pending, purpose).decode()
    step = step_of(secret, code, session.clock(), None)
    if step is None:
        return False
    credentials.set_totp(session, officer_id, door.vault.seal(secret.encode(), purpose), step)
    return True


def remove_totp(database: Database, signed: SignedIn) -> None:
    """Do without the authenticator app; its recovery codes go with it. Raises AccessRefused when
    the officer's roles ask for a second factor and there is no passkey."""
    may_change(signed)
    officer = signed.officer
    with database.session(officer) as session:
        require(session, officer, Act.CREDENTIAL_SET, None)
        credentials.remove_totp(session, officer.id)
        keep_one(session, signed)
        _audit(session, "authenticator app removed")


def keep_one(session: Session, signed: SignedIn) -> None:
    """Raise AccessRefused when the officer is left without a second factor and a role of theirs
    asks for one: what was removed in this session is not."""
    credential = credential_of(session, signed.officer.id)
    if is_required(signed.roles) and (credential is None or not credential.second_factor):
        raise AccessRefused(
            "your roles ask for a second factor, and this is the last one",
            hint="Add another one first.",
        )


def change_password(
    database: Database, door: Door, signed: SignedIn, old: str, new: str, at: At
) -> Step:
    """Change the password. Every session of the officer ends but this one, which is replaced.
    Raises NotSignedIn when the old one is wrong, SignInError when the new one cannot be taken,
    TooMany."""
    may_change(signed)
    officer = signed.officer
    with database.reader() as reader:
        heard(reader, officer.name, at, database.clock())
        credential = credential_of(reader, officer.id)
    right = door.passwords.holds(credential.password_hash if credential else None, old)
    if right:
        accept_password(new, officer.name)
    fresh = door.passwords.hash(new) if right else ""
    with database.session(officer) as session:
        require(session, officer, Act.CREDENTIAL_SET, None)
        heard(session, officer.name, at, session.clock())
        if right:
            credentials.set_password(session, officer.id, fresh)
            end_sessions(session, officer.id)
            step = entered(session, door.lasting, signed.passed, signed.csrf)
            _audit(session, "password")
        else:
            failed(session, officer.name, at, officer.name, "old password")
    if not right:
        raise NotSignedIn("The old password is not right.")
    return step


def replaced(session: Session, door: Door, signed: SignedIn) -> Step:
    """The browser's session, replaced by one that has shown a second factor."""
    end_session(session, signed.token_hash)
    return entered(session, door.lasting, Passed.SECOND_FACTOR, signed.csrf)


def _audit(session: Session, what: str) -> None:
    session.audit(
        Act.CREDENTIAL_SET, case_id=None, subject=session.officer.name, detail={"what": what}
    )
