"""Shapes of signing in, as the front end sees them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from trawl.model.access import Role, Wing
from trawl.signin.attempting import Step
from trawl.signin.enrolment import Enrolled, NewSecret
from trawl.signin.invitations import Invited
from trawl.signin.sessions import SignedIn
from trawl.store.passkeys import Passkey

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
"""Of an officer. A space behind a typed name is no part of it."""
Password = Annotated[str, Field(min_length=1, max_length=1024)]
Code = Annotated[str, Field(min_length=1, max_length=64)]
Token = Annotated[str, Field(min_length=1, max_length=128)]
Label = Annotated[str, Field(max_length=80)]


class Given(BaseModel):
    """A request's body: nothing but what is named."""

    model_config = ConfigDict(extra="forbid")


class NameAndPassword(Given):
    """The first step of signing in."""

    name: Name
    password: Password


class CodeGiven(Given):
    """Six digits of an authenticator app, or a recovery code."""

    code: Code


class Accepting(Given):
    """Accepting an invitation; ``name`` is for the first administrator alone."""

    token: Token
    name: Name | None = None
    password: Password


class Passwords(Given):
    """The old password and the new one."""

    old: Password
    new: Password


class Answered(Given):
    """What an authenticator has answered, as the browser hands it on (WebAuthn's JSON)."""

    credential: dict[str, Any]


class NewPasskey(Answered):
    """A passkey to keep, under a label of the officer's."""

    label: Label = ""


class StepShape(BaseModel):
    """A step went well. ``csrf``: of the session from now on."""

    next: Literal["done", "totp", "passkey", "enrol-totp"]
    csrf: str

    @classmethod
    def of(cls, step: Step) -> StepShape:
        """The shape."""
        return cls(next=step.next, csrf=step.begun.csrf)


class WhoShape(BaseModel):
    """The officer of a session. ``roles``: the main one first."""

    id: int
    name: str
    roles: list[Role]
    wings: list[Wing]


class SessionShape(BaseModel):
    """A session. ``must``: what is still due before it opens anything."""

    officer: WhoShape
    csrf: str
    passed: Literal["password", "second-factor"]
    two_factor: bool
    must: Literal["totp", "password"] | None

    @classmethod
    def of(cls, found: SignedIn) -> SessionShape:
        """The shape."""
        officer = WhoShape(
            id=found.officer.id,
            name=found.officer.name,
            roles=list(found.roles),
            wings=sorted(found.wings),
        )
        return cls(
            officer=officer,
            csrf=found.csrf,
            passed=found.passed.value,
            two_factor=found.two_factor,
            must=found.must,
        )


class InvitationShape(BaseModel):
    """What a one-time link is for."""

    kind: Literal["first", "officer"]
    name: str | None

    @classmethod
    def of(cls, found: Invited) -> InvitationShape:
        """The shape."""
        return cls(kind=found.kind, name=found.name)


class SecretShape(BaseModel):
    """What an authenticator app is given; told once."""

    secret: str
    uri: str

    @classmethod
    def of(cls, made: NewSecret) -> SecretShape:
        """The shape."""
        return cls(secret=made.secret, uri=made.uri)


class EnrolledShape(BaseModel):
    """The authenticator app counts from now on; the codes are told once."""

    recovery_codes: list[str]
    csrf: str

    @classmethod
    def of(cls, enrolled: Enrolled) -> EnrolledShape:
        """The shape."""
        return cls(recovery_codes=enrolled.recovery_codes, csrf=enrolled.step.begun.csrf)


class PasskeyShape(BaseModel):
    """A passkey of the officer's."""

    id: int
    label: str
    added_us: int

    @classmethod
    def of(cls, found: Passkey) -> PasskeyShape:
        """The shape."""
        return cls(id=found.id, label=found.label, added_us=found.added_us)
