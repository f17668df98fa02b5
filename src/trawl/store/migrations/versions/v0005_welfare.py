"""Showings, viewing, the roster, consents and talks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Eight tables."""
    _exposure()
    _roster()
    _talks()


def _exposure() -> None:
    op.create_table(
        "showing",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("officer_id", BIG, nullable=False),
        sa.Column("case_id", BIG, nullable=False),
        sa.Column("media_id", BIG, nullable=False),
        sa.Column("clarity", sa.Text(), nullable=False),
        sa.Column("category", sa.Text()),
        sa.Column("at_us", BIG, nullable=False),
        sa.Column("ms", BIG, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_showing"),
    )
    op.create_index("ix_showing_officer_id_media_id", "showing", ["officer_id", "media_id"])
    op.create_table(
        "exposure",
        sa.Column("officer_id", BIG, nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("case_id", BIG, nullable=False),
        sa.Column("clarity", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("shown", BIG, nullable=False),
        sa.Column("ms", BIG, nullable=False),
        sa.PrimaryKeyConstraint(
            "officer_id", "day", "case_id", "clarity", "category", name="pk_exposure"
        ),
    )
    op.create_index("ix_exposure_day", "exposure", ["day"])
    op.create_table(
        "viewing",
        sa.Column("officer_id", BIG, nullable=False),
        sa.Column("from_us", BIG, nullable=False),
        sa.Column("until_us", BIG, nullable=False),
        sa.PrimaryKeyConstraint("officer_id", "from_us", name="pk_viewing"),
    )
    op.create_table(
        "watch",
        sa.Column("officer_id", BIG, autoincrement=False, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name="fk_watch_officer_id"),
        sa.PrimaryKeyConstraint("officer_id", name="pk_watch"),
    )


def _roster() -> None:
    op.create_table(
        "shift",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("officer_id", BIG, nullable=False),
        sa.Column("from_us", BIG, nullable=False),
        sa.Column("until_us", BIG, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("how", sa.Text(), nullable=False),
        sa.Column("set_by", BIG, nullable=False),
        sa.Column("set_us", BIG, nullable=False),
        sa.Column("removed_us", BIG),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name="fk_shift_officer_id"),
        sa.ForeignKeyConstraint(["set_by"], ["officer.id"], name="fk_shift_set_by"),
        sa.PrimaryKeyConstraint("id", name="pk_shift"),
    )
    op.create_index("ix_shift_until_us", "shift", ["until_us"])
    op.create_table(
        "consent",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("officer_id", BIG, nullable=False),
        sa.Column("counsellor_id", BIG),
        sa.Column("given_us", BIG, nullable=False),
        sa.Column("withdrawn_us", BIG),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name="fk_consent_officer_id"),
        sa.ForeignKeyConstraint(["counsellor_id"], ["officer.id"], name="fk_consent_counsellor_id"),
        sa.PrimaryKeyConstraint("id", name="pk_consent"),
    )
    op.create_index("ix_consent_officer_id", "consent", ["officer_id"])


def _talks() -> None:
    op.create_table(
        "talk",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("officer_id", BIG, nullable=False),
        sa.Column("asked_us", BIG, nullable=False),
        sa.Column("offered_to", BIG),
        sa.Column("offered_us", BIG),
        sa.Column("due_us", BIG, nullable=False),
        sa.Column("answered_by", BIG),
        sa.Column("answered_us", BIG),
        sa.Column("fell_back_us", BIG),
        sa.Column("closed_us", BIG),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name="fk_talk_officer_id"),
        sa.ForeignKeyConstraint(["offered_to"], ["officer.id"], name="fk_talk_offered_to"),
        sa.ForeignKeyConstraint(["answered_by"], ["officer.id"], name="fk_talk_answered_by"),
        sa.PrimaryKeyConstraint("id", name="pk_talk"),
    )
    op.create_index("ix_talk_officer_id", "talk", ["officer_id"])
    op.create_table(
        "talk_message",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("talk_id", BIG, nullable=False),
        sa.Column("author_id", BIG, nullable=False),
        sa.Column("at_us", BIG, nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["talk_id"], ["talk.id"], name="fk_talk_message_talk_id"),
        sa.ForeignKeyConstraint(["author_id"], ["officer.id"], name="fk_talk_message_author_id"),
        sa.PrimaryKeyConstraint("id", name="pk_talk_message"),
    )
    op.create_index("ix_talk_message_talk_id", "talk_message", ["talk_id"])
