"""Fixtures: a case with media of every kind, on both databases and on SQLite alone."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.review.grading.room_fixtures import Clock
from tests.review.views.gallery_room import Gallery

from trawl.store.database import Database


@pytest.fixture(name="gallery_clock")
def the_gallery_clock() -> Clock:
    return Clock()


@pytest.fixture(name="gallery")
def the_gallery(database_url: str, tmp_path: Path, gallery_clock: Clock) -> Iterator[Gallery]:
    """For what the database has a part in."""
    opened = Database.open(database_url, clock=gallery_clock)
    room = Gallery.open(opened, tmp_path)
    yield room
    room.bench.writer.close()
    room.reviews.close()
    opened.close()


@pytest.fixture(name="gallery_alone")
def the_gallery_alone(
    sqlite_template: Path, tmp_path: Path, gallery_clock: Clock
) -> Iterator[Gallery]:
    """On SQLite alone."""
    path = tmp_path / "alone.db"
    shutil.copy(sqlite_template, path)
    opened = Database.open(f"sqlite:///{path}", clock=gallery_clock)
    room = Gallery.open(opened, tmp_path)
    yield room
    room.bench.writer.close()
    room.reviews.close()
    opened.close()
