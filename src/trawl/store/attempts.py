"""Attempts to sign in, and how long the next one must wait.

The first few mistakes cost nothing. After that every further one doubles the wait, up to a
quarter of an hour: at most some hundred guesses a day at one name, which is what NIST SP 800-63B
§3.2.2 (rate limiting) allows in a row, and no officer is shut out for longer than a coffee by
somebody else's guessing. A name's mistakes are forgiven by its next complete sign-in or by an
administrator; an address's only by time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, delete, insert, select

from trawl.store.database import Reader, Session
from trawl.store.numbers import next_id
from trawl.store.signin_tables import sign_in_attempt

SECOND = 1_000_000
DAY = 86_400 * SECOND
KEPT = 7 * DAY
UNLOCKED = "(unlocked)"
"""Stands where an attempt has its address: an administrator has forgiven the name."""


@dataclass(frozen=True, slots=True)
class Waits:
    """``free`` failures within ``window_us`` cost nothing; the next costs ``first_us``, each
    further one twice as much, up to ``longest_us``."""

    free: int
    window_us: int
    first_us: int = 30 * SECOND
    longest_us: int = 900 * SECOND

    def until(self, failures: Sequence[int]) -> int:
        """When the next attempt counts, by the times of the failures, newest first; 0: now."""
        beyond = len(failures) - self.free
        if beyond < 0:
            return 0
        return failures[0] + min(self.first_us << min(beyond, 32), self.longest_us)


OF_NAME = Waits(free=5, window_us=DAY)
OF_ADDRESS = Waits(free=30, window_us=3_600 * SECOND)
_MOST = 64  # failures beyond these change nothing


def waiting(view: Reader | Session, name: str, address: str | None, now_us: int) -> int:
    """Until when attempts at this name or from this address are not heard, in microseconds
    since 1970-01-01 UTC; 0 when the next one is. ``address`` None: the name alone."""
    attempt = sign_in_attempt.c
    until = OF_NAME.until(_since_success(view, name, now_us))
    if address is not None:
        recent = attempt.at_us > now_us - OF_ADDRESS.window_us
        failed = _times(view, attempt.address == address, ~attempt.succeeded, recent)
        until = max(until, OF_ADDRESS.until(failed))
    return until if until > now_us else 0


def record_attempt(session: Session, name: str, address: str, *, succeeded: bool) -> None:
    """Write an attempt down; what is older than a week goes."""
    attempt, now = sign_in_attempt, session.clock()
    session.connection.execute(
        insert(attempt).values(
            id=next_id(session.connection, attempt),
            name=name,
            address=address,
            at_us=now,
            succeeded=succeeded,
        )
    )
    session.connection.execute(delete(attempt).where(attempt.c.at_us < now - KEPT))


def _since_success(view: Reader | Session, name: str, now_us: int) -> list[int]:
    attempt = sign_in_attempt.c
    last = view.connection.execute(
        select(attempt.id)
        .where(attempt.name == name, attempt.succeeded)
        .order_by(attempt.id.desc())
        .limit(1)
    ).scalar_one_or_none()
    return _times(
        view,
        attempt.name == name,
        attempt.id > (last or 0),
        attempt.at_us > now_us - OF_NAME.window_us,
    )


def _times(view: Reader | Session, *conditions: ColumnElement[bool]) -> list[int]:
    attempt = sign_in_attempt.c
    found = view.connection.execute(
        select(attempt.at_us).where(*conditions).order_by(attempt.id.desc()).limit(_MOST)
    )
    return list(found.scalars())
