"""Notes: what an officer writes down about a media."""

from __future__ import annotations

from dataclasses import dataclass

from trawl.model.access import Officer
from trawl.review.marking import put, read, withdraw, worded
from trawl.store.database import Database
from trawl.store.review_tables import note

LONGEST = 4000


@dataclass(frozen=True, slots=True)
class Note:
    """One note. ``at_us``: microseconds since 1970-01-01 UTC."""

    id: int
    officer: str
    text: str
    at_us: int


def add_note(database: Database, officer: Officer, case_id: int, media_id: int, text: str) -> int:
    """Write a note; its identifier. Raises NotFound, StoreError."""
    return put(database, officer, note, case_id, media_id, text=worded("note", text, LONGEST))


def list_notes(database: Database, officer: Officer, case_id: int, media_id: int) -> list[Note]:
    """The notes on a media, the oldest first."""
    rows = read(database, officer, note, case_id, media_id)
    return [Note(row.id, row.officer, row.text, row.at_us) for row in rows]


def withdraw_note(
    database: Database, officer: Officer, case_id: int, media_id: int, note_id: int
) -> None:
    """Take one's own note back. Raises NotFound, AccessRefused."""
    withdraw(database, officer, note, case_id, media_id, note_id)
