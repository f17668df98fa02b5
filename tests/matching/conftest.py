"""A case to match, on both databases or on SQLite alone."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from matching_lab import Lab

from trawl.store.database import Database


@pytest.fixture
def lab_on_both(database_url: str, tmp_path: Path) -> Iterator[Lab]:
    """For what the database has a part in."""
    opened = Database.open(database_url)
    lab = Lab.open(opened, tmp_path)
    yield lab
    lab.bench.writer.close()
    opened.close()


@pytest.fixture
def lab(sqlite_template: Path, tmp_path: Path) -> Iterator[Lab]:
    """On SQLite alone."""
    path = tmp_path / "alone.db"
    shutil.copy(sqlite_template, path)
    opened = Database.open(f"sqlite:///{path}")
    made = Lab.open(opened, tmp_path)
    yield made
    made.bench.writer.close()
    opened.close()
