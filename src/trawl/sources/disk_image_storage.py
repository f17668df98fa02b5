"""Opening the image itself: from its file or files to one region with the bytes of the disk.

Every other file an image needs (segments, extents, a parent) is looked for beside the first one,
by its last name only, and never through a link: a name inside a seized image decides nothing
about which files of this machine are read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

import pyewf
import pymodi
import pyqcow
import pyvhdi
import pyvmdk

from trawl.errors import Unreadable
from trawl.sources.disk_image_detect import Storage, has_fixed_vhd_footer, storage_format
from trawl.sources.disk_image_region import (
    NATIVE_ERRORS,
    FilesRegion,
    HandleRegion,
    LocalFiles,
    Region,
)

MOST_SEGMENTS = 20_000
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
    files = LocalFiles(list(_raw_segments(path)))
    closing.callback(files.close)
    return FilesRegion(files)


def _raw_segments(path: Path) -> Iterator[Path]:
    """``x.001, x.002 …`` (``.000``, ``.00``, ``.0``, ``.aa`` likewise), or the one file."""
    yield path
    names: Iterator[str] | None = None
    stem, suffix = path.name[: -len(path.suffix)], path.suffix[1:]
    if re.fullmatch(r"0*[01]", suffix):
        first = int(suffix)
        names = (f"{stem}.{n:0{len(suffix)}d}" for n in range(first + 1, first + MOST_SEGMENTS))
    elif re.fullmatch(r"a{2,4}", suffix):
        names = (f"{stem}.{letters(n, len(suffix))}" for n in range(1, MOST_SEGMENTS))
    if names is not None:
        yield from _while_beside(path, names)


def letters(number: int, width: int) -> str:
    """0 → ``aa``, 1 → ``ab`` … as ``split`` names its pieces."""
    text = ""
    for _ in range(width):
        number, digit = divmod(number, 26)
        text = chr(ord("a") + digit) + text
    return text


def _while_beside(path: Path, names: Iterator[str]) -> Iterator[Path]:
    for name in names:
        segment = _beside(path, name)
        if segment is None:
            return
        yield segment


def _beside(path: Path, name: str) -> Path | None:
    """The regular file of that last name in the image's own folder, or None."""
    plain = PureWindowsPath(PurePosixPath(name).name).name
    if not plain or "\0" in plain:
        return None
    found = path.with_name(plain)
    try:
        return found if found.is_file() and not found.is_symlink() else None
    except OSError:
        return None


def _ewf_segments(path: Path) -> Iterator[Path]:
    """``.E01 … .E99, .EAA … .EZZ, .FAA …``; ``.Ex01`` likewise; in the case of the first."""
    yield path
    match = re.fullmatch(r"(.*\.)([EeSs][Xx]?)01", path.name, re.DOTALL)
    if match is None:
        return
    stem, letter = match.groups()
    lower = letter[0].islower()

    def names() -> Iterator[str]:
        for number in range(2, 100):
            yield f"{stem}{letter}{number:02d}"
        for first in range(ord(letter[0]), ord("z" if lower else "Z") + 1):
            for number in range(26 * 26):
                pair = letters(number, 2)
                yield f"{stem}{chr(first)}{letter[1:]}{pair if lower else pair.upper()}"

    yield from _while_beside(path, names())


def _open_ewf(path: Path, closing: ExitStack) -> HandleRegion:
    paths = list(_ewf_segments(path))
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


def _open_qcow(path: Path, closing: ExitStack, parents: int = 0) -> HandleRegion:
    handle = _open_single(path, pyqcow.file(), closing)
    if handle.is_locked():
        raise Unreadable("the image is encrypted by QEMU's old own method, which is not supported")
    keep: tuple[object, ...] = ()
    if name := handle.get_backing_filename():
        parent = _parent_path(path, name, parents)
        region = _open_qcow(parent, closing, parents + 1)
        handle.set_parent(region.handle)
        keep = (region,)
    return HandleRegion(handle, handle.get_media_size(), keep)


def _open_vhd(path: Path, closing: ExitStack, parents: int = 0) -> HandleRegion:
    handle = _open_single(path, pyvhdi.file(), closing)
    keep: tuple[object, ...] = ()
    if handle.get_parent_identifier():
        parent = _parent_path(path, handle.get_parent_filename() or "", parents)
        region = _open_vhd(parent, closing, parents + 1)
        handle.set_parent(region.handle)
        keep = (region,)
    return HandleRegion(handle, handle.get_media_size(), keep)


def _parent_path(path: Path, name: str, parents: int) -> Path:
    if parents >= MOST_PARENTS:
        raise Unreadable(f"the image has more than {MOST_PARENTS} parents")
    parent = _beside(path, name)
    if parent is None:
        raise Unreadable("the image holds only changes, and its parent image is not beside it")
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
    found = _beside(path, extent.get_filename() or "")
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
