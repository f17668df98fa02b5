"""What has been done since: the audit trail as the one feed of changes.

Every write leaves one row there, in the order the writes were committed, so whoever keeps
something derived can ask what it is still true of.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import func, select

from trawl.model.access import Act
from trawl.store.database import Reader, Session
from trawl.store.schema import audit


class Change(NamedTuple):
    """Acts of one kind on one case (None: on none); ``last``: the audit row of the last."""

    act: str
    case_id: int | None
    last: int


def head_of_audit(view: Reader | Session) -> int:
    """The sequence of the newest audit row, 0 before the first."""
    return view.connection.execute(select(func.max(audit.c.sequence))).scalar() or 0


def changes_since(view: Reader | Session, after: int, acts: Collection[Act]) -> list[Change]:
    """Of these acts, those with an audit row behind ``after``."""
    columns = audit.c
    rows = view.connection.execute(
        select(columns.act, columns.case_id, func.max(columns.sequence))
        .where(columns.sequence > after, columns.act.in_([str(act) for act in acts]))
        .group_by(columns.act, columns.case_id)
    )
    return [Change(*row) for row in rows]
