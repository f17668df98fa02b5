"""A small case with one acquisition, on both databases."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from store_samples import Bench

from trawl.store.database import Database


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A database whose clock ticks one second a look."""
    ticks = iter(range(1_700_000_000_000_000, 1_800_000_000_000_000, 1_000_000))
    opened = Database.open(database_url, clock=lambda: next(ticks))
    yield opened
    opened.close()


@pytest.fixture
def bench(database: Database, tmp_path: Path) -> Iterator[Bench]:
    """An officer, a case, an exhibit, an acquisition with its root container."""
    begun = Bench.begin(database, tmp_path / "packs")
    yield begun
    begun.writer.close()


@pytest.fixture
def bench_on_sqlite(sqlite_template: Path, tmp_path: Path) -> Iterator[Bench]:
    """The same, only on SQLite: for what the database has no part in."""
    path = tmp_path / "alone.db"
    shutil.copy(sqlite_template, path)
    opened = Database.open(f"sqlite:///{path}")
    begun = Bench.begin(opened, tmp_path / "packs")
    yield begun
    begun.writer.close()
    opened.close()
