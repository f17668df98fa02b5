"""All tables of the database, those of each room included: what migrations are held against."""

from __future__ import annotations

from trawl.store import review_tables, schema, signin_tables, welfare_tables

metadata = schema.metadata

ROOMS = (schema, signin_tables, review_tables, welfare_tables)
"""Modules that define tables."""
