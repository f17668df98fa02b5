"""The door: on both databases where they have a part in it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from door_lab import Clock, Lab

from trawl.store.database import Database


@pytest.fixture
def lab_on_both(database_url: str) -> Iterator[Lab]:
    """A door with its first administrator: for what the two databases could do differently."""
    clock = Clock()
    database = Database.open(database_url, clock=clock)
    yield Lab.begin(database, clock)
    database.close()


@pytest.fixture(scope="session")
def door_template(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Lab, Path]:
    """A door on SQLite, to be copied."""
    path = tmp_path_factory.mktemp("door") / "trawl.db"
    shutil.copy(sqlite_template, path)
    clock = Clock()
    database = Database.open(f"sqlite:///{path}", clock=clock)
    lab = Lab.begin(database, clock)
    database.close()
    return lab, path


@pytest.fixture
def lab(door_template: tuple[Lab, Path], tmp_path: Path) -> Iterator[Lab]:
    """The same on SQLite alone: for what the database has no part in."""
    template, path = door_template
    copy = template.copied(path, tmp_path / "trawl.db")
    yield copy
    copy.database.close()
