"""The tables of sign-in: further roles and wings of officers."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, PrimaryKeyConstraint, Table, Text

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
