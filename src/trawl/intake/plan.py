"""What is to be done next: containers in the order they were found, each fetched, listed and
cut into slices. A few containers are prepared ahead, so that many small archives do not cost a
pause each."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from trawl.intake.listing import Listing, ListingWriter, Slice
from trawl.intake.protocol import Opened
from trawl.intake.tasks import FetchTask, ListTask, SliceTask, Task
from trawl.model.exhibit import ContainerState, Entry
from trawl.model.intake import Container

PREPARED_AHEAD = 24


@dataclass(slots=True)
class Run:
    """One container on its way through."""

    container: Container
    opened: Opened | None = None
    listing: Listing | None = None
    writer: ListingWriter | None = None
    slices: Iterator[Slice] | None = None
    busy: bool = False  # being fetched or listed
    problem: str | None = None  # why it could not be fetched or is not opened at all
    lock: str | None = None
    same_as: str | None = None

    @property
    def closed(self) -> bool:
        """Whether there is nothing left to do with it: done, failed, or waiting for a key."""
        return self.container.state not in (ContainerState.PENDING, ContainerState.LISTED)

    @property
    def settled(self) -> bool:
        """Whether it is known what the container holds, or that it cannot be known."""
        return self.listing is not None or self.problem is not None or self.same_as is not None


@dataclass(frozen=True, slots=True)
class Folders:
    """Where an acquisition keeps its journal and what it unpacks."""

    journal: Path
    scratch: Path

    def listing(self, container: Container) -> Path:
        """The listing of a container; a later key makes another one."""
        return self.journal / f"{container.number:08d}.listing"

    def unpacked(self, container: Container) -> Path:
        """The scratch folder of a container's content."""
        return self.scratch / f"{container.number:08d}"


class Plan:
    """The containers of one acquisition and the next piece of work."""

    def __init__(
        self,
        folders: Folders,
        root: Opened,
        slice_files: int,
        slice_bytes: int,
        secrets: dict[int, str],
        depth: int,
    ) -> None:
        self.folders, self.root, self._depth = folders, root, depth
        self._slice_files, self._slice_bytes = slice_files, slice_bytes
        self._secrets = secrets
        self._runs: list[Run] = []
        self._by_id: dict[int, Run] = {}
        self._nested: dict[bytes, str] = {}
        self._inside: Counter[int] = Counter()  # containers still to come, by parent
        self.cursor = 0

    def add(self, container: Container) -> None:
        """A container, in the order of their numbers."""
        run = Run(container)
        self._by_id[container.id] = run
        self._runs.append(run)
        if container.parent_id is None:
            run.opened = self.root
        # Within an archive the same content is opened once: that stops the bombs that hold
        # many copies of one archive at every level. What is too deep was never opened.
        nested = 2 <= container.depth <= self._depth and not container.volume
        if nested and container.sha256 is not None:
            run.same_as = self._nested.get(container.sha256)
            self._nested.setdefault(container.sha256, container.path)
        if not run.closed and container.parent_id is not None:
            self._inside[container.parent_id] += 1

    @property
    def current(self) -> Run | None:
        """The container the log is at; None when all are done."""
        return self._runs[self.cursor] if self.cursor < len(self._runs) else None

    @property
    def left(self) -> int:
        """Containers not yet in the log to their end."""
        return len(self._runs) - self.cursor

    def entry_of(self, container: Container) -> Entry:
        """The entry a container is opened on, as its parent's source knows it."""
        parent = None if container.parent_id is None else self._by_id[container.parent_id]
        inside = len(parent.container.path) + 1 if parent and parent.container.path else 0
        return Entry(path=os.fsencode(container.path[inside:]), locator=container.locator)

    def is_own(self, path: bytes) -> bool:
        """Whether a path lies within the acquisition's own paths."""
        wanted = os.path.normpath(path)
        return any(wanted == own or wanted.startswith(own + b"/") for own in self.root.paths)

    def advance(self) -> None:
        """The current container is in the log to its end."""
        done = self._runs[self.cursor].container
        self.cursor += 1
        if done.parent_id is not None:
            self._inside[done.parent_id] -= 1
        for candidate in (done.id, done.parent_id):
            if candidate is not None and not self._inside[candidate]:
                unpacked = self.folders.unpacked(self._by_id[candidate].container)
                shutil.rmtree(unpacked, ignore_errors=True)
        self.skip_done()

    def skip_done(self) -> None:
        """Pass over what an earlier attempt has settled."""
        while self.current is not None and self.current.closed:
            self.cursor += 1

    def tasks(self, prepared: int = PREPARED_AHEAD) -> Iterator[Task]:
        """Pieces of work that can be handed out now, the most urgent first, from the container
        the log is at and those that follow it, ``prepared`` in all. Each is marked as handed
        out when the iterator goes on past it."""
        for run in self._runs[self.cursor : self.cursor + prepared]:
            if run.closed or run.same_as is not None or run.problem is not None or run.busy:
                continue
            if run.listing is None and not self._resume_listing(run):
                task = self._prepare(run)
                if task is not None:
                    yield task
                continue
            yield from self._slices(run)

    def _resume_listing(self, run: Run) -> bool:
        """Take up a listing an earlier attempt finished."""
        path = self.folders.listing(run.container)
        if not path.exists():
            return False
        run.listing = Listing(path)
        return True

    def _prepare(self, run: Run) -> Task | None:
        """The next step towards a listing; None while another step is under way."""
        opened = self._open(run)
        if isinstance(opened, Opened):
            run.busy = True
            return ListTask(run.container, opened)
        return opened

    def _open(self, run: Run) -> Opened | FetchTask | None:
        """How to open the container, or the fetch that has to come before, or None while that
        is under way."""
        if run.opened is not None:
            return run.opened
        if run.busy or run.container.parent_id is None:
            return None
        around = self._by_id[run.container.parent_id]
        if around.problem is not None:
            run.problem = f"what it lies in cannot be opened again: {around.problem}"
            return None
        parent = self._open(around)
        if not isinstance(parent, Opened):
            return parent
        if run.container.volume:  # a locked volume lies in its image's own file
            self._opened(run, parent.paths)
            return run.opened
        target = self.folders.unpacked(run.container) / "content"
        run.busy = True
        return FetchTask(run.container, parent, os.fsencode(target))

    def _slices(self, run: Run) -> Iterator[Task]:
        if run.listing is None:
            return
        opened = self._open(run)
        if isinstance(opened, FetchTask):  # after a restart the content is fetched again
            yield opened
            return
        if opened is None:
            return
        if run.slices is None:
            run.slices = self._cut(run, run.listing)
        for piece in run.slices:
            entries = {piece.first + at: entry for at, entry in enumerate(piece.entries)}
            yield SliceTask(run.container, opened, piece.first, entries)

    # What came of it ------------------------------------------------------------------------

    def fetched(self, container: Container, path: bytes) -> None:
        """A container's content lies at ``path``."""
        run = self._by_id[container.id]
        run.busy = False
        self._opened(run, (path,))

    def _opened(self, run: Run, paths: tuple[bytes, ...]) -> None:
        container = run.container
        unpacked = self.folders.unpacked(container)
        unpacked.mkdir(parents=True, exist_ok=True)
        run.opened = Opened(
            kind=container.kind,
            paths=paths,
            scratch=os.fsencode(unpacked),
            secret=self._secrets.get(container.id),
            volume=container.volume,
        )

    def listed_some(self, container: Container) -> ListingWriter:
        """Where the entries of a listing under way are written."""
        run = self._by_id[container.id]
        if run.writer is None:
            run.writer = ListingWriter(self.folders.listing(container))
        return run.writer

    def listed(self, container: Container, problem: str | None, lock: str | None) -> Listing:
        """A listing has come to its end."""
        run = self._by_id[container.id]
        listing = self.listed_some(container).finish(problem, lock)
        run.listing, run.writer, run.busy = listing, None, False
        return listing

    def listing_lost(self, container: Container) -> None:
        """The worker that was listing died: begin again."""
        run = self._by_id[container.id]
        if run.writer is not None:
            run.writer.abandon()
        run.writer = None

    def lost(self, run: Run) -> tuple[Entry, ...]:
        """The next slice of a container that was listed by an earlier attempt and cannot be
        opened any more."""
        if run.slices is None and run.listing is not None:
            run.slices = self._cut(run, run.listing)
        piece = next(run.slices, None) if run.slices is not None else None
        return piece.entries if piece is not None else ()

    def _cut(self, run: Run, listing: Listing) -> Iterator[Slice]:
        return listing.slices(run.container.done, self._slice_files, self._slice_bytes)

    def logged(self, run: Run, members: int) -> None:
        """Some more members of the current container are in the log."""
        run.container = replace(run.container, done=run.container.done + members)
        if run.listing is not None and run.container.done >= run.listing.members:
            self.advance()

    def slice_again(self, run: Run, first: int, entries: list[Entry]) -> SliceTask:
        """A slice that has to be worked through once more."""
        if run.opened is None:
            raise AssertionError("a slice of a container that was never opened")
        numbered = {first + at: entry for at, entry in enumerate(entries)}
        return SliceTask(run.container, run.opened, first, numbered)

    def failed(self, container: Container, problem: str) -> None:
        """A container cannot be fetched."""
        run = self._by_id[container.id]
        run.busy, run.problem = False, problem
