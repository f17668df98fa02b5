"""NIST's NSRL, RDSv3: SQLite with a row for every file of every package.

Minimal sets have a table ``FILE``, full ones a table ``METADATA`` with a view ``FILE`` over it.
The same content stands in many rows (441.6 million rows, 73.8 million contents in 2026.09.1);
a run of equal rows is one entry.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import ClassVar, NamedTuple

import numpy as np

from trawl.errors import ListRefused
from trawl.formats.base import BATCH, ListFile
from trawl.formats.batches import cut
from trawl.formats.hexadecimal import Flags, decoded, decoded_cells
from trawl.formats.judging import refused
from trawl.formats.sqlite_file import MAGIC, Table, check_size, only_reads, opened, quoted, tables
from trawl.formats.table import BAD_DIGEST, NOTHING
from trawl.model.hash_set import DigestKind, EntryBatch, Keys, Numbers, Oddities, Rows

_TABLES = ("file", "metadata", "distinct_hash")
_SMALLEST_ROW = 34
"""Bytes a row with one digest takes at least: a file cannot have more rows than that allows."""


class _Source(NamedTuple):
    table: Table
    kinds: tuple[DigestKind, ...]


class _Run(NamedTuple):
    """A stretch of rows: how many, the first and last number there is, the number up to which
    was read, and each column's values, joined by commas."""

    rows: int
    first: int
    last: int
    stop: int
    texts: list[object]


_Column = tuple[Rows, Flags]
_Columns = dict[DigestKind, _Column]


class NsrlReader:
    """A table FILE, METADATA or DISTINCT_HASH with columns sha256, sha1 or md5."""

    name: ClassVar[str] = "nsrl"
    expects: ClassVar[str] = "an NSRL RDSv3 database (a table FILE with sha256, sha1, md5)"

    def recognises(self, listed: ListFile) -> bool:
        """Whether it is SQLite, has such a table, and opens. A database cut short counts."""
        if not listed.head.startswith(MAGIC):
            return False
        try:
            check_size(listed.path, listed.head, listed.size)
            with opened(listed.path) as (connection, _):
                return _source(connection) is not None
        except ListRefused:
            return True

    def read(self, listed: ListFile, oddities: Oddities) -> Iterator[EntryBatch]:
        """One entry a run of equal rows; nothing is known of them. Raises ListRefused."""
        if not listed.head.startswith(MAGIC):
            raise refused(listed, self.expects)
        check_size(listed.path, listed.head, listed.size)
        with opened(listed.path) as (connection, patience):
            source = _source(connection)
            if source is None:
                raise refused(listed, self.expects, "no such table in it")
            listed.about.update(_about(connection))
            only_reads(connection)
            for batch in _entries(connection, source, listed, oddities):
                patience.renew()
                yield batch


def _source(connection: sqlite3.Connection) -> _Source | None:
    found = {table.name.casefold(): table for table in tables(connection)}
    for name in _TABLES:
        if name in found:
            columns = {column.casefold() for column in found[name].columns}
            kinds = tuple(kind for kind in DigestKind if kind.value in columns)
            if kinds:
                return _Source(found[name], kinds)
    return None


def _about(connection: sqlite3.Connection) -> dict[str, str]:
    """What the first row of the table VERSION says."""
    for table in tables(connection):
        if table.name.casefold() == "version":
            names = table.columns[:16]
            columns = ", ".join(quoted(name) for name in names)
            row = connection.execute(f"SELECT {columns} FROM {quoted(table.name)} LIMIT 1")  # noqa: S608
            values = row.fetchone() or ()
            return {
                name: str(value)[:1000]
                for name, value in zip(names, values, strict=False)
                if isinstance(value, str | int | float)
            }
    return {}


def _entries(
    connection: sqlite3.Connection, source: _Source, listed: ListFile, oddities: Oddities
) -> Iterator[EntryBatch]:
    after, first, rows = -(1 << 63), 0, 0
    previous: bytes | None = None
    name = quoted(source.table.name)
    (top,) = connection.execute(f"SELECT max(rowid) FROM {name}").fetchone()  # noqa: S608
    while top is not None and after < top:
        run = _next_run(connection, source, after, top)
        if not run.rows or not after < run.first <= run.last <= run.stop:
            raise refused(listed, NsrlReader.expects, "rows that are out of order")
        columns = _columns(connection, source, run, after)
        _note(columns, rows, oddities)
        rows += run.rows
        if rows * _SMALLEST_ROW > listed.size:
            raise refused(listed, NsrlReader.expects, "more rows than it has room for")
        kept, previous = _changes(columns, run.rows, previous)
        if len(kept):
            yield from _batches(first, columns, kept)
        first += len(kept)
        after = run.stop
        listed.position = int(listed.size * min(1.0, max(0.0, after / max(top, 1))))
    if not rows:
        raise refused(listed, NsrlReader.expects, "not one row in it")


def _next_run(connection: sqlite3.Connection, source: _Source, after: int, top: int) -> _Run:
    """The next rows: where row numbers are dense, a stretch of them, which is the fastest that
    SQLite does; where they are sparse, up to the number of the last row that fits."""
    stop = min(after + BATCH, top)
    run = _run(connection, source, after, stop)
    if run.rows >= BATCH // 4 or stop == top:
        return run
    (last,) = connection.execute(
        f"SELECT max(r) FROM (SELECT rowid AS r FROM {quoted(source.table.name)} NOT INDEXED "  # noqa: S608
        f"WHERE rowid > ? ORDER BY rowid LIMIT {BATCH})",
        (after,),
    ).fetchone()
    return run if last is None else _run(connection, source, after, last)


def _run(connection: sqlite3.Connection, source: _Source, after: int, stop: int) -> _Run:
    """Each column of a stretch of rows as one text, so that there is no object a row."""
    texts = ", ".join(f"group_concat({quoted(kind.value)})" for kind in source.kinds)
    rows, first, last, *found = connection.execute(
        f"SELECT count(*), min(rowid), max(rowid), {texts} "  # noqa: S608
        f"FROM {quoted(source.table.name)} NOT INDEXED WHERE rowid > ? AND rowid <= ?",
        (after, stop),
    ).fetchone()
    return _Run(rows, first or 0, last or 0, stop, found)


def _columns(connection: sqlite3.Connection, source: _Source, run: _Run, after: int) -> _Columns:
    """The digests of each kind, (n, size), and which are good."""
    columns: _Columns = {}
    for kind, text in zip(source.kinds, run.texts, strict=True):
        column = _even(text, run.rows, kind)
        if column is None:
            return _row_by_row(connection, source, run, after)
        columns[kind] = column
    return columns


def _even(text: object, rows: int, kind: DigestKind) -> _Column | None:
    """A column of digests joined by commas; None when one of them is missing or has another
    length, which moves the commas."""
    width = 2 * kind.size + 1
    if not isinstance(text, bytes) or len(text) != rows * width - 1:
        return None
    grid = np.frombuffer(text + b",", np.uint8).reshape(rows, width)
    return decoded(grid[:, :-1]) if (grid[:, -1] == ord(",")).all() else None


def _row_by_row(connection: sqlite3.Connection, source: _Source, run: _Run, after: int) -> _Columns:
    names = ", ".join(quoted(kind.value) for kind in source.kinds)
    found = connection.execute(
        f"SELECT {names} FROM {quoted(source.table.name)} NOT INDEXED "  # noqa: S608
        "WHERE rowid > ? AND rowid <= ? ORDER BY rowid",
        (after, run.stop),
    ).fetchmany(run.rows)
    columns: _Columns = {}
    for place, kind in enumerate(source.kinds):
        cells = [row[place] if isinstance(row[place], bytes) else b"" for row in found]
        texts = [cell.decode("ascii", "replace") for cell in cells]
        columns[kind] = decoded_cells(texts, kind.size)
    return columns


def _note(columns: _Columns, before: int, oddities: Oddities) -> None:
    goods = [good for _, good in columns.values()]
    if all(good.all() for good in goods):
        return
    whole = np.logical_and.reduce(goods)
    some = np.logical_or.reduce(goods)
    for place in np.flatnonzero(~whole).tolist():
        oddities.note(*(BAD_DIGEST if some[place] else NOTHING), before + place + 1)


def _changes(columns: _Columns, rows: int, previous: bytes | None) -> tuple[Numbers, bytes]:
    """Which rows differ from the row before, and the last row."""
    widest = max(columns, key=lambda kind: kind.size)
    values, good = columns[widest]
    changed = np.ones(rows, np.bool_)
    changed[1:] = (values[1:] != values[:-1]).any(axis=1) | ~good[1:] | ~good[:-1]
    if previous is not None and good[0]:
        changed[0] = values[0].tobytes() != previous
    last = values[-1].tobytes() if good[-1] else b""
    return np.flatnonzero(changed).astype(np.int64), last


def _batches(first: int, columns: _Columns, kept: Numbers) -> Iterator[EntryBatch]:
    digests = {}
    for kind, (values, good) in columns.items():
        at = np.flatnonzero(good[kept]).astype(np.int64)
        digests[kind] = Keys(first + at, values[kept[at]])
    yield from cut(first, len(kept), digests)
