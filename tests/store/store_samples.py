"""Rows as an intake hands them over, made up."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from trawl.casework.cases import add_case
from trawl.casework.exhibits import ensure_exhibit
from trawl.model.access import Act, Officer
from trawl.model.case import Case, Exhibit
from trawl.model.exhibit import ContainerState, Entry, OccurrenceState
from trawl.model.intake import Container, Logged
from trawl.model.media import (
    Digests,
    Facts,
    FileType,
    Finding,
    Fingerprint,
    Kind,
    MediaRecord,
    Thumbnail,
)
from trawl.store.acquisitions import begin_acquisition
from trawl.store.blobs import PackWriter
from trawl.store.containers import add_root, container
from trawl.store.database import Database
from trawl.store.officers import bootstrap
from trawl.store.slices import SliceWritten, write_slice

JPEG = FileType("image/jpeg", Kind.IMAGE, ("jpg", "jpeg"))
ZIP = FileType("application/zip", Kind.ARCHIVE, ("zip",))


def digests(text: str) -> Digests:
    """The digests of a text."""
    data = text.encode()
    return Digests(
        hashlib.md5(data).digest(), hashlib.sha1(data).digest(), hashlib.sha256(data).digest()
    )


def media(
    text: str,
    *,
    kind: FileType = JPEG,
    opens_as: str | None = None,
    size: int = 1000,
    findings: tuple[Finding, ...] | None = None,
) -> MediaRecord:
    """A media whose content is ``text``, so to say."""
    if findings is None:
        findings = (
            Finding(
                name="picture",
                version=1,
                facts=Facts(width=640, height=480, camera_model="EOS 5"),
                fingerprint=Fingerprint(digests(text).sha256, 90),
                thumbnail=Thumbnail(b"thumbnail of " + text.encode(), "image/jpeg", 256, 192),
            ),
        )
    return MediaRecord(
        digests=digests(text), size=size, type=kind, opens_as=opens_as, findings=findings
    )


def logged(path: str | bytes, record: MediaRecord | None = None, **changes: object) -> Logged:
    """A row that was read; its content is its path unless a media is given."""
    raw = path.encode() if isinstance(path, str) else path
    record = record or media(raw.hex())
    entry = Entry(path=raw, size=record.size, modified_us=1_600_000_000_000_000, locator="at")
    values: dict[str, object] = {
        "entry": entry,
        "state": OccurrenceState.LOGGED,
        "sha256": record.digests.sha256,
        "size": record.size,
        "media": record,
        **changes,
    }
    return Logged(**values)  # type: ignore[arg-type]


@dataclass
class Bench:
    """A case with one acquisition under way."""

    database: Database
    officer: Officer
    case: Case
    exhibit: Exhibit
    acquisition_id: int
    root: Container
    packs: Path
    writer: PackWriter

    @classmethod
    def begin(cls, database: Database, packs: Path, case: str = "T") -> Bench:
        """Bootstrap everything."""
        officer = bootstrap(database, "jo")
        added = add_case(database, officer, case)
        exhibit = ensure_exhibit(database, officer, added, "S/1")
        bench = cls(database, officer, added, exhibit, 0, None, packs, PackWriter(packs))  # type: ignore[arg-type]
        bench.acquire()
        return bench

    def acquire(self, roots: Sequence[str] = ("/haul",)) -> int:
        """Begin another acquisition; rows go there from now on."""
        with self.database.session(self.officer) as session:
            self.acquisition_id = begin_acquisition(session, self.exhibit.id, roots, {"depth": 3})
            self.root = add_root(session, self.acquisition_id)
            session.audit(Act.INTAKE_BEGIN, case_id=self.case.id, subject="S/1", detail={})
        self.writer.close()
        self.writer = PackWriter(self.packs / str(self.acquisition_id))
        return self.acquisition_id

    def write(
        self, rows: Sequence[Logged], *, into: Container | None = None, depth: int = 3
    ) -> SliceWritten:
        """Write a slice behind what is there."""
        with self.database.session(self.officer) as session:
            current = container(session, (into or self.root).id)
            written = write_slice(
                session,
                container=current,
                first=current.done,
                rows=rows,
                thumbnails=self.writer,
                open_depth=depth,
            )
            session.audit(
                Act.INTAKE_SLICE,
                case_id=self.case.id,
                subject=current.path,
                detail={"rows": len(rows)},
            )
        return written

    def containers(self, *states: ContainerState) -> list[Container]:
        """The journal."""
        from trawl.store.containers import containers

        with self.database.reader() as reader:
            return containers(reader, self.acquisition_id, *states)
