"""The tables of welfare: what was shown to whom, how long media were on screen, the counsellors'
roster, consents and talks.

``exposure`` is the sum of ``showing`` by day, written in the same transaction, so that a ledger
need not go through millions of rows. ``watch`` holds where the measuring of an officer stands.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, LargeBinary, PrimaryKeyConstraint, Table, Text

from trawl.store.schema import Big, metadata


def _id() -> Column[int]:
    return Column("id", Big, primary_key=True, autoincrement=False)


def _officer(name: str = "officer_id") -> Column[int]:
    return Column(name, Big, ForeignKey("officer.id"), nullable=False)


# Neither the case nor the media is a foreign key: looking each up would cost more than the row,
# and the ledger outlives both.
showing = Table(
    "showing",
    metadata,
    _id(),
    Column("officer_id", Big, nullable=False),
    Column("case_id", Big, nullable=False),
    Column("media_id", Big, nullable=False),
    Column("clarity", Text, nullable=False),
    Column("category", Text),
    Column("at_us", Big, nullable=False),
    Column("ms", Big, nullable=False),  # 0: delivered; else on screen for so long, as told
)
Index("ix_showing_officer_id_media_id", showing.c.officer_id, showing.c.media_id)

exposure = Table(
    "exposure",
    metadata,
    Column("officer_id", Big, nullable=False),
    Column("day", Text, nullable=False),  # YYYY-MM-DD in the unit's time zone
    Column("case_id", Big, nullable=False),
    Column("clarity", Text, nullable=False),
    Column("category", Text, nullable=False),  # empty: none
    Column("shown", Big, nullable=False),
    Column("ms", Big, nullable=False),
    PrimaryKeyConstraint("officer_id", "day", "case_id", "clarity", "category"),
)
Index("ix_exposure_day", exposure.c.day)

viewing = Table(
    "viewing",
    metadata,
    Column("officer_id", Big, nullable=False),
    Column("from_us", Big, nullable=False),
    Column("until_us", Big, nullable=False),  # may be seconds ahead while media are on screen
    PrimaryKeyConstraint("officer_id", "from_us"),
)

watch = Table(
    "watch",
    metadata,
    Column("officer_id", Big, ForeignKey("officer.id"), primary_key=True, autoincrement=False),
    Column("state", Text, nullable=False),  # JSON, see trawl.welfare.watch
)

shift = Table(
    "shift",
    metadata,
    _id(),
    _officer(),
    Column("from_us", Big, nullable=False),
    Column("until_us", Big, nullable=False),
    Column("kind", Text, nullable=False),  # work, holiday
    Column("how", Text, nullable=False),  # how to reach them
    Column("set_by", Big, ForeignKey("officer.id"), nullable=False),
    Column("set_us", Big, nullable=False),
    Column("removed_us", Big),
)
Index("ix_shift_until_us", shift.c.until_us)

consent = Table(
    "consent",
    metadata,
    _id(),
    _officer(),
    Column("counsellor_id", Big, ForeignKey("officer.id")),  # NULL: any counsellor
    Column("given_us", Big, nullable=False),
    Column("withdrawn_us", Big),
)
Index("ix_consent_officer_id", consent.c.officer_id)

talk = Table(
    "talk",
    metadata,
    _id(),
    _officer(),
    Column("asked_us", Big, nullable=False),
    Column("offered_to", Big, ForeignKey("officer.id")),  # NULL: nobody was on duty
    Column("offered_us", Big),
    Column("due_us", Big, nullable=False),  # unanswered until then, it falls back
    Column("answered_by", Big, ForeignKey("officer.id")),
    Column("answered_us", Big),
    Column("fell_back_us", Big),
    Column("closed_us", Big),
)
Index("ix_talk_officer_id", talk.c.officer_id)

talk_message = Table(
    "talk_message",
    metadata,
    _id(),
    Column("talk_id", Big, ForeignKey("talk.id"), nullable=False, index=True),
    Column("author_id", Big, ForeignKey("officer.id"), nullable=False),
    Column("at_us", Big, nullable=False),
    Column("text", LargeBinary, nullable=False),  # sealed
)
