"""Signing in and out over HTTP, invitations, and an officer's own credentials."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response

from trawl.api.deps import COOKIE, Begun, Session, begun_session, same_origin
from trawl.api.doorway import AtDoor, Here, give_cookie, token_of
from trawl.api.signin_shapes import (
    Accepting,
    Answered,
    CodeGiven,
    EnrolledShape,
    InvitationShape,
    NameAndPassword,
    NewPasskey,
    PasskeyShape,
    Passwords,
    SecretShape,
    SessionShape,
    StepShape,
)
from trawl.api.state import Held
from trawl.errors import NotSignedIn
from trawl.signin import enrolment, invitations, passkey_sign_in, passkeys, sessions, signing_in
from trawl.signin.sessions import SignedIn
from trawl.store.values import BIGGEST

router = APIRouter(tags=["sign-in"])

PasskeyId = Annotated[int, Path(ge=1, le=BIGGEST)]


@router.get("/session")
def read_session(signed: Begun) -> SessionShape:
    """Who is signed in, and what is still due."""
    return SessionShape.of(signed)


@router.delete("/session", status_code=204)
def sign_out(held: Held, signed: Begun, response: Response) -> None:
    """End the session."""
    sessions.sign_out(held.database, signed)
    response.delete_cookie(COOKIE, path="/")


@router.post("/sign-in")
async def sign_in(
    request: Request, response: Response, held: Held, at: Here, door: AtDoor, said: NameAndPassword
) -> StepShape:
    """Sign in by name and password; tells what comes next."""
    same_origin(request)
    step = await door.in_turn(
        partial(
            signing_in.sign_in,
            *(held.database, door.door, said.name, said.password, at),
            replaces=token_of(request),
        )
    )
    give_cookie(request, response, step)
    return StepShape.of(step)


@router.post("/sign-in/totp")
def give_code(
    request: Request,
    response: Response,
    held: Held,
    signed: Begun,
    at: Here,
    door: AtDoor,
    said: CodeGiven,
) -> StepShape:
    """Show the second factor: a code of the authenticator app, or a recovery code."""
    step = signing_in.give_code(held.database, door.door, signed, said.code, at)
    give_cookie(request, response, step)
    return StepShape.of(step)


@router.post("/sign-in/passkey/options")
def passkey_options(request: Request, held: Held, at: Here) -> dict[str, Any]:
    """What to ask an authenticator for (WebAuthn's JSON). Behind a password: for one of that
    officer's passkeys; without a session: for any that makes sure who holds it."""
    return passkey_sign_in.begin_passkey_sign_in(held.database, at, _waiting(request, held))


@router.post("/sign-in/passkey")
def sign_in_by_passkey(
    request: Request, response: Response, held: Held, at: Here, door: AtDoor, said: Answered
) -> StepShape:
    """Sign in by what an authenticator has signed."""
    signed = _waiting(request, held)
    step = passkey_sign_in.sign_in_by_passkey(
        held.database, door.door, said.credential, at, signed, token_of(request)
    )
    give_cookie(request, response, step)
    return StepShape.of(step)


@router.get("/invitation")
def look_at_invitation(held: Held, token: Annotated[str, Query(max_length=128)]) -> InvitationShape:
    """What a one-time link is for."""
    return InvitationShape.of(invitations.look_at_invitation(held.database, token))


@router.post("/invitation")
async def accept_invitation(
    request: Request, response: Response, held: Held, at: Here, door: AtDoor, said: Accepting
) -> StepShape:
    """Set the password an invitation asks for, and sign in."""
    same_origin(request)
    step = await door.in_turn(
        partial(
            invitations.accept_invitation,
            *(held.database, door.door, said.token, said.name, said.password, at),
        )
    )
    give_cookie(request, response, step)
    return StepShape.of(step)


@router.post("/account/totp/begin")
def begin_totp(held: Held, signed: Begun, door: AtDoor) -> SecretShape:
    """Deal a secret for an authenticator app."""
    return SecretShape.of(enrolment.begin_totp(held.database, door.door, signed))


@router.post("/account/totp")
def confirm_totp(
    request: Request,
    response: Response,
    held: Held,
    signed: Begun,
    at: Here,
    door: AtDoor,
    said: CodeGiven,
) -> EnrolledShape:
    """Prove the secret with a code; from then on it is the second factor."""
    enrolled = enrolment.confirm_totp(held.database, door.door, signed, said.code, at)
    give_cookie(request, response, enrolled.step)
    return EnrolledShape.of(enrolled)


@router.delete("/account/totp", status_code=204)
def remove_totp(held: Held, signed: Session) -> None:
    """Do without the authenticator app."""
    enrolment.remove_totp(held.database, signed)


@router.post("/account/password")
async def change_password(
    request: Request,
    response: Response,
    held: Held,
    signed: Begun,
    at: Here,
    door: AtDoor,
    said: Passwords,
) -> StepShape:
    """Change the password; every other session of the officer ends."""
    step = await door.in_turn(
        partial(
            enrolment.change_password,
            *(held.database, door.door, signed, said.old, said.new, at),
        )
    )
    give_cookie(request, response, step)
    return StepShape.of(step)


@router.post("/account/passkeys/options")
def new_passkey_options(held: Held, signed: Begun, at: Here) -> dict[str, Any]:
    """What to ask an authenticator for, to make a passkey (WebAuthn's JSON)."""
    return passkeys.begin_passkey(held.database, signed, at)


@router.post("/account/passkeys")
def add_passkey(
    request: Request,
    response: Response,
    held: Held,
    signed: Begun,
    at: Here,
    door: AtDoor,
    said: NewPasskey,
) -> PasskeyShape:
    """Keep a passkey; it is a second factor from now on."""
    added = passkeys.add_passkey(held.database, door.door, signed, said.credential, said.label, at)
    give_cookie(request, response, added.step)
    return PasskeyShape.of(added.passkey)


@router.get("/account/passkeys")
def list_passkeys(held: Held, signed: Session) -> list[PasskeyShape]:
    """The officer's own passkeys."""
    return [PasskeyShape.of(one) for one in passkeys.list_passkeys(held.database, signed)]


@router.delete("/account/passkeys/{passkey_id}", status_code=204)
def remove_passkey(held: Held, signed: Session, passkey_id: PasskeyId) -> None:
    """Remove a passkey."""
    passkeys.remove_passkey(held.database, signed, passkey_id)


def _waiting(request: Request, held: Held) -> SignedIn | None:
    """The session that waits for its second factor; None when there is none or it has one."""
    same_origin(request)
    try:
        signed = begun_session(request, held)
    except NotSignedIn:
        return None
    return signed if signed.must == "totp" and signed.two_factor else None
