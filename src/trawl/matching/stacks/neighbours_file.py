"""The neighbours on disk: a derived file, made again from the fingerprints whenever it is gone.

Layout, little-endian: magic, format version, relation, counts of fingerprints and links, the
SHA-256 of all that; the fingerprints; then the links column by column (first, second uint32;
distance, turn uint8).
"""

from __future__ import annotations

import hashlib
import os
import struct
import tempfile
from pathlib import Path
from typing import Any, BinaryIO, Final

import numpy as np
import numpy.typing as npt

from trawl.errors import IndexDamaged
from trawl.matching.sight.hamming import BYTES
from trawl.matching.sight.turns import TURNS
from trawl.matching.stacks.links import Links
from trawl.matching.stacks.neighbours import Neighbours
from trawl.matching.stacks.relations import Relation

_MAGIC: Final = b"TRWLNEAR"
_VERSION: Final = 1
_HEADER = struct.Struct("<8sI16sQQ")
_DIGEST: Final = 32
_COLUMNS: Final = ("<u4", "<u4", "u1", "u1")
_A_LINK: Final = sum(np.dtype(column).itemsize for column in _COLUMNS)


def write_neighbours(path: Path, kept: Neighbours) -> None:
    """Write the file whole, or leave what was there."""
    head = _HEADER.pack(
        _MAGIC, _VERSION, kept.relation.encode("ascii"), len(kept.bits), len(kept.links.first)
    )
    columns = [
        np.ascontiguousarray(column, dtype=kind)
        for column, kind in zip(kept.links, _COLUMNS, strict=True)
    ]
    parts = [np.ascontiguousarray(kept.bits), *columns]
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}.", suffix=".part")
    try:
        with os.fdopen(descriptor, "wb") as target:
            target.write(head + _digest(head, parts))
            for part in parts:
                target.write(part.data)
            target.flush()
            os.fsync(target.fileno())
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)


def read_neighbours(path: Path, relation: Relation) -> Neighbours | None:
    """What was kept; None when there is no file, or it is of another relation or an older
    format. Raises IndexDamaged when it does not hold."""
    try:
        source = path.open("rb")
    except FileNotFoundError:
        return None
    with source:
        return _read(source, path, relation)


def _read(source: BinaryIO, path: Path, relation: Relation) -> Neighbours | None:
    head = source.read(_HEADER.size)
    if len(head) < _HEADER.size or not head.startswith(_MAGIC):
        raise _damaged(path)
    _, version, name, fingerprints, links = _HEADER.unpack(head)
    if version != _VERSION or name.rstrip(b"\0") != relation.name.encode("ascii"):
        return None
    there = os.fstat(source.fileno()).st_size - _HEADER.size - _DIGEST
    if there != fingerprints * BYTES + links * _A_LINK:
        raise _damaged(path)
    digest = source.read(_DIGEST)
    bits = _column(source, np.dtype("u1"), fingerprints * BYTES).reshape(-1, BYTES)
    columns = Links(*(_column(source, np.dtype(kind), links) for kind in _COLUMNS))
    if _digest(head, [bits, *columns]) != digest or not _sound(columns, fingerprints):
        raise _damaged(path)
    return Neighbours(relation.name, bits, columns)


def _column(source: BinaryIO, kind: np.dtype[Any], count: int) -> npt.NDArray[Any]:
    """``count`` values; fewer when the file ends before, which the digest will tell."""
    return np.fromfile(source, kind, count)


def _sound(links: Links, count: int) -> bool:
    """A row beyond the fingerprints would be read, and written, outside the arrays."""
    if len(links.first) == 0:
        return True
    return bool(
        (links.first < links.second).all()
        and links.second.max() < count
        and links.turn.max() < len(TURNS)
    )


def _digest(head: bytes, parts: list[npt.NDArray[Any]]) -> bytes:
    digest = hashlib.sha256(head)
    for part in parts:
        digest.update(part.data)
    return digest.digest()


def _damaged(path: Path) -> IndexDamaged:
    return IndexDamaged(
        f"the file of near pairs {path.name} is damaged",
        hint="Delete it; it is made again from the fingerprints.",
    )
