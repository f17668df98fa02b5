"""Opening the image itself: from its file or files to one region with the bytes of the disk."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import pyewf
import pymodi
import pyvhdi
import pyvmdk

from trawl.errors import Unreadable
from trawl.sources.disk_image_detect import Storage, has_fixed_vhd_footer, storage_format
from trawl.sources.disk_image_qcow import QcowRegion, read_header
from trawl.sources.disk_image_region import (
    NATIVE_ERRORS,
    FilesRegion,
    HandleRegion,
    LocalFiles,
    Region,
)
from trawl.sources.disk_image_segments import beside, ewf_segments, raw_segments

MOST_PARENTS = 16


def open_storage(path: Path) -> tuple[Region, ExitStack]:
    """The bytes of the disk an image holds, and what to close to let go of it. Raises Unreadable
    when the image is damaged or one of its files is not beside it."""
    with ExitStack() as closing:
        files = LocalFiles([path])
        closing.callback(files.close)
        read_at, size = partial(files.read_at, 0), files.sizes[0]
        storage = storage_format(read_at(0, 4608), size, read_at)
        if storage is None and has_fixed_vhd_footer(size, read_at):
            storage = Storage.VHD
        try:
            region = _OPENERS[storage or Storage.RAW](path, closing)
        except NATIVE_ERRORS as error:
            raise Unreadable("the image is damaged: its own structures do not hold") from error
        return region, closing.pop_all()


def _open_raw(path: Path, closing: ExitStack) -> Region:
    files = LocalFiles(list(raw_segments(path)))
    closing.callback(files.close)
    return FilesRegion(files)


def _open_ewf(path: Path, closing: ExitStack) -> HandleRegion:
    paths = list(ewf_segments(path))
    files = LocalFiles(paths)
    closing.callback(files.close)
    handle = pyewf.handle()
    streams = tuple(files.stream(i) for i in range(len(paths)))
    try:
        handle.open_file_objects(list(streams))
    except NATIVE_ERRORS as error:
        raise Unreadable(
            f"the segments of the image do not hold together; {len(paths)} found beside it"
        ) from error
    closing.callback(handle.close)
    return HandleRegion(handle, handle.get_media_size(), streams)


def _open_single(path: Path, handle: Any, closing: ExitStack) -> Any:
    files = LocalFiles([path])
    closing.callback(files.close)
    handle.open_file_object(files.stream(0))
    closing.callback(handle.close)
    return handle


def _open_qcow(path: Path, closing: ExitStack, parents: int = 0) -> Region:
    file = _open_file(path, closing)
    header = read_header(file)
    data, backing = None, None
    if header.external is not None:
        data = _open_file(_other(path, os.fsdecode(header.external), parents), closing)
    if header.backing:
        parent = _other(path, os.fsdecode(header.backing), parents)
        below = _open_file(parent, closing)
        is_qcow = storage_format(below.read_at(0, 4096), below.size, below.read_at) is Storage.QCOW
        backing = _open_qcow(parent, closing, parents + 1) if is_qcow else below
    return QcowRegion(file, header, data, backing)


def _open_file(path: Path, closing: ExitStack) -> FilesRegion:
    files = LocalFiles([path])
    closing.callback(files.close)
    return FilesRegion(files)


def _open_vhd(path: Path, closing: ExitStack, parents: int = 0) -> HandleRegion:
    handle = _open_single(path, pyvhdi.file(), closing)
    keep: tuple[object, ...] = ()
    if handle.get_parent_identifier():
        parent = _other(path, handle.get_parent_filename() or "", parents)
        region = _open_vhd(parent, closing, parents + 1)
        handle.set_parent(region.handle)
        keep = (region,)
    return HandleRegion(handle, handle.get_media_size(), keep)


def _other(path: Path, name: str, parents: int) -> Path:
    if parents >= MOST_PARENTS:
        raise Unreadable(f"the image has more than {MOST_PARENTS} parents")
    parent = beside(path, name)
    if parent is None:
        raise Unreadable("the image needs another one, which is not beside it")
    return parent


def _open_vmdk(path: Path, closing: ExitStack) -> HandleRegion:
    handle = _open_single(path, pyvmdk.handle(), closing)
    if handle.get_parent_filename():
        raise Unreadable("the image holds only changes against a parent image")
    paths = [_vmdk_extent(path, extent, handle) for extent in handle.extent_descriptors]
    files = LocalFiles(paths)
    closing.callback(files.close)
    streams = tuple(files.stream(i) for i in range(len(paths)))
    handle.open_extent_data_files_as_file_objects(list(streams))
    return HandleRegion(handle, handle.get_media_size(), streams)


def _vmdk_extent(path: Path, extent: Any, handle: Any) -> Path:
    found = beside(path, extent.get_filename() or "")
    if found is None and handle.get_number_of_extents() == 1 and _is_sparse(handle):
        return path  # one file that was renamed; its own descriptor keeps the old name
    if found is None:
        raise Unreadable("an extent of the image is not beside it")
    return found


def _is_sparse(handle: Any) -> bool:
    kinds = pyvmdk.disk_types
    return handle.get_disk_type() in (kinds.MONOLITHIC_SPARSE, kinds.STREAM_OPTIMIZED)


def _open_udif(path: Path, closing: ExitStack) -> HandleRegion:
    handle = _open_single(path, pymodi.handle(), closing)
    return HandleRegion(handle, handle.get_media_size())


_OPENERS: dict[Storage, Callable[[Path, ExitStack], Region]] = {
    Storage.RAW: _open_raw,
    Storage.EWF: _open_ewf,
    Storage.QCOW: _open_qcow,
    Storage.VHD: _open_vhd,
    Storage.VHDX: _open_vhd,
    Storage.VMDK: _open_vmdk,
    Storage.UDIF: _open_udif,
}
