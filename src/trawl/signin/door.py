"""What signing in stands on: the vault, the cost of passwords, how long things last."""

from __future__ import annotations

from dataclasses import dataclass, field

from trawl.model.access import Officer, Role
from trawl.settings import Settings
from trawl.signin.passwords import Passwords
from trawl.store.sealed import Vault, load_vault
from trawl.store.web_sessions import Lasting
from trawl.workspace import Workspace

NOBODY = Officer(0, "(not signed in)", Role.GRADER)
"""Who the audit says it was when nobody has proved to be anybody."""

HOUR_US = 3_600_000_000
MINUTE_US = 60_000_000


@dataclass(frozen=True, slots=True)
class Door:
    """Made once for an opened workspace; safe to share between threads."""

    vault: Vault
    passwords: Passwords = field(default_factory=Passwords)
    lasting: Lasting = field(default_factory=Lasting)
    invitation_us: int = 72 * HOUR_US

    @classmethod
    def of(cls, workspace: Workspace, settings: Settings) -> Door:
        """The door of a workspace. Raises SettingsError when its key cannot be read."""
        return cls(
            load_vault(workspace.keys),
            lasting=Lasting(
                settings.session_idle_minutes * MINUTE_US, settings.session_hours * HOUR_US
            ),
            invitation_us=settings.invitation_hours * HOUR_US,
        )


@dataclass(frozen=True, slots=True)
class At:
    """Where a request comes from: the address, and (for passkeys) the host and origin that the
    browser sees."""

    address: str
    host: str = ""
    origin: str = ""
