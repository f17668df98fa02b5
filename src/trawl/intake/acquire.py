"""Taking in an exhibit: begins or resumes its acquisition and runs it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote_to_bytes

from trawl.errors import TrawlError, Unreadable
from trawl.intake.ahead import Ahead
from trawl.intake.coordinator import Coordinator
from trawl.intake.folders import Workspace
from trawl.intake.ledger import Ledger
from trawl.intake.lock import only_one
from trawl.intake.plan import Folders, Plan
from trawl.intake.pool import Pool
from trawl.intake.progress import Meter, Progress
from trawl.intake.protocol import Opened, Setup
from trawl.model.access import Act, Officer
from trawl.model.case import Acquisition, Case, Exhibit
from trawl.passes.base import PassLimits
from trawl.settings import Settings
from trawl.sources.base import SourceLimits
from trawl.store.access import require
from trawl.store.acquisitions import acquisition, begin_acquisition, open_acquisition
from trawl.store.blobs import PackWriter
from trawl.store.containers import add_root, containers
from trawl.store.database import Database
from trawl.store.slices import last_thumbnail


@dataclass(frozen=True, slots=True)
class Intake:
    """What an intake needs beside the exhibit."""

    workspace: Workspace
    settings: Settings
    database: Database
    officer: Officer

    def begin(
        self, case: Case, exhibit: Exhibit, paths: tuple[Path, ...]
    ) -> tuple[Acquisition, bool]:
        """The acquisition of these paths, and whether it is one that was interrupted.

        Raises AccessRefused, and Unreadable when a path is not there.
        """
        roots = [str_of(path) for path in _resolved(paths)]
        with self.database.reader() as reader:
            require(reader, self.officer, Act.INTAKE_BEGIN, case.id)
            found = open_acquisition(reader, exhibit.id, roots)
        if found is not None:
            return found, True
        kept = {"slice_files": self.settings.slice_files, "slice_bytes": self.settings.slice_bytes}
        with self.database.session(self.officer) as session:
            require(session, self.officer, Act.INTAKE_BEGIN, case.id)
            begun = begin_acquisition(session, exhibit.id, roots, kept)
            add_root(session, begun)
            session.audit(
                Act.INTAKE_BEGIN,
                case_id=case.id,
                subject=f"acquisition {begun} of exhibit {exhibit.reference}",
                detail={"paths": "\n".join(roots)},
            )
        with self.database.reader() as reader:
            return acquisition(reader, begun), False

    def run(
        self,
        case: Case,
        taken: Acquisition,
        tell: Callable[[Progress], None],
        stop: Callable[[], bool],
        secrets: dict[int, str] | None = None,
    ) -> bool:
        """Go on with an acquisition until all is in the log (True) or ``stop`` says so (False).
        ``secrets`` are keys for containers, by container id; they stay in memory."""
        journal = self.workspace.journal(taken.id)
        scratch = self.workspace.scratch(taken.id)
        with only_one(journal):
            scratch.mkdir(parents=True, exist_ok=True)
            for left in scratch.glob("*.ahead"):
                left.unlink()
            plan, meter = self._plan(taken, Folders(journal, scratch), secrets or {})
            pool = Pool(
                self.settings.worker_count,
                self._setup(scratch),
                self.settings.hang_seconds,
                self.settings.decode_seconds,
            )
            try:
                ledger = Ledger(
                    self.database,
                    self.officer,
                    case.id,
                    taken.id,
                    self._thumbnails(taken),
                    self.settings.depth,
                )
                finished = Coordinator(
                    plan, ledger, pool, Ahead(scratch), meter, tell, stop
                ).run()
            finally:
                pool.close()
        if finished:
            shutil.rmtree(scratch, ignore_errors=True)
        return finished

    def _plan(
        self, taken: Acquisition, folders: Folders, secrets: dict[int, str]
    ) -> tuple[Plan, Meter]:
        root = Opened(
            kind="folder",
            paths=tuple(os.fsencode(path_of(text)) for text in taken.roots),
            scratch=os.fsencode(folders.scratch),
            exclude=(os.fsencode(self.workspace.folder),),
        )
        kept = taken.settings
        plan = Plan(
            folders, root, int(kept["slice_files"]), int(kept["slice_bytes"]), secrets
        )
        meter = Meter()
        with self.database.reader() as reader:
            for container in containers(reader, taken.id):
                plan.add(container)
                meter.files += container.done
                meter.files_total += container.members or 0
        return plan, meter

    def _setup(self, scratch: Path) -> Setup:
        settings = self.settings
        return Setup(
            source_limits=SourceLimits(
                depth=settings.depth, ratio=settings.unpack_ratio, total_bytes=settings.unpack_bytes
            ),
            pass_limits=PassLimits(pixels=settings.pixels, video_seconds=settings.video_seconds),
            memory=settings.worker_memory,
            scratch=os.fsencode(scratch),
        )

    def _thumbnails(self, taken: Acquisition) -> PackWriter:
        with self.database.reader() as reader:
            last = last_thumbnail(reader, taken.id)
        return PackWriter.reopen(self.workspace.thumbnails(taken.id), last)


def _resolved(paths: tuple[Path, ...]) -> list[Path]:
    """The given paths made absolute. A path given as a link is followed, this once."""
    if not paths:
        raise TrawlError("Nothing to take in.", hint="Name a folder, an image or a file.")
    found = []
    for path in paths:
        try:
            found.append(path.resolve(strict=True))
        except (OSError, RuntimeError) as error:
            raise Unreadable(f"{path} cannot be opened: {error}") from error
    return found


def str_of(path: Path) -> str:
    """A path as text that a database takes: bytes that are no UTF-8 as ``%NN``, ``%`` too."""
    text = str(path).replace("%", "%25")
    return "".join(f"%{ord(c) - 0xDC00:02X}" if "\udc80" <= c <= "\udcff" else c for c in text)


def path_of(text: str) -> Path:
    """The path that ``str_of`` made into text."""
    return Path(os.fsdecode(unquote_to_bytes(text)))
