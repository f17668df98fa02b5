from __future__ import annotations

import threading
from contextlib import ExitStack
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from store_samples import Bench, logged

import trawl.store.database
import trawl.store.engines
from trawl.errors import AlreadyExists, DatabaseAway, StoreError, WorkspaceBusy
from trawl.model.access import Act, Officer, Role
from trawl.store import schema, tables
from trawl.store.database import Database
from trawl.store.log import LogFilter, count
from trawl.store.migrate import configuration
from trawl.store.officers import add_officer, bootstrap, officer_by_name
from trawl.store.slices import write_slice

# Statements that fail the way a full disk or a lost server does.
PULLED = {
    "sqlite": "INSERT INTO no_such_table VALUES (1)",
    "postgresql": "SELECT pg_terminate_backend(pg_backend_pid())",
}

JO = Officer(1, "jo", Role.ADMINISTRATOR)


def test_the_migrations_make_what_the_schema_says(database: Database) -> None:
    with database._write() as connection:
        assert compare_metadata(MigrationContext.configure(connection), tables.metadata) == []
        scripts = ScriptDirectory.from_config(configuration(connection))
    revisions = [script.revision for script in scripts.walk_revisions()]
    assert tuple(reversed(revisions)) == schema.REVISIONS


def test_creating_twice_is_refused(database_url: str) -> None:
    with pytest.raises(AlreadyExists):
        Database.create(database_url)


def test_opening_what_is_not_there_says_so_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no Trawl database") as caught:
        Database.open(f"sqlite:///{tmp_path}/absent.db")
    assert caught.value.hint is not None
    assert list(tmp_path.iterdir()) == []


def test_a_server_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatabaseAway, match="cannot be reached"):
        Database.open(f"postgresql+psycopg://nobody@/x?host={tmp_path}")


def test_a_url_of_nothing_known_is_refused() -> None:
    with pytest.raises(StoreError, match="URL"):
        Database.open("gopher://x")


@pytest.mark.parametrize(("revision", "says"), [("0000", "does not know"), ("9999", "newer|know")])
def test_another_schema_is_refused(database_url: str, revision: str, says: str) -> None:
    database = Database.open(database_url)
    with database._write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :n"), {"n": revision})
    database.close()
    with pytest.raises(StoreError, match=says):
        Database.open(database_url)


def test_an_older_schema_is_named_and_can_be_upgraded(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    Database.upgrade(database_url).close()
    own = schema.REVISIONS[-1]
    monkeypatch.setattr(schema, "REVISIONS", (*schema.REVISIONS, "9998"))
    with pytest.raises(StoreError, match=f"older schema {own}"):
        Database.open(database_url)


def test_a_session_without_audit_is_undone(database: Database) -> None:
    bootstrap(database, "jo")
    with (
        pytest.raises(RuntimeError, match="must leave an audit row"),
        database.session(JO) as session,
    ):
        add_officer(session, "kim", Role.EXAMINER)
    with database.reader() as reader:
        assert reader.connection.execute(select(schema.officer.c.name)).scalars().all() == ["jo"]


def test_a_session_with_two_audit_rows_is_undone(database: Database) -> None:
    bootstrap(database, "jo")

    def audit_twice() -> None:
        with database.session(JO) as session:
            session.audit(Act.OFFICER_ADD, case_id=None, subject="x", detail={})
            session.audit(Act.OFFICER_ADD, case_id=None, subject="y", detail={})

    with pytest.raises(RuntimeError, match="has two"):
        audit_twice()
    with database.reader() as reader:
        assert reader.connection.execute(select(schema.audit.c.sequence)).scalars().all() == [1]


def test_a_session_that_raises_leaves_nothing(database: Database) -> None:
    bootstrap(database, "jo")

    def act_and_fail() -> None:
        with database.session(JO) as session:
            add_officer(session, "kim", Role.EXAMINER)
            session.audit(Act.OFFICER_ADD, case_id=None, subject="kim", detail={})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        act_and_fail()
    with database.reader() as reader:
        with pytest.raises(StoreError):
            officer_by_name(reader, "kim")
        assert officer_by_name(reader, "jo") == JO


def test_a_reader_cannot_write(database: Database) -> None:
    with database.reader() as reader, pytest.raises(DBAPIError, match=r"read-?only"):
        reader.connection.execute(schema.officer.insert().values(id=9, name="x", role="auditor"))


def test_a_reader_sees_one_state_while_another_writes(bench: Bench) -> None:
    bench.write([logged("a")])
    with bench.database.reader() as reader:
        assert count(reader, bench.case.id) == 1
        bench.write([logged("b")])  # does not wait for the reader
        assert count(reader, bench.case.id) == 1
    with bench.database.reader() as reader:
        assert count(reader, bench.case.id) == 2


def test_writers_take_turns(database: Database) -> None:
    bootstrap(database, "jo")

    def work() -> None:
        for number in range(10):
            with database.session(JO) as session:
                session.audit(Act.OFFICER_ADD, case_id=None, subject=str(number), detail={})

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reader() as reader:
        sequences = reader.connection.execute(select(schema.audit.c.sequence)).scalars().all()
    assert sorted(sequences) == list(range(1, 42))


def test_a_writer_that_does_not_let_go_is_named(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    bootstrap(database, "jo")
    monkeypatch.setattr(trawl.store.engines, "BUSY_MS", 100)
    monkeypatch.setattr(trawl.store.database, "BUSY_MS", 100)
    monkeypatch.setattr(trawl.store.engines, "SQLITE_PRAGMAS", ())
    impatient = Database.open(database.url)
    with database._write(), pytest.raises(WorkspaceBusy), impatient.session(JO):
        pass
    impatient.close()


def test_a_write_that_fails_is_told_plainly(database: Database) -> None:
    bootstrap(database, "jo")

    def lose_the_table() -> None:
        with database.session(JO) as session:
            session.connection.exec_driver_sql(PULLED[database.dialect])

    with pytest.raises(DatabaseAway, match="cannot be written"):
        lose_the_table()


def test_a_read_that_fails_is_told_plainly(database: Database) -> None:
    def lose_the_database() -> None:
        with database.reader() as reader:
            broken = PULLED[database.dialect].replace("INSERT INTO", "SELECT * FROM")
            reader.connection.exec_driver_sql(broken.partition(" VALUES")[0])

    with pytest.raises(DatabaseAway, match="cannot be read"):
        lose_the_database()


def test_more_than_there_are_connections_for_are_told_to_wait(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    bootstrap(database, "jo")
    with ExitStack() as taken:
        for engine in (database._reading, database._writer):
            monkeypatch.setattr(engine.pool, "_timeout", 0.05)
            monkeypatch.setattr(engine.pool, "_max_overflow", 0)
            for _ in range(5):
                taken.enter_context(engine.connect())
        with pytest.raises(WorkspaceBusy, match="too many"), database.reader():
            pass
        with pytest.raises(WorkspaceBusy, match="too many"), database.session(JO):
            pass


def test_what_a_session_has_not_committed_is_not_seen_later(bench: Bench) -> None:
    bench.write([logged("a")])

    def write_look_and_fail() -> None:
        with bench.database.session(bench.officer) as session:
            write_slice(
                session, container=bench.containers()[0], first=1, rows=[logged("lost.mp4")],
                thumbnails=bench.writer, open_depth=1,
            )  # fmt: skip
            assert count(session, bench.case.id, LogFilter(extension="mp4")) == 1
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_look_and_fail()
    bench.write([logged("kept.jpg")])
    with bench.database.reader() as reader:
        assert count(reader, bench.case.id, LogFilter(extension="mp4")) == 0
