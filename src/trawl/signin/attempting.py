"""What every attempt has in common: it is heard or must wait, and it is written down."""

from __future__ import annotations

from dataclasses import dataclass

from trawl.errors import TooMany
from trawl.model.access import Act
from trawl.signin.door import At
from trawl.signin.second_factor import Next, next_step
from trawl.store.access import on_record
from trawl.store.attempts import SECOND, record_attempt, waiting
from trawl.store.credentials import credential_of
from trawl.store.database import Reader, Session
from trawl.store.web_sessions import Begun, Lasting, Passed, begin_session


@dataclass(frozen=True, slots=True)
class Step:
    """A step of signing in that went well: the new session, and what comes next."""

    begun: Begun
    next: Next


def heard(view: Reader | Session, name: str, at: At, now_us: int) -> None:
    """Raise TooMany while attempts at this name or from this address must wait. Right or wrong
    makes no difference: an answer would be a guess for free."""
    until = waiting(view, name, at.address, now_us)
    if until:
        wait_s = max(1, -(-(until - now_us) // SECOND))
        raise TooMany(
            "there were too many attempts",
            wait_s=wait_s,
            hint=f"Try again in {_said(wait_s)}, or ask an administrator to unlock the name.",
        )


def failed(session: Session, name: str, at: At, subject: str, what: str) -> None:
    """Write a failed attempt down, and how long the next one has to wait."""
    record_attempt(session, name, at.address, succeeded=False)
    now = session.clock()
    until = waiting(session, name, at.address, now)
    session.audit(
        Act.SIGN_IN_FAILED,
        case_id=None,
        subject=subject,
        detail={
            "address": at.address,
            "what": what,
            "wait_s": max(0, (until - now) // SECOND) if until else 0,
        },
    )


def entered(session: Session, lasting: Lasting, passed: Passed, csrf: str | None = None) -> Step:
    """A new session of the officer, who has proved this much. Mistakes are forgiven once nothing
    is left that could be guessed."""
    officer = session.officer
    record, credential = on_record(session, officer), credential_of(session, officer.id)
    assert record is not None
    assert credential is not None
    step = next_step(passed, record.roles, credential)
    if step in ("done", "enrol-totp"):
        record_attempt(session, officer.name, "", succeeded=True)
    return Step(begin_session(session, officer.id, passed, lasting, csrf), step)


def _said(seconds: int) -> str:
    return f"{seconds} s" if seconds < 120 else f"{-(-seconds // 60)} min"
