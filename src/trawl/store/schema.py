"""The tables of intake and matching, as SQLAlchemy Core sees them; ``store.tables`` names the
rest. What each holds is told in ``docs/store.md``.

Identifiers are dealt out by the writer, never by the database, so that a run that was broken
off and went on gives the same rows as one that was not.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

REVISIONS = ("0001", "0002", "0003", "0004", "0005")
"""Every revision of the schema this version knows, oldest first; the last is its own."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# Only a column declared INTEGER is the key of SQLite's own tree.
Big = BigInteger().with_variant(Integer(), "sqlite")
Real = Float(53)


def _id() -> Column[int]:
    return Column("id", Big, primary_key=True, autoincrement=False)


def _thumbnail() -> tuple[Column[object], ...]:
    """Where a thumbnail lies: in a pack of that acquisition, with its own type and size."""
    return (
        Column("thumbnail_acquisition_id", Big),
        Column("thumbnail_pack", Big),
        Column("thumbnail_offset", Big),
        Column("thumbnail_size", Big),
        Column("thumbnail_mime", Text),
        Column("thumbnail_width", Big),
        Column("thumbnail_height", Big),
    )


officer = Table(
    "officer",
    metadata,
    _id(),
    Column("name", Text, nullable=False, unique=True),
    Column("role", Text, nullable=False),
    Column("disabled_us", Big),  # since when; the officer's acts stay theirs
)

case = Table(
    "case_file",
    metadata,
    _id(),
    Column("name", Text, nullable=False, unique=True),
    Column("added_us", Big, nullable=False),
    Column("wing", Text, nullable=False, server_default="child-protection"),
    Column("restricted", Boolean, nullable=False, server_default=false()),
    Column("scheme", Text),  # of its grading; NULL: the unit's
)

case_member = Table(
    "case_member",
    metadata,
    Column("case_id", Big, ForeignKey("case_file.id"), nullable=False),
    Column("officer_id", Big, ForeignKey("officer.id"), nullable=False),
    PrimaryKeyConstraint("case_id", "officer_id"),
)

exhibit = Table(
    "exhibit",
    metadata,
    _id(),
    Column("case_id", Big, ForeignKey("case_file.id"), nullable=False),
    Column("reference", Text, nullable=False),
    Column("added_us", Big, nullable=False),
    UniqueConstraint("case_id", "reference"),
)

acquisition = Table(
    "acquisition",
    metadata,
    _id(),
    Column("exhibit_id", Big, ForeignKey("exhibit.id"), nullable=False, index=True),
    Column("officer_id", Big, ForeignKey("officer.id"), nullable=False),
    Column("roots", Text, nullable=False),  # JSON list
    Column("settings", Text, nullable=False),  # JSON object
    Column("begun_us", Big, nullable=False),
    Column("finished_us", Big),
    Column("occurrences", Big, nullable=False),
    Column("containers", Big, nullable=False),
    # How far the packs are committed: what lies beyond was written by a run that was killed.
    Column("pack", Big),
    Column("pack_end", Big),
    Column("log_version", Big, nullable=False),
)

seal = Table(
    "seal",
    metadata,
    Column("acquisition_id", Big, ForeignKey("acquisition.id"), nullable=False),
    Column("number", Big, nullable=False),
    Column("manifest_root", LargeBinary, nullable=False),
    Column("manifest_lines", Big, nullable=False),
    Column("signature", LargeBinary, nullable=False),
    Column("key_id", Text, nullable=False),
    Column("at_us", Big, nullable=False),
    PrimaryKeyConstraint("acquisition_id", "number"),
)

container = Table(
    "container",
    metadata,
    _id(),
    Column("acquisition_id", Big, ForeignKey("acquisition.id"), nullable=False),
    Column("number", Big, nullable=False),
    Column("parent_id", Big),
    Column("occurrence_id", Big),
    Column("kind", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("sha256", LargeBinary),
    Column("locator", LargeBinary, nullable=False),
    Column("volume", LargeBinary, nullable=False),
    Column("depth", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("reason", Text),
    Column("members", Big),
    Column("done", Big, nullable=False),
)
Index("ix_container_acquisition_state", container.c.acquisition_id, container.c.state)

file_type = Table(
    "file_type",
    metadata,
    _id(),
    Column("mime", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("extensions", Text, nullable=False),  # separated by one space
    UniqueConstraint("mime", "kind", "extensions"),
)

media = Table(
    "media",
    metadata,
    _id(),
    Column("sha256", LargeBinary, nullable=False, unique=True),
    Column("sha1", LargeBinary, nullable=False),
    Column("md5", LargeBinary, nullable=False),
    Column("size", Big, nullable=False),
    Column("type_id", Big, ForeignKey("file_type.id"), nullable=False),
    Column("acquisition_id", Big, ForeignKey("acquisition.id"), nullable=False),
    Column("opens_as", Text),
    Column("undecoded", Boolean, nullable=False),
    Column("width", Big),
    Column("height", Big),
    Column("orientation", Big),
    Column("frame_count", Big),
    Column("duration_ms", Big),
    Column("container", Text),
    Column("codec", Text),
    Column("taken_at_us", Big),
    Column("taken_offset_min", Big),
    Column("camera_make", Text),
    Column("camera_model", Text),
    Column("camera_serial", Text),
    Column("software", Text),
    Column("latitude", Real),
    Column("longitude", Real),
    Column("altitude", Real),
    Column("lock", Text),
    Column("sharpness", Real),
    Column("pdq", LargeBinary),
    Column("pdq_quality", Integer),
    *_thumbnail(),
)

finding = Table(
    "finding",
    metadata,
    Column("media_id", Big, ForeignKey("media.id"), nullable=False),
    Column("pass_name", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("reason", Text),
    Column("facts", Text),  # JSON object of the facts that are set
    Column("extra", Text),  # JSON object
    Column("pdq", LargeBinary),
    Column("pdq_quality", Integer),
    PrimaryKeyConstraint("media_id", "pass_name", "version"),
    sqlite_with_rowid=False,
)

frame = Table(
    "frame",
    metadata,
    Column("media_id", Big, ForeignKey("media.id"), nullable=False),
    Column("pass_name", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("role", Text, nullable=False),
    Column("number", Big, nullable=False),
    Column("at_ms", Big, nullable=False),
    Column("pdq", LargeBinary, nullable=False),
    Column("pdq_quality", Integer, nullable=False),
    *_thumbnail(),
    PrimaryKeyConstraint("media_id", "pass_name", "version", "role", "number"),
    sqlite_with_rowid=False,
)

occurrence = Table(
    "occurrence",
    metadata,
    _id(),
    Column("container_id", Big, ForeignKey("container.id"), nullable=False),
    Column("media_id", Big, ForeignKey("media.id"), index=True),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("reason", Text),
    Column("path", Text, nullable=False),
    Column("path_raw", LargeBinary),  # where the text does not say exactly which bytes
    Column("locator", LargeBinary),  # NULL: the entry's path
    Column("size", Big),
    Column("modified_us", Big),
    Column("created_us", Big),
    Column("accessed_us", Big),
    Column("changed_us", Big),
    Column("link_target", LargeBinary),
    Column("lock", Text),
    Column("deleted", Boolean, nullable=False),
    Column("lies", Boolean, nullable=False),
    Column("known", Boolean, nullable=False),
)
Index(
    "ix_occurrence_locked",
    occurrence.c.container_id,
    sqlite_where=text("state = 'locked'"),
    postgresql_where=text("state = 'locked'"),
)

log_block = Table(
    "log_block",
    metadata,
    Column("acquisition_id", Big, ForeignKey("acquisition.id"), nullable=False),
    Column("number", Big, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("version", Big, nullable=False),
    PrimaryKeyConstraint("acquisition_id", "number"),
)

log_column = Table(
    "log_column",
    metadata,
    Column("acquisition_id", Big, ForeignKey("acquisition.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("block", Big, nullable=False),
    Column("low", Big),
    Column("high", Big),
    Column("data", LargeBinary, nullable=False),
    PrimaryKeyConstraint("acquisition_id", "name", "block"),
)

hash_set = Table(
    "hash_set",
    metadata,
    _id(),
    Column("name", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("scheme", Text),
    Column("officer_id", Big, ForeignKey("officer.id"), nullable=False),
    Column("added_us", Big, nullable=False),
    Column("removed_us", Big),  # a removed set keeps its row: identifiers are never dealt twice
)

hash_list = Table(
    "hash_list",
    metadata,
    _id(),
    Column("set_id", Big, ForeignKey("hash_set.id"), nullable=False, index=True),
    Column("file_name", Text, nullable=False),
    Column("sha256", LargeBinary, nullable=False),
    Column("format", Text, nullable=False),
    Column("entries", Big, nullable=False),
    Column("counts", Text, nullable=False),  # JSON object
    Column("categories", Text, nullable=False),  # JSON object
    Column("oddities", Text, nullable=False),  # JSON list
    Column("about", Text, nullable=False),  # JSON object
    Column("officer_id", Big, ForeignKey("officer.id"), nullable=False),
    Column("added_us", Big, nullable=False),
    Column("removed_us", Big),
)

hit = Table(
    "hit",
    metadata,
    Column("media_id", Big, ForeignKey("media.id"), nullable=False),
    Column("list_id", Big, ForeignKey("hash_list.id"), nullable=False),
    Column("means", Text, nullable=False),
    Column("entry", Big, nullable=False),  # the nearest
    Column("entries", Big, nullable=False),  # how many entries of the list say so
    Column("categories", Text),  # distinct codes as written, separated by one space
    Column("digest", Text),
    Column("distance", Integer),
    Column("turn", Text),
    Column("share", Real),
    Column("from_ms", Big),
    Column("to_ms", Big),
    Column("entry_from_ms", Big),
    Column("entry_to_ms", Big),
    PrimaryKeyConstraint("media_id", "list_id", "means"),
    sqlite_with_rowid=False,
)
Index("ix_hit_list_id", hit.c.list_id)

not_a_match = Table(
    "not_a_match",
    metadata,
    Column("sha256", LargeBinary, nullable=False),
    Column("other", Text, nullable=False),
    Column("officer_id", Big, ForeignKey("officer.id"), nullable=False),
    Column("at_us", Big, nullable=False),
    PrimaryKeyConstraint("sha256", "other"),
    sqlite_with_rowid=False,
)

audit = Table(
    "audit",
    metadata,
    Column("sequence", Big, primary_key=True, autoincrement=False),
    Column("at_us", Big, nullable=False),
    Column("officer_id", Big, nullable=False),
    Column("officer_name", Text, nullable=False),
    Column("act", Text, nullable=False),
    Column("case_id", Big),
    Column("subject", Text, nullable=False),
    Column("detail", Text, nullable=False),  # canonical JSON object
    Column("previous", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
)

audit_checkpoint = Table(
    "audit_checkpoint",
    metadata,
    Column("sequence", Big, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary, nullable=False),
    Column("signature", LargeBinary, nullable=False),
    Column("at_us", Big, nullable=False),
)
