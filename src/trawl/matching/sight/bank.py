"""A bank of known PDQ hashes on disk, to look up in."""

from __future__ import annotations

import os
import struct
import tempfile
from pathlib import Path

import numpy as np

from trawl.errors import IndexDamaged
from trawl.matching.sight.hamming import BYTES, Hashes, Near, hashes, look_up_by_force
from trawl.model.matching import NEAR

_HEADER = struct.Struct("<8sIIQ")  # magic, version, bytes a hash, hashes
_MAGIC = b"TRWLPDQ\x00"
_VERSION = 0


class Bank:
    """Hashes in the order they were given; ``entry`` in what is found is that order."""

    def __init__(self, bits: Hashes) -> None:
        self._bits = bits

    def __len__(self) -> int:
        return len(self._bits)

    @classmethod
    def build(cls, path: Path, bits: Hashes) -> None:
        """Write a bank of ``bits``, uint8 (n, 32) (an array on disk will do), at ``path``."""
        held = hashes(bits)
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
        with os.fdopen(descriptor, "wb") as target:
            target.write(_HEADER.pack(_MAGIC, _VERSION, BYTES, len(held)))
            held.tofile(target)
            target.flush()
            os.fsync(target.fileno())
        Path(name).replace(path)

    @classmethod
    def open(cls, path: Path) -> Bank:
        """The bank at ``path``. Raises IndexDamaged when it is not whole."""
        damaged = IndexDamaged(f"the bank of fingerprints {path} is damaged", hint="Build it anew.")
        with path.open("rb") as source:
            head = source.read(_HEADER.size)
        if len(head) < _HEADER.size:
            raise damaged
        magic, version, width, count = _HEADER.unpack(head)
        if (magic, version, width) != (_MAGIC, _VERSION, BYTES):
            raise damaged
        if path.stat().st_size != _HEADER.size + count * BYTES:
            raise damaged
        return cls(np.fromfile(path, np.uint8, offset=_HEADER.size).reshape(count, BYTES))

    def look_up(self, queries: Hashes, threshold: int = NEAR) -> Near:
        """What differs from each of ``queries``, uint8 (q, 32), in at most ``threshold`` bits."""
        return look_up_by_force(self._bits, queries, threshold)
