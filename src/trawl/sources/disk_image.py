"""A disk image as a source: every file of every volume it holds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO, ClassVar

import pyfsxfs

from trawl.errors import LimitExceeded, Locked, Unreadable
from trawl.model.exhibit import Entry, EntryKind
from trawl.sources.base import Place, SourceLimits
from trawl.sources.disk_image_apfs import LibyalFiles
from trawl.sources.disk_image_files import Files
from trawl.sources.disk_image_region import NATIVE_ERRORS, Region, stream
from trawl.sources.disk_image_signatures import Content
from trawl.sources.disk_image_storage import open_storage
from trawl.sources.disk_image_tsk import TskFiles
from trawl.sources.disk_image_volumes import Volume, volumes_of

_NAMES = {
    "bitlocker": "BitLocker",
    "luks": "LUKS",
    "filevault": "FileVault",
    "apfs": "APFS encryption",
}


class DiskImageSource:
    """A disk image: raw (split too), E01 (split too), qcow2, vhd, vhdx, vmdk or dmg.

    Paths begin with the volume's name (``p1/…``, ``p2/apfs1/…``), or with nothing when one file
    system fills the image, or when the image was opened for one volume (``Place.volume``). Each
    volume that is locked or holds no file system is an entry of its own.
    """

    kind: ClassVar[str] = "disk-image"

    def __init__(
        self, volumes: dict[str, Volume], opened: str, limits: SourceLimits, closing: ExitStack
    ) -> None:
        self._volumes = volumes
        self._opened = opened
        self._limits = limits
        self._closing = closing
        self._files: dict[str, Files] = {}

    @classmethod
    def open(cls, place: Place) -> DiskImageSource:
        """Open an image, or with ``place.volume`` one volume of it, with ``place.secret`` where
        that is encrypted. Raises Unreadable for a damaged image, Locked for a wrong secret."""
        region, closing = open_storage(place.path)
        with closing:
            volumes = {volume.name: volume for volume in volumes_of(region, place.secret)}
            if place.volume:
                volumes = _only(place.volume, volumes)
            return cls(volumes, place.volume, place.limits, closing.pop_all())

    def entries(self) -> Iterator[Entry]:
        """Every file of every volume, in the order of the disk's own tables and folders."""
        count = 0
        for volume in self._volumes.values():
            for entry in self._entries(volume):
                count += 1
                if count > self._limits.members:
                    raise LimitExceeded(f"more than {self._limits.members:,} files in one image")
                yield entry

    def _entries(self, volume: Volume) -> Iterator[Entry]:
        if volume.content is None:
            yield self._row(volume, volume.problem)
            return
        try:
            yield from self._open_files(volume).entries()
        except Unreadable as error:
            yield self._row(volume, str(error))

    def _row(self, volume: Volume, problem: str | None) -> Entry:
        path = self._inside(volume)
        return Entry(
            path=path.encode() or b"volume",
            kind=EntryKind.VOLUME,
            size=volume.size,
            locator=volume.name,
            lock=volume.lock,
            problem=problem,
        )

    def _inside(self, volume: Volume) -> str:
        """The volume's name, as seen from the volume that was opened."""
        return volume.name.removeprefix(self._opened).lstrip("/")

    def _open_files(self, volume: Volume) -> Files:
        files = self._files.get(volume.name)
        if files is None:
            prefix = self._inside(volume)
            files = _open_files(volume, f"{prefix}/".encode() if prefix else b"", self._limits)
            self._files[volume.name] = files
        return files

    def read(self, entry: Entry) -> BinaryIO:
        """A seekable stream over one file. Raises Unreadable, Locked, or LimitExceeded for a file
        so sparse that it can only be a bomb."""
        if entry.lock:
            raise Locked(f"locked by {_NAMES.get(entry.lock, entry.lock)}", lock=entry.lock)
        if entry.problem:
            raise Unreadable(entry.problem)
        name, mark, inside = entry.locator.rpartition("#")
        volume = self._volumes.get(name)
        if volume is None or volume.content is None or not mark:
            raise Unreadable("there are no bytes to read")
        return self._open_files(volume).read(inside)

    def local_path(self, entry: Entry) -> Path | None:  # noqa: ARG002
        """Never: the files are inside the image."""
        return None

    def close(self) -> None:
        """Let go of the image and everything opened in it."""
        self._files.clear()
        self._volumes = {}
        self._closing.close()


def _only(name: str, volumes: dict[str, Volume]) -> dict[str, Volume]:
    """The volumes at and below one name. Raises Locked when that is still locked."""
    found = {
        key: volume for key, volume in volumes.items() if key == name or key.startswith(f"{name}/")
    }
    if not found:
        raise Unreadable(f"the image has no volume {name}")
    volume = found.get(name)
    if volume is not None and volume.lock:
        title = _NAMES.get(volume.lock, volume.lock)
        raise Locked(
            f"locked by {title}; what was given does not open it",
            lock=volume.lock,
            hint="Give the password or the recovery key exactly as it was set.",
        )
    return found


def _open_files(volume: Volume, prefix: bytes, limits: SourceLimits) -> Files:
    mark = f"{volume.name}#"
    if volume.region is None or volume.content is None:
        raise Unreadable(volume.problem or "there are no bytes to read")
    if volume.content is Content.APFS:
        apfs = volume.apfs[0]
        return LibyalFiles(
            apfs,
            find=apfs.get_file_entry_by_identifier,
            number=lambda file: int(file.get_identifier()),
            prefix=prefix,
            mark=mark,
            limits=limits,
        )
    if volume.content is Content.XFS:
        xfs = _open_xfs(volume.region)
        return LibyalFiles(
            xfs,
            find=xfs.get_file_entry_by_inode,
            number=lambda file: int(file.get_inode_number()),
            prefix=prefix,
            mark=mark,
            limits=limits,
        )
    return TskFiles(volume.region, volume.content, prefix=prefix, mark=mark, limits=limits)


def _open_xfs(region: Region) -> pyfsxfs.volume:
    volume = pyfsxfs.volume()
    try:
        volume.open_file_object(stream(region))
    except NATIVE_ERRORS as error:
        raise Unreadable("the xfs file system is damaged and cannot be opened") from error
    return volume
