"""Hash sets, hits, what is not a match; how sharp a picture is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
REAL = sa.Float(53)


def upgrade() -> None:
    """Add a column and four tables."""
    op.add_column("media", sa.Column("sharpness", REAL))
    _hash_sets()
    _hits()


def _hash_sets() -> None:
    op.create_table(
        "hash_set",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("scheme", sa.Text()),
        sa.Column("officer_id", BIG, nullable=False),
        sa.Column("added_us", BIG, nullable=False),
        sa.Column("removed_us", BIG),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name="fk_hash_set_officer_id"),
        sa.PrimaryKeyConstraint("id", name="pk_hash_set"),
    )
    op.create_table(
        "hash_list",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("set_id", BIG, nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("entries", BIG, nullable=False),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.Column("categories", sa.Text(), nullable=False),
        sa.Column("oddities", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("officer_id", BIG, nullable=False),
        sa.Column("added_us", BIG, nullable=False),
        sa.Column("removed_us", BIG),
        sa.ForeignKeyConstraint(["set_id"], ["hash_set.id"], name="fk_hash_list_set_id"),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name="fk_hash_list_officer_id"),
        sa.PrimaryKeyConstraint("id", name="pk_hash_list"),
    )
    op.create_index("ix_hash_list_set_id", "hash_list", ["set_id"])


def _hits() -> None:
    op.create_table(
        "hit",
        sa.Column("media_id", BIG, nullable=False),
        sa.Column("list_id", BIG, nullable=False),
        sa.Column("means", sa.Text(), nullable=False),
        sa.Column("entry", BIG, nullable=False),
        sa.Column("entries", BIG, nullable=False),
        sa.Column("categories", sa.Text()),
        sa.Column("digest", sa.Text()),
        sa.Column("distance", sa.Integer()),
        sa.Column("turn", sa.Text()),
        sa.Column("share", REAL),
        sa.Column("from_ms", BIG),
        sa.Column("to_ms", BIG),
        sa.Column("entry_from_ms", BIG),
        sa.Column("entry_to_ms", BIG),
        sa.ForeignKeyConstraint(["media_id"], ["media.id"], name="fk_hit_media_id"),
        sa.ForeignKeyConstraint(["list_id"], ["hash_list.id"], name="fk_hit_list_id"),
        sa.PrimaryKeyConstraint("media_id", "list_id", "means", name="pk_hit"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_hit_list_id", "hit", ["list_id"])
    op.create_table(
        "not_a_match",
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("other", sa.Text(), nullable=False),
        sa.Column("officer_id", BIG, nullable=False),
        sa.Column("at_us", BIG, nullable=False),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name="fk_not_a_match_officer_id"),
        sa.PrimaryKeyConstraint("sha256", "other", name="pk_not_a_match"),
        sqlite_with_rowid=False,
    )
