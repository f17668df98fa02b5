"""One-time links: the first administrator's, and those that administrators make for officers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from trawl.errors import AlreadyExists, Conflict, NotFound, SignInError
from trawl.model.access import Act, Officer, Role
from trawl.signin.attempting import Step, entered
from trawl.signin.door import HOUR_US, NOBODY, At, Door
from trawl.signin.passwords import accept_password
from trawl.store import credentials
from trawl.store.access import require
from trawl.store.credentials import any_credential
from trawl.store.database import Database, Reader, Session
from trawl.store.invitations import Invitation, close_invitations, invite, open_invitation
from trawl.store.officers import (
    add_officer,
    administrators,
    officer_by_id,
    officer_by_name,
)
from trawl.store.passkeys import remove_passkey
from trawl.store.web_sessions import Passed, end_sessions

FIRST_US = 24 * HOUR_US
_PATH = "/join#{token}"
"""Behind the #, so that it is in no server's log and in no referrer."""


@dataclass(frozen=True, slots=True)
class Invited:
    """What a link is for: ``first`` makes the first administrator, whose name may be chosen
    (``name`` is what is proposed); ``officer`` is for the officer of that name."""

    kind: Literal["first", "officer"]
    name: str | None


def first_link(database: Database) -> str | None:
    """The path of a one-time link that makes the first administrator, while nobody can sign in;
    None afterwards. Every call makes a new one, and the one before opens nothing any more."""
    with database.reader() as reader:
        if any_credential(reader):
            return None
    with database.session(NOBODY) as session:
        token = invite(session, None, None, FIRST_US)
        session.audit(
            Act.OFFICER_MANAGE, case_id=None, subject="first administrator", detail={"link": True}
        )
    return _PATH.format(token=token)


def invite_officer(
    database: Database,
    officer: Officer,
    officer_id: int,
    *,
    lasts_us: int = 72 * HOUR_US,
    reset_second_factor: bool = False,
) -> str:
    """Make a link by which the officer sets a password, and return its path. Whoever has lost
    the second factor, too, is given a new start by ``reset_second_factor``: theirs are removed
    and their sessions end. Raises NotFound, Conflict for one who is no longer enrolled."""
    with database.session(officer) as session:
        require(session, officer, Act.OFFICER_MANAGE, None)
        invited = officer_by_id(session, officer_id)
        if invited.disabled_us is not None:
            raise Conflict(f"{invited.officer.name} is no longer an officer of this workspace")
        token = invite(session, officer_id, officer.id, lasts_us)
        if reset_second_factor:
            credentials.remove_totp(session, officer_id)
            remove_passkey(session, officer_id)
            end_sessions(session, officer_id)
        session.audit(
            Act.OFFICER_MANAGE,
            case_id=None,
            subject=invited.officer.name,
            detail={"invited": True, "second factor reset": reset_second_factor},
        )
    return _PATH.format(token=token)


def look_at_invitation(database: Database, token: str) -> Invited:
    """What a link is for. Raises NotFound when it opens nothing."""
    with database.reader() as reader:
        found = _open(reader, token, database.clock())
        if found.officer_id is not None:
            return Invited("officer", officer_by_id(reader, found.officer_id).officer.name)
        there = administrators(reader)
        name = officer_by_id(reader, there[0]).officer.name if there else None
    return Invited("first", name)


def accept_invitation(
    database: Database, door: Door, token: str, name: str | None, password: str, at: At
) -> Step:
    """Set the password an invitation asks for, and sign in. The link opens nothing any more, and
    the officer's other sessions end; a second factor that is there stays, and is due. Raises
    NotFound, SignInError, AlreadyExists when the first administrator's name is another
    officer's."""
    with database.reader() as reader:
        found = _open(reader, token, database.clock())
        officer = _officer(reader, found, name)
    accept_password(password, officer.name)
    password_hash = door.passwords.hash(password)
    with database.session(officer) as session:
        found = _open(session, token, session.clock())
        session.officer = _entering(session, found, officer)
        credentials.set_password(session, session.officer.id, password_hash)
        close_invitations(session, found.officer_id)
        end_sessions(session, session.officer.id)
        step = entered(session, door.lasting, Passed.PASSWORD)
        session.audit(
            Act.CREDENTIAL_SET,
            case_id=None,
            subject=session.officer.name,
            detail={
                "what": "password",
                "by": "invitation" if found.officer_id else "first link",
                "address": at.address,
            },
        )
    return step


def _open(view: Reader | Session, token: str, now_us: int) -> Invitation:
    found = open_invitation(view, token, now_us)
    if found is not None and found.officer_id is None and any_credential(view):
        found = None
    if found is None:
        raise NotFound(
            "this link opens nothing: it was used, was replaced or has ended",
            hint="Ask an administrator for a new one.",
        )
    return found


def _officer(view: Reader, found: Invitation, name: str | None) -> Officer:
    """Who accepts. The first administrator takes the name of one who is enrolled, or a new one."""
    if found.officer_id is not None:
        return officer_by_id(view, found.officer_id).officer
    if not name:
        raise SignInError("the first administrator needs a name")
    try:
        there = officer_by_name(view, name)
    except NotFound:
        return Officer(0, name, Role.ADMINISTRATOR)
    if there.id not in administrators(view):
        raise AlreadyExists(f"there is an officer {name} already, who is no administrator")
    return there


def _entering(session: Session, found: Invitation, officer: Officer) -> Officer:
    """The officer in the store, added when they are the first administrator under a new name."""
    if found.officer_id is None and not officer.id:
        return add_officer(session, officer.name, Role.ADMINISTRATOR)
    require(session, officer, Act.CREDENTIAL_SET, None)
    return officer
