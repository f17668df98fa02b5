"""APFS and XFS through libfsapfs and libfsxfs, whose file entries look alike."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

from trawl.errors import LimitExceeded, Unreadable
from trawl.model.exhibit import Entry, EntryKind
from trawl.sources.base import SourceLimits
from trawl.sources.disk_image_files import Folders, buffered
from trawl.sources.disk_image_region import MOST_AT_ONCE, NATIVE_ERRORS

_KINDS = {
    stat.S_IFIFO: EntryKind.FIFO,
    stat.S_IFCHR: EntryKind.DEVICE,
    stat.S_IFBLK: EntryKind.DEVICE,
    stat.S_IFLNK: EntryKind.SYMLINK,
    stat.S_IFSOCK: EntryKind.SOCKET,
}
_RESOURCE = "com.apple.ResourceFork"
_RSRC = "rsrc"
_SPARSE = 1  # the flag of an extent without blocks, in both libraries


class LibyalFiles:
    """The file system of one opened volume. ``find`` gives a file entry by its number, ``number``
    the number of a file entry."""

    def __init__(
        self,
        volume: Any,
        *,
        find: Callable[[int], Any],
        number: Callable[[Any], int],
        prefix: bytes,
        mark: str,
        limits: SourceLimits,
    ) -> None:
        self._volume = volume
        self._find = find
        self._number = number
        self._prefix = prefix
        self._mark = mark
        self._limits = limits

    def entries(self) -> Iterator[Entry]:
        """Every entry; deleted ones are not known to these libraries."""
        try:
            root = self._number(self._volume.get_root_directory())
        except (*NATIVE_ERRORS, AttributeError) as error:
            raise Unreadable("the root folder of the volume cannot be read") from error
        folders = Folders(root, self._prefix, self._limits)
        for number, path in folders:
            try:
                yield from self._folder(self._find(number), path, folders)
            except (*NATIVE_ERRORS, AttributeError):
                yield folders.problem(path, "the folder is damaged and cannot be listed")

    def _folder(self, folder: Any, path: bytes, folders: Folders[int]) -> Iterator[Entry]:
        for index in range(folder.get_number_of_sub_file_entries()):
            try:
                file = folder.get_sub_file_entry(index)
                own = path + file.get_name().encode("utf-8", "surrogatepass")
                number, mode = self._number(file), file.get_file_mode()
                found = [] if stat.S_ISDIR(mode) else [self._file(own, file, number, mode)]
                found += self._resource_fork(own, file, number)
            except (*NATIVE_ERRORS, AttributeError):
                name = b"(entry %d)" % index
                yield Entry(path=path + name, problem="its record in the file system is damaged")
                continue
            if stat.S_ISDIR(mode) and (refused := folders.add(number, own)):
                yield refused
            yield from found

    def _file(self, path: bytes, file: Any, number: int, mode: int) -> Entry:
        kind = _KINDS.get(stat.S_IFMT(mode), EntryKind.FILE)
        target = file.get_symbolic_link_target() if kind is EntryKind.SYMLINK else None
        return Entry(
            path=path,
            kind=kind,
            size=file.get_size(),
            locator=f"{self._mark}{number}",
            modified_us=_microseconds(file, "modification"),
            created_us=_microseconds(file, "creation"),
            accessed_us=_microseconds(file, "access"),
            changed_us=_microseconds(file, "inode_change"),
            link_target=target.encode("utf-8", "surrogatepass") if target is not None else None,
        )

    def _resource_fork(self, path: bytes, file: Any, number: int) -> list[Entry]:
        fork = file.get_extended_attribute_by_name(_RESOURCE)
        if not fork or not fork.get_size():
            return []
        return [
            Entry(
                path=path + b"/..namedfork/rsrc",
                size=fork.get_size(),
                locator=f"{self._mark}{number}-{_RSRC}",
                modified_us=_microseconds(file, "modification"),
            )
        ]

    def read(self, locator: str) -> BinaryIO:
        """The bytes behind a locator (without the mark) as a seekable stream."""
        number, _, stream = locator.partition("-")
        try:
            file = self._find(int(number))
            if file is not None and stream == _RSRC:
                file = file.get_extended_attribute_by_name(_RESOURCE)
            if file is None:
                raise Unreadable("its record in the file system is gone")
            size = file.get_size()
            if size > self._limits.ratio_from:
                self._limits.check_member(_allocated(file), size)
        except NATIVE_ERRORS as error:
            raise Unreadable("its record in the file system is damaged") from error

        def read_at(offset: int, count: int) -> bytes:
            try:
                return bytes(file.read_buffer_at_offset(min(count, MOST_AT_ONCE), offset))
            except NATIVE_ERRORS as error:
                raise Unreadable(f"damaged from byte {offset:,} on") from error

        return buffered(read_at, size)


def _microseconds(file: Any, name: str) -> int | None:
    """A time of a file entry; both libraries count nanoseconds since 1970 UTC."""
    try:
        nanoseconds = getattr(file, f"get_{name}_time_as_integer")()
    except NATIVE_ERRORS:
        return None
    return nanoseconds // 1000 if nanoseconds else None


def _allocated(file: Any) -> int:
    """Bytes that really lie on the disk for a file. Raises LimitExceeded for more extents than
    anyone would count."""
    count = file.get_number_of_extents()
    if count > 10_000_000:
        raise LimitExceeded(f"{count:,} extents of one file")
    extents = (file.get_extent(index) for index in range(count))
    return sum(int(size) for _, size, flags in extents if not flags & _SPARSE)
