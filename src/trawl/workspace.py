"""Where a workspace keeps what."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


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

    def matching(self, case_id: int) -> Path:
        """Fingerprints, stacks and embeddings of one case; derived."""
        return self.folder / "matching" / f"{case_id:06d}"

    def make(self) -> None:
        """Make the folders; only the owner may look inside."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        for name in ("journal", "scratch", "thumbnails", "manifests", "hash-sets", "matching"):
            (self.folder / name).mkdir(exist_ok=True)
