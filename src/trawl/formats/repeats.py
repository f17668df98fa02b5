"""Entries that a list holds more than once, counted in bounded memory."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from trawl.model.hash_set import MOST_PLACES, Numbers, Oddities, Oddity, Rows

MOST = 4 << 20
"""Entries within which repetitions are seen: 64 MiB while they are held."""

_ODD = np.uint64(0x9E3779B97F4A7C15)  # 2^64 / the golden ratio: Knuth's multiplicative hashing

_SAID = "an entry that stood in the list before"


class Repeats:
    """Keeps 64 bits of each entry's digest, and sorts them every ``MOST`` entries: exact for a
    list up to that length, and a lower bound for a longer one."""

    def __init__(self, oddities: Oddities) -> None:
        self._oddities = oddities
        self._keys: list[npt.NDArray[np.uint64]] = []
        self._lines: list[Numbers] = []
        self._held = 0

    def add(self, values: Rows, lines: Numbers) -> None:
        """Entries of one kind: their digests, uint8 (n, ≥ 8), and where they stand."""
        if not len(values):
            return
        self._keys.append(_folded(values))
        self._lines.append(lines)
        self._held += len(values)
        if self._held >= MOST:
            self.finish()

    def finish(self) -> None:
        """Count what is held, and hold nothing any longer."""
        if not self._held:
            return
        keys = np.concatenate(self._keys)
        lines = np.concatenate(self._lines)
        self._keys, self._lines, self._held = [], [], 0
        ordered = np.sort(keys)
        twice = ordered[1:][ordered[1:] == ordered[:-1]]
        if len(twice):
            self._note(keys, lines, np.unique(twice))

    def _note(
        self, keys: npt.NDArray[np.uint64], lines: Numbers, twice: npt.NDArray[np.uint64]
    ) -> None:
        at = np.flatnonzero(np.isin(keys, twice))
        order = np.lexsort((lines[at], keys[at]))
        mine = keys[at][order]
        again = np.concatenate(([False], mine[1:] == mine[:-1]))
        note_many(self._oddities, "repeated", _SAID, np.sort(lines[at][order][again]))


def _folded(values: Rows) -> npt.NDArray[np.uint64]:
    """All bytes of each digest, and its length, folded into 64 bits."""
    size = values.shape[1]
    folded = np.full(len(values), size, np.uint64)
    for start in sorted({*range(0, size - 7, 8), size - 8}):
        word = np.ascontiguousarray(values[:, start : start + 8]).view(np.uint64).ravel()
        folded = (folded ^ word) * _ODD
        folded ^= folded >> np.uint64(29)
    return folded


def note_many(oddities: Oddities, kind: str, said: str, where: Numbers) -> None:
    """Count as many oddities of one kind as there are places."""
    if not len(where):
        return
    oddity = oddities.found.setdefault(kind, Oddity(kind, said))
    oddity.count += len(where)
    room = max(0, MOST_PLACES - len(oddity.where))
    oddity.where.extend(int(place) for place in where[:room])
