"""A folder, or several paths given together: the acquisition's own ground."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, ClassVar

from trawl.errors import Unreadable
from trawl.model.exhibit import Entry, EntryKind, display_path
from trawl.sources.base import Place
from trawl.sources.local_file import cannot_read, open_descriptor, stream_of

_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC

_STEPS_ELSEWHERE = frozenset({b".", b".."})  # no listing names these

Identity = tuple[int, int]  # device and inode: what a folder is, whatever its name


@dataclass(frozen=True, slots=True)
class _Root:
    """One path given on the command line, resolved once. ``label`` begins its entries' paths."""

    label: bytes
    path: bytes


class FolderSource:
    """Files under the given paths, logged under the last part of each (``haul/…``).

    Nothing below a given path is reached through a symbolic link: every step opens one name
    inside an already opened folder, so paths may also be longer than the system's PATH_MAX.
    """

    kind: ClassVar[str] = "folder"

    def __init__(self, place: Place) -> None:
        self._limit = place.limits.path_bytes
        self._roots = _roots(place.paths)
        self._excluded = frozenset(_identities(place.exclude))
        self._steps = _Steps()

    @classmethod
    def open(cls, place: Place) -> FolderSource:
        """Open for reading. Raises Unreadable when a given path is not there."""
        return cls(place)

    def entries(self) -> Iterator[Entry]:
        """Every file, link and special file, each folder's names sorted by their bytes."""
        for root in self._roots:
            yield from _Walk(root, self._limit, self._excluded).entries()

    def read(self, entry: Entry) -> BinaryIO:
        """A seekable stream over a regular file. Raises Unreadable."""
        if entry.kind is not EntryKind.FILE:
            raise Unreadable(f"there are no bytes to read: it is a {entry.kind}")
        root, inner = self._find(entry)
        if not inner:
            return stream_of(open_descriptor(root.path))
        parts = inner.split(b"/")
        folder = self._steps.descriptor(root.path, tuple(parts[:-1]))
        return stream_of(open_descriptor(parts[-1], dir_fd=folder))

    def local_path(self, entry: Entry) -> Path | None:
        """The file itself; its siblings (further segments, extents) lie beside it."""
        if entry.kind is not EntryKind.FILE:
            return None
        root, inner = self._find(entry)
        return Path(os.fsdecode(root.path + b"/" + inner if inner else root.path))

    def close(self) -> None:
        """Let go of the folder that was read from last."""
        self._steps.close()

    def _find(self, entry: Entry) -> tuple[_Root, bytes]:
        label, _, inner = _path_bytes(entry).partition(b"/")
        strange = b"\0" in inner or not _STEPS_ELSEWHERE.isdisjoint(inner.split(b"/"))
        for root in self._roots:
            if root.label == label and not strange:
                return root, inner
        raise Unreadable("it does not belong to the paths that were given")


class _Steps:
    """The folder opened last, kept open: neighbours in a listing are neighbours on disk."""

    def __init__(self) -> None:
        self._descriptor = -1
        self._root = b""
        self._parts: tuple[bytes, ...] = ()

    def descriptor(self, root: bytes, parts: tuple[bytes, ...]) -> int:
        """An open descriptor on ``root/parts…``, reached name by name. Raises Unreadable.

        It stays the property of this object and is good until the next call.
        """
        known = len(self._parts)
        if self._descriptor < 0 or root != self._root or parts[:known] != self._parts:
            self.close()
            self._open(root, -1)
            self._root, known = root, 0
        for part in parts[known:]:
            self._open(part, self._descriptor)
            self._parts = (*self._parts, part)
        return self._descriptor

    def _open(self, name: bytes, folder: int) -> None:
        try:
            opened = os.open(name, _DIRECTORY, dir_fd=None if folder < 0 else folder)
        except OSError as error:
            self.close()
            raise cannot_read(error) from error
        if folder >= 0:
            os.close(folder)
        self._descriptor = opened

    def close(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
        self._descriptor, self._parts = -1, ()


@dataclass(slots=True)
class _Level:
    """A folder being walked: its names still to come, last first."""

    parts: tuple[bytes, ...]
    identity: Identity
    names: list[bytes]


class _Walk:
    """One root, depth first. Memory: the names of the folders from the root to here."""

    def __init__(self, root: _Root, path_bytes: int, excluded: frozenset[Identity]) -> None:
        self._root = root
        self._path_bytes = path_bytes
        self._excluded = excluded
        self._steps = _Steps()
        self._levels: list[_Level] = []
        self._open_now: set[Identity] = set()

    def entries(self) -> Iterator[Entry]:
        try:
            yield from self._root_entries()
            while self._levels:
                level = self._levels[-1]
                if level.names:
                    yield from self._visit(level.parts, level.names.pop())
                else:
                    self._open_now.discard(level.identity)
                    self._levels.pop()
        finally:
            self._steps.close()

    def _root_entries(self) -> Iterator[Entry]:
        try:
            status = os.lstat(self._root.path)
        except OSError as error:
            yield self._problem((), EntryKind.FILE, str(cannot_read(error)))
            return
        if stat.S_ISDIR(status.st_mode):
            yield from self._enter((), status)
        else:
            yield _entry(self._root.label, status)

    def _visit(self, parent: tuple[bytes, ...], name: bytes) -> Iterator[Entry]:
        parts = (*parent, name)
        path = self._path(parts)
        try:
            folder = self._steps.descriptor(self._root.path, parent)
            status = os.stat(name, dir_fd=folder, follow_symlinks=False)
            if stat.S_ISLNK(status.st_mode):
                yield _entry(path, status, os.readlink(name, dir_fd=folder))
                return
        except OSError as error:
            yield self._problem(parts, EntryKind.FILE, str(cannot_read(error)))
            return
        except Unreadable as error:
            yield self._problem(parts, EntryKind.FILE, str(error))
            return
        if stat.S_ISDIR(status.st_mode):
            yield from self._enter(parts, status)
        else:
            yield _entry(path, status)

    def _enter(self, parts: tuple[bytes, ...], status: os.stat_result) -> Iterator[Entry]:
        identity = (status.st_dev, status.st_ino)
        reason = self._why_not(parts, identity)
        names: list[bytes] = []
        if reason is None:
            try:
                names = _names(self._steps.descriptor(self._root.path, parts))
            except Unreadable as error:
                reason = str(error)
        if reason is not None:
            yield self._problem(parts, EntryKind.FOLDER, reason)
            return
        self._open_now.add(identity)
        self._levels.append(_Level(parts, identity, names))

    def _why_not(self, parts: tuple[bytes, ...], identity: Identity) -> str | None:
        if identity in self._excluded:
            return "left out on purpose: it is Trawl's own workspace"
        if identity in self._open_now:
            return "the folder contains itself (a mount that loops)"
        if len(self._path(parts)) > self._path_bytes:
            return f"its path is longer than the limit of {self._path_bytes:,} bytes"
        return None

    def _path(self, parts: tuple[bytes, ...]) -> bytes:
        return b"/".join((self._root.label, *parts))

    def _problem(self, parts: tuple[bytes, ...], kind: EntryKind, reason: str) -> Entry:
        path = self._path(parts)
        return Entry(path=path, kind=kind, locator=_locator(path), problem=reason)


def _names(descriptor: int) -> list[bytes]:
    """The names in an open folder, in reverse order of their bytes. Raises Unreadable."""
    try:
        return sorted(map(os.fsencode, os.listdir(descriptor)), reverse=True)
    except OSError as error:
        raise cannot_read(error) from error


def _entry(path: bytes, status: os.stat_result, link_target: bytes | None = None) -> Entry:
    kind = _kind(status.st_mode)
    return Entry(
        path=path,
        kind=kind,
        locator=_locator(path),
        size=status.st_size if kind is EntryKind.FILE else None,
        modified_us=status.st_mtime_ns // 1000,
        accessed_us=status.st_atime_ns // 1000,
        changed_us=status.st_ctime_ns // 1000,
        link_target=link_target,
    )


def _locator(path: bytes) -> str:
    """The path's bytes in hex where its text does not say which they are: what is opened inside
    such a file is found again by its text and this alone."""
    return "" if display_path(path).encode() == path else path.hex()


def _path_bytes(entry: Entry) -> bytes:
    return bytes.fromhex(entry.locator) if entry.locator else entry.path


def _kind(mode: int) -> EntryKind:
    if stat.S_ISREG(mode):
        return EntryKind.FILE
    if stat.S_ISLNK(mode):
        return EntryKind.SYMLINK
    if stat.S_ISFIFO(mode):
        return EntryKind.FIFO
    if stat.S_ISSOCK(mode):
        return EntryKind.SOCKET
    return EntryKind.DEVICE


def _roots(paths: tuple[Path, ...]) -> tuple[_Root, ...]:
    """Resolve each given path once and give each a label of its own."""
    roots: list[_Root] = []
    for path in paths:
        resolved = os.fsencode(os.path.realpath(path))
        if not os.path.lexists(resolved):
            raise Unreadable(f"{path}: there is no such file or folder")
        if all(root.path != resolved for root in roots):
            name = os.fsencode(path.absolute().name) or b"root"
            roots.append(_Root(_free_label(name, {root.label for root in roots}), resolved))
    return tuple(roots)


def _free_label(name: bytes, taken: set[bytes]) -> bytes:
    label, number = name, 1
    while label in taken:
        number += 1
        label = b"%s~%d" % (name, number)
    return label


def _identities(paths: tuple[Path, ...]) -> Iterator[Identity]:
    for path in paths:
        try:
            status = path.stat()
        except OSError:
            continue  # a folder that is not there cannot be walked into
        yield status.st_dev, status.st_ino
