"""The next free identifier of a table whose rows are never deleted."""

from __future__ import annotations

from sqlalchemy import Connection, Table, func, select


def next_id(connection: Connection, table: Table) -> int:
    """One more than the biggest. Writers take turns, so nobody else can take it."""
    return int(connection.execute(select(func.coalesce(func.max(table.c.id), 0))).scalar_one()) + 1
