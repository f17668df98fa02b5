"""Officers over HTTP: enrolling, roles and wings, invitations, unlocking."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, Field

from trawl.api.deps import Asking
from trawl.api.doorway import AtDoor
from trawl.api.signin_shapes import Given, Name
from trawl.api.state import Held
from trawl.casework import officers
from trawl.casework.officers import Standing
from trawl.model.access import Role, Wing
from trawl.signin.invitations import invite_officer
from trawl.store.officers import Enrolled

router = APIRouter(prefix="/officers", tags=["administration"])

Id = Annotated[int, Field(ge=1, le=(1 << 63) - 1)]
Roles = Annotated[list[Role], Field(min_length=1, max_length=len(Role))]
Wings = Annotated[list[Wing], Field(max_length=len(Wing))]


class NewOfficer(Given):
    """An officer to enrol; the first role is the main one, no wing stands for all."""

    name: Name
    roles: Roles
    wings: Wings = Field(default_factory=list)


class Changes(Given):
    """What is to change; what is absent stays."""

    roles: Roles | None = None
    wings: Wings | None = None
    disabled: bool | None = None


class Inviting(Given):
    """``reset_second_factor``: for one who has lost theirs."""

    reset_second_factor: bool = False


class OfficerShape(BaseModel):
    """An officer by name, roles (the main one first) and wings (none: all)."""

    id: int
    name: str
    roles: list[Role]
    wings: list[Wing]

    @classmethod
    def of(cls, found: Enrolled) -> OfficerShape:
        """The shape."""
        officer = found.officer
        return cls(
            id=officer.id,
            name=officer.name,
            roles=[officer.role, *sorted(officer.further - {officer.role})],
            wings=sorted(found.wings),
        )


class StandingShape(OfficerShape):
    """An officer as administrators see them."""

    disabled: bool
    locked: bool
    two_factor: bool
    invited: bool
    can_sign_in: bool

    @classmethod
    def seen(cls, found: Standing) -> StandingShape:
        """The shape."""
        return cls(
            **OfficerShape.of(found.enrolled).model_dump(),
            disabled=found.enrolled.disabled_us is not None,
            locked=found.locked_until_us > 0,
            two_factor=found.two_factor,
            invited=found.invited,
            can_sign_in=found.can_sign_in,
        )


class InvitationLink(BaseModel):
    """The path of a one-time link; told once."""

    invitation: str


class Newcomer(InvitationLink):
    """A new officer and their link."""

    officer: OfficerShape


@router.get("")
def list_officers(held: Held, officer: Asking) -> list[StandingShape]:
    """Every officer, by name."""
    return [StandingShape.seen(one) for one in officers.list_officers(held.database, officer)]


@router.post("")
def enrol_officer(held: Held, officer: Asking, door: AtDoor, said: NewOfficer) -> Newcomer:
    """Enrol an officer, and make the link by which they set a password."""
    main, *further = said.roles
    added = officers.enrol_officer(held.database, officer, said.name, main, further, said.wings)
    link = invite_officer(held.database, officer, added.id, lasts_us=door.door.invitation_us)
    shape = OfficerShape.of(Enrolled(added, frozenset(said.wings), None))
    return Newcomer(officer=shape, invitation=link)


@router.patch("/{officer_id}")
def change_officer(held: Held, officer: Asking, officer_id: Id, said: Changes) -> StandingShape:
    """Change roles, wings, or whether the officer is enrolled; their sessions end."""
    return StandingShape.seen(
        officers.change_officer(
            held.database,
            officer,
            officer_id,
            roles=said.roles,
            wings=said.wings,
            disabled=said.disabled,
        )
    )


@router.post("/{officer_id}/invitation")
def invite(
    held: Held, officer: Asking, officer_id: Id, door: AtDoor, said: Inviting | None = None
) -> InvitationLink:
    """Make a new link for the officer; the one before opens nothing any more."""
    reset = said is not None and said.reset_second_factor
    return InvitationLink(
        invitation=invite_officer(
            held.database,
            officer,
            officer_id,
            lasts_us=door.door.invitation_us,
            reset_second_factor=reset,
        )
    )


@router.post("/{officer_id}/unlock", status_code=204)
def unlock(held: Held, officer: Asking, officer_id: Id) -> None:
    """Forgive the failed attempts at the officer's name."""
    officers.unlock_officer(held.database, officer, officer_id)
