"""Who is behind a session, and signing out."""

from __future__ import annotations

from dataclasses import dataclass

from trawl.errors import NotFound, WorkspaceBusy
from trawl.model.access import Act, Officer, Role, Wing
from trawl.signin.second_factor import Must, still_due
from trawl.store.credentials import credential_of
from trawl.store.database import Database, Reader, Session
from trawl.store.leases import end_leases
from trawl.store.officers import officer_by_id
from trawl.store.web_sessions import Passed, WebSession, end_session, seen, session_of

SEEN_EVERY_US = 60_000_000
"""How exactly it is kept when a session was last used."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session that goes on. ``roles``: the main one first. ``must``: what is still due before
    it opens anything (``totp``: a second factor; ``password``: a new password), or None.
    ``two_factor``: whether the officer has a second factor."""

    officer: Officer
    roles: tuple[Role, ...]
    wings: frozenset[Wing]
    csrf: str
    passed: Passed
    two_factor: bool
    must: Must | None
    token_hash: bytes


def officer_of(database: Database, token: str, *, active: bool = True) -> SignedIn | None:
    """Who is behind a token; None when its session never was, has ended, or the officer may no
    longer sign in. ``active`` False: a page asks by itself, which keeps no session alive."""
    now = database.clock()
    with database.reader() as reader:
        found = session_of(reader, token, now)
        signed = None if found is None else signed_in(reader, found)
    if found is None or signed is None:
        return None
    if active and now - found.seen_us >= SEEN_EVERY_US:
        _note_seen(database, found, now)
    return signed


def signed_in(view: Reader | Session, found: WebSession) -> SignedIn | None:
    """The officer of a session, as the store has them now."""
    try:
        enrolled = officer_by_id(view, found.officer_id)
    except NotFound:
        return None
    officer, credential = enrolled.officer, credential_of(view, found.officer_id)
    if enrolled.disabled_us is not None or credential is None:
        return None
    roles = (officer.role, *sorted(officer.further - {officer.role}))
    return SignedIn(
        officer,
        roles,
        enrolled.wings or frozenset(Wing),  # none on record stand for all
        found.csrf,
        found.passed,
        credential.second_factor,
        still_due(found.passed, roles, credential),
        found.token_hash,
    )


def sign_out(database: Database, signed: SignedIn) -> None:
    """End the session; the stacks the officer had before them are free for others."""
    with database.session(signed.officer) as session:
        end_session(session, signed.token_hash)
        end_leases(session, signed.officer.id)
        session.audit(Act.SIGN_OUT, case_id=None, subject=signed.officer.name, detail={})


def _note_seen(database: Database, found: WebSession, now_us: int) -> None:
    try:
        seen(database, found, now_us)
    except WorkspaceBusy:
        return  # an intake writes for long; the next request keeps the session alive
