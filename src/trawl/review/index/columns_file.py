"""Columns of numbers in one file that is mapped into memory: written whole or not at all, and
checked whole when it is opened.

Layout, little-endian: ``MAGIC``, version (u32), length of the head (u32), CRC-32 of the head
(u32); the head, JSON: ``arrays`` (name → type, shape, offset, CRC-32) and ``meta``; the arrays,
each at a multiple of 64 bytes.
"""

from __future__ import annotations

import json
import mmap
import os
import struct
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import numpy as np
import numpy.typing as npt

from trawl.errors import StoreError

Array = npt.NDArray[Any]

MAGIC = b"TRAWLCOL"
_START = struct.Struct("<8sIII")
_ALIGNED = 64
_LONGEST_HEAD = 1 << 28


class Columns(NamedTuple):
    """Arrays by name, read-only, and what was written beside them (JSON values)."""

    arrays: dict[str, Array]
    meta: dict[str, Any]


def write_columns(
    path: Path, version: int, arrays: Mapping[str, Array], meta: Mapping[str, Any]
) -> None:
    """Write the file under a temporary name first. Raises StoreError when there is no room."""
    held = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    head = _head(held, meta)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with unfinished.open("wb") as file:
            file.write(_START.pack(MAGIC, version, len(head), zlib.crc32(head)))
            file.write(head)
            for array in held.values():
                file.write(bytes(-file.tell() % _ALIGNED))
                file.write(_bytes_of(array))
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise StoreError(
            f"{path} cannot be written: {error.strerror}.", hint="Make room, then try again."
        ) from error


def _bytes_of(array: Array) -> memoryview:
    return array.reshape(-1).view(np.uint8).data


def _head(arrays: Mapping[str, Array], meta: Mapping[str, Any]) -> bytes:
    """The head. Offsets count from the first multiple of 64 behind it, so that its own length
    does not matter to them."""
    told, at = {}, 0
    for name, array in arrays.items():
        told[name] = {
            "type": array.dtype.str,
            "shape": list(array.shape),
            "at": at,
            "crc": zlib.crc32(_bytes_of(array)),
        }
        at += array.nbytes + (-array.nbytes % _ALIGNED)
    return json.dumps({"arrays": told, "meta": dict(meta)}).encode()


def read_columns(path: Path, version: int) -> Columns | None:
    """The columns of a file, mapped; None when there is none, when another version of Trawl has
    written it, or when it does not hold: it is derived, so it is made anew."""
    try:
        with path.open("rb") as file:
            start = file.read(_START.size)
            magic, found, length, crc = _START.unpack(start)
            if magic != MAGIC or found != version or length > _LONGEST_HEAD:
                return None
            head = file.read(length)
            if zlib.crc32(head) != crc:
                return None
            told = json.loads(head)
            data = np.frombuffer(_mapped(file), np.uint8)
        first = _START.size + length
        first += -first % _ALIGNED
        arrays = {name: _array(data, first, one) for name, one in told["arrays"].items()}
        return Columns(arrays, told["meta"])
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, struct.error, _Damaged):
        return None


def _mapped(file: BinaryIO) -> mmap.mmap:
    """The file in memory. All of it is read to be checked, so all is fetched at once where the
    system can: a fault for every page takes longer than the check."""
    at_once = getattr(mmap, "MAP_POPULATE", 0)
    return mmap.mmap(file.fileno(), 0, flags=mmap.MAP_SHARED | at_once, prot=mmap.PROT_READ)


class _Damaged(Exception):
    """An array is cut short or altered."""


def _array(data: Array, first: int, told: Mapping[str, Any]) -> Array:
    kind, shape = np.dtype(told["type"]), tuple(told["shape"])
    if kind.hasobject:
        raise _Damaged
    at, length = first + told["at"], kind.itemsize * int(np.prod(shape, dtype=np.int64))
    raw = data[at : at + length]
    if len(raw) != length or zlib.crc32(raw.data) != told["crc"]:
        raise _Damaged
    array: Array = np.asarray(raw).view(kind).reshape(shape)
    return array
