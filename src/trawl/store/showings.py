"""Showings: which media went to which officer, how clear, and what they were known as."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sqlalchemy import Row, func, select, text

from trawl.store.bulk import batches, insert_rows
from trawl.store.database import Reader, Session
from trawl.store.numbers import next_id
from trawl.store.welfare_tables import exposure, showing

COLUMNS = ("id", "officer_id", "case_id", "media_id", "clarity", "category", "at_us", "ms")
_ADD_EXPOSURE = text(
    "INSERT INTO exposure (officer_id, day, case_id, clarity, category, shown, ms)"
    " VALUES (:officer_id, :day, :case_id, :clarity, :category, :shown, :ms)"
    " ON CONFLICT (officer_id, day, case_id, clarity, category) DO UPDATE"
    " SET shown = exposure.shown + excluded.shown, ms = exposure.ms + excluded.ms"
)


@dataclass(frozen=True, slots=True)
class ShowingRow:
    """One media to one officer. ``ms`` 0: it was delivered; else it was on screen for so long."""

    media_id: int
    clarity: str
    category: str | None
    ms: int = 0


@dataclass(frozen=True, slots=True)
class Exposure:
    """The sum of an officer's showings of one day, case, clarity and category."""

    officer_id: int
    day: str
    case_id: int
    clarity: str
    category: str | None
    shown: int
    ms: int


def add_showings(
    session: Session, case_id: int, day: str, at_us: int, rows: Sequence[ShowingRow]
) -> int:
    """Write down what was shown to the session's officer, and add it to the day's exposure.
    Returns the first row's number; they are numbered in one run."""
    first = next_id(session.connection, showing)
    officer_id = session.officer.id
    insert_rows(
        session.connection,
        showing,
        COLUMNS,
        [
            (
                first + at,
                officer_id,
                case_id,
                row.media_id,
                row.clarity,
                row.category,
                at_us,
                row.ms,
            )
            for at, row in enumerate(rows)
        ],
    )
    shown: Counter[tuple[str, str]] = Counter()
    lasted: Counter[tuple[str, str]] = Counter()
    for row in rows:
        key = (row.clarity, row.category or "")
        shown[key] += row.ms == 0
        lasted[key] += row.ms
    if shown:
        session.connection.execute(
            _ADD_EXPOSURE,
            [
                {
                    "officer_id": officer_id,
                    "day": day,
                    "case_id": case_id,
                    "clarity": clarity,
                    "category": category,
                    "shown": shown[clarity, category],
                    "ms": lasted[clarity, category],
                }
                for clarity, category in sorted(shown)
            ],
        )
    return first


def last_categories(
    view: Reader | Session, officer_id: int, case_id: int, media_ids: Iterable[int]
) -> dict[int, str | None]:
    """Of those media, the ones that were delivered to the officer in this case, and what each
    was known as when it last was."""
    columns = showing.c
    found: dict[int, str | None] = {}
    for some in batches(media_ids):
        newest = (
            select(func.max(columns.id))
            .where(
                columns.officer_id == officer_id,
                columns.media_id.in_(some),
                columns.case_id == case_id,
                columns.ms == 0,
            )
            .group_by(columns.media_id)
        )
        rows = view.connection.execute(
            select(columns.media_id, columns.category).where(columns.id.in_(newest))
        )
        found.update((row.media_id, row.category) for row in rows)
    return found


def seen_media(view: Reader | Session, officer_id: int) -> npt.NDArray[np.int64]:
    """All media that were ever delivered to an officer: int64 (n,), sorted."""
    columns = showing.c
    rows = view.connection.execute(
        select(columns.media_id)
        .where(columns.officer_id == officer_id)
        .distinct()
        .order_by(columns.media_id)
    ).scalars()
    return np.fromiter(rows, np.int64)


def exposures(
    view: Reader | Session, from_day: str, until_day: str, officer_id: int | None = None
) -> list[Exposure]:
    """The sums of the days from ``from_day`` to ``until_day`` (both included), of one officer
    or of all, by day."""
    columns = exposure.c
    asked = select(exposure).where(columns.day >= from_day, columns.day <= until_day)
    if officer_id is not None:
        asked = asked.where(columns.officer_id == officer_id)
    rows = view.connection.execute(asked.order_by(*exposure.primary_key.columns))
    return [_exposure(row) for row in rows]


def _exposure(row: Row[tuple[object, ...]]) -> Exposure:
    return Exposure(
        officer_id=row.officer_id,
        day=row.day,
        case_id=row.case_id,
        clarity=row.clarity,
        category=row.category or None,
        shown=row.shown,
        ms=row.ms,
    )
