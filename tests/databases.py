"""Databases for tests, each from a template that is made once."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import postgres
from trawl.store.database import Database

_number = itertools.count()


@pytest.fixture(scope="session")
def postgres_folder() -> Iterator[str]:
    """The socket folder of a PostgreSQL server of this test run; skips where none can run."""
    try:
        with postgres.running() as folder:
            postgres.execute(folder, "CREATE DATABASE template_trawl")
            Database.create(postgres.url(folder, "template_trawl")).close()
            yield folder
    except postgres.NoPostgres as reason:
        pytest.skip(str(reason))


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite database with the schema."""
    path = tmp_path_factory.mktemp("template") / "trawl.db"
    Database.create(f"sqlite:///{path}").close()
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a fresh database with the schema: every test that asks for it runs on both."""
    if request.param == "sqlite":
        path = tmp_path / "trawl.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    folder = request.getfixturevalue("postgres_folder")
    name = f"trawl_{next(_number)}"
    postgres.execute(folder, f"CREATE DATABASE {name} TEMPLATE template_trawl STRATEGY file_copy")
    yield postgres.url(folder, name)
    postgres.execute(folder, f"DROP DATABASE {name} WITH (FORCE)")
