"""A database that the first version made, brought to the schema of this one."""

from __future__ import annotations

import itertools
import resource
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from alembic import op
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import MetaData, Table, select, update
from store_samples import Bench, digests, logged, media

import postgres
from older import make_old
from trawl.casework.cases import enrol_officer
from trawl.errors import AccessRefused, NotFound, StoreError
from trawl.model.access import Act, Role
from trawl.model.hash_set import Purpose
from trawl.store import schema
from trawl.store import tables as every_table
from trawl.store.audit import verify
from trawl.store.database import Database
from trawl.store.hash_sets import add_hash_set, hash_sets
from trawl.store.log import LogFilter, page
from trawl.store.media import media_by_sha256
from trawl.store.officers import officer_by_name
from trawl.store.upgrading import upgrade

OLD, OWN = "0001", schema.REVISIONS[-1]
_number = itertools.count()

Rows = dict[str, list[tuple[Any, ...]]]


@dataclass(frozen=True)
class Old:
    """A database at the first schema, and the rows it has."""

    url: str
    path: Path | None
    rows: Rows


@pytest.fixture(scope="module")
def filled(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Rows of a small case, to be copied into old databases."""
    folder = tmp_path_factory.mktemp("filled")
    shutil.copy(sqlite_template, folder / "trawl.db")
    database = Database.open(f"sqlite:///{folder / 'trawl.db'}")
    bench = Bench.begin(database, folder / "packs")
    bench.write([logged("a.jpg"), logged("ü.jpg", media("x")), logged("copy.jpg", media("x"))])
    bench.acquire()
    bench.write([logged(b"raw \xff.jpg")])
    enrol_officer(database, bench.officer, "kim", Role.EXAMINER)
    bench.writer.close()
    database.close()
    return folder / "trawl.db"


@pytest.fixture(scope="module")
def sqlite_old(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Rows]:
    """An SQLite database that the first migration made, with rows in it."""
    path = tmp_path_factory.mktemp("old") / "trawl.db"
    return path, _made(f"sqlite:///{path}", filled)


@pytest.fixture(scope="module")
def postgres_old(filled: Path, postgres_folder: str) -> Iterator[Rows]:
    """The same on PostgreSQL, as a template."""
    postgres.execute(postgres_folder, "CREATE DATABASE old")
    yield _made(postgres.url(postgres_folder, "old"), filled)
    postgres.execute(postgres_folder, "DROP DATABASE old")


@pytest.fixture(params=["sqlite", "postgresql"])
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Old]:
    """A database of its own for every test."""
    if request.param == "sqlite":
        template, rows = request.getfixturevalue("sqlite_old")
        path = tmp_path / "trawl.db"
        shutil.copy(template, path)
        yield Old(f"sqlite:///{path}", path, rows)
        return
    folder = request.getfixturevalue("postgres_folder")
    rows = request.getfixturevalue("postgres_old")
    name = f"old_{next(_number)}"
    postgres.execute(folder, f"CREATE DATABASE {name} TEMPLATE old STRATEGY file_copy")
    yield Old(postgres.url(folder, name), None, rows)
    postgres.execute(folder, f"DROP DATABASE {name} WITH (FORCE)")


def _made(url: str, filled: Path) -> Rows:
    make_old(url, OLD, filled)
    return rows_of(url)


def rows_of(url: str) -> Rows:
    """The rows of every table of the first schema, as that one sees them."""
    database = Database.connect(url)
    found: Rows = {}
    with database.reader() as reader:
        tables = MetaData()
        tables.reflect(reader.connection)
        for name, table in tables.tables.items():
            if name != "alembic_version":
                names = FIRST.get(name, table.columns.keys())
                query = select(*(table.c[each] for each in names))
                found[name] = sorted(map(tuple, reader.connection.execute(query)), key=repr)
    database.close()
    return found


def _without(table: Table, *later: str) -> list[str]:
    return [each.name for each in table.columns if each.name not in later]


# The columns that tables of the first schema have got since are left out.
FIRST = {
    "media": _without(schema.media, "sharpness"),
    "officer": _without(schema.officer, "disabled_us"),
    "case_file": _without(schema.case, "wing", "restricted", "scheme"),
}


def untouched(old: Old) -> None:
    """It is at the first schema, with the rows it had, and no copy lies about."""
    database = Database.connect(old.url)
    assert database.revision() == OLD
    database.close()
    assert rows_of(old.url) == old.rows
    if old.path is not None:
        assert not list(old.path.parent.glob("*.schema-*"))


def test_there_is_something_to_lose(old: Old) -> None:
    for name in ("media", "occurrence", "audit", "finding", "container", "case_member"):
        assert len(old.rows[name]) >= 1, name
    with pytest.raises(StoreError, match=f"older schema {OLD}") as caught:
        Database.open(old.url)
    assert "trawl upgrade" in str(caught.value.hint)


def test_rows_are_kept_and_the_schema_is_this_ones(old: Old) -> None:
    before, _ = upgrade(old.url, "jo")
    assert before == OLD
    database = Database.open(old.url)
    now = rows_of(old.url)
    assert {name: now[name] for name in old.rows if name != "audit"} == {
        name: rows for name, rows in old.rows.items() if name != "audit"
    }
    with database._write() as connection:
        assert compare_metadata(MigrationContext.configure(connection), every_table.metadata) == []
    database.close()


def test_the_chain_holds_over_it_and_says_who_did_it(old: Old) -> None:
    upgrade(old.url, "jo")
    database = Database.open(old.url)
    audit = schema.audit.c
    with database.reader() as reader:
        assert verify(reader).rows == len(old.rows["audit"]) + 1
        last = reader.connection.execute(
            select(schema.audit).order_by(audit.sequence.desc()).limit(1)
        ).one()
    database.close()
    assert (last.officer_name, last.act, last.subject) == ("jo", Act.WORKSPACE_UPGRADE, OWN)
    assert OLD in last.detail
    assert [tuple(row) for row in old.rows["audit"]] == [
        row for row in rows_of(old.url)["audit"] if row[0] < last.sequence
    ]


def test_it_works_as_one_that_was_made_now(old: Old) -> None:
    upgrade(old.url, "jo")
    database = Database.open(old.url)
    with database.reader() as reader:
        jo = officer_by_name(reader, "jo")
        paths = [row.path for row in page(reader, 1, LogFilter())]
        seen = media_by_sha256(reader, digests("x").sha256, [1])
    assert len(paths) == 4
    assert {row.path for row in seen.occurrences} == {"ü.jpg", "copy.jpg"}
    assert "sharpness" not in seen.facts
    with database.session(jo) as session:
        add_hash_set(session, "known", Purpose.ILLEGAL, None)
        session.audit(Act.HASH_SET_ADD, case_id=None, subject="known", detail={})
    with database.reader() as reader:
        assert [each.name for each in hash_sets(reader)] == ["known"]
    database.close()


def test_the_copy_is_the_database_as_it_was(old: Old) -> None:
    _, copy = upgrade(old.url, "jo")
    if old.path is None:
        assert copy is None  # PostgreSQL is backed up by who runs it
        return
    assert copy is not None
    assert copy.parent == old.path.parent
    untouched(Old(f"sqlite:///{copy}", None, old.rows))
    with sqlite3.connect(copy) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.close()


def test_twice_is_once(old: Old) -> None:
    upgrade(old.url, "jo")
    after = rows_of(old.url)
    files = sorted(old.path.parent.iterdir()) if old.path else []
    assert upgrade(old.url, "jo") == (OWN, None)
    assert rows_of(old.url) == after
    assert (sorted(old.path.parent.iterdir()) if old.path else []) == files


@pytest.mark.parametrize(
    ("name", "error", "says"),
    [("kim", AccessRefused, "examiner may not"), ("nobody", NotFound, "no officer nobody")],
)
def test_only_an_administrator_may(old: Old, name: str, error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        upgrade(old.url, name)
    untouched(old)


def test_a_migration_that_breaks_off_leaves_everything_as_it_was(
    old: Old, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*arguments: object, **named: object) -> None:
        raise RuntimeError("broken off")

    monkeypatch.setattr(op, "create_index", broken)
    with pytest.raises(RuntimeError, match="broken off"):
        upgrade(old.url, "jo")
    monkeypatch.undo()
    assert rows_of(old.url) == old.rows
    before, _ = upgrade(old.url, "jo")
    assert before == OLD
    Database.open(old.url).close()


@contextmanager
def no_file_over(size: int) -> Iterator[None]:
    """As on a disk that is full: no file may grow over so many bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_no_room_for_the_copy_leaves_everything_as_it_was(old: Old) -> None:
    if old.path is None:
        pytest.skip("PostgreSQL is not copied")
    names = {path.name for path in old.path.parent.iterdir()}
    assert old.path.stat().st_size > 1 << 16
    with no_file_over(1 << 16), pytest.raises(StoreError, match="could not be copied") as caught:
        upgrade(old.url, "jo")
    assert "Nothing was changed" in str(caught.value.hint)
    assert {path.name for path in old.path.parent.iterdir()} == names
    untouched(old)


def test_a_newer_schema_is_left_alone(old: Old) -> None:
    database = Database.connect(old.url)
    tables = MetaData()
    with database._write() as connection:
        tables.reflect(connection, only=["alembic_version"])
        connection.execute(update(tables.tables["alembic_version"]).values(version_num="9999"))
    database.close()
    with pytest.raises(StoreError, match="does not know"):
        upgrade(old.url, "jo")
    assert rows_of(old.url) == old.rows


def test_what_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no Trawl database"):
        upgrade(f"sqlite:///{tmp_path / 'absent.db'}", "jo")
    assert list(tmp_path.iterdir()) == []
