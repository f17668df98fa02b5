"""The tables of sign-in: further roles and wings of officers, what they prove themselves with,
their sessions, and every attempt."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
)

from trawl.store.schema import Big, metadata

officer_role = Table(
    "officer_role",
    metadata,
    Column("officer_id", Big, ForeignKey("officer.id"), nullable=False),
    Column("role", Text, nullable=False),
    PrimaryKeyConstraint("officer_id", "role"),
)

officer_wing = Table(
    "officer_wing",
    metadata,
    Column("officer_id", Big, ForeignKey("officer.id"), nullable=False),
    Column("wing", Text, nullable=False),
    PrimaryKeyConstraint("officer_id", "wing"),
)

credential = Table(
    "credential",
    metadata,
    Column("officer_id", Big, ForeignKey("officer.id"), primary_key=True, autoincrement=False),
    Column("password_hash", Text, nullable=False),
    Column("totp_secret", LargeBinary),  # sealed
    Column("totp_pending", LargeBinary),  # sealed; not in force until a code has proved it
    Column("totp_step", Big),  # the last time step a code was used for
    Column("must_change", Boolean, nullable=False),
    Column("at_us", Big, nullable=False),
)

passkey = Table(
    "passkey",
    metadata,
    Column("id", Big, primary_key=True, autoincrement=False),
    Column("officer_id", Big, ForeignKey("officer.id"), nullable=False, index=True),
    Column("credential_id", LargeBinary, nullable=False, unique=True),
    Column("public_key", LargeBinary, nullable=False),
    Column("sign_count", Big, nullable=False),
    Column("label", Text, nullable=False),
    Column("added_us", Big, nullable=False),
    Column("removed_us", Big),
)

passkey_challenge = Table(
    "passkey_challenge",
    metadata,
    Column("challenge", LargeBinary, primary_key=True),
    Column("officer_id", Big, ForeignKey("officer.id")),  # NULL: whoever signs in
    Column("purpose", Text, nullable=False),
    Column("ends_us", Big, nullable=False),
)

recovery_code = Table(
    "recovery_code",
    metadata,
    Column("officer_id", Big, ForeignKey("officer.id"), nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("used_us", Big),
    PrimaryKeyConstraint("officer_id", "hash"),
)

invitation = Table(
    "invitation",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("officer_id", Big, ForeignKey("officer.id"), index=True),  # NULL: the first one's
    Column("made_by", Big),
    Column("made_us", Big, nullable=False),
    Column("ends_us", Big, nullable=False),
    Column("used_us", Big),  # or replaced
)

web_session = Table(
    "web_session",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("officer_id", Big, ForeignKey("officer.id"), nullable=False, index=True),
    Column("csrf", Text, nullable=False),
    Column("passed", Text, nullable=False),
    Column("begun_us", Big, nullable=False),
    Column("seen_us", Big, nullable=False),
    Column("idle_us", Big, nullable=False),  # how long it lasts unseen
    Column("ends_us", Big, nullable=False),
    Column("ended_us", Big),
)

sign_in_attempt = Table(
    "sign_in_attempt",
    metadata,
    Column("id", Big, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("at_us", Big, nullable=False),
    Column("succeeded", Boolean, nullable=False),
)
Index("ix_sign_in_attempt_name_at_us", sign_in_attempt.c.name, sign_in_attempt.c.at_us)
Index("ix_sign_in_attempt_address_at_us", sign_in_attempt.c.address, sign_in_attempt.c.at_us)
