"""How many distinct files the entries of one case name: exact, in bounded memory.

MD5 and entry number of each are kept in memory up to ``HELD`` entries, then in a temporary
file without a name, parted by the first byte of the MD5; at the end one part is in memory at a
time.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from types import TracebackType
from typing import IO, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from trawl.model.hash_set import MOST_PLACES

HELD: Final = 1 << 20
"""Entries held in memory (25 MB) before they go to the temporary file."""

_ROW: Final = 24
_ROWS = npt.NDArray[np.uint8]


class Distinct(NamedTuple):
    """``files``: distinct MD5; ``again``: entries that name a file an earlier entry names;
    ``first_again``: the first of these entries, in order."""

    files: int
    again: int
    first_again: tuple[int, ...]


class DistinctFiles:
    """Counts what is added; use as a context, which lets the temporary file go."""

    def __init__(self, held: int = HELD) -> None:
        self._held = held * _ROW
        self._stack = ExitStack()
        self._begin()

    def _begin(self) -> None:
        self._rows = bytearray()
        self._spilt: IO[bytes] | None = None
        self._bounds: list[list[int]] = []  # of each run: where its 256 parts begin, and its end
        self._room = True

    def __enter__(self) -> DistinctFiles:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    def add(self, md5: bytes, entry: int) -> None:
        """One entry, by its 16 bytes of MD5 and its number."""
        if self._room:
            self._rows += md5
            self._rows += entry.to_bytes(8, "little")
            if len(self._rows) >= self._held:
                self._spill()

    def counted(self) -> Distinct | None:
        """What there was so far; None when the temporary file had no room."""
        files, again = 0, 0
        first: list[int] = []
        try:
            for part in self._parts():
                repeated, distinct = _repeated(part)
                files += distinct
                again += len(repeated)
                first = sorted([*first, *repeated[:MOST_PLACES].tolist()])[:MOST_PLACES]
        except OSError:
            self._room = False
        return Distinct(files, again, tuple(first)) if self._room else None

    def restart(self) -> None:
        """Count anew, from nothing."""
        self._stack.close()
        self._begin()

    def _parts(self) -> Iterator[_ROWS]:
        held = _rows(self._rows)
        if self._spilt is None:
            yield held
            return
        for part in range(256):
            runs = [held[held[:, 0] == part]]
            for bounds in self._bounds:
                self._spilt.seek(bounds[part])
                runs.append(_rows(self._spilt.read(bounds[part + 1] - bounds[part])))
            yield np.concatenate(runs)

    def _spill(self) -> None:
        rows = _rows(self._rows)
        order = np.argsort(rows[:, 0], kind="stable")
        counts = np.bincount(rows[:, 0], minlength=256)
        try:
            if self._spilt is None:
                spilt = tempfile.TemporaryFile()  # noqa: SIM115
                self._spilt = self._stack.enter_context(spilt)
            begin = self._spilt.seek(0, 2)
            self._spilt.write(rows[order].tobytes())
        except OSError:
            self._room = False
        else:
            ends = begin + np.cumsum(counts) * _ROW
            self._bounds.append([begin, *ends.tolist()])
        self._rows = bytearray()


def _rows(data: bytes | bytearray) -> _ROWS:
    return np.frombuffer(bytes(data), np.uint8).reshape(-1, _ROW)


def _repeated(rows: _ROWS) -> tuple[npt.NDArray[np.uint64], int]:
    """The entries that are not the first of their MD5, in order, and how many MD5 there are."""
    words = rows.view("<u8")
    order = np.lexsort((words[:, 2], words[:, 1], words[:, 0]))
    ordered = words[order]
    same = (ordered[1:, :2] == ordered[:-1, :2]).all(axis=1)
    return np.sort(ordered[1:, 2][same]), len(rows) - int(same.sum())
