"""Officers: enrolling them, their roles and wings, and when one leaves."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from trawl.errors import Conflict
from trawl.model.access import Act, Officer, Role, Wing
from trawl.store import officers
from trawl.store.access import require
from trawl.store.attempts import UNLOCKED, record_attempt, waiting
from trawl.store.chain import Scalar
from trawl.store.credentials import credential_of
from trawl.store.database import Database, Session
from trawl.store.invitations import close_invitations, is_invited
from trawl.store.officers import Enrolled
from trawl.store.web_sessions import end_sessions


@dataclass(frozen=True, slots=True)
class Standing:
    """An officer as administrators see them. ``locked_until_us``: attempts at the name are not
    heard until then; 0: they are. ``invited``: a link waits for them."""

    enrolled: Enrolled
    locked_until_us: int
    can_sign_in: bool
    two_factor: bool
    invited: bool


def enrol_officer(
    database: Database,
    officer: Officer,
    name: str,
    role: Role,
    further: Iterable[Role] = (),
    wings: Iterable[Wing] = (),
) -> Officer:
    """Add an officer with a main role, further ones, and wings (none: all). White space around a
    name is no part of it, as at the sign-in. Raises AlreadyExists when the name is taken."""
    name = name.strip()
    with database.session(officer) as session:
        require(session, officer, Act.OFFICER_ADD, None)
        more, seen = sorted(set(further)), sorted(set(wings))
        added = officers.add_officer(session, name, role, more, seen)
        detail: dict[str, Scalar] = {"role": str(role)}
        if more:
            detail["further"] = ",".join(more)
        if seen:
            detail["wings"] = ",".join(seen)
        session.audit(Act.OFFICER_ADD, case_id=None, subject=name, detail=detail)
    return added


def list_officers(database: Database, officer: Officer) -> list[Standing]:
    """Every officer, by name."""
    with database.session(officer) as session:
        require(session, officer, Act.OFFICER_MANAGE, None)
        found = [_standing(session, one) for one in officers.all_officers(session)]
        session.audit(
            Act.OFFICER_MANAGE, case_id=None, subject="officers", detail={"officers": len(found)}
        )
    return found


def change_officer(
    database: Database,
    officer: Officer,
    officer_id: int,
    *,
    roles: Sequence[Role] | None = None,
    wings: Collection[Wing] | None = None,
    disabled: bool | None = None,
) -> Standing:
    """Change an officer's roles (the main one first), wings, or whether they are enrolled at
    all; None leaves a thing as it is. Their sessions end, so that nothing goes on with what they
    had. Raises NotFound, and Conflict when no administrator would be left."""
    with database.session(officer) as session:
        require(session, officer, Act.OFFICER_MANAGE, None)
        before = officers.officer_by_id(session, officer_id)
        if roles is not None:
            officers.set_roles(session, officer_id, roles)
        if wings is not None:
            officers.set_wings(session, officer_id, wings)
        if disabled is not None and disabled != (before.disabled_us is not None):
            officers.set_disabled(session, officer_id, disabled=disabled)
        if disabled:
            close_invitations(session, officer_id)
        if not officers.administrators(session):
            raise Conflict(
                "the workspace would be left without an administrator",
                hint="Make another officer an administrator first.",
            )
        end_sessions(session, officer_id)
        session.audit(
            Act.OFFICER_MANAGE,
            case_id=None,
            subject=before.officer.name,
            detail=_said(roles, wings, disabled),
        )
        return _standing(session, officers.officer_by_id(session, officer_id))


def unlock_officer(database: Database, officer: Officer, officer_id: int) -> None:
    """Forgive the failed attempts at an officer's name. Raises NotFound."""
    with database.session(officer) as session:
        require(session, officer, Act.OFFICER_MANAGE, None)
        name = officers.officer_by_id(session, officer_id).officer.name
        record_attempt(session, name, UNLOCKED, succeeded=True)
        session.audit(Act.OFFICER_MANAGE, case_id=None, subject=name, detail={"unlocked": True})


def _said(
    roles: Sequence[Role] | None, wings: Collection[Wing] | None, disabled: bool | None
) -> dict[str, Scalar]:
    said: dict[str, Scalar] = {}
    if roles is not None:
        said["roles"] = ",".join(roles)
    if wings is not None:
        said["wings"] = ",".join(sorted(wings))
    if disabled is not None:
        said["disabled"] = disabled
    return said


def _standing(session: Session, one: Enrolled) -> Standing:
    credential = credential_of(session, one.officer.id)
    now = session.clock()
    return Standing(
        one,
        waiting(session, one.officer.name, None, now),
        credential is not None,
        credential is not None and credential.second_factor,
        is_invited(session, one.officer.id, now),
    )
