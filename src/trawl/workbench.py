"""The workbench: opens a workspace and holds what every command needs. Composition only."""

from __future__ import annotations

import getpass
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from trawl.custody.keys import Signer, load_key, make_key
from trawl.custody.manifest import Sealed
from trawl.custody.sealing import seal_acquisition
from trawl.errors import AlreadyExists, SettingsError, TrawlError
from trawl.intake.acquire import Intake
from trawl.intake.looking import Looked, look_at
from trawl.model.access import Officer
from trawl.model.case import Acquisition, Case
from trawl.settings import FILE_NAME, Settings, load_settings, settings_file
from trawl.store.database import Database
from trawl.store.officers import bootstrap, officer_by_name
from trawl.store.upgrading import upgrade
from trawl.workspace import Workspace


def officer_name() -> str:
    """Who sits here: ``TRAWL_OFFICER``, or the name of the account."""
    return os.environ.get("TRAWL_OFFICER") or getpass.getuser()


def find_workspace(given: Path | None) -> Path:
    """The workspace named on the command line or by ``TRAWL_WORKSPACE``, or the nearest one at
    or above the present folder. Raises SettingsError."""
    if given is None and os.environ.get("TRAWL_WORKSPACE"):
        given = Path(os.environ["TRAWL_WORKSPACE"])
    if given is not None:
        return given.resolve()
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / FILE_NAME).is_file():
            return folder
    raise SettingsError(
        "No workspace here.",
        hint="Make one with `trawl init WORKSPACE`, then work inside it, or name it with "
        "--workspace or TRAWL_WORKSPACE.",
    )


@dataclass(frozen=True, slots=True)
class Workbench:
    """An opened workspace and the officer who opened it."""

    workspace: Workspace
    settings: Settings
    database: Database
    signer: Signer
    officer: Officer

    @classmethod
    def create(cls, folder: Path, database_url: str = "") -> Workbench:
        """A new workspace. Raises AlreadyExists or StoreError."""
        folder = folder.resolve()
        if folder.exists() and any(folder.iterdir()):
            raise AlreadyExists(
                f"{folder} is not empty.", hint="Name a folder that is new or empty."
            )
        workspace = Workspace(folder)
        there = folder.exists()
        workspace.make()
        try:
            Database.create(database_url or workspace.sqlite_url).close()
        except TrawlError:
            for left in folder.iterdir() if there else (folder,):
                if left.is_dir():
                    shutil.rmtree(left)
                else:
                    left.unlink()
            raise
        make_key(workspace.keys)
        (folder / FILE_NAME).write_text(settings_file(database_url), "utf-8")
        settings = load_settings(folder)
        database = Database.open(settings.database_url or workspace.sqlite_url)
        officer = bootstrap(database, officer_name())
        return cls(workspace, settings, database, load_key(workspace.keys), officer)

    @classmethod
    def open(cls, folder: Path) -> Workbench:
        """The workspace in ``folder``. Raises SettingsError, StoreError, CustodyError."""
        workspace = Workspace(folder)
        settings = load_settings(folder)
        database = Database.open(settings.database_url or workspace.sqlite_url)
        with database.reader() as reader:
            officer = officer_by_name(reader, officer_name())
        return cls(workspace, settings, database, load_key(workspace.keys), officer)

    @property
    def intake(self) -> Intake:
        """Taking in, unlocking and verifying exhibits."""
        return Intake(self.workspace, self.settings, self.database, self.officer)

    @property
    def copy_model(self) -> str:
        """The copy-detection model of the settings; a file may be named from the workspace."""
        named = self.settings.copy_model
        beside = self.workspace.folder / named
        return str(beside) if named and beside.is_file() else named

    def look_at(self, picture: Path, region: tuple[int, int, int, int] | None = None) -> Looked:
        """Look at a picture file that is in no exhibit, or at a part of it."""
        return look_at(self.workspace, self.settings, picture, region)

    @classmethod
    def upgrade(cls, folder: Path) -> tuple[str, Path | None]:
        """Bring the database of an older workspace to the schema of this version. Returns the
        schema it had, and where a copy of an SQLite database as it was has been put; None when
        it has this version's schema already. Raises AccessRefused, StoreError."""
        workspace = Workspace(folder)
        settings = load_settings(folder)
        return upgrade(settings.database_url or workspace.sqlite_url, officer_name())

    def seal(self, case: Case, acquisition: Acquisition) -> Sealed:
        """Seal an acquisition whose log is complete."""
        return seal_acquisition(
            self.database,
            self.officer,
            case,
            acquisition,
            self.workspace.manifests,
            self.signer,
        )

    def first_link(self) -> str | None:
        """The path of the one-time link that makes the first administrator, while nobody can
        sign in; None afterwards."""
        from trawl.signin.invitations import first_link  # hashing passwords is slow to import

        return first_link(self.database)

    def close(self) -> None:
        """Let go of the database."""
        self.database.close()
