"""What officers prove themselves with: passwords, time codes, recovery codes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import delete, func, insert, select, update

from trawl.store.database import Reader, Session
from trawl.store.signin_tables import credential, passkey, recovery_code


@dataclass(frozen=True, slots=True)
class Credential:
    """An officer's. ``totp_secret`` and ``totp_pending`` are sealed; ``totp_step`` is the last
    time step (of 30 s) a code was used for. ``passkeys``: how many there are."""

    officer_id: int
    password_hash: str = field(repr=False)
    totp_secret: bytes | None = field(repr=False)
    totp_pending: bytes | None = field(repr=False)
    totp_step: int | None
    must_change: bool
    passkeys: int

    @property
    def second_factor(self) -> bool:
        """Whether the officer has one."""
        return self.totp_secret is not None or self.passkeys > 0


def credential_of(view: Reader | Session, officer_id: int) -> Credential | None:
    """The officer's credential; None while nobody has accepted their invitation."""
    row = view.connection.execute(
        select(credential).where(credential.c.officer_id == officer_id)
    ).first()
    if row is None:
        return None
    keys = passkey.c
    count = view.connection.execute(
        select(func.count()).where(keys.officer_id == officer_id, keys.removed_us.is_(None))
    ).scalar_one()
    return Credential(
        officer_id,
        row.password_hash,
        None if row.totp_secret is None else bytes(row.totp_secret),
        None if row.totp_pending is None else bytes(row.totp_pending),
        row.totp_step,
        bool(row.must_change),
        count,
    )


def any_credential(view: Reader | Session) -> bool:
    """Whether anybody can sign in."""
    return view.connection.execute(select(credential.c.officer_id).limit(1)).first() is not None


def set_password(session: Session, officer_id: int, password_hash: str) -> None:
    """Set the password; the second factor stays as it is."""
    values = {"password_hash": password_hash, "must_change": False, "at_us": session.clock()}
    if not _update(session, officer_id, **values):
        session.connection.execute(insert(credential).values(officer_id=officer_id, **values))


def rehash(session: Session, officer_id: int, password_hash: str) -> None:
    """The same password, hashed with newer parameters."""
    _update(session, officer_id, password_hash=password_hash)


def set_pending(session: Session, officer_id: int, sealed: bytes) -> None:
    """Keep a secret that a code has still to prove."""
    _update(session, officer_id, totp_pending=sealed)


def set_totp(session: Session, officer_id: int, sealed: bytes, step: int) -> None:
    """From now on this secret counts, behind the step it was proved with."""
    _update(session, officer_id, totp_secret=sealed, totp_pending=None, totp_step=step)


def use_step(session: Session, officer_id: int, step: int) -> None:
    """A code of this time step was used: none up to it counts again."""
    _update(session, officer_id, totp_step=step)


def remove_totp(session: Session, officer_id: int) -> None:
    """No time code and no recovery code counts any more. The last step stays: what was used is
    used."""
    _update(session, officer_id, totp_secret=None, totp_pending=None)
    session.connection.execute(
        delete(recovery_code).where(recovery_code.c.officer_id == officer_id)
    )


def set_recovery_codes(session: Session, officer_id: int, hashes: Iterable[bytes]) -> None:
    """Replace the officer's recovery codes."""
    session.connection.execute(
        delete(recovery_code).where(recovery_code.c.officer_id == officer_id)
    )
    session.connection.execute(
        insert(recovery_code), [{"officer_id": officer_id, "hash": each} for each in hashes]
    )


def use_recovery_code(session: Session, officer_id: int, code_hash: bytes) -> bool:
    """Use a recovery code up; whether it was there and unused."""
    code = recovery_code.c
    used = session.connection.execute(
        update(recovery_code)
        .where(code.officer_id == officer_id, code.hash == code_hash, code.used_us.is_(None))
        .values(used_us=session.clock())
    )
    return bool(used.rowcount)


def recovery_codes_left(view: Reader | Session, officer_id: int) -> int:
    """How many recovery codes are unused."""
    code = recovery_code.c
    return int(
        view.connection.execute(
            select(func.count()).where(code.officer_id == officer_id, code.used_us.is_(None))
        ).scalar_one()
    )


def _update(session: Session, officer_id: int, **values: object) -> bool:
    changed = session.connection.execute(
        update(credential).where(credential.c.officer_id == officer_id).values(**values)
    )
    return bool(changed.rowcount)
