"""An officer's own passkeys (W3C Web Authentication, level 2): making, listing, removing them.

The challenge is kept by the server and answered once. The relying party is the host the browser
sees, so a passkey made at one address is of no use at another.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

import webauthn
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from trawl.errors import NotFound, SignInError
from trawl.model.access import Act
from trawl.signin.answers import (
    CHALLENGE_BYTES,
    NOT_TAKEN,
    REGISTER,
    WRONG,
    Json,
    challenge_of,
    plain,
    relying_party,
)
from trawl.signin.attempting import Step
from trawl.signin.door import At, Door
from trawl.signin.enrolment import keep_one, may_change, replaced
from trawl.signin.sessions import SignedIn
from trawl.store import passkeys
from trawl.store.access import require
from trawl.store.database import Database, Session
from trawl.store.passkeys import Passkey

MOST = 10
LONGEST_LABEL = 80


@dataclass(frozen=True, slots=True)
class Registered:
    """A passkey that was added, and the session, which is replaced."""

    passkey: Passkey
    step: Step


def begin_passkey(database: Database, signed: SignedIn, at: At) -> dict[str, Any]:
    """What the browser is to ask an authenticator for. Raises SignInError at an address that is
    no host name, AccessRefused while a second factor is due."""
    may_change(signed)
    party = relying_party(at)
    officer, challenge = signed.officer, secrets.token_bytes(CHALLENGE_BYTES)
    with database.session(officer) as session:
        require(session, officer, Act.CREDENTIAL_SET, None)
        there = passkeys.passkeys_of(session, officer.id)
        if len(there) >= MOST:
            raise SignInError(f"an officer has at most {MOST} passkeys", hint="Remove one first.")
        passkeys.keep_challenge(
            session.connection, session.clock(), challenge, REGISTER, officer.id
        )
        _audit(session, "passkey begun")
    options = webauthn.generate_registration_options(
        rp_id=party,
        rp_name="Trawl",
        user_id=f"officer {officer.id}".encode(),
        user_name=officer.name,
        challenge=challenge,
        exclude_credentials=[PublicKeyCredentialDescriptor(id=one.credential_id) for one in there],
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED,
            user_verification=UserVerificationRequirement.PREFERRED,
        ),
    )
    return plain(options)


def add_passkey(
    database: Database, door: Door, signed: SignedIn, answer: Json, label: str, at: At
) -> Registered:
    """Keep the passkey an authenticator has made. It is a second factor from now on, and the
    session has just shown it. Raises SignInError."""
    may_change(signed)
    officer, challenge = signed.officer, challenge_of(answer)
    try:
        made = webauthn.verify_registration_response(
            credential=dict(answer),
            expected_challenge=challenge,
            expected_rp_id=relying_party(at),
            expected_origin=at.origin,
        )
    except NOT_TAKEN as error:
        raise SignInError(WRONG, hint="Try again; the browser says why.") from error
    with database.session(officer) as session:
        require(session, officer, Act.CREDENTIAL_SET, None)
        if not passkeys.take_challenge(session, challenge, REGISTER, officer.id):
            raise SignInError("this passkey came too late, or was sent before")
        if passkeys.credential_taken(session, made.credential_id):
            raise SignInError("this passkey was used before")
        added = passkeys.add_passkey(
            session,
            officer.id,
            made.credential_id,
            made.credential_public_key,
            made.sign_count,
            _label(label),
        )
        step = replaced(session, door, signed)
        _audit(session, "passkey")
    return Registered(added, step)


def list_passkeys(database: Database, signed: SignedIn) -> list[Passkey]:
    """The officer's own passkeys."""
    with database.session(signed.officer) as session:
        require(session, signed.officer, Act.CREDENTIAL_SET, None)
        found = passkeys.passkeys_of(session, signed.officer.id)
        _audit(session, "own passkeys read")
    return found


def remove_passkey(database: Database, signed: SignedIn, passkey_id: int) -> None:
    """Remove one of the officer's own passkeys. Raises NotFound, AccessRefused when it is the
    last second factor and the officer's roles ask for one."""
    may_change(signed)
    officer = signed.officer
    with database.session(officer) as session:
        require(session, officer, Act.CREDENTIAL_SET, None)
        if not passkeys.remove_passkey(session, officer.id, passkey_id):
            raise NotFound("there is no such passkey of yours")
        keep_one(session, signed)
        _audit(session, "passkey removed")


def _label(said: str) -> str:
    plain = "".join(each for each in said.strip() if each.isprintable())[:LONGEST_LABEL]
    return plain or "passkey"


def _audit(session: Session, what: str) -> None:
    session.audit(
        Act.CREDENTIAL_SET, case_id=None, subject=session.officer.name, detail={"what": what}
    )
