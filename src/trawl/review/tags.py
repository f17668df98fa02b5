"""Tags: words by which media of a case are found again."""

from __future__ import annotations

from dataclasses import dataclass

from trawl.model.access import Officer
from trawl.review.marking import put, read, withdraw, worded
from trawl.store.database import Database
from trawl.store.review_tables import tag

LONGEST = 60


@dataclass(frozen=True, slots=True)
class Tag:
    """One tag. ``at_us``: microseconds since 1970-01-01 UTC."""

    id: int
    officer: str
    tag: str
    at_us: int


def add_tag(database: Database, officer: Officer, case_id: int, media_id: int, text: str) -> int:
    """Put a tag on a media; its identifier. Runs of white space are one space. Raises NotFound,
    StoreError."""
    kept = worded("tag", " ".join(text.split()), LONGEST)
    return put(database, officer, tag, case_id, media_id, tag=kept)


def list_tags(database: Database, officer: Officer, case_id: int, media_id: int) -> list[Tag]:
    """The tags of a media, the oldest first."""
    rows = read(database, officer, tag, case_id, media_id)
    return [Tag(row.id, row.officer, row.tag, row.at_us) for row in rows]


def withdraw_tag(
    database: Database, officer: Officer, case_id: int, media_id: int, tag_id: int
) -> None:
    """Take one's own tag back. Raises NotFound, AccessRefused."""
    withdraw(database, officer, tag, case_id, media_id, tag_id)
