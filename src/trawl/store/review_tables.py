"""The tables of review: votes and what was done with them, leases, marks, saved filters, policy.

Votes, acts, resolutions and policies are only ever added to. What counts now is worked out from
them: see ``trawl.review.grading``.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)

from trawl.store.schema import Big, Real, metadata


def _id() -> Column[int]:
    return Column("id", Big, primary_key=True, autoincrement=False)


def _case() -> Column[int]:
    return Column("case_id", Big, ForeignKey("case_file.id"), nullable=False)


def _media() -> Column[int]:
    return Column("media_id", Big, ForeignKey("media.id"), nullable=False)


def _officer() -> Column[int]:
    return Column("officer_id", Big, ForeignKey("officer.id"), nullable=False)


policy = Table(
    "policy",
    metadata,
    _id(),
    Column("name", Text, nullable=False),
    Column("value", Text, nullable=False),  # JSON object
    _officer(),
    Column("at_us", Big, nullable=False),
)
Index("ix_policy_name_id", policy.c.name, policy.c.id)

grading_act = Table(
    "grading_act",
    metadata,
    _id(),
    _case(),
    _officer(),
    Column("key", Text, nullable=False),
    Column("kind", Text, nullable=False),  # grade, undo, resolve
    Column("undoes", Big),
    Column("scheme", Text, nullable=False),
    Column("category", Text),
    # The votes of an act are numbered in one run: they are found without an index of their own.
    Column("first_vote", Big, nullable=False),
    Column("votes", Big, nullable=False),
    Column("at_us", Big, nullable=False),
    UniqueConstraint("officer_id", "key"),
)
Index("ix_grading_act_case_id_officer_id_id", *grading_act.c["case_id", "officer_id", "id"])
Index("ix_grading_act_undoes", grading_act.c.undoes)

vote = Table(
    "vote",
    metadata,
    _id(),
    # The act is of that case and that officer: checking those too would double the checks.
    Column("act_id", Big, ForeignKey("grading_act.id"), nullable=False),
    Column("case_id", Big, nullable=False),
    _media(),
    Column("officer_id", Big, nullable=False),
    Column("scheme", Text, nullable=False),
    Column("category", Text),  # NULL: the officer has taken the vote back
    Column("from_ms", Big, nullable=False, server_default="-1"),  # -1: the whole media
    Column("to_ms", Big, nullable=False, server_default="-1"),
    Column("at_us", Big, nullable=False),
)
Index("ix_vote_case_id_id", vote.c.case_id, vote.c.id)
Index("ix_vote_case_id_media_id", vote.c.case_id, vote.c.media_id)

resolution = Table(
    "resolution",
    metadata,
    _id(),
    Column("act_id", Big, ForeignKey("grading_act.id"), nullable=False),
    _case(),
    _media(),
    Column("scheme", Text, nullable=False),
    Column("category", Text, nullable=False),
    _officer(),
    Column("grounds", Text, nullable=False),
    Column("at_us", Big, nullable=False),
)
Index("ix_resolution_case_id_media_id", resolution.c.case_id, resolution.c.media_id)
Index("ix_resolution_act_id", resolution.c.act_id)

requeue = Table(
    "requeue",
    metadata,
    _id(),
    _case(),
    _media(),
    Column("reason", Text, nullable=False),
    _officer(),
    Column("at_us", Big, nullable=False),
)
Index("ix_requeue_case_id_id", requeue.c.case_id, requeue.c.id)

lease = Table(
    "lease",
    metadata,
    _case(),
    _media(),  # the one on top of the stack
    _officer(),
    Column("until_us", Big, nullable=False),
    PrimaryKeyConstraint("case_id", "media_id"),
)
Index("ix_lease_officer_id", lease.c.officer_id)


def _mark(name: str, *said: Column[Any]) -> Table:
    """Something an officer has put on a media; taken back, it keeps its row."""
    table = Table(
        name,
        metadata,
        _id(),
        _case(),
        _media(),
        _officer(),
        *said,
        Column("at_us", Big, nullable=False),
        Column("withdrawn_us", Big),
    )
    Index(f"ix_{name}_case_id_media_id", table.c.case_id, table.c.media_id)
    return table


clue = _mark(
    "clue",
    Column("label", Text, nullable=False),
    *(Column(side, Real) for side in ("x", "y", "w", "h")),  # parts of the whole, 0 to 1
    Column("at_ms", Big),
)
note = _mark("note", Column("text", Text, nullable=False))
tag = _mark("tag", Column("tag", Text, nullable=False))

saved_filter = Table(
    "saved_filter",
    metadata,
    _id(),
    _case(),
    _officer(),
    Column("name", Text, nullable=False),
    Column("value", Text, nullable=False),  # JSON object
    Column("at_us", Big, nullable=False),
    Column("removed_us", Big),
)
Index("ix_saved_filter_case_id_officer_id", saved_filter.c.case_id, saved_filter.c.officer_id)
