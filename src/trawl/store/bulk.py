"""Many rows at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

from sqlalchemy import Connection, Table

T = TypeVar("T")

MOST_PARAMETERS = 500
"""How many values one ``IN`` takes."""

Row = tuple[object, ...]


def insert_rows(
    connection: Connection, table: Table, columns: Sequence[str], rows: Sequence[Row]
) -> None:
    """Insert rows that are known not to be there yet: COPY on PostgreSQL, one prepared
    statement on SQLite."""
    if not rows:
        return
    names = ", ".join(f'"{column}"' for column in columns)
    if connection.dialect.name == "postgresql":
        _copy(connection, f'COPY "{table.name}" ({names}) FROM STDIN', rows)
        return
    marks = ", ".join("?" * len(columns))
    # Names of our own tables and columns only; every value is a parameter.
    statement = f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})'  # noqa: S608
    connection.exec_driver_sql(statement, list(rows))


def _copy(connection: Connection, statement: str, rows: Sequence[Row]) -> None:
    driver = connection.connection.driver_connection
    assert driver is not None
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def batches(items: Iterable[T], size: int = MOST_PARAMETERS) -> Iterator[list[T]]:
    """The items in lists of at most ``size``."""
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch
