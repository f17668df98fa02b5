"""An SQLite file from somebody else: opened so that it can do nothing but be read."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from trawl.errors import ListRefused

MAGIC = b"SQLite format 3\x00"
_LONGEST_VALUE = 8 << 20
"""Bytes of the longest value or row, ours included: a run of 16,384 rows of digests is 2.2 MB."""

_ALLOWED = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION})
_FUNCTIONS = frozenset({"group_concat", "max", "min", "count"})

# Read-only, nothing of the schema runs, cells are checked before they are trusted.
_PRAGMAS = (
    "PRAGMA query_only = ON",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA cell_size_check = ON",
    "PRAGMA mmap_size = 0",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA cache_size = -8192",
)


_OPS = 1_000_000
_MOST_TURNS = 50
"""Millions of steps one statement may take: ours take less than one. Pages that point to one
another in a maze would keep SQLite busy for ever."""


class Patience:
    """Stops a statement that takes more steps than any of ours can need."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._turns = 0
        connection.set_progress_handler(self._turn, _OPS)

    def _turn(self) -> bool:
        self._turns += 1
        return self._turns > _MOST_TURNS

    def renew(self) -> None:
        """Begin to count anew."""
        self._turns = 0


class Table(NamedTuple):
    """A real table: no view, nothing virtual, none of its columns computed."""

    name: str
    columns: tuple[str, ...]


def check_size(path: Path, head: bytes, size: int) -> None:
    """Raises ListRefused when a database is shorter than its header says.

    The header (https://www.sqlite.org/fileformat.html, 1.3): page size at 16, pages at 28,
    which hold when the number at 24 is the one at 92.
    """
    page = int.from_bytes(head[16:18], "big")
    page = 65536 if page == 1 else page
    pages = int.from_bytes(head[28:32], "big")
    if len(head) < 100 or (head[24:28] == head[92:96] and pages * page > size):
        raise ListRefused(
            f"{path.name} is an SQLite database cut short: it should have "
            f"{pages * page:,} bytes and has {size:,}.",
            hint="Copy or download it again.",
        )


@contextmanager
def opened(path: Path) -> Iterator[tuple[sqlite3.Connection, Patience]]:
    """A connection that reads and does nothing else. Raises ListRefused for whatever SQLite
    finds wrong while it is open."""
    address = f"file:{quote(str(path.absolute()))}?mode=ro&immutable=1"
    try:
        connection = sqlite3.connect(address, uri=True, isolation_level=None)
        try:
            connection.text_factory = _lenient
            connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST_VALUE)
            connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
            for pragma in _PRAGMAS:
                connection.execute(pragma)
            yield connection, Patience(connection)
        finally:
            connection.close()
    except UnicodeDecodeError as error:  # of SQLite's own message, which cites a damaged schema
        raise ListRefused(
            f"{path.name} is an SQLite database that cannot be read: its schema is damaged.",
            hint="Copy or download it again.",
        ) from error
    except (sqlite3.Error, OverflowError) as error:
        raise ListRefused(
            f"{path.name} is an SQLite database that cannot be read: {error}.",
            hint="Copy or download it again.",
        ) from error


def _lenient(text: bytes) -> str:
    return text.decode("utf-8", "replace")


def tables(connection: sqlite3.Connection) -> list[Table]:
    """The tables whose rows can be read in the order of their row numbers."""
    found = []
    for schema, name, kind, _, without_rowid, _ in connection.execute("PRAGMA table_list"):
        if schema == "main" and kind == "table" and not without_rowid:
            columns = list(connection.execute(f"PRAGMA table_xinfo({quoted(name)})"))
            if not any(hidden for *_, hidden in columns):
                found.append(Table(name, tuple(column[1] for column in columns)))
    return found


def only_reads(connection: sqlite3.Connection) -> None:
    """From here on the connection selects from tables, and nothing else; texts come as bytes."""
    connection.text_factory = bytes

    def allowed(action: int, _: str | None, second: str | None, *__: str | None) -> int:
        if action not in _ALLOWED:
            return sqlite3.SQLITE_DENY
        if action == sqlite3.SQLITE_FUNCTION and (second or "").lower() not in _FUNCTIONS:
            return sqlite3.SQLITE_DENY
        return sqlite3.SQLITE_OK

    connection.set_authorizer(allowed)


def quoted(name: str) -> str:
    """A name as SQL takes it."""
    return '"' + name.replace('"', '""') + '"'
