"""ext, NTFS, FAT, exFAT, HFS Plus, ISO 9660 and UFS through The Sleuth Kit, deleted entries too.

Locators within a file system are The Sleuth Kit's own: ``inode`` for the data of a file,
``inode-type-id`` for another of its streams.
"""

from __future__ import annotations

import calendar
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

import pytsk3

from trawl.errors import Unreadable
from trawl.model.exhibit import Entry, EntryKind
from trawl.sources.base import SourceLimits
from trawl.sources.disk_image_files import Folders, buffered
from trawl.sources.disk_image_region import NATIVE_ERRORS, Region
from trawl.sources.disk_image_signatures import Content

TSK_TYPES = {
    Content.EXT: pytsk3.TSK_FS_TYPE_EXT_DETECT,
    Content.NTFS: pytsk3.TSK_FS_TYPE_NTFS_DETECT,
    Content.FAT: pytsk3.TSK_FS_TYPE_FAT_DETECT,
    Content.EXFAT: pytsk3.TSK_FS_TYPE_EXFAT,
    Content.HFS: pytsk3.TSK_FS_TYPE_HFS_DETECT,
    Content.ISO: pytsk3.TSK_FS_TYPE_ISO9660_DETECT,
    Content.UFS: pytsk3.TSK_FS_TYPE_FFS_DETECT,
}

# tsk/fs/tsk_fs.h: TSK_FS_META_TYPE_ENUM, TSK_FS_NAME_TYPE_ENUM and their flags.
_KINDS = {
    3: EntryKind.FIFO,
    4: EntryKind.DEVICE,
    5: EntryKind.DEVICE,
    6: EntryKind.SYMLINK,
    8: EntryKind.SOCKET,
}
_FOLDER, _VIRTUAL_FOLDER, _NAME_FOLDER = 2, 11, 3
_ALLOCATED, _UNALLOCATED = 1, 2
_NTFS_DATA, _HFS_RESOURCE = 128, 4353
_SPARSE = 1
_ORPHANS = b"$OrphanFiles/"
_LOCAL_TIME = (Content.FAT, Content.EXFAT, Content.ISO)


class _Image(pytsk3.Img_Info):  # type: ignore[misc]
    """A region as The Sleuth Kit reads it. What cannot be read is short, never an exception:
    the C code between has no way to carry one."""

    def __init__(self, region: Region) -> None:
        self._region = region
        super().__init__(url="", type=pytsk3.TSK_IMG_TYPE_EXTERNAL)

    def close(self) -> None:
        """Nothing to do: the region belongs to the source."""

    def read(self, offset: int, count: int) -> bytes:
        try:
            return self._region.read_at(offset, count)
        except Unreadable:
            return b""

    def get_size(self) -> int:
        return self._region.size


@dataclass(frozen=True, slots=True)
class _Stream:
    """One further stream of a file: its name after the file's, where it is, its size."""

    suffix: bytes
    kind: int
    number: int
    size: int


def open_image_partitions(region: Region, kind: Any) -> Any:
    """The Sleuth Kit's reading of a partition table. Raises one of NATIVE_ERRORS."""
    return pytsk3.Volume_Info(_Image(region), type=kind)


class TskFiles:
    """One file system. ``prefix`` goes before every path, ``mark`` before every locator."""

    def __init__(
        self, region: Region, content: Content, *, prefix: bytes, mark: str, limits: SourceLimits
    ) -> None:
        self._content = content
        self._prefix = prefix
        self._mark = mark
        self._limits = limits
        self._local_time = content in _LOCAL_TIME
        self._image = _Image(region)
        try:
            self._fs = pytsk3.FS_Info(self._image, type=TSK_TYPES[content])
        except NATIVE_ERRORS as error:
            raise Unreadable(
                f"the {content} file system is damaged and cannot be opened"
            ) from error
        self._block = int(self._fs.info.block_size)
        if self._block & (self._block - 1) or int(self._fs.info.last_inum) <= 0:
            # The Sleuth Kit believes such a volume descriptor, and never ends.
            raise Unreadable(f"the {content} file system describes itself impossibly")
        self._size_of_all = region.size

    def entries(self) -> Iterator[Entry]:
        """Every entry, folders before what is in them, in the order of the directories."""
        folders = Folders(int(self._fs.info.root_inum), self._prefix, self._limits)
        for number, path in folders:
            try:
                yield from self._folder(number, path, folders)
            except NATIVE_ERRORS:
                yield folders.problem(path, "the folder is damaged and cannot be listed")

    def _folder(self, number: int, path: bytes, folders: Folders[int]) -> Iterator[Entry]:
        if self._is_too_large(self._fs.open_meta(inode=number).info.meta):
            yield folders.problem(path, "the folder declares more bytes than the volume has")
            return
        for file in self._fs.open_dir(inode=number):
            name = file.info.name
            raw = name.name
            if raw in (b".", b"..") or raw is None:
                continue
            meta = file.info.meta
            if meta is None:
                if not path.endswith(_ORPHANS):  # there the name is The Sleuth Kit's invention
                    yield self._without_record(path + raw, name)
                continue
            yield from self._entry(path + raw, file, name, meta, folders)

    def _is_too_large(self, meta: Any) -> bool:
        """True for a folder The Sleuth Kit would read for hours: it takes the size as given."""
        return meta is not None and int(meta.size) > self._size_of_all

    def _without_record(self, path: bytes, name: Any) -> Entry:
        deleted = int(name.flags) != _ALLOCATED
        return Entry(
            path=path,
            kind=EntryKind.FOLDER if int(name.type) == _NAME_FOLDER else EntryKind.FILE,
            deleted=deleted,
            problem="deleted: only its name is left"
            if deleted
            else "its record in the file system cannot be read",
        )

    def _entry(
        self, path: bytes, file: Any, name: Any, meta: Any, folders: Folders[int]
    ) -> Iterator[Entry]:
        name_deleted = int(name.flags) != _ALLOCATED
        reused = name_deleted and self._is_reused(name, meta)
        kind = int(meta.type)
        deleted = name_deleted or bool(int(meta.flags) & _UNALLOCATED)
        if reused:
            yield Entry(
                path=path, deleted=True, problem="deleted: its record now belongs to another file"
            )
            return
        number = int(meta.addr)
        if kind in (_FOLDER, _VIRTUAL_FOLDER):
            refused = folders.add(number, path)
            if refused is not None:
                yield refused
        else:
            yield self._file(path, number, kind, meta, deleted)
        if self._content is Content.NTFS or self._content is Content.HFS:
            yield from self._further_streams(path, file, number, meta, deleted)

    def _is_reused(self, name: Any, meta: Any) -> bool:
        if int(meta.flags) & _ALLOCATED:
            return True
        # NTFS counts a record's uses; deleting it counts one up.
        return self._content is Content.NTFS and int(meta.seq) > int(name.meta_seq) + 1

    def _file(self, path: bytes, number: int, kind: int, meta: Any, deleted: bool) -> Entry:
        modified, created, accessed, changed = self._times(meta)
        return Entry(
            path=path,
            kind=_KINDS.get(kind, EntryKind.FILE),
            size=int(meta.size),
            locator=f"{self._mark}{number}",
            modified_us=modified,
            created_us=created,
            accessed_us=accessed,
            changed_us=changed,
            deleted=deleted,
            link_target=meta.link if kind == 6 else None,
        )

    def _times(self, meta: Any) -> tuple[int | None, int | None, int | None, int | None]:
        return (
            self._time(meta.mtime, meta.mtime_nano),
            self._time(meta.crtime, meta.crtime_nano),
            self._time(meta.atime, meta.atime_nano),
            self._time(meta.ctime, meta.ctime_nano),
        )

    def _time(self, seconds: int, nanoseconds: int) -> int | None:
        if not seconds:
            return None
        if self._local_time:
            # The file system keeps what the clock showed, in no known zone, and The Sleuth Kit
            # takes it for this machine's. Undone, so that every machine logs the same.
            shown = time.localtime(seconds)
            seconds = calendar.timegm(shown)
            if self._content is Content.ISO and shown.tm_isdst > 0:
                seconds -= 3600  # for ISO 9660 it takes summer time for winter time
        return int(seconds * 1_000_000 + nanoseconds // 1000)

    def _further_streams(
        self, path: bytes, file: Any, number: int, meta: Any, deleted: bool
    ) -> Iterator[Entry]:
        modified, created, accessed, changed = self._times(meta)
        for found in self._streams(file):
            yield Entry(
                path=path + found.suffix,
                size=found.size,
                locator=f"{self._mark}{number}-{found.kind}-{found.number}",
                modified_us=modified,
                created_us=created,
                accessed_us=accessed,
                changed_us=changed,
                deleted=deleted,
                problem=self._stream_problem(file, found),
            )

    def _streams(self, file: Any) -> Iterator[_Stream]:
        try:
            for attribute in file:
                info = attribute.info
                kind, size = int(info.type), int(info.size)
                if kind == _NTFS_DATA and info.name:
                    yield _Stream(b":" + info.name, kind, int(info.id), size)
                elif kind == _HFS_RESOURCE and size:
                    yield _Stream(b"/..namedfork/rsrc", kind, int(info.id), size)
        except NATIVE_ERRORS:
            return

    def _stream_problem(self, file: Any, found: _Stream) -> str | None:
        if found.size <= self._block or self._allocated(file, found.kind, found.number):
            return None
        return "the stream is sparse: nothing is allocated to it"

    def _allocated(self, file: Any, kind: int | None = None, number: int | None = None) -> int:
        """Bytes that really lie on the disk for a file, or for one of its streams."""
        blocks = 0
        for attribute in file:
            info = attribute.info
            if kind is not None and (int(info.type), int(info.id)) != (kind, number):
                continue
            blocks += sum(int(run.len) for run in attribute if not int(run.flags) & _SPARSE)
        return blocks * self._block

    def read(self, locator: str) -> BinaryIO:
        """The bytes behind a locator (without the mark) as a seekable stream."""
        number, *stream = (int(part) for part in locator.split("-"))
        try:
            file = self._fs.open_meta(inode=number)
            size = int(self._size(file, *stream))
            if size > self._limits.ratio_from:
                self._limits.check_member(self._allocated(file, *stream), size)
        except NATIVE_ERRORS as error:
            raise Unreadable("its record in the file system is damaged") from error

        def read_at(offset: int, count: int) -> bytes:
            try:
                return bytes(file.read_random(offset, count, *stream))
            except NATIVE_ERRORS as error:
                raise Unreadable(f"damaged from byte {offset:,} on") from error

        return buffered(read_at, size)

    def _size(self, file: Any, kind: int | None = None, number: int | None = None) -> int:
        if kind is None:
            if file.info.meta is None:
                raise Unreadable("its record in the file system is gone")
            return int(file.info.meta.size)
        for attribute in file:
            if (int(attribute.info.type), int(attribute.info.id)) == (kind, number):
                return int(attribute.info.size)
        raise Unreadable("the stream is gone")
