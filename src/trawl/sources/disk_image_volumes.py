"""The volumes of a disk: through partition tables, volume groups and encryption down to what
holds files, or to why nothing can be read.

A volume is named by the way to it: ``p2``, ``p3/lvm1``, ``p1/bitlocker``, ``p2/apfs1``; the name
of a file system that fills the whole image is empty.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pyfsapfs
import pytsk3
import pyvslvm

from trawl.entropy import SAMPLE, suspected_container
from trawl.errors import Unreadable
from trawl.sources.disk_image_locks import (
    APFS,
    BITLOCKER,
    FILEVAULT,
    LUKS,
    core_storage_volumes,
    open_bitlocker,
    unlock,
)
from trawl.sources.disk_image_luks import open_luks
from trawl.sources.disk_image_region import (
    NATIVE_ERRORS,
    HandleRegion,
    Region,
    SliceRegion,
    stream,
)
from trawl.sources.disk_image_signatures import Content, content_of
from trawl.sources.disk_image_tsk import open_image_partitions

DEEPEST = 8  # volumes within volumes
MOST_VOLUMES = 4096
MOST_PARTITIONS = 1024  # of one table or group

UNKNOWN = "no file system is recognised"
SUSPECTED = "no file system is recognised; suspected encrypted container"


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """One volume: with ``content`` and ``region`` it holds files, with ``lock`` it waits for a
    secret, with ``problem`` it cannot be read. ``apfs`` is the opened volume of an APFS container
    and what it reads from. ``size`` is in bytes; APFS volumes share that of their container."""

    name: str
    size: int
    region: Region | None = None
    content: Content | None = None
    apfs: tuple[Any, ...] = ()
    lock: str | None = None
    problem: str | None = None


_TABLES = {
    Content.MBR: pytsk3.TSK_VS_TYPE_DOS,
    Content.GPT: pytsk3.TSK_VS_TYPE_GPT,
    Content.APM: pytsk3.TSK_VS_TYPE_MAC,
}


def volumes_of(region: Region, secret: str | None) -> Iterator[Volume]:
    """Every volume of a disk, in the order of its own tables. The secret is tried on every lock
    on the way."""
    for number, volume in enumerate(_volumes(region, secret)):
        if number >= MOST_VOLUMES:
            problem = f"the disk has more than {MOST_VOLUMES:,} volumes; the rest is not listed"
            yield Volume(name="more", size=region.size, problem=problem)
            return
        yield volume


def _volumes(
    region: Region, secret: str | None, name: str = "", depth: int = 0, *, tables: bool = True
) -> Iterator[Volume]:
    try:
        if depth > DEEPEST:
            raise Unreadable(f"volumes more than {DEEPEST} deep")
        content = content_of(region.read_at, region.size, tables=tables)
        if content is None:
            yield Volume(name=name, size=region.size, problem=_unknown(region))
        elif content in _TABLES:
            for number, part in _partitions(region, content):
                # A table in a partition is never followed: it may name its own beginning.
                own = _within(name, f"p{number}")
                yield from _volumes(part, secret, own, depth + 1, tables=False)
        elif content is Content.LVM:
            for number, logical in enumerate(_logical_volumes(region), 1):
                yield from _volumes(logical, secret, _within(name, f"lvm{number}"), depth + 1)
        elif content is Content.APFS:
            yield from _apfs_volumes(region, secret, name)
        elif content in (Content.BITLOCKER, Content.LUKS, Content.CORE_STORAGE):
            yield from _encrypted(region, content, secret, name, depth)
        else:
            yield Volume(name=name, size=region.size, region=region, content=content)
    except Unreadable as error:
        yield Volume(name=name, size=region.size, problem=str(error))


def _within(name: str, part: str) -> str:
    return f"{name}/{part}" if name else part


def _unknown(region: Region) -> str:
    sample = region.read_at(0, SAMPLE)
    return SUSPECTED if suspected_container(sample, region.size) else UNKNOWN


def _partitions(region: Region, content: Content) -> Iterator[tuple[int, Region]]:
    try:
        table = open_image_partitions(region, _TABLES[content])
        sector = int(table.info.block_size)
        parts = [
            (int(part.start) * sector, int(part.len) * sector)
            for part in table
            if int(part.flags) == pytsk3.TSK_VS_PART_FLAG_ALLOC
        ]
    except NATIVE_ERRORS as error:
        raise Unreadable(f"the {content} partition table is damaged") from error
    if len(parts) > MOST_PARTITIONS:
        raise Unreadable(f"{len(parts):,} partitions are more than {MOST_PARTITIONS:,}")
    for number, (start, size) in enumerate(parts, 1):
        yield number, SliceRegion(region, start, size)


def _logical_volumes(region: Region) -> list[Region]:
    group, source = pyvslvm.handle(), stream(region)
    try:
        group.open_file_object(source)
        group.open_physical_volume_files_as_file_objects([source])
        volumes = group.get_volume_group()
        count = min(volumes.get_number_of_logical_volumes(), MOST_PARTITIONS)
        logical = [volumes.get_logical_volume(index) for index in range(count)]
        keep = (group, volumes, source, region)
        return [HandleRegion(volume, volume.get_size(), keep) for volume in logical]
    except (*NATIVE_ERRORS, AttributeError) as error:
        raise Unreadable("the LVM volume group is damaged or spans other disks") from error


def _apfs_volumes(region: Region, secret: str | None, name: str) -> Iterator[Volume]:
    container, source = pyfsapfs.container(), stream(region)
    try:
        container.open_file_object(source)
        count = container.get_number_of_volumes()
    except NATIVE_ERRORS as error:
        raise Unreadable("the APFS container is damaged") from error
    for index in range(min(count, MOST_PARTITIONS)):
        own = _within(name, f"apfs{index + 1}")
        try:
            volume = container.get_volume(index)
            opened = unlock(volume, secret)
        except (*NATIVE_ERRORS, AttributeError):
            yield Volume(name=own, size=region.size, problem="the APFS volume is damaged")
            continue
        if opened:
            keep = (volume, container, source)
            yield Volume(name=own, size=region.size, region=region, content=Content.APFS, apfs=keep)
        else:
            yield Volume(name=own, size=region.size, lock=APFS)


def _encrypted(
    region: Region, content: Content, secret: str | None, name: str, depth: int
) -> Iterator[Volume]:
    opened: list[tuple[str, str, Region | None]]
    if content is Content.CORE_STORAGE:
        found = core_storage_volumes(region, secret)
        opened = [(f"{FILEVAULT}{n}", FILEVAULT, inner) for n, inner in enumerate(found, 1)]
    elif content is Content.LUKS:
        opened = [(LUKS, LUKS, open_luks(region, secret))]
    else:
        opened = [(BITLOCKER, BITLOCKER, open_bitlocker(region, secret))]
    for part, lock, inner in opened:
        own = _within(name, part)
        if inner is None:
            yield Volume(name=own, size=region.size, lock=lock)
        else:
            yield from _volumes(inner, secret, own, depth + 1)
