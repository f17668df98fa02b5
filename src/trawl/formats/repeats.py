"""Entries that a list holds more than once, counted in bounded memory."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from trawl.model.hash_set import MOST_PLACES, Numbers, Oddities, Oddity, Rows

MOST = 4 << 20
"""Entries within which repetitions are seen: 64 MiB while they are held."""

_SAID = "an entry that stood in the list before"


class Repeats:
    """Keeps eight bytes of each entry's digest, and sorts them every ``MOST`` entries: exact
    for a list up to that length, and a lower bound for a longer one."""

    def __init__(self, oddities: Oddities) -> None:
        self._oddities = oddities
        self._keys: list[npt.NDArray[np.uint64]] = []
        self._lines: list[Numbers] = []
        self._held = 0

    def add(self, values: Rows, lines: Numbers) -> None:
        """Entries of one kind: their digests, uint8 (n, ≥ 8), and where they stand."""
        if not len(values):
            return
        start = np.ascontiguousarray(values[:, :8]).view(np.uint64).ravel()
        # An MD5 and a SHA-1 that begin alike are not the same entry.
        self._keys.append(start ^ np.uint64(values.shape[1]))
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


def note_many(oddities: Oddities, kind: str, said: str, where: Numbers) -> None:
    """Count as many oddities of one kind as there are places."""
    if not len(where):
        return
    oddity = oddities.found.setdefault(kind, Oddity(kind, said))
    oddity.count += len(where)
    room = max(0, MOST_PLACES - len(oddity.where))
    oddity.where.extend(int(place) for place in where[:room])
