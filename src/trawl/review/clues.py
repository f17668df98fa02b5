"""Clues: a part of a picture or a moment of a video that may lead to a place or a person."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Row

from trawl.errors import StoreError
from trawl.model.access import Officer
from trawl.review.marking import put, read, withdraw, worded
from trawl.store.database import Database
from trawl.store.review_tables import clue

LONGEST = 200
LONGEST_MS = 10**12

# What the last digits of a browser's sums may be off by.
_SLACK = 1e-6


class Region(NamedTuple):
    """A part of a picture: left, top, width and height as parts of the whole, 0 to 1."""

    x: float
    y: float
    w: float
    h: float


@dataclass(frozen=True, slots=True)
class Clue:
    """One clue: a region, a moment of a video in milliseconds, or a region at a moment."""

    id: int
    media_id: int
    officer: str
    label: str
    region: Region | None
    at_ms: int | None
    at_us: int


def add_clue(
    database: Database,
    officer: Officer,
    case_id: int,
    media_id: int,
    label: str,
    *,
    region: Region | None = None,
    at_ms: int | None = None,
) -> int:
    """Mark a clue; its identifier. Raises NotFound, StoreError for a region that is not within
    the picture."""
    if region is None and at_ms is None:
        raise StoreError("a clue is a region of a picture or a moment of a video")
    if at_ms is not None and not 0 <= at_ms <= LONGEST_MS:
        raise StoreError("a clue's moment is 0 ms or later")
    sides = dict.fromkeys(Region._fields) if region is None else _within(region)._asdict()
    said = {"label": worded("clue", label, LONGEST), "at_ms": at_ms, **sides}
    return put(database, officer, clue, case_id, media_id, **said)


def list_clues(
    database: Database, officer: Officer, case_id: int, media_id: int | None = None
) -> list[Clue]:
    """The clues of a media, or of the whole case, the oldest first."""
    return [_clue(row) for row in read(database, officer, clue, case_id, media_id)]


def withdraw_clue(
    database: Database, officer: Officer, case_id: int, media_id: int, clue_id: int
) -> None:
    """Take one's own clue back. Raises NotFound, AccessRefused."""
    withdraw(database, officer, clue, case_id, media_id, clue_id)


def _within(region: Region) -> Region:
    inside = (
        all(math.isfinite(side) for side in region)
        and region.x >= 0
        and region.y >= 0
        and region.w > 0
        and region.h > 0
        and region.x + region.w <= 1 + _SLACK
        and region.y + region.h <= 1 + _SLACK
    )
    if not inside:
        raise StoreError("a clue's region lies within the picture: parts of its sides, 0 to 1")
    return Region(region.x, region.y, min(region.w, 1 - region.x), min(region.h, 1 - region.y))


def _clue(row: Row[Any]) -> Clue:
    region = None if row.x is None else Region(row.x, row.y, row.w, row.h)
    return Clue(row.id, row.media_id, row.officer, row.label, region, row.at_ms, row.at_us)
