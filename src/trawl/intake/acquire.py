"""Taking in an exhibit: begins or resumes its acquisition and runs it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote_to_bytes

from trawl.errors import TrawlError, Unreadable
from trawl.intake.ahead import Ahead
from trawl.intake.coordinator import Coordinator
from trawl.intake.ledger import Ledger, Log
from trawl.intake.plan import Folders, Plan
from trawl.intake.pool import Pool
from trawl.intake.progress import Meter, Progress
from trawl.intake.protocol import Opened, Setup
from trawl.intake.unlock import (
    UnlockLedger,
    find_locks,
    keys_for,
    mark_opened,
    plan_members,
    reopen,
)
from trawl.intake.verify import Difference, Seen, Walker, differences
from trawl.model.access import Act, Officer
from trawl.model.case import Acquisition, Case, Exhibit
from trawl.passes.base import PassLimits
from trawl.settings import Settings
from trawl.sources.base import SourceLimits
from trawl.store.access import require
from trawl.store.acquisitions import (
    acquisition,
    begin_acquisition,
    committed_blob,
    open_acquisition,
)
from trawl.store.blobs import PackWriter
from trawl.store.containers import add_root, containers
from trawl.store.database import Database
from trawl.store.manifest_rows import own_paths
from trawl.workspace import Workspace, only_one


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
        roots = [str_of(path) for path in resolved(paths)]
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
    ) -> bool:
        """Go on with an acquisition until all is in the log (True) or ``stop`` says so (False)."""
        with self._working(taken) as folders:
            plan, meter = self._plan(taken, folders, {}), Meter()
            with self.database.reader() as reader:
                for container in containers(reader, taken.id):
                    plan.add(container)
                    meter.files += container.done
                    meter.files_total += container.members or 0
            with self._ledger(case, taken) as ledger:
                return self._coordinate(plan, ledger, folders, meter, tell, stop)

    def unlock(
        self,
        case: Case,
        taken: Acquisition,
        secret: str,
        under: str | None,
        tell: Callable[[Progress], None],
        stop: Callable[[], bool],
    ) -> bool:
        """Try a key on everything locked at or below a path, and log what it opens. True when
        all was tried. The key stays in memory. Raises AccessRefused, NotFound."""
        with self.database.reader() as reader:
            require(reader, self.officer, Act.INTAKE_UNLOCK, case.id)
        locks = find_locks(self.database, taken.id, under)
        with self._working(taken) as folders, self._ledger(case, taken) as ledger:
            reopen(ledger, locks, folders)
            keys = keys_for(self.database, taken.id, locks, secret)
            plan = self._plan(taken, folders, keys)
            plan_members(plan, self.database, taken.id, locks)
            log = UnlockLedger(ledger, locks.members)
            finished = self._coordinate(plan, log, folders, Meter(), tell, stop)
            mark_opened(ledger, locks)
            return finished

    def verify(
        self,
        case: Case,
        taken: Acquisition,
        tell: Callable[[Progress], None],
        stop: Callable[[], bool],
    ) -> list[Difference] | None:
        """Read the sources again and compare; None when it was stopped. Audited."""
        scratch = self.workspace.scratch(taken.id) / "verify"
        with self.database.reader() as reader:
            require(reader, self.officer, Act.SOURCE_VERIFY, case.id)
        root = self._root(taken, scratch)
        walker = Walker(
            scratch,
            self._setup(root),
            self.settings.worker_count,
            self.settings.hang_seconds,
            self.settings.decode_seconds,
        )
        try:
            now = walker.walk(root, tell, stop)
            if now is None:
                return None
            with self.database.reader() as reader:
                then = (Seen(*row) for row in own_paths(reader, taken.id))
                found = list(differences(then, now))
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
            with suppress(OSError):  # an intake under way keeps its own there
                scratch.parent.rmdir()
        with self.database.session(self.officer) as session:
            require(session, self.officer, Act.SOURCE_VERIFY, case.id)
            session.audit(
                Act.SOURCE_VERIFY,
                case_id=case.id,
                subject=f"acquisition {taken.id} of exhibit {taken.exhibit}",
                detail={"differences": len(found)},
            )
        return found

    @contextmanager
    def _working(self, taken: Acquisition) -> Iterator[Folders]:
        """Hold the acquisition, with its folders as an interrupted run may have left them."""
        folders = Folders(self.workspace.journal(taken.id), self.workspace.scratch(taken.id))
        with only_one(
            folders.journal,
            "Another process is working on this acquisition.",
            "Wait for it to end, or stop it; nothing it has logged is lost.",
        ):
            folders.scratch.mkdir(parents=True, exist_ok=True)
            for left in folders.scratch.glob("*.ahead"):
                left.unlink()
            yield folders

    def _coordinate(
        self,
        plan: Plan,
        log: Log,
        folders: Folders,
        meter: Meter,
        tell: Callable[[Progress], None],
        stop: Callable[[], bool],
    ) -> bool:
        settings = self.settings
        pool = Pool(
            settings.worker_count,
            self._setup(plan.root),
            settings.hang_seconds,
            settings.decode_seconds,
        )
        try:
            coordinator = Coordinator(plan, log, pool, Ahead(folders.scratch), meter, tell, stop)
            finished = coordinator.run()
        finally:
            pool.close()
        if finished:
            shutil.rmtree(folders.scratch, ignore_errors=True)
            for listing in folders.journal.glob("*.listing"):
                listing.unlink()
        return finished

    @contextmanager
    def _ledger(self, case: Case, taken: Acquisition) -> Iterator[Ledger]:
        with self.database.reader() as reader:
            last = committed_blob(reader, taken.id)
        with PackWriter.reopen(self.workspace.thumbnails(taken.id), last) as packs:
            depth = self.settings.depth
            yield Ledger(self.database, self.officer, case.id, taken.id, packs, depth)

    def _root(self, taken: Acquisition, scratch: Path) -> Opened:
        return Opened(
            kind="folder",
            paths=tuple(os.fsencode(path_of(text)) for text in taken.roots),
            scratch=os.fsencode(scratch),
            exclude=(os.fsencode(self.workspace.folder),),
        )

    def _plan(self, taken: Acquisition, folders: Folders, secrets: dict[int, str]) -> Plan:
        # Slices are cut as they were when the acquisition began, whatever the settings say now.
        files, size = (int(str(taken.settings[key])) for key in ("slice_files", "slice_bytes"))
        root = self._root(taken, folders.scratch)
        return Plan(folders, root, files, size, secrets, self.settings.depth)

    def _setup(self, root: Opened) -> Setup:
        settings = self.settings
        return Setup(
            source_limits=SourceLimits(
                depth=settings.depth, ratio=settings.unpack_ratio, total_bytes=settings.unpack_bytes
            ),
            pass_limits=PassLimits(pixels=settings.pixels, video_seconds=settings.video_seconds),
            memory=settings.worker_memory,
            scratch=root.scratch,
            readable=tuple(_reach(path) for path in root.paths),
        )


def _reach(path: bytes) -> bytes:
    """What a worker must be able to read for one of the given paths: a folder itself; around a
    file also its neighbours, since an image may go on in them."""
    return path if os.path.isdir(path) else os.path.dirname(path)  # noqa: PTH112, PTH120 - bytes


def resolved(paths: tuple[Path, ...]) -> list[Path]:
    """The given paths made absolute. A path given as a link is followed, this once. Raises
    Unreadable when one is not there."""
    if not paths:
        raise TrawlError("Nothing to take in.", hint="Name a folder, an image or a file.")
    found = []
    for path in paths:
        try:
            found.append(path.resolve(strict=True))
        except (OSError, RuntimeError) as error:
            why = error.strerror if isinstance(error, OSError) else "its links go in a circle"
            raise Unreadable(f"{path} cannot be opened: {why}.") from error
    return found


def str_of(path: Path) -> str:
    """A path as text that a database takes: bytes that are no UTF-8 as ``%NN``, ``%`` too."""
    text = str(path).replace("%", "%25")
    return "".join(f"%{ord(c) - 0xDC00:02X}" if "\udc80" <= c <= "\udcff" else c for c in text)


def path_of(text: str) -> Path:
    """The path that ``str_of`` made into text."""
    return Path(os.fsdecode(unquote_to_bytes(text)))
