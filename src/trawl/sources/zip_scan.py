"""What a zip without its directory still gives: the members whose local headers are there."""

from __future__ import annotations

from collections.abc import Iterator

from trawl.errors import Unreadable
from trawl.sources.local_file import LocalFile
from trawl.sources.zip_records import (
    CENTRAL,
    DESCRIPTOR,
    DESCRIPTOR_FOLLOWS,
    LOCAL,
    ZipRecord,
    local_header,
)

_WINDOW = 1 << 20


def scan(file: LocalFile) -> Iterator[tuple[ZipRecord, int]]:
    """Local headers in their order, each with where its packed bytes end at the latest."""
    at = _find(file, 0, LOCAL)
    while at is not None:
        try:
            record, data_at = local_header(file, at)
        except Unreadable:
            return
        if record.flags & DESCRIPTOR_FOLLOWS and not record.packed:
            end = _end_of_unknown(file, data_at)
        else:
            end = data_at + record.packed
        yield record, min(end, file.size)
        at = _find(file, max(end, data_at), LOCAL)


def _end_of_unknown(file: LocalFile, data_at: int) -> int:
    """Where the data of a member of undeclared size end: before the next record."""
    ends = [_find(file, data_at, mark) for mark in (DESCRIPTOR, LOCAL, CENTRAL)]
    return min((end for end in ends if end is not None), default=file.size)


def _find(file: LocalFile, at: int, mark: bytes) -> int | None:
    while at < file.size:
        window = file.read_at(at, _WINDOW)
        inside = window.find(mark)
        if inside >= 0:
            return at + inside
        if len(window) < _WINDOW:
            return None
        at += len(window) - len(mark) + 1
    return None
