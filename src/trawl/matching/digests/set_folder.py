"""The digests of one hash set: which files there are, and which of them count.

    000007/md5.digests       a segment of list 7, made when the list was added
    merged/000002.md5.digests  several of them in one, made when there were many
    removed                  entries that were taken out one by one

What counts is told by the files alone: a list whose entries are in a merged segment is read
from there, and of merged segments the newest counts. So a process that is killed at any moment
leaves a set that answers as before or as after, and rests that the next writer clears away.
"""

from __future__ import annotations

import fcntl
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from trawl.errors import IndexDamaged, WorkspaceBusy
from trawl.matching.digests.compaction import compact
from trawl.matching.digests.layout import read_spans
from trawl.matching.digests.new_file import plainly
from trawl.matching.digests.removed import Removed
from trawl.matching.digests.segment_writer import Built, Progress
from trawl.matching.digests.segments import DigestSegments
from trawl.matching.steps import Stop, never
from trawl.model.hash_set import DigestKind, Numbers

_TRIES = 5


class SetFolder:
    """The folder of one hash set. ``lists``, wherever it is asked for: the identifiers of those
    lists of the set that have digests of the kind, as the database has them; they must never be
    dealt twice. A file that is missing is an error, never an empty answer."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._merged = folder / "merged"

    def list_folder(self, list_id: int) -> Path:
        """Where the files of a list are."""
        return self.folder / f"{list_id:06d}"

    def segment_path(self, list_id: int, kind: DigestKind) -> Path:
        """Where the segment of a list is made."""
        return self.list_folder(list_id) / f"{kind}.digests"

    def paths(self, kind: DigestKind, lists: Collection[int]) -> list[Path]:
        """The segments that count, the merged ones first. Raises IndexDamaged."""
        found: list[Path] = []
        covered: set[int] = set()
        for path in sorted(self._merged.glob(f"*.{kind}.digests"), reverse=True):
            members = {span.list_id for span in read_spans(path)}
            if (members - covered) & set(lists):
                found.append(path)
            covered |= members
        return found + [self.segment_path(one, kind) for one in sorted(set(lists) - covered)]

    def digests(self, kind: DigestKind, lists: Collection[int]) -> DigestSegments:
        """All digests of one kind, open for look-ups. Raises IndexDamaged."""
        for _ in range(_TRIES - 1):
            try:
                return self._open(kind, lists)
            except IndexDamaged as error:
                if not isinstance(error.__cause__, FileNotFoundError):
                    raise  # one that is gone may have been merged meanwhile
        return self._open(kind, lists)

    def _open(self, kind: DigestKind, lists: Collection[int]) -> DigestSegments:
        return DigestSegments.open(self.paths(kind, lists), lists=lists, removed=self.removed)

    @property
    def removed(self) -> Removed:
        """The entries that were taken out one by one. Raises IndexDamaged."""
        return Removed.read(self.folder / "removed")

    def remove(self, lists: Numbers, entries: Numbers) -> None:
        """Take out single entries, ``lists`` and ``entries`` as a look-up gives them; by every
        digest they bear, for good. Raises StoreError, WorkspaceBusy."""
        with self.writing():
            self.removed.having(lists, entries).write(self.folder / "removed")

    def compact(
        self,
        kind: DigestKind,
        lists: Collection[int],
        *,
        up_to: int | None = None,
        progress: Progress | None = None,
        stop: Stop = never,
    ) -> Built | None:
        """Make one segment of all, or of those with at most ``up_to`` rows, and delete them;
        None when there is nothing to gain. Digests of a list that is not among ``lists`` are
        gone for good. Raises StoreError, Stopped, WorkspaceBusy."""
        with self.writing():
            self._clear(kind, lists)
            with self._open(kind, lists) as digests:
                segments = [one for one in digests.segments if up_to is None or one.count <= up_to]
                if len(segments) < 2:
                    return None
                self._merged.mkdir(exist_ok=True)
                built = compact(
                    *(segments, self._next_merged(kind)),
                    lists=lists,
                    removed=self.removed,
                    progress=progress,
                    stop=stop,
                )
            self._clear(kind, lists)
            return built

    def _next_merged(self, kind: DigestKind) -> Path:
        newest = max(self._merged.glob(f"*.{kind}.digests"), default=None)
        number = 1 if newest is None else int(newest.name.partition(".")[0]) + 1
        return self._merged / f"{number:06d}.{kind}.digests"

    def _clear(self, kind: DigestKind, lists: Collection[int]) -> None:
        """Delete what no longer counts, and what a killed writer has left."""
        counting = set(self.paths(kind, lists))
        there = [*self._merged.glob(f"*.{kind}.digests"), *self.folder.glob(f"*/{kind}.digests")]
        own = {self.segment_path(one, kind) for one in lists} | set(self._merged.glob("*"))
        rests = [path for path in there if path in own and path not in counting]
        for path in (*rests, *self._merged.glob("*.part")):
            path.unlink(missing_ok=True)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One writer at a time. Raises WorkspaceBusy."""
        with plainly(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            file = (self.folder / "lock").open("w")
        with file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise WorkspaceBusy(
                    "Another process is changing this hash set.", hint="Wait for it to end."
                ) from None
            yield
