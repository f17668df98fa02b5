"""Signing in by a passkey: behind the password, or, where the authenticator has made sure who
holds it, by that alone."""

from __future__ import annotations

import secrets
from typing import Any

import webauthn
from webauthn.helpers.structs import PublicKeyCredentialDescriptor, UserVerificationRequirement

from trawl.errors import NotSignedIn, TooMany
from trawl.model.access import Act, Officer
from trawl.signin.answers import (
    CHALLENGE_BYTES,
    NOT_TAKEN,
    SIGN_IN,
    WRONG,
    Json,
    challenge_of,
    credential_of,
    plain,
    relying_party,
)
from trawl.signin.attempting import Step, entered, failed, heard
from trawl.signin.door import NOBODY, At, Door
from trawl.signin.sessions import SignedIn
from trawl.signin.signing_in import due
from trawl.store import passkeys
from trawl.store.access import on_record, require
from trawl.store.database import Database, Reader
from trawl.store.officers import officer_by_id
from trawl.store.passkeys import Passkey
from trawl.store.web_sessions import Passed, digest_of, end_session

MOST_OPEN = 1000
"""Challenges that wait for whoever signs in: anybody can ask for one."""


def begin_passkey_sign_in(
    database: Database, at: At, signed: SignedIn | None = None
) -> dict[str, Any]:
    """What the browser is to ask an authenticator for: behind the password of ``signed``, one of
    that officer's passkeys; without a session, any, if it makes sure who holds it. Raises
    SignInError, TooMany."""
    now, party, allowed = database.clock(), relying_party(at), []
    if signed is not None:
        due(signed)
    with database.reader() as reader:
        heard(reader, _unnamed(at), at, now)
        if signed is not None:
            allowed = passkeys.passkeys_of(reader, signed.officer.id)
        elif passkeys.open_challenges(reader, now) >= MOST_OPEN:
            raise TooMany(
                "too many sign in by passkey at this moment",
                wait_s=60,
                hint="Sign in with your password, and use the passkey behind it.",
            )
    challenge = secrets.token_bytes(CHALLENGE_BYTES)
    with database.upkeep() as connection:  # nobody has done anything yet
        passkeys.keep_challenge(
            connection, now, challenge, SIGN_IN, signed.officer.id if signed else None
        )
    options = webauthn.generate_authentication_options(
        rp_id=party,
        challenge=challenge,
        allow_credentials=[PublicKeyCredentialDescriptor(id=one.credential_id) for one in allowed],
        user_verification=_verification(signed),
    )
    return plain(options)


def sign_in_by_passkey(
    database: Database,
    door: Door,
    answer: Json,
    at: At,
    signed: SignedIn | None = None,
    replaces: str = "",
) -> Step:
    """Sign in by what an authenticator has signed. Raises NotSignedIn, SignInError, TooMany."""
    if signed is not None:
        due(signed)
    challenge = challenge_of(answer)
    with database.reader() as reader:
        key = passkeys.passkey_by_credential(reader, credential_of(answer))
        officer = _holder(reader, key, signed)
        name = officer.name if officer else _unnamed(at)
        heard(reader, name, at, database.clock())
    count = _signed(answer, challenge, at, key, signed)
    with database.session(officer or NOBODY) as session:
        heard(session, name, at, session.clock())
        waited = passkeys.take_challenge(
            session, challenge, SIGN_IN, signed.officer.id if signed else None
        )
        right = waited and count is not None and key is not None and officer is not None
        if right and key is not None and count is not None:
            require(session, session.officer, Act.SIGN_IN, None)
            passkeys.count_passkey(session, key.id, count)
            end_session(session, signed.token_hash if signed else digest_of(replaces))
            step = entered(session, door.lasting, Passed.SECOND_FACTOR)
            session.audit(
                Act.SIGN_IN,
                case_id=None,
                subject=session.officer.name,
                detail={"address": at.address, "what": "passkey", "next": step.next},
            )
        else:
            failed(session, name, at, officer.name if officer else "an unknown passkey", "passkey")
    if not right:
        raise NotSignedIn(WRONG, hint="Try again, or sign in with your password.")
    return step


def _holder(view: Reader, key: Passkey | None, signed: SignedIn | None) -> Officer | None:
    """Whose passkey it is; None when it is nobody's who may sign in with it here."""
    if key is None:
        return None if signed is None else signed.officer
    officer = officer_by_id(view, key.officer_id).officer
    record = on_record(view, officer)
    if signed is not None:
        return signed.officer
    return None if record is None or record.disabled else officer


def _signed(
    answer: Json, challenge: bytes, at: At, key: Passkey | None, signed: SignedIn | None
) -> int | None:
    """The authenticator's new count, when the signature holds and the key is the officer's."""
    if key is None or (signed is not None and key.officer_id != signed.officer.id):
        return None
    try:
        held = webauthn.verify_authentication_response(
            credential=dict(answer),
            expected_challenge=challenge,
            expected_rp_id=relying_party(at),
            expected_origin=at.origin,
            credential_public_key=key.public_key,
            credential_current_sign_count=key.sign_count,
            require_user_verification=signed is None,
        )
    except NOT_TAKEN:
        return None
    return int(held.new_sign_count)


def _verification(signed: SignedIn | None) -> UserVerificationRequirement:
    if signed is None:
        return UserVerificationRequirement.REQUIRED
    return UserVerificationRequirement.PREFERRED


def _unnamed(at: At) -> str:
    """What attempts are kept under while nobody is named: each address for itself."""
    return f"?passkey from {at.address}"
