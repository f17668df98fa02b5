"""How long media were on screen: the state of the measuring, and the moments it has found."""

from __future__ import annotations

from sqlalchemy import select, text

from trawl.store.database import Reader, Session
from trawl.store.welfare_tables import viewing, watch

_KEEP_STATE = text(
    "INSERT INTO watch (officer_id, state) VALUES (:officer_id, :state)"
    " ON CONFLICT (officer_id) DO UPDATE SET state = excluded.state"
)
_KEEP_VIEWING = text(
    "INSERT INTO viewing (officer_id, from_us, until_us) VALUES (:officer_id, :from_us, :until_us)"
    " ON CONFLICT (officer_id, from_us) DO UPDATE SET until_us = excluded.until_us"
)
LOOK_BACK_US = 7 * 86_400_000_000
"""No run of viewing is longer: a break ends it long before."""


def watch_state(view: Reader | Session, officer_id: int) -> str | None:
    """The state of an officer's measuring as it was kept; None before the first sign."""
    return view.connection.execute(
        select(watch.c.state).where(watch.c.officer_id == officer_id)
    ).scalar_one_or_none()


def watch_states(view: Reader | Session) -> list[tuple[int, str]]:
    """Every officer's state."""
    rows = view.connection.execute(select(watch.c.officer_id, watch.c.state))
    return [(row.officer_id, row.state) for row in rows]


def keep_watch(session: Session, officer_id: int, state: str) -> None:
    """Keep the state of an officer's measuring."""
    session.connection.execute(_KEEP_STATE, {"officer_id": officer_id, "state": state})


def keep_viewing(session: Session, officer_id: int, from_us: int, until_us: int) -> None:
    """Keep a run of moments with media on screen; its end may be moved later, either way."""
    session.connection.execute(
        _KEEP_VIEWING, {"officer_id": officer_id, "from_us": from_us, "until_us": until_us}
    )


def viewings(
    view: Reader | Session, officer_id: int, from_us: int, until_us: int
) -> list[tuple[int, int]]:
    """An officer's runs that touch the time asked for, as they were kept."""
    columns = viewing.c
    rows = view.connection.execute(
        select(columns.from_us, columns.until_us).where(
            columns.officer_id == officer_id,
            columns.from_us >= from_us - LOOK_BACK_US,
            columns.from_us < until_us,
            columns.until_us > from_us,
        )
    )
    return [(row.from_us, row.until_us) for row in rows]


def viewers(view: Reader | Session, from_us: int, until_us: int) -> list[int]:
    """Officers who had media on screen in the time asked for."""
    columns = viewing.c
    rows = view.connection.execute(
        select(columns.officer_id)
        .where(
            columns.from_us >= from_us - LOOK_BACK_US,
            columns.from_us < until_us,
            columns.until_us > from_us,
        )
        .distinct()
        .order_by(columns.officer_id)
    ).scalars()
    return list(map(int, rows))
