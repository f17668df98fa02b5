"""A workspace's door with a clock that tests set, and officers who can sign in."""

from __future__ import annotations

import shutil
from pathlib import Path

from argon2.profiles import CHEAPEST
from sqlalchemy import select

from trawl.casework.officers import enrol_officer
from trawl.model.access import Officer, Role
from trawl.signin.attempting import Step
from trawl.signin.door import At, Door
from trawl.signin.enrolment import begin_totp, confirm_totp
from trawl.signin.invitations import accept_invitation, first_link, invite_officer
from trawl.signin.passwords import Passwords
from trawl.signin.sessions import SignedIn, officer_of
from trawl.signin.signing_in import sign_in
from trawl.signin.time_codes import code_at
from trawl.store import schema
from trawl.store.database import Database
from trawl.store.officers import officer_by_name
from trawl.store.sealed import Vault

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
BEGUN = 1_790_000_000 * SECOND
PASSWORD = "seven lamps of brass"
HERE = At("10.0.0.7", "trawl.example", "https://trawl.example")


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = BEGUN

    def __call__(self) -> int:
        return self.now

    def on(self, microseconds: int) -> None:
        """Move it on."""
        self.now += microseconds


class Lab:
    """The door of one database. ``jo`` is the first administrator, with an authenticator app."""

    recovery_codes: list[str]
    jo: Officer

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database, self.clock = database, clock
        self.door = Door(Vault(bytes(range(32))), Passwords(CHEAPEST))
        self.secrets: dict[str, str] = {}

    @classmethod
    def begin(cls, database: Database, clock: Clock) -> Lab:
        """From an empty database."""
        lab = cls(database, clock)
        link = first_link(database)
        assert link is not None
        step = lab.accept(link, "jo")
        lab.recovery_codes = lab.enrol_totp(lab.session(step))
        lab.jo = lab.officer("jo")
        return lab

    def copied(self, path: Path, to: Path) -> Lab:
        """The same over a copy of its database; the clock goes on from where it was."""
        shutil.copy(path, to)
        clock = Clock()
        clock.now = self.clock.now
        lab = Lab(Database.open(f"sqlite:///{to}", clock=clock), clock)
        lab.secrets = dict(self.secrets)
        lab.recovery_codes, lab.jo = list(self.recovery_codes), self.jo
        return lab

    def accept(self, link: str, name: str | None = None, password: str = PASSWORD) -> Step:
        """Follow a link."""
        token = link.rpartition("#")[2]
        return accept_invitation(self.database, self.door, token, name, password, HERE)

    def enrol(self, name: str, *roles: Role) -> Officer:
        """An officer who has set their password."""
        main, *further = roles or (Role.GRADER,)
        added = enrol_officer(self.database, self.jo, name, main, further)
        self.accept(invite_officer(self.database, self.jo, added.id))
        return added

    def enrol_totp(self, signed: SignedIn) -> list[str]:
        """Set up an authenticator app; its recovery codes."""
        made = begin_totp(self.database, self.door, signed)
        self.secrets[signed.officer.name] = made.secret
        code = code_at(made.secret, self.clock())
        codes = confirm_totp(self.database, self.door, signed, code, HERE).recovery_codes
        self.clock.on(30 * SECOND)  # that code is used
        return codes

    def sign_in(self, name: str, password: str = PASSWORD, at: At = HERE) -> Step:
        """Sign in by password."""
        return sign_in(self.database, self.door, name, password, at)

    def session(self, step: Step) -> SignedIn:
        """The session of a step."""
        found = officer_of(self.database, step.begun.token)
        assert found is not None
        return found

    def code(self, name: str) -> str:
        """What the officer's app shows now."""
        return code_at(self.secrets[name], self.clock())

    def officer(self, name: str) -> Officer:
        """The officer of that name."""
        with self.database.reader() as reader:
            return officer_by_name(reader, name)

    def acts(self) -> list[tuple[str, str, str]]:
        """Officer, act and subject of every audit row, the oldest first."""
        audit = schema.audit.c
        with self.database.reader() as reader:
            rows = reader.connection.execute(
                select(audit.officer_name, audit.act, audit.subject).order_by(audit.sequence)
            )
            return [tuple(row) for row in rows]
