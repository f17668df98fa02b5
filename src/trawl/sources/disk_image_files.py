"""What the readers of file systems share: the walk over folders, and streams over files."""

from __future__ import annotations

import io
from collections.abc import Callable, Hashable, Iterator
from typing import BinaryIO, Generic, Protocol, TypeVar

from trawl.model.exhibit import Entry, EntryKind
from trawl.sources.base import SourceLimits
from trawl.sources.disk_image_region import BUFFER, RegionStream

DEEPEST = 256

Number = TypeVar("Number", bound=Hashable)


class Files(Protocol):
    """An opened file system."""

    def entries(self) -> Iterator[Entry]:
        """Every entry; see ``Source.entries``."""
        ...

    def read(self, locator: str) -> BinaryIO:
        """The bytes behind a locator of one of the entries, without the volume's mark."""
        ...


class Folders(Generic[Number]):
    """The folders still to list, depth first, each once however the file system loops.

    Iterate to get a folder's number and its path with a closing ``/``; ``add`` the folders found
    in it meanwhile.
    """

    def __init__(self, root: Number, prefix: bytes, limits: SourceLimits) -> None:
        self._limits = limits
        self._seen = {root}
        self._waiting = [(root, prefix, 0)]
        self._found: list[tuple[Number, bytes, int]] = []
        self._depth = 0

    def __iter__(self) -> Iterator[tuple[Number, bytes]]:
        while self._waiting:
            number, path, self._depth = self._waiting.pop()
            yield number, path
            self._waiting.extend(reversed(self._found))
            self._found.clear()

    def add(self, number: Number, path: bytes) -> Entry | None:
        """Take note of a folder; the entry that says why when it will not be listed."""
        if number in self._seen:
            return self.problem(path, "the folder was listed before, under another name")
        if self._depth + 1 >= DEEPEST:
            return self.problem(path, f"more than {DEEPEST} folders deep")
        if len(path) >= self._limits.path_bytes:
            return self.problem(path, "its path is too long")
        self._seen.add(number)
        self._found.append((number, path + b"/", self._depth + 1))
        return None

    def problem(self, path: bytes, problem: str) -> Entry:
        """The row of a folder that cannot be listed."""
        return Entry(path=path.rstrip(b"/") or b"/", kind=EntryKind.FOLDER, problem=problem)


def buffered(read_at: Callable[[int, int], bytes], size: int) -> BinaryIO:
    """A file of ``size`` bytes as a seekable stream, read in pieces that suit the disk."""
    return io.BufferedReader(RegionStream(read_at, size), BUFFER)
