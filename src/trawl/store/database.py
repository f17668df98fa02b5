"""The database: one writer at a time, every write a unit of work with its audit row."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import Connection, Engine, insert, select, text
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from trawl.errors import AlreadyExists, DatabaseAway, StoreError, WorkspaceBusy
from trawl.model.access import Act, Officer
from trawl.store import schema
from trawl.store.chain import GENESIS, AuditRow, Scalar, canonical_detail, link
from trawl.store.column_cache import ColumnCache
from trawl.store.engines import BUSY_MS, make_engine
from trawl.store.values import storable_text

Clock = Callable[[], int]
"""Microseconds since 1970-01-01 UTC."""

# Any number will do, as long as every writer of this database takes the same.
WRITER_LOCK = 0x747261776C


def now_us() -> int:
    """The time of this machine."""
    return time.time_ns() // 1000


@dataclass(slots=True)
class Reader:
    """A consistent, read-only view of the database as it was when the reader was opened."""

    connection: Connection
    columns: ColumnCache


@dataclass(slots=True)
class Session:
    """One unit of work by one officer. Leaves exactly one audit row."""

    connection: Connection
    officer: Officer
    clock: Clock
    columns: ColumnCache
    audited: int | None = field(default=None, init=False)

    def audit(
        self, act: Act, *, case_id: int | None, subject: str, detail: dict[str, Scalar]
    ) -> None:
        """Append the audit row of this unit of work to the chain."""
        if self.audited is not None:
            raise RuntimeError("a unit of work leaves one audit row, this one has two")
        sequence, previous = head(self.connection)
        row = AuditRow(
            sequence + 1,
            self.clock(),
            self.officer.id,
            self.officer.name,
            str(act),
            case_id,
            storable_text(subject) or "",
            canonical_detail({name: _storable(value) for name, value in detail.items()}),
        )
        self.connection.execute(
            insert(schema.audit).values(
                **row._asdict(), previous=previous, hash=link(row, previous)
            )
        )
        self.audited = row.sequence


def _storable(value: Scalar) -> Scalar:
    return storable_text(value) if isinstance(value, str) else value


def head(connection: Connection) -> tuple[int, bytes]:
    """Sequence and hash of the last audit row; (0, GENESIS) before the first."""
    columns = schema.audit.c
    row = connection.execute(
        select(columns.sequence, columns.hash).order_by(columns.sequence.desc()).limit(1)
    ).first()
    return (row.sequence, bytes(row.hash)) if row else (0, GENESIS)


class Database:
    """An opened database. Safe to share between threads; each session has its connection."""

    def __init__(self, url: str, writer: Engine, reading: Engine, clock: Clock) -> None:
        self.url = url
        self.dialect = writer.dialect.name
        self.clock = clock
        self.columns = ColumnCache()
        self._writer = writer
        self._reading = reading

    @classmethod
    def create(cls, url: str, *, clock: Clock = now_us) -> Database:
        """Make the schema in an empty database. Raises AlreadyExists when there is one."""
        database = cls._connect(url, clock)
        with database._closing_on_error():
            if database.revision() is not None:
                raise AlreadyExists("there is a Trawl database at this place already")
            database._migrate()
        return database

    @classmethod
    def open(cls, url: str, *, clock: Clock = now_us) -> Database:
        """Open what ``create`` made. Raises StoreError when it is absent, older or newer."""
        database = cls._connect(url, clock, must_exist=True)
        with database._closing_on_error():
            check_revision(database.revision())
        return database

    @classmethod
    def upgrade(cls, url: str, *, clock: Clock = now_us) -> Database:
        """Bring an older database to the schema of this version, then open it."""
        database = cls._connect(url, clock, must_exist=True)
        with database._closing_on_error():
            if database.revision() is None:
                check_revision(None)
            database._migrate()
            check_revision(database.revision())
        return database

    @classmethod
    def connect(cls, url: str) -> Database:
        """Connect to a database of whatever schema, to look at what it has."""
        return cls._connect(url, now_us, must_exist=True)

    @classmethod
    def _connect(cls, url: str, clock: Clock, *, must_exist: bool = False) -> Database:
        try:
            writer = make_engine(url, writes=True, must_exist=must_exist)
            reading = make_engine(url, writes=False, must_exist=True)
        except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
            raise StoreError(
                "this is not the URL of a database Trawl can use",
                hint="Use sqlite:///FILE or postgresql+psycopg://USER@HOST/NAME.",
            ) from error
        return cls(url, writer, reading, clock)

    @contextmanager
    def session(self, officer: Officer) -> Iterator[Session]:
        """One write transaction, committed when the block ends, undone when it raises.

        Raises WorkspaceBusy when another writer does not let go in time, RuntimeError when the
        block ends without its audit row.
        """
        with self._write() as connection:
            # What is not committed must not get into the columns that readers share.
            session = Session(connection, officer, self.clock, ColumnCache())
            yield session
            if session.audited is None:
                raise RuntimeError("a unit of work must leave an audit row, this one has none")

    @contextmanager
    def upkeep(self) -> Iterator[Connection]:
        """A write transaction that is no officer's act and so leaves no audit row: when a session
        was last used. Nothing that an officer decides or learns may be written in one."""
        with self._write() as connection:
            yield connection

    @contextmanager
    def reader(self) -> Iterator[Reader]:
        """A read-only view that neither waits for the writer nor makes it wait. Raises
        WorkspaceBusy when too many others read, DatabaseAway when the database goes away."""
        with _connected(self._reading) as connection:
            try:
                with connection.begin():
                    yield Reader(connection, self.columns)
            except OperationalError as error:
                raise DatabaseAway(
                    f"the database cannot be read: {error.orig}",
                    hint="Check the disk or the server, then try again.",
                ) from error

    def close(self) -> None:
        """Let go of all connections."""
        self._writer.dispose()
        self._reading.dispose()

    @contextmanager
    def _write(self) -> Iterator[Connection]:
        with _connected(self._writer) as connection:
            try:
                with _begun(connection):  # what is wrong may show as late as at the commit
                    yield connection
            except OperationalError as error:
                raise DatabaseAway(
                    f"the database cannot be written: {error.orig}",
                    hint="Nothing of this act was kept. Check the disk or the server.",
                ) from error

    @contextmanager
    def _closing_on_error(self) -> Iterator[None]:
        try:
            yield
        except BaseException:
            self.close()
            raise

    def revision(self) -> str | None:
        """The schema the database has; None when it has none."""
        try:
            with self._reading.connect() as connection, connection.begin():
                return connection.execute(
                    text("SELECT version_num FROM alembic_version")
                ).scalar_one_or_none()
        except ProgrammingError:
            return None
        except OperationalError as error:
            if "no such table" in str(error) or "unable to open" in str(error):
                return None
            raise _unreachable(error) from error

    def _migrate(self) -> None:
        from trawl.store.migrate import migrate  # alembic is slow to import

        with self._write() as connection:
            migrate(connection)


@contextmanager
def _begun(connection: Connection) -> Iterator[None]:
    """A transaction whose turn it is to write. Raises WorkspaceBusy when it does not come."""
    try:
        transaction = connection.begin()
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"SET LOCAL lock_timeout = {BUSY_MS}"))
            connection.execute(text(f"SELECT pg_advisory_xact_lock({WRITER_LOCK})"))
    except OperationalError as error:
        if "lock" in str(error.orig):
            raise WorkspaceBusy(
                "another process is writing to this database and does not let go"
            ) from error
        raise _unreachable(error) from error
    with transaction:
        yield


def _connected(engine: Engine) -> Connection:
    """A connection. Raises WorkspaceBusy when none comes free in time, DatabaseAway."""
    try:
        return engine.connect()
    except NoConnectionFree as error:
        raise WorkspaceBusy("too many others are using the database at this moment") from error
    except OperationalError as error:
        raise _unreachable(error) from error


def _unreachable(error: OperationalError) -> DatabaseAway:
    return DatabaseAway(
        f"the database cannot be reached: {error.orig}",
        hint="Check that the path or the server of the workspace's database is there.",
    )


def check_revision(found: str | None) -> None:
    """Raise StoreError unless ``found`` is the schema this version works with."""
    if found == schema.REVISIONS[-1]:
        return
    if found is None:
        raise StoreError("there is no Trawl database at this place", hint="Run `trawl init` first.")
    if found in schema.REVISIONS:
        raise StoreError(
            f"the database has the older schema {found}, this version needs {schema.REVISIONS[-1]}",
            hint="Upgrade it with: trawl upgrade (a copy of an SQLite database is kept; back "
            "PostgreSQL up before).",
        )
    raise StoreError(
        f"the database has schema {found}, which this version does not know",
        hint="A newer Trawl has written it; use that one.",
    )
