"""Who must have a second factor, and what a session has still to do."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

from trawl.model.access import Role
from trawl.store.credentials import Credential
from trawl.store.web_sessions import Passed

REQUIRED = frozenset(
    {
        Role.ADMINISTRATOR,
        Role.SUPERVISOR,
        Role.COUNSELLOR,
        Role.WELFARE_LEAD,
        Role.AUDITOR,
    }
)
"""Roles that reach further than single cases, or into what is confidential."""

Must = Literal["totp", "password"]
Next = Literal["done", "totp", "passkey", "enrol-totp"]


def is_required(roles: Collection[Role]) -> bool:
    """Whether an officer of these roles must have a second factor."""
    return not REQUIRED.isdisjoint(roles)


def still_due(passed: Passed, roles: Collection[Role], credential: Credential) -> Must | None:
    """What a session must do before it opens anything: ``totp`` is a second factor, to be shown
    or, where there is none yet, to be enrolled. Who has one shows it, required or not."""
    if passed is Passed.PASSWORD and (credential.second_factor or is_required(roles)):
        return "totp"
    return "password" if credential.must_change else None


def next_step(passed: Passed, roles: Collection[Role], credential: Credential) -> Next:
    """What the sign-in page asks for next."""
    if still_due(passed, roles, credential) != "totp":
        return "done"
    if credential.totp_secret is not None:
        return "totp"
    return "passkey" if credential.passkeys else "enrol-totp"
