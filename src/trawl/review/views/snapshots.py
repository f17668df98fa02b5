"""The views that are open: settled rows, let go of when they are too many and settled again."""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from typing import NamedTuple

import numpy as np

from trawl.errors import ViewGone
from trawl.review.index.media_index import MediaIndex
from trawl.review.views.asking import Asked
from trawl.review.views.settling import Settled

MOST_BYTES = 128 << 20
MOST_KNOWN = 4096


class Definition(NamedTuple):
    """What a view was opened as, and on which state of the case."""

    officer_id: int
    asked: Asked
    version: str

    @property
    def key(self) -> str:
        """Its name: the same for the same view of the same state."""
        told = [self.officer_id, self.asked.told(), self.asked.not_shown, self.version]
        return hashlib.sha256(json.dumps(told, default=str).encode()).hexdigest()[:24]


class Snapshots:
    """Views by key. Not safe for several threads at once."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most = most_bytes
        self._known: OrderedDict[str, Definition] = OrderedDict()
        self._rows: OrderedDict[str, Settled] = OrderedDict()
        self._bytes = 0

    def definition(self, key: str, officer_id: int) -> Definition:
        """What a view was opened as. Raises ViewGone, also for another officer's."""
        found = self._known.get(key)
        if found is None or found.officer_id != officer_id:
            raise ViewGone
        self._known.move_to_end(key)
        return found

    def rows(self, key: str) -> Settled | None:
        """The rows, where they are held still."""
        found = self._rows.get(key)
        if found is not None:
            self._rows.move_to_end(key)
        return found

    def move(self, old: MediaIndex, new: MediaIndex) -> None:
        """Follow the media to their positions in another index of the same case. A view of which
        one has left the case is let go of."""
        at, there = new.positions_of(old.ids)
        positions = at.astype(np.int32)
        for key, settled in list(self._rows.items()):
            if there[settled.rows].all():
                rows = positions[settled.rows]
                self._rows[key] = Settled(rows, settled.media, settled.unit)
            else:
                self._bytes -= self._rows.pop(key).rows.nbytes

    def keep(self, definition: Definition, settled: Settled) -> None:
        """Hold the rows of a view, letting go of those not asked for the longest."""
        key = definition.key
        self._known[key] = definition
        self._known.move_to_end(key)
        if len(self._known) > MOST_KNOWN:
            self._known.popitem(last=False)
        before = self._rows.pop(key, None)
        self._bytes += settled.rows.nbytes - (0 if before is None else before.rows.nbytes)
        self._rows[key] = settled
        while self._bytes > self._most and len(self._rows) > 1:
            _, gone = self._rows.popitem(last=False)
            self._bytes -= gone.rows.nbytes
