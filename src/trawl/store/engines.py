"""How each of the two databases is connected to."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url

BUSY_MS = 30_000
SQLITE_PRAGMAS = (
    f"PRAGMA busy_timeout = {BUSY_MS}",
    "PRAGMA foreign_keys = ON",
    # FULL: an act that was answered "done" survives the loss of power. It costs one fsync of
    # the write-ahead log a slice, which the measurements do not see.
    "PRAGMA synchronous = FULL",
    "PRAGMA cache_size = -65536",
    # What a sort of millions of rows needs beyond the cache goes to unnamed files beside the
    # database (see _sqlite), not into memory and not into a public folder.
    "PRAGMA temp_store = FILE",
    "PRAGMA wal_autocheckpoint = 4000",
)
# Set in a new file only, before its first table.
SQLITE_FILE_PRAGMAS = ("PRAGMA page_size = 8192", "PRAGMA journal_mode = WAL")


def make_engine(url: str, *, writes: bool, must_exist: bool) -> Engine:
    """An engine for one of the two uses. Raises what SQLAlchemy raises on a URL it cannot use."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(parsed.database or "", writes=writes, must_exist=must_exist)
    engine = create_engine(parsed, pool_pre_ping=True)
    if not writes:
        engine = engine.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
    return engine


def _sqlite(database: str, *, writes: bool, must_exist: bool) -> Engine:
    path = Path(database)
    # rw, not rwc: opening what is not there must not leave an empty file.
    mode = "rw" if must_exist else "rwc"
    address = f"{path.absolute().as_uri()}?mode={mode}"

    def connect() -> sqlite3.Connection:
        os.environ["SQLITE_TMPDIR"] = str(path.absolute().parent)
        connection = sqlite3.connect(
            address, uri=True, check_same_thread=False, isolation_level=None, timeout=BUSY_MS / 1000
        )
        _prepare(connection, new_file=not must_exist, writes=writes)
        return connection

    engine = create_engine(f"sqlite:///{path}", creator=connect)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _prepare(connection: Any, *, new_file: bool, writes: bool) -> None:
    for pragma in (*(SQLITE_FILE_PRAGMAS if new_file else ()), *SQLITE_PRAGMAS):
        connection.execute(pragma)
    if not writes:
        connection.execute("PRAGMA query_only = ON")
