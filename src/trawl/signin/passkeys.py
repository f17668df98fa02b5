"""Passkeys (W3C Web Authentication, level 2): a second factor behind the password, or, where the
authenticator has made sure who holds it, both factors at once.

The challenge is kept by the server and answered once. The relying party is the host the browser
sees, so a passkey made at one address is of no use at another.
"""

from __future__ import annotations

import ipaddress
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import webauthn
from webauthn.helpers import base64url_to_bytes, options_to_json, parse_client_data_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from trawl.errors import NotFound, NotSignedIn, SignInError
from trawl.model.access import Act, Officer
from trawl.signin.attempting import Step, entered, failed, heard
from trawl.signin.door import NOBODY, At, Door
from trawl.signin.enrolment import keep_one, may_change, replaced
from trawl.signin.sessions import SignedIn
from trawl.signin.signing_in import due
from trawl.store import passkeys
from trawl.store.access import on_record, require
from trawl.store.database import Database, Reader, Session
from trawl.store.officers import officer_by_id
from trawl.store.passkeys import Passkey
from trawl.store.web_sessions import Passed, digest_of, end_session

MOST = 10
LONGEST_LABEL = 80
_CHALLENGE_BYTES = 32
_REGISTER, _SIGN_IN = "register", "sign-in"
WRONG = "The passkey was not taken."

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Registered:
    """A passkey that was added, and the session, which is replaced."""

    passkey: Passkey
    step: Step


def begin_passkey(database: Database, signed: SignedIn, at: At) -> dict[str, Any]:
    """What the browser is to ask an authenticator for. Raises SignInError at an address that is
    no host name, AccessRefused while a second factor is due."""
    may_change(signed)
    officer, challenge = signed.officer, secrets.token_bytes(_CHALLENGE_BYTES)
    with database.session(officer) as session:
        require(session, officer, Act.CREDENTIAL_SET, None)
        there = passkeys.passkeys_of(session, officer.id)
        if len(there) >= MOST:
            raise SignInError(f"an officer has at most {MOST} passkeys", hint="Remove one first.")
        passkeys.keep_challenge(
            session.connection, session.clock(), challenge, _REGISTER, officer.id
        )
        _audit(session, "passkey begun")
    options = webauthn.generate_registration_options(
        rp_id=_relying_party(at),
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
    return _plain(options)


def add_passkey(
    database: Database, door: Door, signed: SignedIn, answer: Json, label: str, at: At
) -> Registered:
    """Keep the passkey an authenticator has made. It is a second factor from now on, and the
    session has just shown it. Raises SignInError."""
    may_change(signed)
    officer, challenge = signed.officer, _challenge_of(answer)
    try:
        made = webauthn.verify_registration_response(
            credential=dict(answer),
            expected_challenge=challenge,
            expected_rp_id=_relying_party(at),
            expected_origin=at.origin,
        )
    except _NOT_TAKEN as error:
        raise SignInError(WRONG, hint="Try again; the browser says why.") from error
    with database.session(officer) as session:
        require(session, officer, Act.CREDENTIAL_SET, None)
        if not passkeys.take_challenge(session, challenge, _REGISTER, officer.id):
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


def begin_passkey_sign_in(
    database: Database, at: At, signed: SignedIn | None = None
) -> dict[str, Any]:
    """What the browser is to ask an authenticator for: behind the password of ``signed``, one of
    that officer's passkeys; without a session, any, if it makes sure who holds it. Raises
    SignInError, TooMany."""
    now, allowed = database.clock(), []
    if signed is not None:
        due(signed)
    with database.reader() as reader:
        heard(reader, _unnamed(at), at, now)
        if signed is not None:
            allowed = passkeys.passkeys_of(reader, signed.officer.id)
    challenge = secrets.token_bytes(_CHALLENGE_BYTES)
    with database.upkeep() as connection:  # nobody has done anything yet
        passkeys.keep_challenge(
            connection, now, challenge, _SIGN_IN, signed.officer.id if signed else None
        )
    options = webauthn.generate_authentication_options(
        rp_id=_relying_party(at),
        challenge=challenge,
        allow_credentials=[PublicKeyCredentialDescriptor(id=one.credential_id) for one in allowed],
        user_verification=_verification(signed),
    )
    return _plain(options)


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
    challenge = _challenge_of(answer)
    with database.reader() as reader:
        key = passkeys.passkey_by_credential(reader, _credential_of(answer))
        officer = _holder(reader, key, signed)
        name = officer.name if officer else _unnamed(at)
        heard(reader, name, at, database.clock())
    count = _signed(answer, challenge, at, key, signed)
    with database.session(officer or NOBODY) as session:
        heard(session, name, at, session.clock())
        waited = passkeys.take_challenge(
            session, challenge, _SIGN_IN, signed.officer.id if signed else None
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
            expected_rp_id=_relying_party(at),
            expected_origin=at.origin,
            credential_public_key=key.public_key,
            credential_current_sign_count=key.sign_count,
            require_user_verification=signed is None,
        )
    except _NOT_TAKEN:
        return None
    return int(held.new_sign_count)


# What the library raises on answers that are wrong, and on those that are no answers at all.
_NOT_TAKEN = (
    WebAuthnException,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    RecursionError,
)


def _challenge_of(answer: Json) -> bytes:
    """The challenge an answer says it answers. Raises SignInError for what is no answer."""
    try:
        raw = base64url_to_bytes(answer["response"]["clientDataJSON"])
        return bytes(parse_client_data_json(raw).challenge)
    except _NOT_TAKEN as error:
        raise SignInError("this is no answer of an authenticator") from error


def _credential_of(answer: Json) -> bytes:
    try:
        return bytes(base64url_to_bytes(answer["rawId"]))
    except _NOT_TAKEN as error:
        raise SignInError("this is no answer of an authenticator") from error


def _relying_party(at: At) -> str:
    """The host a passkey is for. Raises SignInError for a bare address: browsers refuse them."""
    try:
        ipaddress.ip_address(at.host.strip("[]"))
    except ValueError:
        if at.host:
            return at.host
    raise SignInError(
        "passkeys need a host name, and this page was opened by its bare address",
        hint="Open it by name (on this machine: localhost), or use an authenticator app.",
    )


def _verification(signed: SignedIn | None) -> UserVerificationRequirement:
    if signed is None:
        return UserVerificationRequirement.REQUIRED
    return UserVerificationRequirement.PREFERRED


def _unnamed(at: At) -> str:
    """What attempts are kept under while nobody is named: each address for itself."""
    return f"?passkey from {at.address}"


def _label(said: str) -> str:
    plain = "".join(each for each in said.strip() if each.isprintable())[:LONGEST_LABEL]
    return plain or "passkey"


def _plain(options: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(options_to_json(options))
    return found


def _audit(session: Session, what: str) -> None:
    session.audit(
        Act.CREDENTIAL_SET, case_id=None, subject=session.officer.name, detail={"what": what}
    )
