"""A unit with an officer of each role, a case, and a clock that a test sets."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from welfare_unit import Unit


@pytest.fixture
def unit(database_url: str) -> Iterator[Unit]:
    """On both databases."""
    made = Unit.make(database_url)
    yield made
    made.database.close()


@pytest.fixture(scope="session")
def unit_template(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of a unit that nothing has happened in."""
    path = tmp_path_factory.mktemp("unit") / "trawl.db"
    shutil.copy(sqlite_template, path)
    Unit.make(f"sqlite:///{path}").database.close()
    return path


@pytest.fixture
def unit_on_sqlite(unit_template: Path, tmp_path: Path) -> Iterator[Unit]:
    """Only on SQLite: for what the database has no part in."""
    path = tmp_path / "alone.db"
    shutil.copy(unit_template, path)
    made = Unit.again(f"sqlite:///{path}")
    yield made
    made.database.close()
