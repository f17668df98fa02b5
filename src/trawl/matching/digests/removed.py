"""Entries that were taken out of lists, one by one: look-ups pass over them."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import numpy as np

from trawl.errors import IndexDamaged
from trawl.matching.digests.new_file import NewFile, plainly_read
from trawl.matching.digests.rows import Mask
from trawl.model.hash_set import Numbers

_MAGIC = b"TRAWLREM"
_HEADER = struct.Struct("<8sIIQ")  # magic, version, CRC-32 of the keys, count
_VERSION = 1
_ENTRY_BITS = 32


class Removed:
    """Which entries are gone, by list and number. A removed entry is gone by every digest it
    bears. Immutable; held in memory, eight bytes each: to take out a whole list, remove it."""

    def __init__(self, keys: Numbers | None = None) -> None:
        self._keys = np.empty(0, np.int64) if keys is None else keys

    def __len__(self) -> int:
        return len(self._keys)

    def having(self, lists: Numbers, entries: Numbers) -> Removed:
        """With these as well. ``lists``, ``entries``: int64 (n,)."""
        return Removed(np.union1d(self._keys, _keys(lists, entries)))

    def has(self, lists: Numbers, entries: Numbers) -> Mask:
        """Whether each is gone."""
        if not len(self._keys):
            return np.zeros(len(entries), bool)
        keys = _keys(lists, entries)
        at = np.searchsorted(self._keys, keys)
        gone: Mask = self._keys[np.minimum(at, len(self._keys) - 1)] == keys
        return gone

    def by_list(self) -> dict[int, int]:
        """How many entries of each list are gone; lists that have all of theirs are left out."""
        lists, counts = np.unique(self._keys >> _ENTRY_BITS, return_counts=True)
        return dict(zip(lists.tolist(), counts.tolist(), strict=True))

    @classmethod
    def read(cls, path: Path) -> Removed:
        """From a file; nothing is removed when there is none. Raises IndexDamaged."""
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            return cls()
        except OSError:
            with plainly_read(path):
                raise
        keys = data[_HEADER.size :]
        if data[: _HEADER.size] != _header(keys):
            raise IndexDamaged(
                f"{path} is damaged: which entries were removed cannot be told.",
                hint="Restore it from a backup, or delete it: then no entry counts as removed.",
            )
        return cls(np.frombuffer(keys, "<i8").astype(np.int64))

    def write(self, path: Path) -> None:
        """Replace the file at ``path``. Raises StoreError when there is no room."""
        file = NewFile(path)
        try:
            keys = self._keys.astype("<i8").tobytes()
            head = _header(keys)
            file.write(head)
            file.write(keys)
            file.publish(head)
        finally:
            file.discard()


def _header(keys: bytes) -> bytes:
    return _HEADER.pack(_MAGIC, _VERSION, zlib.crc32(keys), len(keys) // 8)


def _keys(lists: Numbers, entries: Numbers) -> Numbers:
    return (lists << _ENTRY_BITS) | entries
