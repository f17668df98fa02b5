"""Entries gathered into batches."""

from __future__ import annotations

import numpy as np

from trawl.formats.base import BATCH
from trawl.model.hash_set import DigestKind, EntryBatch, Keys, Known, Prints

_TEXT = 8 << 20
"""Characters of JSON in one batch, about: what is known of its entries is in memory."""

_PRINT = 32
_SURE = 100  # the quality of a fingerprint whose list says none

NOTHING = Known()
"""What a list says of an entry of which it gives digests only."""


class Gathering:
    """The batch that is being filled."""

    def __init__(self, first: int) -> None:
        self._first = first
        self._text = 0
        self._known: list[Known] = []
        self._digests: dict[DigestKind, tuple[list[int], bytearray]] = {}
        self._prints: tuple[list[int], bytearray] = ([], bytearray())

    def digest(self, entry: int, kind: DigestKind, value: bytes) -> None:
        """A digest of the entry, numbered from 0."""
        entries, values = self._digests.setdefault(kind, ([], bytearray()))
        entries.append(entry)
        values += value

    def fingerprint(self, entry: int, bits: bytes) -> None:
        """A PDQ fingerprint (32 bytes) of the entry."""
        self._prints[0].append(entry)
        self._prints[1].extend(bits)

    def close_entry(self, known: Known, text: int) -> bool:
        """The entry is done; ``text``: how many characters it took. True when the batch is
        full."""
        self._known.append(known)
        self._text += text
        return len(self._known) >= BATCH or self._text >= _TEXT

    def batch(self) -> EntryBatch | None:
        """What was gathered, or None when nothing was."""
        if not self._known:
            return None
        silent = all(known is NOTHING for known in self._known)
        return EntryBatch(
            first=self._first,
            count=len(self._known),
            digests={
                kind: Keys(np.array(entries, np.int64), _rows(values, kind.size))
                for kind, (entries, values) in self._digests.items()
            },
            prints=self._fingerprints(),
            known=None if silent else self._known,
        )

    def _fingerprints(self) -> Prints | None:
        entries, bits = self._prints
        if not entries:
            return None
        return Prints(
            entries=np.array(entries, np.int64),
            bits=_rows(bits, _PRINT),
            quality=np.full(len(entries), _SURE, np.uint8),
            at_ms=np.full(len(entries), -1, np.int64),
        )


def _rows(values: bytearray, size: int) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    return np.frombuffer(bytes(values), np.uint8).reshape(-1, size)
