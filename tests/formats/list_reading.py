"""Reading lists in tests: everything a reader yields, checked against the contract."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from trawl.formats.base import BATCH, ListFile, Reader
from trawl.formats.registry import open_list
from trawl.model.hash_set import EntryBatch, Known, Oddities


@dataclass
class Read:
    """What came of a list."""

    name: str
    listed: ListFile
    count: int = 0
    digests: dict[str, dict[int, str]] = field(default_factory=dict)
    prints: list[tuple[int, str, int, int]] = field(default_factory=list)
    known: list[Known] = field(default_factory=list)
    batches: int = 0
    odd: dict[str, tuple[int, list[int]]] = field(default_factory=dict)


def read(path: Path, format_name: str | None = None) -> Read:
    reader, listed = open_list(path, format_name)
    return read_with(reader, listed)


def read_with(reader: Reader, listed: ListFile) -> Read:
    oddities = Oddities()
    found = Read(reader.name, listed)
    for batch in reader.read(listed, oddities):
        check(batch, found.count)
        for kind, keys in batch.digests.items():
            column = found.digests.setdefault(kind.value, {})
            for entry, value in zip(keys.entries.tolist(), keys.values, strict=True):
                column[entry] = value.tobytes().hex()
        if batch.prints is not None:
            for entry, bits, quality, at_ms in zip(*batch.prints, strict=True):
                found.prints.append((int(entry), bits.tobytes().hex(), int(quality), int(at_ms)))
        found.known.extend(batch.known or [])
        found.count += batch.count
        found.batches += 1
    found.odd = {kind: (one.count, one.where) for kind, one in oddities.found.items()}
    return found


def check(batch: EntryBatch, first: int) -> None:
    """What every batch keeps to."""
    assert batch.first == first
    assert 0 < batch.count <= BATCH
    assert batch.known is None or len(batch.known) == batch.count
    for kind, keys in batch.digests.items():
        assert keys.values.shape == (len(keys.entries), kind.size)
        assert keys.values.dtype == np.uint8
        check_entries(keys.entries, batch)
        assert (np.diff(keys.entries) > 0).all()
    if batch.prints is not None:
        assert batch.prints.bits.shape == (len(batch.prints.entries), 32)
        assert len(batch.prints.quality) == len(batch.prints.at_ms) == len(batch.prints.entries)
        assert (batch.prints.quality <= 100).all()
        check_entries(batch.prints.entries, batch)


def check_entries(entries: np.ndarray, batch: EntryBatch) -> None:
    assert entries.dtype == np.int64
    assert ((entries >= batch.first) & (entries < batch.first + batch.count)).all()


def written(folder: Path, content: str | bytes, name: str = "list.txt") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path
