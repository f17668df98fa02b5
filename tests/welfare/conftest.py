"""A unit with an officer of each role, a case, and a clock that a test sets."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from welfare_unit import Unit


@pytest.fixture
def unit(database_url: str) -> Iterator[Unit]:
    """On both databases."""
    made = Unit.make(database_url)
    yield made
    made.database.close()


@pytest.fixture
def unit_on_sqlite(sqlite_template, tmp_path) -> Iterator[Unit]:
    """Only on SQLite: for what the database has no part in."""
    import shutil

    path = tmp_path / "alone.db"
    shutil.copy(sqlite_template, path)
    made = Unit.make(f"sqlite:///{path}")
    yield made
    made.database.close()
