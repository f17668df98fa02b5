"""The door, on both databases."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from door_lab import Clock, Lab

from trawl.store.database import Database


@pytest.fixture
def lab(database_url: str) -> Iterator[Lab]:
    """A door with its first administrator, on both databases."""
    clock = Clock()
    database = Database.open(database_url, clock=clock)
    yield Lab(database, clock)
    database.close()


@pytest.fixture
def lab_on_sqlite(sqlite_template: Path, tmp_path: Path) -> Iterator[Lab]:
    """The same, only on SQLite: for what the database has no part in."""
    path = tmp_path / "alone.db"
    shutil.copy(sqlite_template, path)
    clock = Clock()
    database = Database.open(f"sqlite:///{path}", clock=clock)
    yield Lab(database, clock)
    database.close()
