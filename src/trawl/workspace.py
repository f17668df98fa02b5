"""Where a workspace keeps what, and who may work there at a time."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from trawl.errors import WorkspaceBusy


@dataclass(frozen=True, slots=True)
class Workspace:
    """The folders of a workspace."""

    folder: Path

    @property
    def sqlite_url(self) -> str:
        """The embedded database."""
        return f"sqlite:///{self.folder / 'trawl.sqlite'}"

    @property
    def keys(self) -> Path:
        """The signing key."""
        return self.folder / "keys"

    @property
    def manifests(self) -> Path:
        """Sealed manifests."""
        return self.folder / "manifests"

    def thumbnails(self, acquisition_id: int) -> Path:
        """Packs of thumbnails of one acquisition; derived."""
        return self.folder / "thumbnails" / f"{acquisition_id:06d}"

    def journal(self, acquisition_id: int) -> Path:
        """Listings of an acquisition under way."""
        return self.folder / "journal" / f"{acquisition_id:06d}"

    def scratch(self, acquisition_id: int) -> Path:
        """What an acquisition under way has unpacked; the only folder workers may write to."""
        return self.folder / "scratch" / f"{acquisition_id:06d}"

    @property
    def hash_sets(self) -> Path:
        """Hash sets: digests, fingerprints and what the lists say. Not derived: the lists may
        be gone."""
        return self.folder / "hash-sets"

    @property
    def schemes(self) -> Path:
        """A unit's own category schemes, one TOML file each; need not be there."""
        return self.folder / "schemes"

    def matching(self, case_id: int) -> Path:
        """Fingerprints, stacks and embeddings of one case; derived."""
        return self.folder / "matching" / f"{case_id:06d}"

    def review(self, case_id: int) -> Path:
        """Columns that review filters and orders the media of one case by; derived."""
        return self.folder / "review" / f"{case_id:06d}"

    def make(self) -> None:
        """Make the folders; only the owner may look inside."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        for name in (
            "journal",
            "scratch",
            "thumbnails",
            "manifests",
            "hash-sets",
            "matching",
            "review",
        ):
            (self.folder / name).mkdir(exist_ok=True)


@contextmanager
def only_one(folder: Path, busy: str, hint: str) -> Iterator[None]:
    """Hold the folder's lock, making the folder if need be; it goes with the process. Raises
    WorkspaceBusy with the sentence and the hint given."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise WorkspaceBusy(busy, hint=hint) from None
        yield
