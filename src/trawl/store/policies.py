"""The unit's policies: each a JSON object under a name, the newest counts, none is ever changed.

What a policy may say is for the room that keeps it (grading, welfare) to check.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from sqlalchemy import func, insert, select

from trawl.store.database import Reader, Session
from trawl.store.numbers import next_id
from trawl.store.review_tables import policy


def policy_value(view: Reader | Session, name: str) -> dict[str, Any] | None:
    """The policy of that name as it stands; None while nobody has set it."""
    columns = policy.c
    value = view.connection.execute(
        select(columns.value).where(columns.name == name).order_by(columns.id.desc()).limit(1)
    ).scalar_one_or_none()
    return None if value is None else msgspec.json.decode(value, type=dict[str, Any])


def policy_version(view: Reader | Session, name: str) -> int:
    """A number that grows whenever the policy of that name is set; 0 while nobody has."""
    columns = policy.c
    query = select(func.coalesce(func.max(columns.id), 0)).where(columns.name == name)
    return int(view.connection.execute(query).scalar_one())


def set_policy(session: Session, name: str, value: Mapping[str, Any]) -> int:
    """Set a policy; returns its version. The audit row is the caller's."""
    version = next_id(session.connection, policy)
    session.connection.execute(
        insert(policy).values(
            id=version,
            name=name,
            value=msgspec.json.encode(value, order="deterministic").decode(),
            officer_id=session.officer.id,
            at_us=session.clock(),
        )
    )
    return version
