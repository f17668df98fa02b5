"""Fixtures: a case to review, on both databases. Import them where they are asked for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.review.grading.grading_room import Room

from trawl.store.database import Database


class Clock:
    """A clock the test sets; each look is a microsecond later."""

    def __init__(self) -> None:
        self.now_us = 1_700_000_000_000_000

    def __call__(self) -> int:
        self.now_us += 1
        return self.now_us

    def pass_s(self, seconds: float) -> None:
        """Let time go by."""
        self.now_us += int(seconds * 1_000_000)


@pytest.fixture(name="clock")
def the_clock() -> Clock:
    return Clock()


@pytest.fixture(name="review_database")
def the_review_database(database_url: str, clock: Clock) -> Iterator[Database]:
    """A database with a clock that can be set."""
    opened = Database.open(database_url, clock=clock)
    yield opened
    opened.close()


@pytest.fixture(name="room")
def the_room(review_database: Database, tmp_path: Path) -> Room:
    """Four officers and six pictures."""
    return Room.open(review_database, tmp_path / "packs")
