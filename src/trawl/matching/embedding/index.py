"""Vectors on disk, and exact search among them.

Layout, little-endian: a header of 80 bytes (magic, format version, dimensions, count, the model's
SHA-256, the CRC-32 of all rows, the CRC-32 of the header), then the rows: media id int64, vector
float16. Rows are added behind the counted ones and counted last, so an addition that was broken
off is as if it had not begun.
"""

from __future__ import annotations

import os
import struct
import tempfile
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, BinaryIO, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from trawl.errors import IndexDamaged, ModelRefused
from trawl.matching.embedding.model import WIDEST, Vectors

_ANEW: Final = "Build it anew with: trawl embed --case NAME --again"
_MAGIC: Final = b"TRWLVECT"
_VERSION: Final = 1
_FIELDS = struct.Struct("<8sIIQ32sI")
_CHECK = struct.Struct("<I")
_HEADER: Final = 80
_ROWS_AT_ONCE: Final = 8192
_QUERIES_AT_ONCE: Final = 1024

Ids = npt.NDArray[np.int64]


class Found(NamedTuple):
    """What is like the pictures that were sought, by (query, score falling, media)."""

    query: npt.NDArray[np.int64]  # (p,) row among those sought
    media: Ids  # (p,)
    score: npt.NDArray[np.float32]  # (p,) cosine; within 0.001 of that of the full vectors


class _Head(NamedTuple):
    dimensions: int
    counted: int
    model: bytes
    rows_check: int

    @property
    def kind(self) -> np.dtype[Any]:
        return np.dtype([("media", "<i8"), ("vector", "<f2", (self.dimensions,))])

    @property
    def length(self) -> int:
        return self.kind.itemsize * self.counted

    def packed(self) -> bytes:
        fields = _FIELDS.pack(
            _MAGIC, _VERSION, self.dimensions, self.counted, self.model, self.rows_check
        )
        fields = fields.ljust(_HEADER - _CHECK.size, b"\0")
        return fields + _CHECK.pack(zlib.crc32(fields))


class VectorIndex:
    """One model's vectors of many media."""

    def __init__(self, path: Path, head: _Head, rows: npt.NDArray[Any]) -> None:
        self._path = path
        self._head = head
        self._rows = rows

    @classmethod
    def build(
        cls, path: Path, model: bytes, dimensions: int, parts: Iterable[tuple[Ids, Vectors]] = ()
    ) -> VectorIndex:
        """Write an index anew, in place of what is there: of the model with that digest, from
        parts of media ids, int64 (n,), and their vectors, float32 (n, dimensions)."""
        if not 1 <= dimensions <= WIDEST or len(model) != 32:
            raise ValueError("an index needs a model's SHA-256 and its dimensions")
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}.", suffix=".part")
        try:
            with os.fdopen(descriptor, "w+b") as file:
                head = _Head(dimensions, 0, model, 0)
                file.write(head.packed())
                for ids, vectors in parts:
                    head = _added(file, head, ids, vectors)
                _counted(file, head)
            Path(name).replace(path)
        finally:
            Path(name).unlink(missing_ok=True)
        return cls.open(path, model)

    @classmethod
    def open(cls, path: Path, model: bytes) -> VectorIndex:
        """The index at ``path``, made by the model with that digest. Raises ModelRefused when
        another model made it, IndexDamaged when it is absent or does not hold."""
        try:
            with path.open("rb") as file:
                head = _read_head(file, path)
                length = os.fstat(file.fileno()).st_size - _HEADER
        except FileNotFoundError:
            raise IndexDamaged(
                f"there is no index of vectors {path.name}",
                hint=_ANEW,
            ) from None
        if head.model != model:
            raise ModelRefused(
                f"the vectors in {path.name} were made by another model",
                hint=_ANEW,
            )
        if length < head.length:
            raise _damaged(path)
        rows = _mapped(path, head)
        if _check_of(rows) != head.rows_check:
            raise _damaged(path)
        return cls(path, head, rows)

    def __len__(self) -> int:
        return self._head.counted

    @property
    def dimensions(self) -> int:
        return self._head.dimensions

    @property
    def media(self) -> Ids:
        """The media whose vectors are here, int64 (n,), in the order in which they came."""
        return np.array(self._rows["media"], dtype=np.int64)

    def append(self, ids: Ids, vectors: Vectors) -> None:
        """Add media and their vectors, float32 (n, dimensions); those already here stay as they
        are."""
        ids = np.asarray(ids, dtype=np.int64)
        self._fits(vectors)
        _, first = np.unique(ids, return_index=True)
        new = np.sort(first[~np.isin(ids[first], self._rows["media"])])
        if len(new) == 0:
            return
        with self._path.open("r+b") as file:
            if _read_head(file, self._path) != self._head:
                raise IndexDamaged(
                    f"the index of vectors {self._path.name} was changed meanwhile",
                    hint="Give the same command again.",
                )
            file.truncate(_HEADER + self._head.length)
            head = _added(file, self._head, ids[new], vectors[new])
            _counted(file, head)
        self._head, self._rows = head, _mapped(self._path, head)

    def search(self, queries: Vectors, threshold: float, most: int = 100) -> Found:
        """Of each of ``queries``, float32 (q, dimensions), of length one, the ``most`` media
        alike with a cosine of at least ``threshold``: every one is compared."""
        self._fits(queries)
        parts = []
        for start in range(0, len(queries), _QUERIES_AT_ONCE):
            some = np.ascontiguousarray(queries[start : start + _QUERIES_AT_ONCE], np.float32)
            found = self._search(some, threshold, most)
            parts.append(found._replace(query=found.query + start))
        return _together(parts)

    def _search(self, queries: Vectors, threshold: float, most: int) -> Found:
        best = _together([])
        for start in range(0, len(self), _ROWS_AT_ONCE):
            rows = self._rows[start : start + _ROWS_AT_ONCE]
            score = queries @ rows["vector"].astype(np.float32).T
            query, row = np.nonzero(score >= threshold)
            here = Found(query, rows["media"][row].astype(np.int64), score[query, row])
            if len(query):
                best = _best(_together([best, here]), most)
        return best

    def _fits(self, vectors: Vectors) -> None:
        if vectors.ndim != 2 or (len(vectors) and vectors.shape[1] != self.dimensions):
            raise ModelRefused(
                f"the vectors are {vectors.shape}, the index holds {self.dimensions} dimensions",
                hint=_ANEW,
            )


def _read_head(file: BinaryIO, path: Path) -> _Head:
    data = file.read(_HEADER)
    if (
        len(data) < _HEADER
        or zlib.crc32(data[: -_CHECK.size]) != _CHECK.unpack_from(data, _HEADER - _CHECK.size)[0]
    ):
        raise _damaged(path)
    magic, version, dimensions, count, model, rows = _FIELDS.unpack_from(data)
    if magic != _MAGIC or version != _VERSION or not 1 <= dimensions <= WIDEST:
        raise _damaged(path)
    return _Head(dimensions, count, model, rows)


def _added(file: BinaryIO, head: _Head, ids: Ids, vectors: Vectors) -> _Head:
    """Rows written behind the counted ones, and the header that would count them."""
    rows = np.zeros(len(ids), dtype=head.kind)
    rows["media"], rows["vector"] = ids, vectors
    file.seek(_HEADER + head.length)
    file.write(rows.tobytes())
    check = zlib.crc32(rows.tobytes(), head.rows_check)
    return head._replace(counted=head.counted + len(ids), rows_check=check)


def _counted(file: BinaryIO, head: _Head) -> None:
    """The header written, once the rows are safely on disk."""
    file.flush()
    os.fsync(file.fileno())
    file.seek(0)
    file.write(head.packed())
    file.flush()
    os.fsync(file.fileno())


def _mapped(path: Path, head: _Head) -> npt.NDArray[Any]:
    if head.counted == 0:
        return np.zeros(0, dtype=head.kind)
    return np.memmap(path, head.kind, "r", offset=_HEADER, shape=(head.counted,))


def _check_of(rows: npt.NDArray[Any]) -> int:
    check = 0
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        check = zlib.crc32(rows[start : start + _ROWS_AT_ONCE].tobytes(), check)
    return check


def _together(parts: list[Found]) -> Found:
    if not parts:
        none = np.zeros(0, dtype=np.int64)
        return Found(none, none, np.zeros(0, dtype=np.float32))
    query, media, score = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    return Found(query, media, score)


def _best(found: Found, most: int) -> Found:
    """In order, the best of each query."""
    order = np.lexsort((found.media, -found.score, found.query))
    query = found.query[order]
    opens = np.flatnonzero(np.append(True, query[1:] != query[:-1]))
    place = np.arange(len(query)) - np.repeat(opens, np.diff(np.append(opens, len(query))))
    kept = order[place < most]
    return Found(found.query[kept], found.media[kept], found.score[kept])


def _damaged(path: Path) -> IndexDamaged:
    return IndexDamaged(
        f"the index of vectors {path.name} is damaged",
        hint=_ANEW,
    )
