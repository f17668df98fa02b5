"""Columns of the log that were read before, kept in memory up to a limit."""

from __future__ import annotations

import threading
from collections import OrderedDict

from trawl.store.columns import Column

LIMIT_BYTES = 256 << 20

BlockKey = tuple[int, int, int, int]
"""Acquisition, block, rows in it, version: names one state of one block for good."""


class ColumnCache:
    """Least recently used goes first. Safe to share between threads."""

    def __init__(self, limit: int = LIMIT_BYTES) -> None:
        self.limit = limit
        self.bytes = 0
        self._columns: OrderedDict[tuple[BlockKey, str], Column] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, block: BlockKey, name: str) -> Column | None:
        """The column, when it is there."""
        with self._lock:
            column = self._columns.get((block, name))
            if column is not None:
                self._columns.move_to_end((block, name))
            return column

    def put(self, block: BlockKey, name: str, column: Column) -> None:
        """Keep a column, letting go of others when they are too many."""
        with self._lock:
            if (block, name) in self._columns:
                return
            self._columns[block, name] = column
            self.bytes += column.nbytes
            while self.bytes > self.limit:
                _, gone = self._columns.popitem(last=False)
                self.bytes -= gone.nbytes
