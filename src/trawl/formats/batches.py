"""Columns of a run of entries, cut into batches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from trawl.formats.base import BATCH
from trawl.model.hash_set import DigestKind, EntryBatch, Keys, Known, Prints


def cut(
    first: int,
    count: int,
    digests: Mapping[DigestKind, Keys],
    prints: Prints | None = None,
    known: Sequence[Known] | None = None,
) -> Iterator[EntryBatch]:
    """Batches of at most ``BATCH`` entries. The entries of each column must be in order."""
    for start in range(first, first + count, BATCH):
        stop = min(start + BATCH, first + count)
        yield EntryBatch(
            first=start,
            count=stop - start,
            digests={kind: _keys(keys, start, stop) for kind, keys in digests.items()},
            prints=_prints(prints, start, stop) if prints is not None else None,
            known=known[start - first : stop - first] if known is not None else None,
        )


def _keys(keys: Keys, start: int, stop: int) -> Keys:
    low, high = np.searchsorted(keys.entries, (start, stop))
    return Keys(keys.entries[low:high], keys.values[low:high])


def _prints(prints: Prints, start: int, stop: int) -> Prints:
    low, high = np.searchsorted(prints.entries, (start, stop))
    return Prints(
        prints.entries[low:high],
        prints.bits[low:high],
        prints.quality[low:high],
        prints.at_ms[low:high],
    )


def prints_of(
    entries: Sequence[int], bits: Sequence[bytes], quality: Sequence[int], at_ms: Sequence[int]
) -> Prints:
    """Fingerprints from rows."""
    return Prints(
        np.array(entries, np.int64),
        np.frombuffer(b"".join(bits), np.uint8).reshape(len(bits), 32),
        np.array(quality, np.uint8),
        np.array(at_ms, np.int64),
    )
