"""The ground: cases, acquisitions, media, the log, the audit chain."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make all tables."""
    _people_and_cases()
    _acquisitions()
    _contents()
    _log()
    _audit()


def _people_and_cases() -> None:
    """Officers, cases, members, exhibits."""
    op.create_table(
        "officer",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_officer"),
        sa.UniqueConstraint("name", name="uq_officer_name"),
    )
    op.create_table(
        "case_file",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("added_us", BIG, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_case_file"),
        sa.UniqueConstraint("name", name="uq_case_file_name"),
    )
    op.create_table(
        "case_member",
        sa.Column("case_id", BIG, nullable=False),
        sa.Column("officer_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name="fk_case_member_case_id"),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name="fk_case_member_officer_id"),
        sa.PrimaryKeyConstraint("case_id", "officer_id", name="pk_case_member"),
    )
    op.create_table(
        "exhibit",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("case_id", BIG, nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("added_us", BIG, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name="fk_exhibit_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_exhibit"),
        sa.UniqueConstraint("case_id", "reference", name="uq_exhibit_case_id_reference"),
    )


def _acquisitions() -> None:
    """Acquisitions, their seals and their journal."""
    op.create_table(
        "acquisition",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("exhibit_id", BIG, nullable=False),
        sa.Column("officer_id", BIG, nullable=False),
        sa.Column("roots", sa.Text(), nullable=False),
        sa.Column("settings", sa.Text(), nullable=False),
        sa.Column("begun_us", BIG, nullable=False),
        sa.Column("finished_us", BIG, nullable=True),
        sa.Column("occurrences", BIG, nullable=False),
        sa.Column("containers", BIG, nullable=False),
        sa.Column("pack", BIG, nullable=True),
        sa.Column("pack_end", BIG, nullable=True),
        sa.Column("log_version", BIG, nullable=False),
        sa.ForeignKeyConstraint(["exhibit_id"], ["exhibit.id"], name="fk_acquisition_exhibit_id"),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name="fk_acquisition_officer_id"),
        sa.PrimaryKeyConstraint("id", name="pk_acquisition"),
    )
    op.create_index("ix_acquisition_exhibit_id", "acquisition", ["exhibit_id"], unique=False)
    op.create_table(
        "seal",
        sa.Column("acquisition_id", BIG, nullable=False),
        sa.Column("number", BIG, nullable=False),
        sa.Column("manifest_root", sa.LargeBinary(), nullable=False),
        sa.Column("manifest_lines", BIG, nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("at_us", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["acquisition_id"], ["acquisition.id"], name="fk_seal_acquisition_id"
        ),
        sa.PrimaryKeyConstraint("acquisition_id", "number", name="pk_seal"),
    )
    op.create_table(
        "container",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("acquisition_id", BIG, nullable=False),
        sa.Column("number", BIG, nullable=False),
        sa.Column("parent_id", BIG, nullable=True),
        sa.Column("occurrence_id", BIG, nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=True),
        sa.Column("locator", sa.LargeBinary(), nullable=False),
        sa.Column("volume", sa.LargeBinary(), nullable=False),
        sa.Column("depth", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("members", BIG, nullable=True),
        sa.Column("done", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["acquisition_id"], ["acquisition.id"], name="fk_container_acquisition_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_container"),
    )
    op.create_index(
        "ix_container_acquisition_state", "container", ["acquisition_id", "state"], unique=False
    )


def _contents() -> None:
    """Media and what passes say of them."""
    op.create_table(
        "file_type",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("mime", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("extensions", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_file_type"),
        sa.UniqueConstraint("mime", "kind", "extensions", name="uq_file_type_mime_kind_extensions"),
    )
    op.create_table(
        "media",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("sha1", sa.LargeBinary(), nullable=False),
        sa.Column("md5", sa.LargeBinary(), nullable=False),
        sa.Column("size", BIG, nullable=False),
        sa.Column("type_id", BIG, nullable=False),
        sa.Column("acquisition_id", BIG, nullable=False),
        sa.Column("opens_as", sa.Text(), nullable=True),
        sa.Column("undecoded", sa.Boolean(), nullable=False),
        sa.Column("width", BIG, nullable=True),
        sa.Column("height", BIG, nullable=True),
        sa.Column("orientation", BIG, nullable=True),
        sa.Column("frame_count", BIG, nullable=True),
        sa.Column("duration_ms", BIG, nullable=True),
        sa.Column("container", sa.Text(), nullable=True),
        sa.Column("codec", sa.Text(), nullable=True),
        sa.Column("taken_at_us", BIG, nullable=True),
        sa.Column("taken_offset_min", BIG, nullable=True),
        sa.Column("camera_make", sa.Text(), nullable=True),
        sa.Column("camera_model", sa.Text(), nullable=True),
        sa.Column("camera_serial", sa.Text(), nullable=True),
        sa.Column("software", sa.Text(), nullable=True),
        sa.Column("latitude", sa.Float(precision=53), nullable=True),
        sa.Column("longitude", sa.Float(precision=53), nullable=True),
        sa.Column("altitude", sa.Float(precision=53), nullable=True),
        sa.Column("lock", sa.Text(), nullable=True),
        sa.Column("pdq", sa.LargeBinary(), nullable=True),
        sa.Column("pdq_quality", sa.Integer(), nullable=True),
        sa.Column("thumbnail_acquisition_id", BIG, nullable=True),
        sa.Column("thumbnail_pack", BIG, nullable=True),
        sa.Column("thumbnail_offset", BIG, nullable=True),
        sa.Column("thumbnail_size", BIG, nullable=True),
        sa.Column("thumbnail_mime", sa.Text(), nullable=True),
        sa.Column("thumbnail_width", BIG, nullable=True),
        sa.Column("thumbnail_height", BIG, nullable=True),
        sa.ForeignKeyConstraint(
            ["acquisition_id"], ["acquisition.id"], name="fk_media_acquisition_id"
        ),
        sa.ForeignKeyConstraint(["type_id"], ["file_type.id"], name="fk_media_type_id"),
        sa.PrimaryKeyConstraint("id", name="pk_media"),
        sa.UniqueConstraint("sha256", name="uq_media_sha256"),
    )
    op.create_table(
        "finding",
        sa.Column("media_id", BIG, nullable=False),
        sa.Column("pass_name", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("facts", sa.Text(), nullable=True),
        sa.Column("extra", sa.Text(), nullable=True),
        sa.Column("pdq", sa.LargeBinary(), nullable=True),
        sa.Column("pdq_quality", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["media_id"], ["media.id"], name="fk_finding_media_id"),
        sa.PrimaryKeyConstraint("media_id", "pass_name", "version", name="pk_finding"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "frame",
        sa.Column("media_id", BIG, nullable=False),
        sa.Column("pass_name", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("number", BIG, nullable=False),
        sa.Column("at_ms", BIG, nullable=False),
        sa.Column("pdq", sa.LargeBinary(), nullable=False),
        sa.Column("pdq_quality", sa.Integer(), nullable=False),
        sa.Column("thumbnail_acquisition_id", BIG, nullable=True),
        sa.Column("thumbnail_pack", BIG, nullable=True),
        sa.Column("thumbnail_offset", BIG, nullable=True),
        sa.Column("thumbnail_size", BIG, nullable=True),
        sa.Column("thumbnail_mime", sa.Text(), nullable=True),
        sa.Column("thumbnail_width", BIG, nullable=True),
        sa.Column("thumbnail_height", BIG, nullable=True),
        sa.ForeignKeyConstraint(["media_id"], ["media.id"], name="fk_frame_media_id"),
        sa.PrimaryKeyConstraint(
            "media_id", "pass_name", "version", "role", "number", name="pk_frame"
        ),
        sqlite_with_rowid=False,
    )


def _log() -> None:
    """Occurrences and their columns for scanning."""
    op.create_table(
        "occurrence",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("container_id", BIG, nullable=False),
        sa.Column("media_id", BIG, nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("path_raw", sa.LargeBinary(), nullable=True),
        sa.Column("locator", sa.LargeBinary(), nullable=True),
        sa.Column("size", BIG, nullable=True),
        sa.Column("modified_us", BIG, nullable=True),
        sa.Column("created_us", BIG, nullable=True),
        sa.Column("accessed_us", BIG, nullable=True),
        sa.Column("changed_us", BIG, nullable=True),
        sa.Column("link_target", sa.LargeBinary(), nullable=True),
        sa.Column("lock", sa.Text(), nullable=True),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("lies", sa.Boolean(), nullable=False),
        sa.Column("known", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["container_id"], ["container.id"], name="fk_occurrence_container_id"
        ),
        sa.ForeignKeyConstraint(["media_id"], ["media.id"], name="fk_occurrence_media_id"),
        sa.PrimaryKeyConstraint("id", name="pk_occurrence"),
    )
    op.create_index(
        "ix_occurrence_locked",
        "occurrence",
        ["container_id"],
        unique=False,
        sqlite_where=sa.text("state = 'locked'"),
        postgresql_where=sa.text("state = 'locked'"),
    )
    op.create_index("ix_occurrence_media_id", "occurrence", ["media_id"], unique=False)
    op.create_table(
        "log_block",
        sa.Column("acquisition_id", BIG, nullable=False),
        sa.Column("number", BIG, nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("version", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["acquisition_id"], ["acquisition.id"], name="fk_log_block_acquisition_id"
        ),
        sa.PrimaryKeyConstraint("acquisition_id", "number", name="pk_log_block"),
    )
    op.create_table(
        "log_column",
        sa.Column("acquisition_id", BIG, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("block", BIG, nullable=False),
        sa.Column("low", BIG, nullable=True),
        sa.Column("high", BIG, nullable=True),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["acquisition_id"], ["acquisition.id"], name="fk_log_column_acquisition_id"
        ),
        sa.PrimaryKeyConstraint("acquisition_id", "name", "block", name="pk_log_column"),
    )
    if op.get_bind().dialect.name == "postgresql":
        # Packed columns do not shrink much more; reading them must cost no unpacking.
        op.execute("ALTER TABLE log_column ALTER COLUMN data SET STORAGE EXTERNAL")


def _audit() -> None:
    """The chain and its checkpoints."""
    op.create_table(
        "audit",
        sa.Column("sequence", BIG, autoincrement=False, nullable=False),
        sa.Column("at_us", BIG, nullable=False),
        sa.Column("officer_id", BIG, nullable=False),
        sa.Column("officer_name", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("case_id", BIG, nullable=True),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("previous", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name="pk_audit"),
    )
    op.create_table(
        "audit_checkpoint",
        sa.Column("sequence", BIG, autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.Column("at_us", BIG, nullable=False),
        sa.PrimaryKeyConstraint("sequence", name="pk_audit_checkpoint"),
    )
